/** The end of a document around a record array: where the array ends, and the scalars that follow it. Pure. */

/** Where a record array ends, and what follows it. */
export interface ArrayTail {
  /** Bytes of the document after the array's `]`. */
  readonly trailingBytes: number;
  readonly envelope: Readonly<Record<string, string>>;
}

const SCALAR = String.raw`(?:"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null)`;
const TAIL = new RegExp(String.raw`\]((?:\s*,\s*"(?:[^"\\]|\\.)*"\s*:\s*${SCALAR})*\s*\}\s*)$`);
const MEMBER = new RegExp(String.raw`,\s*"((?:[^"\\]|\\.)*)"\s*:\s*(${SCALAR})`, "g");

/** Null when the bytes do not end such a document. `tail` is its last part, at most 64 KiB. */
export function readArrayTail(tail: Uint8Array): ArrayTail | null {
  const text = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength).toString("latin1");
  // The common end, without the search that a hostile one would make long.
  const close = /\](\s{0,64}\}\s{0,64})$/.exec(text.slice(-160));
  if (close?.[1] !== undefined) return { trailingBytes: close[1].length, envelope: {} };
  const match = TAIL.exec(text.slice(-4096));
  if (match?.[1] === undefined) return null;
  const members = [...match[1].matchAll(MEMBER)].map(([, key = "", value = ""]) => [key, value] as const);
  const envelope = members
    .filter(([, value]) => value !== "null")
    .map(([key, value]) => [key, unquoted(value)] as const);
  return { trailingBytes: match[1].length, envelope: Object.fromEntries(envelope) };
}

/** The same of a document that is the array itself: nothing but white space may follow it. */
export function readBareTail(tail: Uint8Array): ArrayTail | null {
  const text = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength).toString("latin1");
  const close = /\](\s{0,64})$/.exec(text.slice(-80));
  return close?.[1] === undefined ? null : { trailingBytes: close[1].length, envelope: {} };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1) : value;
}
