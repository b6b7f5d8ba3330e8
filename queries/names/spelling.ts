/** What a view needs of SQL beyond what both engines spell alike, once for each engine. */
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import type { ColumnType, PrimitiveType } from "../../core/table.ts";

/** SQL of a value and, in Trino's words, its type: Trino names a row's fields by a cast alone. */
export interface TypedSql {
  readonly sql: string;
  readonly type: string;
}

/** A field of a row. */
export interface NamedSql extends TypedSql {
  readonly name: string;
}

/** The engines that views are written for; Athena speaks Trino's SQL. */
export type ViewEngine = "duckdb" | "trino";

/** One engine's spelling. Arguments are SQL texts, names and keys excepted. */
export interface Spelling {
  /** A row of named fields. */
  row(fields: readonly NamedSql[]): TypedSql;
  /** The text of a scalar in a JSON text; null where there is none, or an object or array. */
  jsonText(json: string, path: readonly string[]): string;
  /** A JSON object as a map: strings as they are, other values as JSON text; null for what is no object. */
  jsonMap(json: string): TypedSql;
  /** The objects of a JSON array as rows of texts; null for what is no array. */
  jsonRows(json: string, fields: readonly { readonly name: string; readonly key: string }[]): TypedSql;
  /** The JSON text of a member of a JSON object. */
  jsonMember(json: string, path: readonly string[]): string;
  /** An instant of milliseconds since 1970. */
  instant(ms: string): TypedSql;
  /** A map of those texts that are not null. */
  textMap(entries: readonly { readonly key: string; readonly sql: string }[]): TypedSql;
  /** Two maps in one; the second may be null. */
  bothMaps(map: string, perhaps: string): string;
  /** The first element of an array; null where there is none. */
  first(array: string): string;
}

const MAP_TYPE = "map(varchar, varchar)";
const INSTANT_TYPE = "timestamp(6) with time zone";

const DUCKDB: Spelling = {
  row: (fields) => ({
    sql: `struct_pack(${fields.map(({ name, sql }) => `${sqlName(name)} := ${sql}`).join(", ")})`,
    type: rowType(fields),
  }),
  jsonText: duckDbText,
  jsonMap: (json) => {
    // Of equal keys the engine would keep all; Trino refuses such an object.
    const map = `from_json(${json}, '"MAP(VARCHAR, VARCHAR)"')`;
    const keys = `map_keys(${map})`;
    return { sql: `CASE WHEN len(list_distinct(${keys})) = len(${keys}) THEN ${map} END`, type: MAP_TYPE };
  },
  jsonRows: (json, fields) => {
    const row = fields.map(({ name, key }) => `${sqlName(name)} := ${duckDbText("item", [key])}`).join(", ");
    const items = `list_transform(json_extract(${json}, '$[*]'), lambda item: struct_pack(${row}))`;
    return { sql: `CASE WHEN json_type(${json}) = 'ARRAY' THEN ${items} END`, type: rowsType(fields) };
  },
  jsonMember: (json, path) => `json_extract(${json}, ${duckDbPath(path)})::VARCHAR`,
  instant: (ms) => ({ sql: `make_timestamptz(${ms} * 1000)`, type: INSTANT_TYPE }),
  textMap: (entries) => {
    const list = entries.map(({ key, sql }) => `{'key': ${sqlString(key)}, 'value': ${sql}}`).join(", ");
    return { sql: `map_from_entries(list_filter([${list}], lambda e: e."value" IS NOT NULL))`, type: MAP_TYPE };
  },
  bothMaps: (map, perhaps) => `map_concat(${map}, COALESCE(${perhaps}, MAP([]::VARCHAR[], []::VARCHAR[])))`,
  first: (array) => `${array}[1]`,
};

function duckDbText(json: string, path: readonly string[]): string {
  const at = duckDbPath(path);
  return `CASE WHEN json_type(${json}, ${at}) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(${json}, ${at}) END`;
}

/** Names of our own, so none holds what a path would have to escape. */
function duckDbPath(path: readonly string[]): string {
  return sqlString(["$", ...path.map((key) => `"${key}"`)].join("."));
}

const TRINO: Spelling = {
  row: (fields) => {
    const type = rowType(fields);
    return { sql: `CAST(ROW(${fields.map(({ sql }) => sql).join(", ")}) AS ${type})`, type };
  },
  jsonText: (json, path) => `json_extract_scalar(${json}, ${trinoPath(path)})`,
  jsonMap: (json) => ({
    // A cast of the values to varchar would refuse objects and arrays.
    sql: `TRY(transform_values(CAST(json_parse(${json}) AS map(varchar, json)), (key, value) -> COALESCE(json_extract_scalar(value, '$'), nullif(json_format(value), 'null'))))`,
    type: MAP_TYPE,
  }),
  jsonRows: (json, fields) => {
    const type = rowType(fields.map(({ name }) => ({ name, type: "varchar" })));
    const row = fields.map(({ key }) => `json_extract_scalar(item, ${trinoPath([key])})`).join(", ");
    const items = `TRY(CAST(json_parse(${json}) AS array(json)))`;
    return { sql: `transform(${items}, item -> CAST(ROW(${row}) AS ${type}))`, type: rowsType(fields) };
  },
  jsonMember: (json, path) => `json_format(json_extract(${json}, ${trinoPath(path)}))`,
  instant: (ms) => ({ sql: `CAST(from_unixtime(${ms} / 1e3, 'UTC') AS ${INSTANT_TYPE})`, type: INSTANT_TYPE }),
  textMap: (entries) => {
    const list = entries.map(({ key, sql }) => `ROW(${sqlString(key)}, ${sql})`).join(", ");
    return { sql: `map_from_entries(filter(ARRAY[${list}], e -> e[2] IS NOT NULL))`, type: MAP_TYPE };
  },
  bothMaps: (map, perhaps) => `map_concat(${map}, COALESCE(${perhaps}, CAST(map() AS ${MAP_TYPE})))`,
  first: (array) => `element_at(${array}, 1)`,
};

function trinoPath(path: readonly string[]): string {
  return sqlString(["$", ...path.map((key) => `["${key}"]`)].join(""));
}

/** One spelling for each engine. */
export const SPELLINGS: Readonly<Record<ViewEngine, Spelling>> = { duckdb: DUCKDB, trino: TRINO };

function rowType(fields: readonly { readonly name: string; readonly type: string }[]): string {
  return `row(${fields.map(({ name, type }) => `${sqlName(name)} ${type}`).join(", ")})`;
}

function rowsType(fields: readonly { readonly name: string }[]): string {
  return `array(${rowType(fields.map(({ name }) => ({ name, type: "varchar" })))})`;
}

const TRINO_TYPES: Readonly<Record<PrimitiveType, string>> = {
  boolean: "boolean",
  int: "integer",
  long: "bigint",
  double: "double",
  string: "varchar",
  timestamptz: INSTANT_TYPE,
};

/** A column's type in Trino's words. */
export function trinoType(type: ColumnType): string {
  if (typeof type === "string") return TRINO_TYPES[type];
  if (type.kind === "list") return `array(${trinoType(type.element)})`;
  return rowType(type.fields.map((field) => ({ name: field.name, type: trinoType(field.type) })));
}
