/**
 * Raw JSON records -> typed raw columns, as SQL over the record's own text. In: a relation with one JSON text per
 * record. Out: the known keys as columns, and in `unmapped` whatever they do not hold.
 *
 * Nothing is lost, and the proof is arithmetic: a minified record is exactly as long as its known values, their keys
 * and the punctuation. Where the sum equals the length of the text, every byte is accounted for. Where it does not
 * (an unknown key, an explicit null, an escape, white space), that record alone is taken apart key by key.
 */
import type { RawKind, RawShape } from "../core/source.ts";
import { sqlName, sqlString } from "../core/sql-engine.ts";

/** Why a record cannot become a row. */
export type RecordFault = "duplicate-key" | "not-an-object" | "too-deep";

/**
 * Deeper nesting than any service writes. The engine's `json_merge_patch` recurses, and 200,000 levels end the process
 * on a thread with 8 MB of stack; threads have 512 KB on some systems.
 */
export const MAX_RECORD_DEPTH = 5_000;

/** The structure argument of `json_transform`: every leaf as text, payloads as JSON. */
export function transformSpec(shape: RawShape): string {
  return JSON.stringify(mapShape(shape, (kind) => (kind === "json" ? "JSON" : "VARCHAR")));
}

function mapShape(shape: RawShape, leaf: (kind: RawKind) => string): object {
  return Object.fromEntries(
    Object.entries(shape).map(([key, kind]) => [key, typeof kind === "string" ? leaf(kind) : mapShape(kind, leaf)]),
  );
}

/**
 * SQL: how many bytes of the record `text`, transformed into `row`, the columns do not account for. Instants that a
 * timestamp would not give back letter for letter count as one more.
 */
export function unaccountedBytes(shape: RawShape, text: string, row: string): string {
  const odd = instantPaths(shape, row).map(
    (value) => `CASE WHEN ${value} IS NULL OR ${isPlainInstant(value)} THEN 0 ELSE 1000000000 END`,
  );
  return [`strlen(${text}) - ${objectLength(shape, row)}`, ...odd].join(" + ");
}

/** A timestamp gives these back letter for letter: ISO 8601 in UTC, whole seconds or milliseconds. */
function isPlainInstant(value: string): string {
  return `(strlen(${value}) IN (20, 24) AND TRY_CAST(${value} AS TIMESTAMPTZ) IS NOT NULL)`;
}

/** Bytes of a minified object: one brace more than commas, and per key its name, quotes, colon, comma and value. */
function objectLength(shape: RawShape, row: string): string {
  const members = Object.entries(shape).map(([key, kind]) => {
    const value = `${row}.${sqlName(key)}`;
    const overhead = Buffer.byteLength(JSON.stringify(key)) + 2;
    if (typeof kind !== "string")
      return `(CASE WHEN ${value} IS NULL THEN 0 ELSE ${overhead} + ${objectLength(kind, value)} END)`;
    return `COALESCE(strlen(${value}) + ${overhead + quoteBytes(kind)}, 0)`;
  });
  return `greatest(2, 1 + ${members.join(" + ")})`;
}

function quoteBytes(kind: RawKind): number {
  return kind === "text" || kind === "instant" || kind === "bool-text" ? 2 : 0;
}

function instantPaths(shape: RawShape, row: string): string[] {
  return Object.entries(shape).flatMap(([key, kind]) => {
    const value = `${row}.${sqlName(key)}`;
    if (typeof kind !== "string") return instantPaths(kind, value);
    return kind === "instant" ? [value] : [];
  });
}

/**
 * SQL: the empty string where the columns hold the whole record, the JSON object of its explicit nulls where they hold
 * all but those of `oftenNull` (first-level keys, recognised by their exact length and text), and null where the record
 * must be taken apart. `extra` is the value of `unaccountedBytes`.
 */
export function knownNullsOf(oftenNull: readonly string[], text: string, row: string, extra: string): string {
  const shortcuts = subsets(oftenNull).map((keys) => {
    const members = keys.map((key) => `${JSON.stringify(key)}:null`);
    const size = members.reduce((sum, member) => sum + Buffer.byteLength(member) + 1, 0);
    const present = keys.map(
      (key, index) => `${row}.${sqlName(key)} IS NULL AND contains(${text}, ${sqlString(members[index] ?? "")})`,
    );
    return `WHEN ${extra} = ${size} AND ${present.join(" AND ")} THEN ${sqlString(`{${members.join(",")}}`)}`;
  });
  return `(CASE WHEN ${extra} = 0 THEN '' ${shortcuts.join(" ")} END)`;
}

function subsets(keys: readonly string[]): string[][] {
  const all: string[][] = [];
  for (const key of keys) all.push(...all.map((set) => [...set, key]), [key]);
  return all;
}

