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
 * SQL: `relation` with a column `rest`, the JSON object of everything in the record `text` that the columns do not hold,
 * in the record's own nesting; null when there is nothing, and where not `isNeeded`. Slow. The types and values of all
 * known paths are lists, so that the record is parsed twice, not once a path, and so that one lambda serves all paths:
 * binding an expression for each took as long as a tenth of a batch.
 */
export function withRest(shape: RawShape, text: string, isNeeded: string, relation: string): string {
  const objects: ObjectPath[] = [];
  const members: Member[] = [];
  const rest = restOf(shape, "$", objects, members);
  const when = (value: string): string => `CASE WHEN ${isNeeded} THEN ${value} END`;
  const list = (values: readonly string[]): string => `[${values.map(sqlString).join(", ")}]`;
  const objectPaths = list(objects.map((each) => each.path));
  const memberPaths = list(members.map((each) => each.path));
  const odd = `list_transform(list_zip(json_type(${text}, ${memberPaths}), json_extract(${text}, ${memberPaths}),
    ${list(members.map((each) => each.kind))}, ${list(members.map((each) => `${JSON.stringify(each.key)}:`))}),
    lambda m: CASE WHEN m[1] IS NULL THEN NULL WHEN m[1] = 'NULL' OR ${isMisfit("m[1]", "m[2]", "m[3]")} THEN m[4] || m[2]::VARCHAR END)`;
  return `SELECT *, ${when(rest)} AS rest FROM (SELECT *, ${when(odd)} AS odd,
    ${when(`json_type(${text}, ${objectPaths})`)} AS types, ${when(`json_extract(${text}, ${objectPaths})`)} AS objects
    FROM (${relation}))`;
}

interface ObjectPath {
  readonly path: string;
}

interface Member extends ObjectPath {
  readonly key: string;
  readonly kind: RawKind;
}

/** Fills the lists of paths in the order in which `rest` reads them: an object's own members stand together. */
function restOf(shape: RawShape, path: string, objects: ObjectPath[], members: Member[]): string {
  objects.push({ path });
  const here = `objects[${objects.length}]`;
  const known = JSON.stringify(Object.fromEntries(Object.keys(shape).map((key) => [key, null])));
  const unknown = `json_merge_patch(${here}, ${sqlString(known)})::VARCHAR`;
  const first = members.length + 1;
  for (const [key, kind] of Object.entries(shape)) {
    if (typeof kind === "string") members.push({ key, kind, path: `${path}.${jsonPathKey(key)}` });
  }
  const own = notEmpty(`array_to_string(odd[${first}:${members.length}], ',')`);
  const nested = Object.entries(shape).flatMap(([key, kind]) => {
    if (typeof kind === "string") return [];
    const index = objects.length + 1;
    const name = sqlString(`${JSON.stringify(key)}:`);
    const inner = restOf(kind, `${path}.${jsonPathKey(key)}`, objects, members);
    return [
      `CASE types[${index}] WHEN 'OBJECT' THEN ${name} || ${inner} ELSE ${name} || objects[${index}]::VARCHAR END`,
    ];
  });
  const all = [notEmpty(`(${unknown})[2:-2]`), own, ...nested].join(", ");
  return `('{' || ${notEmpty(`concat_ws(',', ${all})`)} || '}')`;
}

/** SQL: null for the empty string. `nullif` repeats its argument, which doubles the statement with each level. */
function notEmpty(text: string): string {
  return `list_filter([${text}], lambda text: text <> '')[1]`;
}

/** SQL: whether a value of that JSON type cannot be what the column of that kind gives back. */
function isMisfit(type: string, value: string, kind: string): string {
  const tests: { readonly [Kind in RawKind]: string } = {
    json: "false",
    text: `${type} <> 'VARCHAR'`,
    bool: `${type} <> 'BOOLEAN'`,
    number: `${type} NOT IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')`,
    "bool-text": `${type} <> 'VARCHAR' OR ${value} NOT IN ('"true"', '"false"')`,
    instant: `${type} <> 'VARCHAR' OR NOT ${isPlainInstant(`(${value} ->> '$')`)}`,
  };
  const cases = Object.entries(tests).map(([name, test]) => `WHEN ${sqlString(name)} THEN ${test}`);
  return `(CASE ${kind} ${cases.join(" ")} END)`;
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
