import type { SourceDefinition } from "../../core/source.ts";
import { sqlString } from "../../core/sql-engine.ts";
import type { FieldPath } from "../sigma/ir.ts";
import { pathText } from "../sigma/ir.ts";
import { type RulePlace, ruleError } from "../sigma/sigma-error.ts";

/** A place in a row's JSON text where a raw field may be. */
export interface JsonPlace {
  /** SQL of a JSON text column. */
  readonly column: string;
  readonly path: FieldPath;
}

/** Where a raw field is to be found in a table row. */
export interface FieldAccess {
  readonly field: FieldPath;
  /** SQL of the field's own column as text; null where it has none. */
  readonly scalar: string | null;
  /** JSON columns to look into: where there is a column of its own, only while that is null. */
  readonly places: readonly JsonPlace[];
  /** SQL of the columns of the fields below this one: they tell only that it is present. */
  readonly children: readonly string[];
}

/** The column that keeps every raw value without a column of its own. */
const UNMAPPED = "unmapped";

/**
 * Finds a raw field: a column of its own, a path in a column of JSON text, else in `unmapped`, which also holds the
 * explicit nulls and the odd-typed values of known fields.
 */
export function fieldAccess(source: SourceDefinition, field: FieldPath): FieldAccess {
  const name = pathText(field);
  const unmapped = source.table.columns.some((column) => column.name === UNMAPPED)
    ? [{ column: UNMAPPED, path: field }]
    : [];
  const own = Object.hasOwn(source.fields, name) ? source.fields[name] : undefined;
  if (own !== undefined) return { field, scalar: asText(own), places: unmapped, children: [] };
  for (let length = field.length; length > 0; length--) {
    const prefix = pathText(field.slice(0, length));
    const column = Object.hasOwn(source.jsonFields, prefix) ? source.jsonFields[prefix] : undefined;
    if (column !== undefined) {
      const places = [{ column: asText(column), path: field.slice(length) }, ...unmapped];
      return { field, scalar: null, places, children: [] };
    }
  }
  const children = [...Object.entries(source.fields), ...Object.entries(source.jsonFields)]
    .filter(([known]) => known.startsWith(`${name}.`))
    .map(([, sql]) => sql);
  return { field, scalar: null, places: unmapped, children };
}

/** Columns of a narrowed relation are text already. */
function asText(sql: string): string {
  return /^logkeep_[sd]\d+$/.test(sql) ? sql : `CAST(${sql} AS VARCHAR)`;
}

/** Refuses to compare an object that is spread over columns: its text is gone. */
export function checkComparable(access: FieldAccess, place: RulePlace): void {
  if (access.children.length > 0) {
    const hint = "this object is spread over columns: name one of the fields in it, or ask only whether it exists";
    throw ruleError(
      "not-comparable",
      "the field is an object that has no text of its own",
      place,
      pathText(access.field),
      hint,
    );
  }
}

/**
 * How much of a row is looked at. `quick` reads a field's own column, and JSON columns by a plain path: right for rows on
 * which `needsFull` is false, which is nearly all. `full` also goes through arrays and looks into `unmapped`, and costs
 * several times as much to plan and to run.
 */
export type Depth = "quick" | "full";

/** A boolean: some value at the field passes `test`, which gets the SQL of a text that may be NULL. */
export function anyValueSql(access: FieldAccess, depth: Depth, test: (text: string) => string): string {
  if (depth === "quick") return `coalesce(${test(quickTextSql(access))}, FALSE)`;
  const inPlaces = access.places.map((place) => anyJsonSql(place, test));
  const elsewhere = inPlaces.length === 0 ? "FALSE" : `(${inPlaces.join(" OR ")})`;
  if (access.scalar === null) return elsewhere;
  return `(CASE WHEN ${access.scalar} IS NOT NULL THEN coalesce(${test(access.scalar)}, FALSE) ELSE ${elsewhere} END)`;
}

/** All values at the field, a list of texts; null values are left out or NULL. */
export function valuesSql(access: FieldAccess, depth: Depth): string {
  if (depth === "quick") return `[${quickTextSql(access)}]`;
  const lists = access.places.map(
    (place) => `coalesce(list_transform(${jsonValuesSql(place)}, lambda logkeep_j: logkeep_j->>'$'), []::VARCHAR[])`,
  );
  const elsewhere =
    lists.length === 0 ? "[]::VARCHAR[]" : lists.reduce((left, right) => `list_concat(${left}, ${right})`);
  if (access.scalar === null) return elsewhere;
  return `(CASE WHEN ${access.scalar} IS NOT NULL THEN [${access.scalar}] ELSE ${elsewhere} END)`;
}

/** A boolean: the field is present, be it empty or null. */
export function existsSql(access: FieldAccess, depth: Depth): string {
  if (depth === "quick" && access.scalar !== null) return `(${access.scalar} IS NOT NULL)`;
  const terms = [
    ...(access.scalar === null ? [] : [`${access.scalar} IS NOT NULL`]),
    ...access.children.map((sql) => `(${sql}) IS NOT NULL`),
    ...access.places.map((place) => jsonExistsSql(place, depth)),
  ];
  return terms.length === 0 ? "FALSE" : `(${terms.join(" OR ")})`;
}

