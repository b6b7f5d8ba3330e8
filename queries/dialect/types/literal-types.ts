/** Types of literals, by how they are written. */
import { unsupported } from "../refuse.ts";
import type { Expression, IntegerLiteral } from "../syntax.ts";
import { type Checker, placeOf } from "./checker.ts";
import { simple, type Type, typeOfName } from "./type.ts";

/** `1.50` has three digits, two of them after the point. */
export function decimalType(written: string): Type {
  const [whole = "", fraction = ""] = written.split(".");
  const digits = whole.replace(/^0+/, "").length + fraction.length;
  return { kind: "decimal", precision: Math.max(digits, 1), scale: fraction.length };
}

/** The type of a whole number with a minus sign before it. */
export function negativeType(value: IntegerLiteral, checker: Checker): Type {
  const type = simple(BigInt(value.value) <= 2_147_483_648n ? "integer" : "bigint");
  checker.types.set(value, type);
  return type;
}

/** A type that this translation does not take. */
export function unsupportedType(type: Extract<Expression, { kind: "cast" }>["type"], checker: Checker): Error {
  return unsupported(
    type.name,
    placeOf(checker, type),
    "use varchar, boolean, integer, bigint, double, decimal, date, timestamp, ipaddress, or arrays, maps and rows of them",
  );
}

/** `TIMESTAMP '...'` has the digits that are written, and a zone if one is. */
export function literalType({ type, value }: Extract<Expression, { kind: "typed" }>, checker: Checker): Type {
  if (type.name === "decimal") return decimalType(value.replace(/^-/, ""));
  if (type.name === "timestamp") {
    const precision = /\.([0-9]{1,12})/.exec(value)?.[1]?.length ?? 0;
    const isZoned = /[A-Za-z]|[+-][0-9]{1,2}(:[0-9]{2})?$/.test(value.replace(/^\s*[+-]?[0-9]+-[0-9]+-[0-9]+/, ""));
    return { kind: isZoned ? "timestamp with time zone" : "timestamp", precision };
  }
  const known = typeOfName(type);
  if (known === null) throw unsupportedType(type, checker);
  return known;
}
