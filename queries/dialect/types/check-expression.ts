/**
 * Expressions: their types as Trino has them, or a refusal where Trino refuses. What stands here follows Trino's
 * `ExpressionAnalyzer`, form by form.
 */
import { syntaxError, unsupported } from "../refuse.ts";
import type { Expression } from "../syntax.ts";
import { checkAtTimeZone, checkExtract, checkSubscript } from "./check-access.ts";
import { checkArithmetic, checkNegation } from "./check-arithmetic.ts";
import { checkCall } from "./check-call.ts";
import { checkName } from "./check-name.ts";
import { type Checker, checkSize, countWork, placeOf, wrong } from "./checker.ts";
import { canCast, coerces, commonType, commonTypeOf, isOrderable } from "./coercion.ts";
import { decimalType, literalType, negativeType, unsupportedType } from "./literal-types.ts";
import type { Scope } from "./scope.ts";
import { arrayOf, isSameType, simple, type Type, typeOfName, typeText } from "./type.ts";

const BOOLEAN = simple("boolean");
const VARCHAR = simple("varchar");

/** The type of an expression. Throws `dialect.meaning`, `dialect.unsupported` and `dialect.syntax`. */
export function checkExpression(expression: Expression, scope: Scope, checker: Checker): Type {
  countWork(checker, expression);
  const type = typeOf(expression, scope, checker);
  checkSize(type, checker, expression);
  checker.types.set(expression, type);
  return type;
}

/** Checks an expression that becomes `wanted`. `what` names its place: "WHERE". */
export function checkBecomes(expression: Expression, wanted: Type, what: string, scope: Scope, checker: Checker): void {
  const type = checkExpression(expression, scope, checker);
  if (!coerces(type, wanted)) {
    throw wrong(
      checker,
      expression,
      "TYPE_MISMATCH",
      `${what} must be ${typeText(wanted)}, this is ${typeText(type)}`,
      wanted.kind === "boolean" ? "write a condition: x = 1, x IS NOT NULL" : castHint(type, wanted),
    );
  }
  convert(expression, type, wanted, checker);
}

/** Checks expressions that become one type, and says which. */
export function checkOneType(expressions: readonly Expression[], what: string, scope: Scope, checker: Checker): Type {
  let common: Type = simple("unknown");
  for (const each of expressions) {
    const type = checkExpression(each, scope, checker);
    const next = commonType(common, type);
    if (next === null) {
      const found = `${what} of one type: ${typeText(common)} and ${typeText(type)} have none in common`;
      throw wrong(checker, each, "TYPE_MISMATCH", found, castHint(type, common));
    }
    common = next;
  }
  convertAll(expressions, common, checker);
  return common;
}

/** Records that an expression becomes another type where it stands. */
export function convert(expression: Expression, from: Type, to: Type, checker: Checker): void {
  if (isSameType(from, to)) checker.conversions.delete(expression);
  else checker.conversions.set(expression, to);
}

function convertAll(expressions: readonly Expression[], to: Type, checker: Checker): void {
  for (const each of expressions) {
    const from = checker.types.get(each);
    if (from !== undefined) convert(each, from, to, checker);
  }
}

/** What to write where a value of `from` stands and one of `to` is wanted. */
export function castHint(from: Type, to: Type): string {
  const target = typeText(to);
  if (!canCast(from, to) || to.kind === "unknown") return "compare and combine values of one type";
  return from.kind === "varchar"
    ? `write TRY_CAST(... AS ${target}), or the other side as a text in quotes`
    : `write CAST(... AS ${target})`;
}

