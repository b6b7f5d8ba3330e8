/** What is remembered of a decided object. */
export interface SeenObject {
  /** Names a version of the object. */
  readonly version: string;
  /** Null for one that was ingested. */
  readonly reason: string | null;
  /** False where another attempt may end otherwise: such a reason never replaces another one. */
  readonly isFinal: boolean;
  /** Names its content, with how many records that has; null where it makes none known. */
  readonly content: { readonly key: string; readonly records: number } | null;
}

/** What the index says about some objects, all read at one instant. */
export interface SeenAnswer {
  /** Up to this sequence number of the ledger everything is in. */
  readonly sequence: number;
  /** In the order of the question; undefined for a version that is not known. */
  readonly reasons: readonly (string | null | undefined)[];
  /** In the order of the question; undefined for a content that is not known. */
  readonly records: readonly (number | undefined)[];
}

/**
 * An index over a ledger (named by its table's UUID and place) that all workers share. It may lose everything at any instant, or
 * fall back to an earlier state of itself; it never has a position without the entries up to there. Fails with
 * `index.unreachable` (retry later).
 */
export interface SeenStore {
  /** Up to where everything is in; null when nothing is. */
  position(ledger: string): Promise<number | null>;
  /** Null when the index was lost. */
  lookUp(ledger: string, versions: readonly string[], contents: readonly string[]): Promise<SeenAnswer | null>;
  /** Adds what came between two positions, whole or not at all. False when the index does not stand at `from`. */
  append(ledger: string, from: number, to: number, objects: readonly SeenObject[]): Promise<boolean>;
  /** Makes the index anew. False when it was lost meanwhile. */
  rebuild(ledger: string, to: number, objects: AsyncIterable<readonly SeenObject[]>): Promise<boolean>;
}
