/** Arithmetic and signs, with the readings that Trino's operators have. */

import { unsupported } from "../refuse.ts";
import type { Expression } from "../syntax.ts";
import { type Argument, type Binding, resolve } from "./bind.ts";
import { checkConcatenation } from "./check-call.ts";
import { castHint, convert } from "./check-expression.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { asDecimal } from "./coercion.ts";
import { parseSignature, type Signature } from "./signature.ts";
import { simple, type Type, typeText } from "./type.ts";

type Arithmetic = Extract<Expression, { kind: "arithmetic" }>;

const DAY = "interval day to second";
const MONTH = "interval year to month";
const NUMBERS = ["integer", "bigint", "decimal", "real", "double"].map((type) => `(${type}, ${type}) -> ${type}`);
const TIMES = ["date", "timestamp", "timestamp with time zone"];

const SIGNATURES: Readonly<Record<Exclude<Arithmetic["operator"], "||"> | "sign", readonly Signature[]>> = {
  "+": signatures(
    ...NUMBERS,
    ...TIMES.flatMap((time) =>
      [DAY, MONTH].flatMap((span) => [`(${time}, ${span}) -> ${time}`, `(${span}, ${time}) -> ${time}`]),
    ),
    `(${DAY}, ${DAY}) -> ${DAY}`,
    `(${MONTH}, ${MONTH}) -> ${MONTH}`,
  ),
  "-": signatures(
    ...NUMBERS,
    ...TIMES.flatMap((time) => [DAY, MONTH].map((span) => `(${time}, ${span}) -> ${time}`)),
    ...TIMES.map((time) => `(${time}, ${time}) -> ${DAY}`),
    `(${DAY}, ${DAY}) -> ${DAY}`,
    `(${MONTH}, ${MONTH}) -> ${MONTH}`,
  ),
  "*": signatures(
    ...NUMBERS,
    ...[DAY, MONTH].flatMap((span) =>
      ["bigint", "double"].flatMap((factor) => [`(${span}, ${factor}) -> ${span}`, `(${factor}, ${span}) -> ${span}`]),
    ),
  ),
  "/": signatures(...NUMBERS, `(${DAY}, double) -> ${DAY}`, `(${MONTH}, double) -> ${MONTH}`),
  "%": signatures(...NUMBERS),
  sign: signatures(
    ...["integer", "bigint", "decimal", "real", "double", DAY, MONTH].map((type) => `(${type}) -> ${type}`),
  ),
};

function signatures(...texts: readonly string[]): readonly Signature[] {
  return texts.map(parseSignature);
}

/** The type of `left operator right`, whose sides are checked. */
export function checkArithmetic(expression: Arithmetic, checker: Checker): Type {
  const { operator, left, right } = expression;
  const types = [left, right].map((each) => checker.types.get(each) ?? simple("unknown"));
  const [one = simple("unknown"), two = simple("unknown")] = types;
  if (operator === "||") return checkConcatenation([left, right], expression, checker);
  const what = `${typeText(one)} ${operator} ${typeText(two)}`;
  const binding = resolved(expression, what, SIGNATURES[operator], types, checker);
  for (const [index, side] of [left, right].entries()) {
    const to = binding.params[index];
    const from = types[index];
    // Decimals keep their own digits: the result's follow from both.
    if (to !== undefined && from !== undefined && to.kind !== "decimal") convert(side, from, to, checker);
  }
  if (binding.result.kind.startsWith("interval")) {
    throw unsupported("INTERVAL here", placeOf(checker, expression), "add it to a date or a time; date_diff for spans");
  }
  if (binding.result.kind === "decimal" && (operator === "/" || operator === "%")) {
    throw unsupported(`${what}, of decimals`, placeOf(checker, expression), "cast to double or bigint");
  }
  if (binding.result.kind === "decimal") return decimalResult(operator, one, two, expression, checker);
  if (binding.params.some((each) => each.kind === DAY)) return withMillis(binding.result);
  return binding.result;
}

/** The type of `-value`. */
export function checkNegation(expression: Expression, type: Type, checker: Checker): Type {
  return resolved(expression, `- ${typeText(type)}`, SIGNATURES.sign, [type], checker).result;
}

function resolved(
  at: Expression,
  what: string,
  readings: readonly Signature[],
  types: readonly Type[],
  checker: Checker,
): Binding {
  const found = resolve(
    readings,
    types.map((type): Argument => ({ kind: "type", type })),
  );
  switch (found.kind) {
    case "bound":
      return found.binding;
    case "ambiguous":
      throw wrong(
        checker,
        at,
        "AMBIGUOUS_FUNCTION_CALL",
        `${what} of no certain type`,
        "write CAST(NULL AS bigint) or the like",
      );
    case "none": {
      const [one = simple("unknown"), two = one] = types;
      const hint = one.kind === "varchar" && two.kind !== "varchar" ? castHint(one, two) : castHint(two, one);
      throw wrong(checker, at, "TYPE_MISMATCH", what, hint);
    }
  }
}

/** Spans have milliseconds, and so has a time that one is added to. */
function withMillis(type: Type): Type {
  if (type.kind !== "timestamp" && type.kind !== "timestamp with time zone") return type;
  return { kind: type.kind, precision: Math.max(3, type.precision) };
}

/** Digits of a decimal result (`DecimalOperators`). */
function decimalResult(operator: Arithmetic["operator"], one: Type, two: Type, at: Arithmetic, checker: Checker): Type {
  const [left, right] = [asDecimal(one), asDecimal(two)];
  if (left === null || right === null) return { kind: "decimal", precision: 38, scale: 0 };
  const [wholeLeft, wholeRight] = [left.precision - left.scale, right.precision - right.scale];
  const scale = Math.max(left.scale, right.scale);
  const of = (precision: number, digits: number): Type => ({
    kind: "decimal",
    precision: Math.min(38, precision),
    scale: digits,
  });
  switch (operator) {
    case "*":
      if (left.scale + right.scale > 38) {
        throw unsupported("a product of so many decimal places", placeOf(checker, at), "cast to double");
      }
      return of(left.precision + right.precision, left.scale + right.scale);
    case "/":
      return of(left.precision + right.scale + Math.max(right.scale - left.scale, 0), scale);
    case "%":
      return of(Math.min(wholeLeft, wholeRight) + scale, scale);
    default:
      return of(Math.max(wholeLeft, wholeRight) + scale + 1, scale);
  }
}
