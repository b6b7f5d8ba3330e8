/**
 * Where the records stand in an object's inflated bytes, decided from the first bytes. Pure; shared by the sources whose
 * objects are one JSON document around an array.
 */
import type { Framing } from "./source.ts";

/**
 * `{"<array key>":[...` possibly after other keys with scalar values. Null when the head is not that, or when the array
 * does not begin within it.
 */
export function frameJsonArray(head: Uint8Array, arrayKey: string): Framing | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  const opened = /^(?:\u00EF\u00BB\u00BF)?\s*\{\s*/.exec(text);
  if (opened === null) return null;
  const member = /"((?:[^"\\]|\\.)*)"\s*:\s*(?:(\[)|("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null)\s*,\s*)/y;
  const envelope: Record<string, string> = {};
  member.lastIndex = opened[0].length;
  for (let match = member.exec(text); match !== null; match = member.exec(text)) {
    const [, key = "", bracket, scalar] = match;
    if (bracket !== undefined) {
      return key === arrayKey ? { kind: "json-array", start: member.lastIndex - 1, envelope } : null;
    }
    if (scalar !== undefined && scalar !== "null")
      envelope[key] = scalar.startsWith('"') ? scalar.slice(1, -1) : scalar;
  }
  return null;
}
