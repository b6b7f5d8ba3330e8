/** Records one a line -> the bytes of a JSON array of them, piece by piece, so that one way of reading serves both. Pure. */

/** Takes a text's bytes in order and passes on an array's; a written piece is only valid during the call. */
export interface ArrayWriter {
  take(piece: Uint8Array): void;
  /** Writes what is still held, and the closing bracket. */
  end(): void;
}

const LINE_FEED = 0x0a;
const SPACES = Buffer.alloc(65_536, " ");

/**
 * Lines become elements: JSON holds no bare line feed, so a line is whole or broken by itself. Blank lines are no
 * elements. Each byte keeps its place, one further on for the bracket: the address of a record stays right.
 */
export function linesToArray(write: (bytes: Uint8Array) => void): ArrayWriter {
  let hasRecords = false;
  // Bytes since the last line's end that are not written yet; -1 within a line.
  let gap = 0;
  write(Buffer.from("["));
  const passGap = (): void => {
    let spaces = gap;
    if (hasRecords && spaces > 0) {
      write(Buffer.from(","));
      spaces -= 1;
    }
    for (; spaces > 0; spaces -= SPACES.length) write(SPACES.subarray(0, Math.min(spaces, SPACES.length)));
    hasRecords = true;
    gap = -1;
  };
  return {
    take: (piece) => {
      let at = 0;
      while (at < piece.byteLength) {
        if (gap >= 0) {
          const start = at;
          while (at < piece.byteLength && isBlank(piece[at])) at += 1;
          gap += at - start;
          if (at === piece.byteLength) return;
          passGap();
        }
        const end = piece.indexOf(LINE_FEED, at);
        write(piece.subarray(at, end === -1 ? piece.byteLength : end));
        if (end === -1) return;
        gap = 1;
        at = end + 1;
      }
    },
    end: () => write(Buffer.from("]")),
  };
}

function isBlank(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