/**
 * SQL: the JSON object of everything in the record that the columns do not hold, in the record's own nesting; null when
 * there is nothing. Slow. One lambda binds the types and values of all known paths, so that the record is parsed twice,
 * not once a path.
 */
export function unmappedOf(shape: RawShape, text: string): string {
  const paths: string[] = [];
  const rest = restOf(shape, "$", paths);
  const list = `[${paths.map(sqlString).join(", ")}]`;
  return `list_transform([{t: json_type(${text}, ${list}), v: json_extract(${text}, ${list})}], lambda x: ${rest})[1]`;
}

function restOf(shape: RawShape, path: string, paths: string[]): string {
  paths.push(path);
  const here = `x.v[${paths.length}]`;
  const known = JSON.stringify(Object.fromEntries(Object.keys(shape).map((key) => [key, null])));
  const unknown = `json_merge_patch(${here}, ${sqlString(known)})::VARCHAR`;
  const members = Object.entries(shape).map(([key, kind]) =>
    restOfMember(key, kind, `${path}.${jsonPathKey(key)}`, paths),
  );
  const inner = `concat_ws(',', nullif(substring(${unknown}, 2, length(${unknown}) - 2), ''), ${members.join(", ")})`;
  return `nullif('{' || ${inner} || '}', '{}')`;
}

function restOfMember(key: string, kind: RawKind | RawShape, path: string, paths: string[]): string {
  const name = sqlString(`${JSON.stringify(key)}:`);
  if (typeof kind !== "string") {
    const rest = restOf(kind, path, paths);
    const index = paths.indexOf(path) + 1;
    return `CASE WHEN x.t[${index}] IS NULL THEN NULL WHEN x.t[${index}] = 'OBJECT' THEN ${name} || ${rest} ELSE ${name} || x.v[${index}]::VARCHAR END`;
  }
  paths.push(path);
  const [type, value] = [`x.t[${paths.length}]`, `x.v[${paths.length}]`];
  return `CASE WHEN ${type} IS NULL THEN NULL WHEN ${type} = 'NULL' OR (${misfit(kind, type, value)}) THEN ${name} || ${value}::VARCHAR END`;
}

function misfit(kind: RawKind, type: string, value: string): string {
  switch (kind) {
    case "json":
      return "false";
    case "text":
      return `${type} <> 'VARCHAR'`;
    case "bool":
      return `${type} <> 'BOOLEAN'`;
    case "number":
      return `${type} NOT IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')`;
    case "bool-text":
      return `${type} <> 'VARCHAR' OR ${value} NOT IN ('"true"', '"false"')`;
    case "instant":
      return `${type} <> 'VARCHAR' OR NOT ${isPlainInstant(`(${value} ->> '$')`)}`;
    default:
      return kind satisfies never;
  }
}

function jsonPathKey(key: string): string {
  return `"${key.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/**
 * SQL: why the record cannot become a row (a `RecordFault`), or null. Slow. Duplicate keys are looked for in the objects
 * whose keys we know: readers disagree on which of two values wins.
 */
export function faultOf(shape: RawShape, text: string): string {
  const paths = objectPaths(shape, "$").map(sqlString).join(", ");
  const isDuplicate = "lambda keys: len(list_distinct(keys)) < len(keys)";
  return `(CASE WHEN json_type(${text}) <> 'OBJECT' THEN 'not-an-object' WHEN len(list_filter(json_keys(${text}, [${paths}]), ${isDuplicate})) > 0 THEN 'duplicate-key' END)`;
}

/**
 * SQL: whether a JSON text is nested deeper than `MAX_RECORD_DEPTH`. Brackets are only counted where a text is long
 * enough to have so many; where it has, the innermost eight levels are taken off first, after which a broad but shallow
 * text has few left.
 */
export function isTooDeep(text: string): string {
  const closers = (within: string): string =>
    `strlen(${within}) - strlen(replace(replace(${within}, '}', ''), ']', ''))`;
  let brackets = `regexp_replace(regexp_replace(${text}, '(?s)"(?:[^"\\\\]|\\\\.)*"', '', 'g'), '[^{}\\[\\]]', '', 'g')`;
  for (let level = 0; level < INNER_LEVELS; level += 1) {
    brackets = `regexp_replace(${brackets}, '(?:\\{\\}|\\[\\])+', '', 'g')`;
  }
  return `(CASE WHEN strlen(${text}) <= ${2 * MAX_RECORD_DEPTH} THEN false WHEN ${closers(text)} <= ${MAX_RECORD_DEPTH} THEN false ELSE strlen(${brackets}) > ${2 * (MAX_RECORD_DEPTH - INNER_LEVELS)} END)`;
}

const INNER_LEVELS = 8;

function objectPaths(shape: RawShape, path: string): string[] {
  const nested = Object.entries(shape).flatMap(([key, kind]) =>
    typeof kind === "string" ? [] : objectPaths(kind, `${path}.${jsonPathKey(key)}`),
  );
  return [path, ...nested];
}
