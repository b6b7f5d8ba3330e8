/** CAST, TRY_CAST and typed literals. Each target type is a macro with one reading for each source type. */
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import type { PrintContext } from "./function-rule.ts";
import { printExpression } from "./print-expression.ts";
import { type Place, syntaxError, unsupported } from "./refuse.ts";
import type { Expression, TypeName } from "./syntax.ts";
import { timeText } from "./time-text.ts";
import { asZoned, localTime } from "./zones.ts";

/** Types that a macro named after them casts to. */
const SIMPLE: Readonly<Record<string, string>> = {
  varchar: "varchar",
  boolean: "boolean",
  integer: "integer",
  int: "integer",
  bigint: "bigint",
  double: "double",
  date: "date",
  ipaddress: "ipaddress",
};

const TYPE_HINT =
  "use varchar, boolean, integer, bigint, double, decimal, date, timestamp, ipaddress, or arrays, maps and rows of them";

/** CAST or TRY_CAST as SQL. */
export function printCast(expression: Extract<Expression, { kind: "cast" }>, context: PrintContext): string {
  const { value, type, isTry } = expression;
  const place: Place = { text: context.text, offset: type.offset };
  if (value.kind === "null") return `CAST(NULL AS ${duckDbType(type, place)})`;
  const zoned = asZoned(value);
  if (zoned !== null) {
    if (!["timestamp", "date"].includes(type.name)) {
      throw unsupported("AT TIME ZONE here", place, "cast it to timestamp or date, or use date_format");
    }
    return castSql(
      localTime(zoned, context, (each) => printExpression(each, context)),
      type,
      isTry,
      place,
    );
  }
  if (isJson(value)) return castJson(jsonSql(value, context), value.name === "json_parse", type, isTry, place);
  const sql = printExpression(value, context);
  const from = context.checker.types.get(value);
  const isTime = from?.kind === "timestamp" || from?.kind === "timestamp with time zone";
  if (isTime && type.name === "varchar" && type.numbers.length === 0) return timeText(sql, from, " ", " UTC");
  return castSql(sql, type, isTry, place);
}

/** `DATE '2026-01-05'` and its like as SQL. */
export function printTyped(expression: Extract<Expression, { kind: "typed" }>, context: PrintContext): string {
  const { type, value } = expression;
  const place: Place = { text: context.text, offset: expression.offset };
  if (value.includes("\0") || !value.isWellFormed()) throw syntaxError("half a character", place);
  if (type.numbers.length > 0 || type.types.length > 0) throw unsupported("this literal", place, "use CAST");
  if (type.name === "decimal") {
    if (!/^-?[0-9]+(\.[0-9]+)?$/.test(value)) throw syntaxError("this is no decimal", place);
    const digits = value.replace(/^-?0*/, "").replace(".", "").length;
    const scale = value.split(".")[1]?.length ?? 0;
    return `CAST('${value}' AS DECIMAL(${Math.max(digits, scale, 1)}, ${scale}))`;
  }
  if (type.name === "timestamp") {
    const isInstant = /(?: UTC|Z|[+-]00:00)$/.test(value);
    return isInstant ? `trino_cast_instant(${sqlString(value)}, 6)` : `trino_cast_timestamp(${sqlString(value)}, 6)`;
  }
  return castSql(sqlString(value), type, false, place);
}