/** A boolean: the field is absent, or null is among its values. */
export function isNullSql(access: FieldAccess, depth: Depth): string {
  const isFilled = [
    ...(access.scalar === null ? [] : [`${access.scalar} IS NOT NULL`]),
    ...access.children.map((sql) => `(${sql}) IS NOT NULL`),
  ];
  if (depth === "quick") {
    const [place] = access.places;
    if (access.scalar !== null || place === undefined)
      return isFilled.length === 0 ? "TRUE" : `(NOT (${isFilled.join(" OR ")}))`;
    const isOpen = `coalesce(json_type(${place.column}, ${jsonPath(place.path)}), 'NULL') = 'NULL'`;
    return isFilled.length === 0 ? `(${isOpen})` : `(NOT (${isFilled.join(" OR ")}) AND ${isOpen})`;
  }
  const nulls = access.places.map(
    (place) =>
      `coalesce(len(list_filter(${jsonValuesSql(place)}, lambda logkeep_j: json_type(logkeep_j) = 'NULL')) > 0, FALSE)`,
  );
  const hasNull = nulls.length === 0 ? "FALSE" : `(${nulls.join(" OR ")})`;
  const open = `(NOT ${existsSql(access, "full")} OR ${hasNull})`;
  return isFilled.length === 0 ? open : `(CASE WHEN ${isFilled.join(" OR ")} THEN FALSE ELSE ${open} END)`;
}

/**
 * Booleans, of which none may hold for a row to be judged by the quick reading of the field: an array on the way, or a
 * known field's odd value (a number for a text, an explicit null) that is kept in `unmapped`.
 */
export function needsFullTerms(access: FieldAccess): readonly string[] {
  const [first] = access.places;
  if (first === undefined) return [];
  if (access.scalar === null) return [`contains(${first.column}, '[')`];
  const key = access.field.at(-1) ?? "";
  return [`contains(${first.column}, ${sqlString(`${JSON.stringify(key)}:`)})`];
}

function quickTextSql(access: FieldAccess): string {
  if (access.scalar !== null) return access.scalar;
  const [place] = access.places;
  return place === undefined
    ? "CAST(NULL AS VARCHAR)"
    : `json_extract_string(${place.column}, ${jsonPath(place.path)})`;
}

function anyJsonSql(place: JsonPlace, test: (text: string) => string): string {
  const { column, path } = place;
  const plain = `json_extract_string(${column}, ${jsonPath(path)})`;
  const list = `len(list_filter(${jsonValuesSql(place)}, lambda logkeep_j: coalesce(${test("(logkeep_j->>'$')")}, FALSE))) > 0`;
  // Paths do not descend arrays by themselves, and trying each step both ways costs several times a plain path: text
  // without a bracket holds no array.
  return `(CASE WHEN ${column} IS NULL THEN FALSE WHEN contains(${column}, '[') THEN coalesce(${list}, FALSE) ELSE coalesce(${test(plain)}, FALSE) END)`;
}

/** A list of JSON values: each step taken as it is and through an array; arrays themselves are no values. */
function jsonValuesSql(place: JsonPlace): string {
  const [plain = "", ...wild] = pathVariants(place.path, true);
  const lists = [
    `[json_extract(${place.column}, ${plain})]`,
    ...wild.map((path) => `json_extract(${place.column}, ${path})`),
  ];
  const joined = lists.reduce((left, right) => `list_concat(${left}, ${right})`);
  return `list_filter(${joined}, lambda logkeep_v: json_type(logkeep_v) <> 'ARRAY')`;
}

function jsonExistsSql(place: JsonPlace, depth: Depth): string {
  const { column } = place;
  if (depth === "quick") return `coalesce(json_exists(${column}, ${jsonPath(place.path)}), FALSE)`;
  const [plain = "", ...wild] = pathVariants(place.path, false);
  const terms = [
    `json_exists(${column}, ${plain})`,
    ...(wild.length === 0
      ? []
      : [
          `(contains(${column}, '[') AND (${wild.map((path) => `len(json_extract(${column}, ${path})) > 0`).join(" OR ")}))`,
        ]),
  ];
  return `coalesce(${terms.join(" OR ")}, FALSE)`;
}

/** JSON paths that between them reach every value at the path once; the first has no wildcard. */
function pathVariants(path: FieldPath, throughLast: boolean): readonly string[] {
  let variants = ["$"];
  // A column that holds an array itself is crossed too.
  if (path.length > 0 || throughLast) variants = ["$", "$[*]"];
  for (const [index, key] of path.entries()) {
    const step = `."${key}"`;
    const crosses = index < path.length - 1 || throughLast;
    variants = variants.flatMap((prefix) => (crosses ? [prefix + step, `${prefix + step}[*]`] : [prefix + step]));
  }
  return variants.map(sqlString);
}

function jsonPath(path: FieldPath): string {
  return sqlString(`$${path.map((key) => `."${key}"`).join("")}`);
}
