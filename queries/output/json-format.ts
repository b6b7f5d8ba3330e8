import type { RowFormat } from "./row-format.ts";

/**
 * One JSON object per line and nothing else. 64-bit integers beyond 2^53 and decimals are strings, instants ISO 8601.
 * Line and paragraph separators are escaped: some readers of lines split there.
 */
export function jsonFormat(): RowFormat {
  return {
    begin: () => "",
    rows: (rows) => escapeJsonText(rows.map((row) => `${JSON.stringify(row)}\n`).join("")),
    end: () => "",
  };
}

/** JSON text without characters that terminals or readers of lines act on; the value stays the same. */
export function escapeJsonText(json: string): string {
  // DEL, C1 controls and bidirectional controls are legal JSON and still drive terminals.
  return json.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
