/**
 * Expressions as DuckDB's SQL. Every operator stands in parentheses, every name in quotes, every string is written anew:
 * nothing of the text itself is passed on.
 */
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import type { ParameterType } from "../saved-query.ts";
import { concatenated, converted, duckDbTypeOf } from "./convert-sql.ts";
import type { PrintContext } from "./function-rule.ts";
import { EXTRACT_FIELDS } from "./functions/dates.ts";
import { printCall } from "./print-call.ts";
import { printCast, printTyped } from "./print-cast.ts";
import { printSubquery } from "./print-query.ts";
import { type Place, syntaxError, unsupported } from "./refuse.ts";
import type { Expression } from "./syntax.ts";
import { asDecimal } from "./types/coercion.ts";
import { isComposed, simple, type Type } from "./types/type.ts";
import { asZoned, localTime } from "./zones.ts";

/** How a parameter's value is typed on DuckDB. An instant is text in ISO 8601, for from_iso8601_timestamp. */
const PARAMETER_SQL: Readonly<Record<ParameterType, string>> = {
  string: "VARCHAR",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  ip: "VARCHAR",
  account: "VARCHAR",
  arn: "VARCHAR",
  "access-key": "VARCHAR",
  instant: "VARCHAR",
};

const MAX_BIGINT = 9_223_372_036_854_775_807n;
const INTERVAL_UNITS = ["second", "minute", "hour", "day", "week", "month", "year"];

/** An expression as SQL, as the type that it becomes where it stands. Throws `dialect.unsupported`. */
export function printExpression(expression: Expression, context: PrintContext): string {
  return converted(printPlain(expression, context), expression, context);
}

function printPlain(expression: Expression, context: PrintContext): string {
  const print = (each: Expression) => printExpression(each, context);
  const place: Place = { text: context.text, offset: expression.offset };
  switch (expression.kind) {
    case "null":
      return "NULL";
    case "boolean":
      return expression.value ? "TRUE" : "FALSE";
    case "integer":
      if (BigInt(expression.value) > MAX_BIGINT) throw syntaxError("a number is larger than bigint", place);
      return BigInt(expression.value).toString();
    case "decimal":
      return printDecimal(expression.value, place);
    case "double":
      return `CAST(${expression.value} AS DOUBLE)`;
    case "string":
      return sqlString(checkString(expression.value, place));
    case "binary":
      return `unhex('${expression.value}')`;
    case "typed":
      return printTyped(expression, context);
    case "interval":
      throw unsupported("INTERVAL here", place, "add it to a date or a time, or subtract it");
    case "parameter":
      return printParameter(expression.name, context, place);
    case "name":
      return printName(expression.name, context, place);
    case "field":
      return printField(expression, context);
    case "call":
      return printCall(expression, context);
    case "cast":
      return printCast(expression, context);
    case "case": {
      const whens = expression.whens.map(({ when, value }) => `WHEN ${print(when)} THEN ${print(value)}`);
      const operand = expression.operand === null ? "" : ` ${comparable([expression.operand], context).join("")}`;
      const otherwise = expression.otherwise === null ? "" : ` ELSE ${print(expression.otherwise)}`;
      return `CASE${operand} ${whens.join(" ")}${otherwise} END`;
    }
    case "negate":
      // With its sign it may fit a type that it does not fit without.
      if (expression.value.kind === "integer") return printNegative(expression.value.value, place);
      return `(- ${print(expression.value)})`;
    case "not":
      return `(NOT ${print(expression.value)})`;
    case "arithmetic":
      return printArithmetic(expression, context);
    case "comparison": {
      const [left, right] = comparable([expression.left, expression.right], context);
      return `(${left} ${expression.operator} ${right})`;
    }
    case "quantified": {
      const [left] = comparable([expression.left], context);
      const word = expression.all ? "ALL" : "ANY";
      return `(${left} ${expression.operator} ${word} ${printSubquery(expression.query, context)})`;
    }
    case "distinct-from": {
      const words = expression.negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM";
      return `(${print(expression.left)} ${words} ${print(expression.right)})`;
    }
    case "logical":
      return `(${expression.terms.map(print).join(expression.operator === "and" ? " AND " : " OR ")})`;
    case "between": {
      const [value, low, high] = comparable([expression.value, expression.low, expression.high], context);
      return `(${value} ${expression.negated ? "NOT " : ""}BETWEEN ${low} AND ${high})`;
    }
    case "in": {
      const [value, ...items] = comparable([expression.value, ...expression.items], context);
      return `(${value} ${expression.negated ? "NOT " : ""}IN (${items.join(", ")}))`;
    }
    case "in-query": {
      const [value] = comparable([expression.value], context);
      return `(${value} ${expression.negated ? "NOT " : ""}IN ${printSubquery(expression.query, context)})`;
    }
    case "like":
      return printLike(expression, context);
    case "is-null":
      return `(${print(expression.value)} IS ${expression.negated ? "NOT " : ""}NULL)`;
    case "exists":
      return `EXISTS ${printSubquery(expression.query, context)}`;
    case "scalar-query":
      return printSubquery(expression.query, context);
    case "row":
      // Trino's clients call fields without a name so.
      return `struct_pack(${expression.items.map((each, index) => `field${index} := ${print(each)}`).join(", ")})`;
    case "array":
      return `[${expression.items.map(print).join(", ")}]`;
    case "subscript":
      return printSubscript(expression, context);
    case "lambda":
      throw unsupported("a lambda here", place, "a lambda is an argument of transform, filter, any_match and the like");
    case "at-time-zone":
      throw unsupported(
        "AT TIME ZONE here",
        place,
        "use it inside hour(), date_format(), CAST(... AS timestamp) and the like",
      );
    case "extract": {
      const { field, value } = expression;
      if (!EXTRACT_FIELDS.has(field))
        throw unsupported(`EXTRACT(${field})`, place, "use a function of the field's name");
      const zoned = asZoned(value);
      const names: Readonly<Record<string, string>> = { dow: "day_of_week", doy: "day_of_year", yow: "year_of_week" };
      return `trino_${names[field] ?? field}(${zoned === null ? print(value) : localTime(zoned, context, print)})`;
    }
  }
}

