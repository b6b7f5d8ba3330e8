/**
 * A SELECT in, the SELECT that Athena is asked instead out. Results come as text, and nested ones as text that cannot be
 * read back (`{a=1, b=x, c=2}` may be two fields or three). So the columns are looked at first (a statement that reads
 * nothing), and what has no plain spelling of its own leaves the engine as JSON. See ADR 013.
 */
import { LogkeepError } from "../core/errors.ts";
import { sqlName } from "../core/sql-engine.ts";
import { sqlTokens, withoutLastSemicolon } from "../core/sql-tokens.ts";
import type { AthenaType } from "./athena-types.ts";

/** Base types, as the service names them, whose texts say exactly what they are. All others leave as JSON. */
const PLAIN_TYPES: ReadonlySet<string> = new Set([
  ...["boolean", "tinyint", "smallint", "integer", "int", "bigint", "float", "real", "double", "decimal"],
  ...["varchar", "char", "string", "json", "date", "time", "timestamp", "timestamp with time zone"],
  ...["unknown", "uuid", "ipaddress", "interval year to month", "interval day to second"],
]);

/** Whether a column of that base type can be read as it comes. */
export function isPlain(baseType: string): boolean {
  return PLAIN_TYPES.has(baseType.toLowerCase());
}

/** Tells the columns' names and base types. The engine reads no table: it folds the limit before it plans a scan. */
export function describeSql(sql: string): string {
  return `SELECT * FROM (${withoutLastSemicolon(sql)}\n) LIMIT 0`;
}

/** One row with the full type of each column; no table is read either. */
export function typesSql(sql: string, columnCount: number): string {
  const names = columnNames(columnCount);
  const types = names.map((name) => `typeof(t.${name})`).join(", ");
  const rows = `SELECT * FROM (${withoutLastSemicolon(sql)}\n) LIMIT 0`;
  return `SELECT ${types} FROM (VALUES 1) AS one(one) LEFT JOIN (${rows}) AS t(${names.join(", ")}) ON true`;
}

/** The same rows in the same order, with the columns that are not plain as JSON text. */
export function portableSql(
  sql: string,
  columns: readonly { readonly name: string; readonly type: AthenaType }[],
): string {
  const names = columnNames(columns.length);
  const outputs = columns.map(({ name, type }, index) => {
    const column = `t.${names[index]}`;
    return `${type.kind === "scalar" ? portableScalar(column, type.name) : jsonOf(column, type)} AS ${sqlName(name)}`;
  });
  return `SELECT ${outputs.join(", ")} FROM (${keepOrder(withoutLastSemicolon(sql))}\n) AS t(${names.join(", ")})`;
}

/**
 * The engine drops the ORDER BY of a subquery unless a LIMIT gives it a meaning. The largest that its operator takes:
 * https://trino.io/docs/current/sql/select.html#order-by-clause
 */
const ALL_ROWS = 2_147_483_647;

function keepOrder(sql: string): string {
  const words = sqlTokens(sql).filter((token) => token.kind === "word" && token.depth === 0);
  const has = (word: string) => words.some((token) => token.text.toUpperCase() === word);
  return has("ORDER") && !has("LIMIT") && !has("FETCH") ? `${sql}\nLIMIT ${ALL_ROWS}` : sql;
}

function columnNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `c${index}`);
}

function jsonOf(expression: string, type: AthenaType): string {
  return `json_format(CAST(${portable(expression, type, 0)} AS JSON))`;
}

/** A scalar column whose text is exact. */
function portableScalar(expression: string, name: string): string {
  return name === "varbinary" ? `to_base64(${expression})` : expression;
}

/** The expression itself, or one whose cast to JSON loses nothing where its own would. */
function portable(expression: string, type: AthenaType, depth: number): string {
  if (isExactInJson(type)) return expression;
  if (depth > MAX_DEPTH) throw unreadable(type.text);
  const item = `x${depth}`;
  switch (type.kind) {
    case "scalar":
      return portableItem(expression, type.name, type.text);
    case "array":
      return `transform(${expression}, ${item} -> ${portable(item, type.element, depth + 1)})`;
    case "map": {
      const name = `k${depth}`;
      const key = type.key.kind === "scalar" ? portable(name, type.key, depth + 1) : jsonOf(name, type.key);
      const values = `transform_values(${expression}, (${name}, ${item}) -> ${portable(item, type.value, depth + 1)})`;
      return type.key.kind === "scalar" && isExactInJson(type.key)
        ? values
        : `transform_keys(${values}, (${name}, ${item}) -> ${key})`;
    }
    case "row": {
      const fields = type.fields.map(({ type: field }, index) =>
        portable(`${expression}[${index + 1}]`, field, depth + 1),
      );
      const types = type.fields.map(
        ({ name, type: field }, index) => `${sqlName(name ?? `field${index}`)} ${portableType(field)}`,
      );
      return `IF(${expression} IS NULL, NULL, CAST(ROW(${fields.join(", ")}) AS ROW(${types.join(", ")})))`;
    }
  }
}

const MAX_DEPTH = 32;

function portableItem(expression: string, name: string, text: string): string {
  switch (name) {
    case "varbinary":
      return `to_base64(${expression})`;
    case "json":
      return `json_format(${expression})`;
    case "timestamp with time zone":
      // Named zones repeat an hour each autumn; UTC does not.
      return `CAST(${expression} AT TIME ZONE 'UTC' AS varchar)`;
    case "real":
    case "double":
    case "decimal":
    case "ipaddress":
    case "uuid":
    case "char":
    case "time":
    case "timestamp":
    case "date":
      return `CAST(${expression} AS varchar)`;
    default:
      throw unreadable(text);
  }
}

/** The type of `portable`, as a cast names it. */
function portableType(type: AthenaType): string {
  switch (type.kind) {
    case "scalar":
      return isExactInJson(type) ? type.text : "varchar";
    case "array":
      return `array(${portableType(type.element)})`;
    case "map":
      return `map(${isExactInJson(type.key) ? type.key.text : "varchar"}, ${portableType(type.value)})`;
    case "row": {
      const fields = type.fields.map(
        ({ name, type: field }, index) => `${sqlName(name ?? `field${index}`)} ${portableType(field)}`,
      );
      return `row(${fields.join(", ")})`;
    }
  }
}

/** Types of which `CAST(... AS JSON)` keeps every value apart. */
function isExactInJson(type: AthenaType): boolean {
  switch (type.kind) {
    case "scalar":
      return ["boolean", "tinyint", "smallint", "integer", "bigint", "varchar", "unknown"].includes(type.name);
    case "array":
      return isExactInJson(type.element);
    case "map":
      return type.key.kind === "scalar" && isExactInJson(type.key) && isExactInJson(type.value);
    case "row":
      return type.fields.every((field) => field.name !== null && isExactInJson(field.type));
  }
}

function unreadable(type: string): LogkeepError {
  return new LogkeepError({
    code: "athena.unreadable-type",
    message: "a column's type has no text that could be read back",
    facts: { type },
    hint: "cast the column to varchar, or select its fields",
  });
}