function castSql(value: string, type: TypeName, isTry: boolean, place: Place): string {
  const prefix = isTry ? "trino_try_cast" : "trino_cast";
  const simple = Object.hasOwn(SIMPLE, type.name) ? SIMPLE[type.name] : undefined;
  if (simple !== undefined) {
    const sql = `${prefix}_${simple}(${value})`;
    const [length] = type.numbers;
    return type.name === "varchar" && length !== undefined ? `substring(${sql}, 1, ${length})` : sql;
  }
  switch (type.name) {
    case "decimal": {
      const [precision = 38, scale = 0] = type.numbers;
      const text = `trino_decimal_text(${value}, ${isTry ? "true" : "false"})`;
      return `${isTry ? "TRY_CAST" : "CAST"}(${text} AS DECIMAL(${precision}, ${scale}))`;
    }
    case "timestamp":
      return `${prefix}_timestamp(${value}, ${precisionOf(type, place)})`;
    case "timestamp with time zone":
      return `${prefix}_instant(${value}, ${precisionOf(type, place)})`;
    case "array": {
      const [element] = type.types;
      if (element === undefined) break;
      const name = `"cast ${depthOf(type)}"`;
      return `list_transform(${value}, lambda ${name}: ${castSql(name, element, isTry, place)})`;
    }
    case "row": {
      const fields = type.types.map((each, index) => {
        const name = type.fields[index];
        const part = castSql(`struct_extract_at(${value}, ${index + 1})`, each, isTry, place);
        return `${sqlName(name ?? `field${index}`)} := ${part}`;
      });
      if (isTry) break;
      return `struct_pack(${fields.join(", ")})`;
    }
  }
  throw unsupported(type.name, place, TYPE_HINT);
}

/** DuckDB's name of a type. */
function duckDbType(type: TypeName, place: Place): string {
  const inner = type.types.map((each) => duckDbType(each, place));
  switch (type.name) {
    case "array":
      return `${inner.join("")}[]`;
    case "map":
      return `MAP(${inner.join(", ")})`;
    case "decimal":
      return `DECIMAL(${type.numbers[0] ?? 38}, ${type.numbers[1] ?? 0})`;
    case "timestamp":
    case "timestamp with time zone":
    case "json":
      return type.name.toUpperCase();
    case "varbinary":
      return "BLOB";
    case "ipaddress":
      return "UHUGEINT";
  }
  if (Object.hasOwn(SIMPLE, type.name)) return type.name.toUpperCase();
  throw unsupported(type.name, place, TYPE_HINT);
}

function depthOf(type: TypeName): number {
  return 1 + Math.max(0, ...type.types.map(depthOf));
}

function precisionOf(type: TypeName, place: Place): number {
  const precision = type.numbers[0] ?? 3;
  if (precision > 6) throw unsupported(`${type.name}(${precision})`, place, "microseconds, (6), are the finest");
  return precision;
}

function isJson(value: Expression): value is Extract<Expression, { kind: "call" }> {
  return value.kind === "call" && (value.name === "json_parse" || value.name === "json_extract");
}

function jsonSql(value: Extract<Expression, { kind: "call" }>, context: PrintContext): string {
  if (value.name === "json_extract") return printExpression(value, context);
  const [text] = value.args;
  if (text === undefined || value.args.length !== 1) {
    throw unsupported("json_parse() here", { text: context.text, offset: value.offset }, "give it one text");
  }
  return `trino_json_parse(${printExpression(text, context)})`;
}

/** JSON is cast by what it holds; a value of another kind is an error, as in Athena. json_parse has sorted its keys. */
function castJson(json: string, isSorted: boolean, type: TypeName, isTry: boolean, place: Place): string {
  const [first, second] = type.types;
  const inner = (each: TypeName | undefined) =>
    each !== undefined && each.types.length === 0 && each.numbers.length === 0 ? each.name : "";
  const elements = isSorted ? ["varchar"] : ["json", "varchar"];
  if (!isTry && type.name === "varchar" && type.numbers.length === 0) return `trino_json_varchar(${json})`;
  if (!isTry && type.name === "array" && elements.includes(inner(first))) {
    return `trino_json_array_${inner(first)}(${json})`;
  }
  if (!isTry && type.name === "map" && inner(first) === "varchar" && elements.includes(inner(second))) {
    const map = `trino_json_map_${inner(second)}(${json})`;
    return isSorted ? `trino_sorted(${map})` : map;
  }
  throw unsupported(
    `a ${isTry ? "TRY_CAST" : "CAST"} of JSON to this type`,
    place,
    "cast json_extract(x, '$') to varchar, array(json), array(varchar), map(varchar, json) or map(varchar, varchar)",
  );
}
