/**
 * The slow path's splitter: the bytes of a JSON array -> the places of its elements, without trusting any of them.
 * It looks only at strings, brackets and commas, so that one broken record does not hide where the next one starts.
 * Pure; fed piece by piece, in memory bounded by one record.
 */

/** Place of one element in the array's bytes; what stands there may be any garbage without a bare comma. */
export interface RecordPlace {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
}

/** How the splitting of an array ended. */
export interface SplitEnd {
  /** False when the bytes ended before the array did. */
  readonly closed: boolean;
  /** Offset after the array's `]`. */
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_SQUARE = 0x5b;
const CLOSE_SQUARE = 0x5d;
const OPEN_CURLY = 0x7b;
const CLOSE_CURLY = 0x7d;

/** Feed it all pieces in order, then call `finish`. */
export class ArraySplitter {
  readonly #onRecord: (place: RecordPlace) => void;
  #offset = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #closed = false;
  #end = 0;
  #start = 0;
  #hasContent = false;
  #ordinal = 0;

  constructor(onRecord: (place: RecordPlace) => void) {
    this.#onRecord = onRecord;
  }

  /** Records that end in this piece are reported before it returns. */
  take(piece: Uint8Array): void {
    for (let index = 0; index < piece.byteLength && !this.#closed; index += 1) {
      // The index is below the length, so a byte is there.
      const byte = piece[index] as number;
      if (this.#inString) this.#inText(byte);
      else this.#outsideText(byte, this.#offset + index);
    }
    this.#offset += piece.byteLength;
  }

  finish(): SplitEnd {
    return { closed: this.#closed, end: this.#end };
  }

  #inText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  #outsideText(byte: number, at: number): void {
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        this.#hasContent = true;
        return;
      case OPEN_SQUARE:
      case OPEN_CURLY:
        if (this.#depth > 0) this.#hasContent = true;
        this.#depth += 1;
        if (this.#depth === 1) this.#start = at + 1;
        return;
      case CLOSE_SQUARE:
      case CLOSE_CURLY:
        if (this.#depth === 1) {
          // Only the array's own bracket ends it; a stray brace belongs to a broken record.
          if (byte === CLOSE_CURLY) return;
          if (this.#hasContent || this.#ordinal > 0) this.#report(at);
          this.#closed = true;
          this.#end = at + 1;
          return;
        }
        this.#depth -= 1;
        return;
      case COMMA:
        if (this.#depth === 1) this.#report(at);
        return;
      default:
        if (byte > 0x20) this.#hasContent = true;
    }
  }

  #report(end: number): void {
    this.#onRecord({ ordinal: this.#ordinal, start: this.#start, end });
    this.#ordinal += 1;
    this.#start = end + 1;
    this.#hasContent = false;
  }
}
