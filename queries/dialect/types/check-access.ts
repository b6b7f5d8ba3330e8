/** Parts of values: elements, fields of times, times in a zone. */
import { unsupported } from "../refuse.ts";
import type { Expression } from "../syntax.ts";
import { castHint, checkBecomes, checkExpression, convert } from "./check-expression.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { coerces, commonType } from "./coercion.ts";
import type { Scope } from "./scope.ts";
import { isSameType, simple, type Type, typeText } from "./type.ts";

/** `list[1]`, `map[key]`, `row[2]`. */
export function checkSubscript(
  expression: Extract<Expression, { kind: "subscript" }>,
  scope: Scope,
  checker: Checker,
): Type {
  const { base, index } = expression;
  const type = checkExpression(base, scope, checker);
  const at = checkExpression(index, scope, checker);
  if (type.kind === "row") {
    if (index.kind !== "integer") {
      throw wrong(
        checker,
        index,
        "EXPRESSION_NOT_CONSTANT",
        "a computed field of a row",
        "write the field's number or name",
      );
    }
    const field = type.fields[Number(index.value) - 1];
    if (field !== undefined) return field.type;
    throw wrong(
      checker,
      index,
      "INVALID_FUNCTION_ARGUMENT",
      "a field beyond the row's last",
      `it has ${type.fields.length}`,
    );
  }
  const wanted = type.kind === "array" ? simple("bigint") : type.kind === "map" ? commonType(type.key, at) : null;
  if (wanted === null || !coerces(at, wanted)) {
    const what = `a ${typeText(at)} as the subscript of ${typeText(type)}`;
    const hint = type.kind === "map" ? castHint(at, type.key) : "arrays have positions from 1, maps have keys";
    throw wrong(checker, expression, "TYPE_MISMATCH", what, hint);
  }
  if (type.kind === "map" && !isSameType(wanted, type.key)) {
    throw unsupported("a key of a wider type than the map's", placeOf(checker, index), castHint(at, type.key));
  }
  convert(index, at, wanted, checker);
  return type.kind === "array" ? type.element : type.kind === "map" ? type.value : simple("unknown");
}

/** `value AT TIME ZONE zone`. */
export function checkAtTimeZone(
  { value, zone }: Extract<Expression, { kind: "at-time-zone" }>,
  scope: Scope,
  checker: Checker,
): Type {
  const type = checkExpression(value, scope, checker);
  if (type.kind !== "timestamp" && type.kind !== "timestamp with time zone") {
    const what = `AT TIME ZONE of ${typeText(type)}`;
    throw wrong(checker, value, "TYPE_MISMATCH", what, "only timestamps have a zone: CAST(... AS timestamp)");
  }
  checkBecomes(zone, simple("varchar"), "a time zone", scope, checker);
  return { kind: "timestamp with time zone", precision: type.precision };
}

const CLOCK_FIELDS = ["hour", "minute", "second", "timezone_hour", "timezone_minute"];

/** `EXTRACT(field FROM value)`, whose value is checked. */
export function checkExtract(
  { field, value }: Extract<Expression, { kind: "extract" }>,
  type: Type,
  checker: Checker,
): Type {
  const isClock = CLOCK_FIELDS.includes(field);
  const times = ["timestamp", "timestamp with time zone", ...(isClock ? ["interval day to second"] : ["date"])];
  if (field === "year" || field === "month") times.push("interval year to month");
  if (field.startsWith("day")) times.push("interval day to second");
  if (!times.includes(type.kind)) {
    const what = `EXTRACT(${field.slice(0, 20)}) of ${typeText(type)}`;
    throw wrong(checker, value, "TYPE_MISMATCH", what, "it takes dates (for hours: timestamps) alone");
  }
  return simple("bigint");
}
