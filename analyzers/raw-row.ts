/**
 * Rebuilds raw records from table rows, for rules in TypeScript: the columns of known fields, the JSON text columns and
 * `unmapped` put together again under their raw names.
 */
import { isObject, type RawRecord } from "../core/raw-record.ts";
import type { SourceDefinition } from "../core/source.ts";
import { type SqlRow, sqlString } from "../core/sql-engine.ts";

/** A larger JSON column is not handed to a rule in TypeScript: 256 KB is what CloudTrail allows for a whole event. */
const MAX_DOCUMENT_BYTES = 4_194_304;

/** SELECT items that `rebuildRecord` needs, over a row of the source's table. */
export function rawRowSelect(source: SourceDefinition): string {
  const fields = Object.entries(source.fields).map(([name, sql]) => `${sqlString(name)}, ${sql}`);
  const documents = documentColumns(source).map(
    ([, sql], index) =>
      `CASE WHEN strlen(CAST(${sql} AS VARCHAR)) <= ${MAX_DOCUMENT_BYTES} THEN CAST(${sql} AS VARCHAR) END AS logkeep_d${index}`,
  );
  return [`CAST(json_object(${fields.join(", ")}) AS VARCHAR) AS logkeep_fields`, ...documents].join(", ");
}

/** SQL of the bytes that a row's JSON columns take, so that rows can be read in bounded pages. */
export function rawRowSizeSql(source: SourceDefinition): string {
  const sizes = documentColumns(source).map(([, sql]) => `coalesce(strlen(CAST(${sql} AS VARCHAR)), 0)`);
  return sizes.length === 0 ? "0" : sizes.join(" + ");
}

/** The raw record of a row that `rawRowSelect` read. */
export function rebuildRecord(source: SourceDefinition, row: SqlRow): RawRecord {
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(parseObject(row.logkeep_fields))) {
    if (value !== null) place(record, name.split("."), value);
  }
  for (const [index, [name]] of documentColumns(source).entries()) {
    const text = row[`logkeep_d${index}`];
    if (typeof text !== "string") continue;
    if (name === null) merge(record, parseObject(text));
    else place(record, name.split("."), parseJson(text));
  }
  return record;
}

function documentColumns(source: SourceDefinition): readonly (readonly [name: string | null, sql: string])[] {
  const hasUnmapped = source.table.columns.some((column) => column.name === "unmapped");
  return [...Object.entries(source.jsonFields), ...(hasUnmapped ? ([[null, "unmapped"]] as const) : [])];
}

function place(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    record[key] = value;
    return;
  }
  const inner = record[key];
  // Objects on this way were made here, never by the log.
  const next = isObject(inner) ? (inner as Record<string, unknown>) : Object.create(null);
  record[key] = next;
  place(next, rest, value);
}

/** Adds what is not there yet; objects are gone through together. Without recursion: depth is the log's choice. */
function merge(record: Record<string, unknown>, extra: RawRecord): void {
  const pending: [Record<string, unknown>, RawRecord][] = [[record, extra]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [target, source] = pair;
    for (const [key, value] of Object.entries(source)) {
      const inner = target[key];
      // Own parts were made by JSON.parse or here, so they may be written to.
      if (isObject(inner) && isObject(value)) pending.push([inner as Record<string, unknown>, value]);
      else if (!Object.hasOwn(target, key))
        Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
    }
  }
}

function parseObject(text: unknown): RawRecord {
  const value = typeof text === "string" ? parseJson(text) : null;
  return isObject(value) ? value : {};
}

/** Numbers that JavaScript cannot hold exactly stay text. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, (_key, item: unknown, context?: { source?: string }) =>
      typeof item === "number" &&
      !Number.isSafeInteger(item) &&
      context?.source !== undefined &&
      String(item) !== context.source
        ? context.source
        : item,
    );
    return value;
  } catch {
    // Nested too deep for the parser, which a rule could not look into either.
    return null;
  }
}
