/**
 * One column of a CSV text (RFC 4180) -> the bytes of a JSON array of strings, piece by piece: a row is an element, its
 * field a string, or null where the row has no such field. Bytes, not characters: what is no UTF-8 is found later, in the
 * record that holds it. Pure.
 */
import type { ArrayWriter } from "./lines-to-array.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BACKSLASH = 0x5c;
const OUT_BYTES = 65_536;
/** A byte at most becomes `\u00XX`; a row's frame takes less. */
const MOST_BYTES = 16;

/** `column` counts from 0. The text starts after the header line. */
export function csvToArray(column: number, write: (bytes: Uint8Array) => void): ArrayWriter {
  const out = Buffer.alloc(OUT_BYTES);
  let size = 0;
  let field = 0;
  let isQuoted = false;
  // A quote inside a quoted field: its end, or the first of two.
  let wasQuote = false;
  let isFieldEmpty = true;
  let isOpen = false;
  let isRowEmpty = true;
  let rows = 0;
  const text = (part: string): void => {
    size += out.write(part, size, "latin1");
  };
  const byteIn = (byte: number): void => {
    isFieldEmpty = false;
    isRowEmpty = false;
    if (field !== column) return;
    open();
    if (byte === QUOTE || byte === BACKSLASH) out[size++] = BACKSLASH;
    if (byte < 0x20) text(`\\u00${byte.toString(16).padStart(2, "0")}`);
    else out[size++] = byte;
  };
  const open = (): void => {
    if (isOpen) return;
    text(rows === 0 ? '"' : ',"');
    isOpen = true;
  };
  const endField = (): void => {
    if (field === column) {
      open();
      text('"');
      isOpen = false;
    }
    field += 1;
    isFieldEmpty = true;
  };
  const endRow = (): void => {
    if (isRowEmpty && field === 0) return;
    endField();
    if (field <= column) text(rows === 0 ? "null" : ",null");
    rows += 1;
    field = 0;
    isRowEmpty = true;
  };
  const outside = (byte: number): void => {
    if (byte === COMMA) {
      isRowEmpty = false;
      endField();
    } else if (byte === LINE_FEED) endRow();
    else if (byte === QUOTE && isFieldEmpty) {
      isQuoted = true;
      isRowEmpty = false;
    } else if (byte !== CARRIAGE_RETURN) byteIn(byte);
  };
  text("[");
  return {
    take: (piece) => {
      for (let index = 0; index < piece.byteLength; index += 1) {
        // The index is below the length, so a byte is there.
        const byte = piece[index] as number;
        if (size > OUT_BYTES - MOST_BYTES) {
          write(out.subarray(0, size));
          size = 0;
        }
        if (!isQuoted) outside(byte);
        else if (wasQuote) {
          wasQuote = false;
          if (byte === QUOTE) byteIn(QUOTE);
          else {
            isQuoted = false;
            // A quoted field is over, empty or not.
            isFieldEmpty = false;
            outside(byte);
          }
        } else if (byte === QUOTE) wasQuote = true;
        else byteIn(byte);
      }
    },
    end: () => {
      endRow();
      text("]");
      write(out.subarray(0, size));
    },
  };
}
