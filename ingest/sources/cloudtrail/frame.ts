import { frameJsonArray } from "../../../core/json-envelope.ts";
import type { Framing } from "../../../core/source.ts";

/** Lower-case name of the column with the whole event in a managed CloudTrail lake. */
const EVENT_COLUMN = "eventjson";

/**
 * Delivered objects (`{"Records":[...]}`), and what leaves a managed CloudTrail lake: rows as JSON, one a line, or as CSV,
 * each with the event's text in `eventJson`; or the events themselves, one a line.
 */
export function frameCloudTrail(head: Uint8Array): Framing | null {
  const records = frameJsonArray(head, "Records");
  if (records !== null) return records;
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  return frameLines(text) ?? frameCsv(text);
}

function frameLines(text: string): Framing | null {
  if (!/^\s*\{/.test(text)) return null;
  const keys = firstKeys(text);
  const column = keys.find((key) => key.toLowerCase() === EVENT_COLUMN);
  if (column !== undefined) return { kind: "json-lines", path: [column] };
  const isEvent = keys.includes("eventVersion") && (keys.includes("eventTime") || keys.includes("eventID"));
  return isEvent ? { kind: "json-lines", path: [] } : null;
}

/** The keys of the first object, as far as the head shows it, in their order. */
function firstKeys(text: string): readonly string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const [whole, string, colon] of text.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[[\]{}]/g)) {
    if (string === undefined) depth += whole === "{" || whole === "[" ? 1 : -1;
    else if (colon !== undefined && depth === 1) keys.push(string);
    if (depth === 0) break;
  }
  return keys;
}

function frameCsv(text: string): Framing | null {
  // A header has names alone, quoted or not.
  const line = /^(?:\u00EF\u00BB\u00BF)?("?[A-Za-z_][A-Za-z0-9_.]*"?(?:,"?[A-Za-z_][A-Za-z0-9_.]*"?)*)\r?\n/.exec(text);
  const names = line?.[1]?.split(",").map((name) => name.replaceAll('"', "").toLowerCase()) ?? [];
  const column = names.indexOf(EVENT_COLUMN);
  return line === null || column === -1 ? null : { kind: "csv", start: line[0].length, column };
}