function typeOf(expression: Expression, scope: Scope, checker: Checker): Type {
  const check = (each: Expression) => checkExpression(each, scope, checker);
  switch (expression.kind) {
    case "null":
      return simple("unknown");
    case "boolean":
      return BOOLEAN;
    case "integer":
      return simple(expression.value.length < 10 || BigInt(expression.value) <= 2_147_483_647n ? "integer" : "bigint");
    case "decimal":
      return decimalType(expression.value);
    case "double":
      return simple("double");
    case "string":
      return VARCHAR;
    case "binary":
      return simple("varbinary");
    case "typed":
      return literalType(expression, checker);
    case "interval":
      return simple(/^(year|month)$/.test(expression.unit) ? "interval year to month" : "interval day to second");
    case "parameter":
      return parameterType(expression.name, expression, checker);
    case "name":
    case "field":
      return checkName(expression, scope, checker);
    case "call":
      return checkCall(expression, scope, checker);
    case "cast": {
      const to = typeOfName(expression.type);
      const from = check(expression.value);
      if (to === null) throw unsupportedType(expression.type, checker);
      if (!canCast(from, to)) {
        const what = `a cast from ${typeText(from)} to ${typeText(to)}`;
        throw wrong(checker, expression, "TYPE_MISMATCH", what, "there is no such cast");
      }
      return to;
    }
    case "case":
      return checkCase(expression, scope, checker);
    case "negate":
      // With its sign it may fit a type that it does not fit without.
      if (expression.value.kind === "integer") return negativeType(expression.value, checker);
      return checkNegation(expression, check(expression.value), checker);
    case "not":
      checkBecomes(expression.value, BOOLEAN, "what NOT negates", scope, checker);
      return BOOLEAN;
    case "arithmetic":
      check(expression.left);
      check(expression.right);
      return checkArithmetic(expression, checker);
    case "comparison": {
      const isEquality = expression.operator === "=" || expression.operator === "<>";
      checkCompared(expression, [expression.left, expression.right], expression.operator, !isEquality, scope, checker);
      return BOOLEAN;
    }
    case "distinct-from":
      checkCompared(expression, [expression.left, expression.right], "IS DISTINCT FROM", false, scope, checker);
      return BOOLEAN;
    case "quantified": {
      const isEquality = expression.operator === "=" || expression.operator === "<>";
      const left = check(expression.left);
      checkAgainstQuery(expression.left, left, expression.query, isEquality, scope, checker);
      return BOOLEAN;
    }
    case "logical":
      for (const term of expression.terms) {
        checkBecomes(term, BOOLEAN, `a term of ${expression.operator.toUpperCase()}`, scope, checker);
      }
      return BOOLEAN;
    case "between":
      checkCompared(expression, [expression.value, expression.low, expression.high], "BETWEEN", true, scope, checker);
      return BOOLEAN;
    case "in":
      checkOneType([expression.value, ...expression.items], "the value and the list of IN must be", scope, checker);
      return BOOLEAN;
    case "in-query":
      checkAgainstQuery(expression.value, check(expression.value), expression.query, true, scope, checker);
      return BOOLEAN;
    case "like":
      checkBecomes(expression.value, VARCHAR, "the left side of LIKE", scope, checker);
      checkBecomes(expression.pattern, VARCHAR, "the pattern of LIKE", scope, checker);
      if (expression.escaped !== null) checkBecomes(expression.escaped, VARCHAR, "ESCAPE", scope, checker);
      return BOOLEAN;
    case "is-null":
      check(expression.value);
      return BOOLEAN;
    case "exists":
      checker.query(expression.query, scope, checker);
      return BOOLEAN;
    case "scalar-query":
      return onlyColumn(expression.query, scope, checker);
    case "row":
      return { kind: "row", fields: expression.items.map((each) => ({ name: null, type: check(each) })) };
    case "array":
      return arrayOf(checkOneType(expression.items, "the elements of an array must be", scope, checker));
    case "subscript":
      return checkSubscript(expression, scope, checker);
    case "lambda":
      throw unsupported(
        "a lambda here",
        placeOf(checker, expression),
        "a lambda is an argument of transform, filter, any_match and the like",
      );
    case "at-time-zone":
      return checkAtTimeZone(expression, scope, checker);
    case "extract":
      return checkExtract(expression, check(expression.value), checker);
  }
}

function parameterType(name: string, at: Expression, checker: Checker): Type {
  const type = checker.parameters.get(name);
  if (type === undefined) throw syntaxError("a parameter that is not declared", placeOf(checker, at));
  if (type === "integer") return simple("bigint");
  return simple(type === "boolean" ? "boolean" : "varchar");
}

function checkCase(expression: Extract<Expression, { kind: "case" }>, scope: Scope, checker: Checker): Type {
  const { operand, whens, otherwise } = expression;
  if (operand !== null) checkExpression(operand, scope, checker);
  for (const { when } of whens) {
    if (operand === null) checkBecomes(when, BOOLEAN, "a condition of CASE", scope, checker);
    else {
      const type = checkExpression(when, scope, checker);
      const compared = checker.types.get(operand) ?? type;
      if (commonType(compared, type) === null) throw notComparable(when, [compared, type], "CASE", checker);
    }
  }
  const values = [...whens.map((each) => each.value), ...(otherwise === null ? [] : [otherwise])];
  return checkOneType(values, "the results of CASE must be", scope, checker);
}

/** Checks expressions that are compared with the first of them, each after the conversions that Trino makes. */
function checkCompared(
  at: Expression,
  expressions: readonly Expression[],
  operator: string,
  isOrdered: boolean,
  scope: Scope,
  checker: Checker,
): void {
  const types = expressions.map((each) => checkExpression(each, scope, checker));
  const common = commonTypeOf(types);
  if (common === null || (isOrdered && !isOrderable(common))) throw notComparable(at, types, operator, checker);
  // DuckDB compares times as Trino does, and who prunes files by a bound wants to see it as it is written.
  if (common.kind !== "timestamp with time zone") convertAll(expressions, common, checker);
  else for (const each of expressions) checker.conversions.delete(each);
}

function notComparable(at: Expression, types: readonly Type[], operator: string, checker: Checker): Error {
  const [left = simple("unknown"), ...others] = types;
  const right = others.find((each) => commonType(left, each) === null) ?? others[0] ?? left;
  const hint = commonType(left, right) === null ? castHint(right, left) : "values of this type have no order";
  return wrong(checker, at, "TYPE_MISMATCH", `${typeText(left)} ${operator} ${typeText(right)}`, hint);
}

function onlyColumn(query: Parameters<Checker["query"]>[0], scope: Scope, checker: Checker): Type {
  const fields = checker.query(query, scope, checker);
  const [only] = fields;
  if (only !== undefined && fields.length === 1) return only.type;
  throw unsupported("a query of several columns as a value", placeOf(checker, query), "select one column");
}

function checkAgainstQuery(
  value: Expression,
  type: Type,
  query: Parameters<Checker["query"]>[0],
  isEquality: boolean,
  scope: Scope,
  checker: Checker,
): void {
  const columns = checker.query(query, scope, checker);
  const [only] = columns;
  if (only === undefined || columns.length > 1) {
    if (type.kind === "row")
      throw unsupported("rows against a query", placeOf(checker, query), "compare column by column");
    const what = `${typeText(type)} against a query of ${columns.length} columns`;
    throw wrong(checker, value, "TYPE_MISMATCH", what, "select one column");
  }
  const column = only.type;
  const common = commonType(type, column);
  if (common === null || (!isEquality && !isOrderable(common))) {
    const what = `${typeText(type)} against a query of ${typeText(column)}`;
    throw wrong(checker, value, "TYPE_MISMATCH", what, castHint(type, column));
  }
  convert(value, type, common, checker);
}