/** A lambda's body, its parameters replaced by SQL. Throws where the expression is no such lambda. */
export function printLambdaBody(lambda: Expression, replacements: readonly string[], context: PrintContext): string {
  const place: Place = { text: context.text, offset: lambda.offset };
  if (lambda.kind !== "lambda" || lambda.parameters.length !== replacements.length) {
    throw unsupported(
      "an argument that is no lambda of this kind",
      place,
      `write ${replacements.length === 1 ? "x -> ..." : "(x, y) -> ..."}`,
    );
  }
  const bound = lambda.parameters.map((name, index) => [name.toLowerCase(), replacements[index] ?? ""] as const);
  return printExpression(lambda.body, { ...context, lambdas: [...context.lambdas, ...bound] });
}

/** Whether a name is a lambda's parameter here; its SQL. */
function lambdaSql(name: string, context: PrintContext): string | null {
  return context.lambdas.findLast(([bound]) => bound === name.toLowerCase())?.[1] ?? null;
}

function printName(name: string, context: PrintContext, place: Place): string {
  const lambda = lambdaSql(name, context);
  if (lambda !== null) return lambda;
  if (name.startsWith("$")) {
    throw unsupported(`"${name}"`, place, "logkeep.object and logkeep.record say where a row came from");
  }
  return sqlName(checkString(name, place));
}

function printField(expression: Extract<Expression, { kind: "field" }>, context: PrintContext): string {
  const { base, name } = expression;
  const isPath = base.kind === "name" ? lambdaSql(base.name, context) === null : base.kind === "field";
  if (isPath) return `${printExpression(base, context)}.${sqlName(name)}`;
  return `struct_extract(${printExpression(base, context)}, ${sqlString(name)})`;
}

/** The sides of a comparison. Arrays, maps and rows with NULLs inside compare differently on the engines. */
function comparable(expressions: readonly Expression[], context: PrintContext): readonly string[] {
  for (const each of expressions) {
    const type = context.checker.types.get(each);
    if (type === undefined || !isComposed(type)) continue;
    const place = { text: context.text, offset: each.offset };
    throw unsupported("a comparison of rows or arrays", place, "compare their parts");
  }
  return expressions.map((each) => printExpression(each, context));
}

/** Positions and keys must be there; `element_at` gives NULL where they are not. */
function printSubscript({ base, index }: Extract<Expression, { kind: "subscript" }>, context: PrintContext): string {
  const [value, at] = [printExpression(base, context), printExpression(index, context)];
  const kind = context.checker.types.get(base)?.kind;
  if (kind === "row") return `struct_extract_at(${value}, ${at})`;
  return `${kind === "map" ? "trino_value_of" : "trino_element"}(${value}, ${at})`;
}

function printDecimal(written: string, place: Place): string {
  const [whole = "", fraction = ""] = written.split(".");
  const digits = whole.replace(/^0+/, "");
  const precision = Math.max(digits.length + fraction.length, 1);
  if (precision > 38) throw syntaxError("a decimal has more than 38 digits", place);
  return `CAST('${digits === "" ? "0" : digits}.${fraction === "" ? "0" : fraction}' AS DECIMAL(${precision}, ${fraction.length}))`;
}

/** DuckDB's text ends at NUL, and half a surrogate pair is no text. */
function checkString(value: string, place: Place): string {
  if (value.includes("\0")) throw unsupported("a NUL character", place, "leave it out");
  if (!value.isWellFormed()) throw syntaxError("half a character", place);
  return value;
}

