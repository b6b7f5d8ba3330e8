/** Compressed bytes in pieces, as a caller gives them. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** An input read so far: all of it, or its start with a reader that gives everything from the first byte. */
export type GatheredInput =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  | { readonly kind: "long"; readonly reader: PieceReader };

/** Reads pieces with a way back: what was looked at and not taken comes again. */
export interface PieceReader {
  /** The next non-empty piece, null at the end. */
  next(): Promise<Uint8Array | null>;
  /** Puts bytes back in front. */
  unread(bytes: Uint8Array): void;
  /** At least `sizeBytes` bytes, fewer only at the end of the input; they stay in front. */
  peek(sizeBytes: number): Promise<Uint8Array>;
}

/**
 * Reads up to `maxBytes` to see whether the input is that small. One piece is passed on as it is, without a copy. An
 * input with more is left open: the reader goes on from its first byte, and its maker closes it.
 */
export async function gatherInput(
  iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array>,
  maxBytes: number,
): Promise<GatheredInput> {
  const gathered: Uint8Array[] = [];
  let sizeBytes = 0;
  while (sizeBytes <= maxBytes) {
    const step = await iterator.next();
    if (step.done === true) return { kind: "whole", bytes: joinPieces(gathered) };
    if (step.value.length > 0) gathered.push(step.value);
    sizeBytes += step.value.length;
  }
  return { kind: "long", reader: readPieces(gathered, iterator) };
}

/** Opens a reader over bytes that are all there. */
export function readWhole(bytes: Uint8Array): PieceReader {
  return readPieces(bytes.length === 0 ? [] : [bytes], [][Symbol.iterator]());
}

/** The input's iterator, whichever kind it has. */
export function iteratePieces(pieces: Pieces): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  return Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
}

/** Closes an input after a failure; what closing throws is not what went wrong. */
export async function closeQuietly(iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // The first failure is the one to report.
  }
}

function readPieces(
  first: readonly Uint8Array[],
  iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array>,
): PieceReader {
  const waiting = [...first].reverse();
  const next = async (): Promise<Uint8Array | null> => {
    const held = waiting.pop();
    if (held !== undefined) return held;
    for (;;) {
      const step = await iterator.next();
      if (step.done === true) return null;
      if (step.value.length > 0) return step.value;
    }
  };
  const unread = (bytes: Uint8Array): void => {
    if (bytes.length > 0) waiting.push(bytes);
  };
  return {
    next,
    unread,
    async peek(sizeBytes) {
      const parts: Uint8Array[] = [];
      let seenBytes = 0;
      while (seenBytes < sizeBytes) {
        const piece = await next();
        if (piece === null) break;
        parts.push(piece);
        seenBytes += piece.length;
      }
      const joined = joinPieces(parts);
      unread(joined);
      return joined;
    },
  };
}

function joinPieces(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return Buffer.concat(parts);
}
