import { frameJsonArray } from "../../../core/json-envelope.ts";
import type { Framing } from "../../../core/source.ts";

const ITEM_KEYS = ["configurationItemCaptureTime", "configurationItemStatus"];

/**
 * Files of items (`configurationItems`), a change notification around one item, and what was saved by hand from the
 * API: an answer with `baseConfigurationItems`, one item, or an array of them.
 */
export function frameConfig(head: Uint8Array): Framing | null {
  const items = frameJsonArray(head, "configurationItems");
  if (items !== null) return items;
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  const opened = /^(?:\u00EF\u00BB\u00BF)?\s*([{[])/.exec(text);
  if (opened === null) return null;
  const isArray = opened[1] === "[";
  const keys = keysAtDepth(text, isArray ? 2 : 1);
  const isItem = ITEM_KEYS.some((key) => keys.has(key));
  if (isArray) return isItem ? { kind: "json-array", start: opened[0].length - 1, envelope: {} } : null;
  const start = keys.get("baseConfigurationItems") ?? keys.get("configurationItems");
  if (start !== undefined) return text[start] === "[" ? { kind: "json-array", start, envelope: {} } : null;
  if (text[keys.get("configurationItem") ?? -1] === "{") return { kind: "json-object", path: ["configurationItem"] };
  return isItem ? { kind: "json-object", path: [] } : null;
}

/** The keys of the objects at a depth, each with the place where its value starts. */
function keysAtDepth(text: string, wanted: number): ReadonlyMap<string, number> {
  const keys = new Map<string, number>();
  const token = /"((?:[^"\\]|\\.)*)"(\s*:\s*)?|[[\]{}]/g;
  let depth = 0;
  for (const match of text.matchAll(token)) {
    const [whole, string, colon] = match;
    if (string === undefined) depth += whole === "{" || whole === "[" ? 1 : -1;
    else if (colon !== undefined && depth === wanted && !keys.has(string)) keys.set(string, match.index + whole.length);
  }
  return keys;
}
