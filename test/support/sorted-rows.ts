import type { JsonRow } from "../../core/sql-engine.ts";

/** The same rows in an order that depends on nothing else. */
export function sortedRows(rows: readonly JsonRow[]): readonly JsonRow[] {
  const keyed = rows.map((row) => [JSON.stringify(row), row] as const);
  return keyed.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)).map(([, row]) => row);
}
