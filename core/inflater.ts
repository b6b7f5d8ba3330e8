/** `one`: a second gzip member, or any byte after the first, is an error. `many`: all members are read, as one text. */
export type MemberPolicy = "one" | "many";

/** How much an inflater takes, and of what. */
export interface InflateLimits {
  readonly members: MemberPolicy;
  /** A bomb is given up after at most this many bytes and one step more. */
  readonly maxBytes: number;
}

/** What an inflater found. */
export interface Inflated {
  readonly encoding: "gzip" | "plain";
  readonly inflatedBytes: number;
  readonly members: number;
}

/**
 * Inflates gzip; bytes that do not start with gzip's magic pass through as they are. `onPiece` gets the inflated bytes
 * in order; a piece is only valid during the call. Nothing counts before the promise resolves: an error may come after
 * pieces. Errors, all `retry: never`: `inflate.truncated`, `inflate.corrupt` (also a wrong CRC or length),
 * `inflate.extra-member`, `inflate.trailing-bytes`, `inflate.too-large`, `inflate.empty` (no byte at all); and
 * `inflate.failed` (later) where the machine, not the object, is at fault. What input or `onPiece` throw comes out as is.
 */
export interface Inflater {
  /** Which library does the work, for `logkeep check`. */
  readonly name: string;
  inflate(
    pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    limits: InflateLimits,
    onPiece: (piece: Uint8Array) => void,
  ): Promise<Inflated>;
}