function printNegative(digits: string, place: Place): string {
  const value = -BigInt(digits);
  if (value < -MAX_BIGINT - 1n) throw syntaxError("a number is larger than bigint", place);
  return `CAST('${value}' AS ${value < -2_147_483_648n ? "BIGINT" : "INTEGER"})`;
}

/** An interval as SQL, where it may stand. Throws `dialect.unsupported`. */
export function printInterval(expression: Extract<Expression, { kind: "interval" }>, place: Place): string {
  const { value, unit, negative } = expression;
  if (!INTERVAL_UNITS.includes(unit))
    throw unsupported(`INTERVAL ... ${unit}`, place, `use ${INTERVAL_UNITS.join(", ")}`);
  if (!/^\s*-?[0-9]{1,9}\s*$/.test(value))
    throw unsupported("this INTERVAL", place, "write a whole number in the quotes");
  return `(INTERVAL 1 ${unit} * ${(negative ? -1 : 1) * Number(value)})`;
}

function printParameter(name: string, context: PrintContext, place: Place): string {
  const type = context.parameters.get(name);
  if (type === undefined) throw syntaxError("a parameter that is not declared", place);
  return `CAST($${name} AS ${PARAMETER_SQL[type]})`;
}

/** DuckDB has digits of its own for a result, and calculates in 64 bits unless one side has more than 18 digits. */
function printDecimals(
  expression: Extract<Expression, { kind: "arithmetic" }>,
  left: string,
  right: string,
  context: PrintContext,
): string {
  const result = typeIn(expression, context);
  const one = asDecimal(typeIn(expression.left, context));
  const isWide = one !== null && result.kind === "decimal" && result.precision > 18 && one.precision < 19;
  const wide = isWide ? `CAST(${left} AS DECIMAL(19, ${one.scale}))` : left;
  return `CAST((${wide} ${expression.operator} ${right}) AS ${duckDbTypeOf(result)})`;
}

function typeIn(expression: Expression, { checker }: PrintContext): Type {
  return checker.types.get(expression) ?? simple("unknown");
}

function printArithmetic(expression: Extract<Expression, { kind: "arithmetic" }>, context: PrintContext): string {
  const [left, right] = printOperands(expression, context);
  const { kind } = typeIn(expression, context);
  switch (expression.operator) {
    case "+":
    case "-":
    case "*": {
      const sql = `(${left} ${expression.operator} ${right})`;
      if (kind === "decimal") return printDecimals(expression, left, right, context);
      // Days added to a date give a date; DuckDB makes a timestamp of it.
      return kind === "date" ? `trino_whole_days(${sql})` : sql;
    }
    case "/":
      return `trino_divide${kind === "double" ? "_double" : ""}(${left}, ${right})`;
    case "%":
      return `trino_mod${kind === "double" ? "_double" : ""}(${left}, ${right})`;
    case "||":
      return concatenated([expression.left, expression.right], [left, right], typeIn(expression, context), context);
  }
}

/** An interval by itself looks different on both engines: it is there to be added to a time, or subtracted. */
function printOperands(
  { operator, left, right, offset }: Extract<Expression, { kind: "arithmetic" }>,
  context: PrintContext,
): readonly [string, string] {
  const print = (each: Expression, isShift: boolean) =>
    each.kind === "interval" && isShift
      ? printInterval(each, { text: context.text, offset })
      : printExpression(each, context);
  const isPlus = operator === "+" && right.kind !== "interval";
  return [print(left, isPlus), print(right, /^[+-]$/.test(operator) && left.kind !== "interval")];
}

/** With ESCAPE, a character after the escape must be one that needs it, or Trino fails. */
function printLike(expression: Extract<Expression, { kind: "like" }>, context: PrintContext): string {
  const { value, pattern, escaped, negated } = expression;
  const place: Place = { text: context.text, offset: pattern.offset };
  const words = negated ? "NOT LIKE" : "LIKE";
  if (escaped === null) return `(${printExpression(value, context)} ${words} ${printExpression(pattern, context)})`;
  if (escaped.kind !== "string" || pattern.kind !== "string" || [...escaped.value].length !== 1) {
    throw unsupported("a computed LIKE ... ESCAPE", place, "write pattern and escape character as literals");
  }
  const sign = escaped.value;
  const characters = [...pattern.value];
  for (let at = 0; at < characters.length; at += 1) {
    if (characters[at] !== sign) continue;
    if (!["%", "_", sign].includes(characters[at + 1] ?? ""))
      throw syntaxError("an escape character escapes nothing", place);
    at += 1;
  }
  return `(${printExpression(value, context)} ${words} ${printExpression(pattern, context)} ESCAPE ${sqlString(sign)})`;
}
