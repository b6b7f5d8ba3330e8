/**
 * Expressions by recursive descent, one function a level of Trino's grammar. `||` binds weaker than `+`, AT TIME ZONE
 * stronger than a minus sign, and a comparison takes no second one beside it.
 */

import type { Cursor } from "./cursor.ts";
import { isReserved } from "./cursor.ts";
import { parseCall } from "./parse-call.ts";
import { parseQuery } from "./parse-query.ts";
import { parseType } from "./parse-type.ts";
import { syntaxError, unsupported } from "./refuse.ts";
import type { Comparison, Expression } from "./syntax.ts";

/** Reads one expression. Throws `dialect.syntax` and `dialect.unsupported`. */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.deeper(() => readOr(cursor));
}

function readOr(cursor: Cursor): Expression {
  const { offset } = cursor;
  const terms = [readAnd(cursor)];
  while (cursor.takes("or")) terms.push(readAnd(cursor));
  return first(terms, () => ({ kind: "logical", operator: "or", terms, offset }));
}

function readAnd(cursor: Cursor): Expression {
  const { offset } = cursor;
  const terms = [readNot(cursor)];
  while (cursor.takes("and")) terms.push(readNot(cursor));
  return first(terms, () => ({ kind: "logical", operator: "and", terms, offset }));
}

function first(terms: readonly Expression[], combine: () => Expression): Expression {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : combine();
}

function readNot(cursor: Cursor): Expression {
  const { offset } = cursor;
  if (!cursor.takes("not")) return readPredicate(cursor);
  return { kind: "not", value: cursor.deeper(() => readNot(cursor)), offset };
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

function readPredicate(cursor: Cursor): Expression {
  const left = readConcatenation(cursor);
  const { offset } = cursor;
  const symbol = cursor.peek();
  const operator = symbol.kind === "symbol" ? COMPARISONS[symbol.value] : undefined;
  if (operator !== undefined) {
    cursor.next();
    if ((cursor.sees("all") || cursor.sees("any") || cursor.sees("some")) && cursor.seesSymbol("(", 1)) {
      const all = cursor.next().value.toLowerCase() === "all";
      return { kind: "quantified", operator, all, left, query: readSubquery(cursor), offset };
    }
    return { kind: "comparison", operator, left, right: readConcatenation(cursor), offset };
  }
  if (cursor.takes("is")) return readIs(cursor, left, offset);
  const negated = cursor.takes("not");
  if (cursor.takes("between")) {
    const low = readConcatenation(cursor);
    cursor.expect("and");
    return { kind: "between", negated, value: left, low, high: readConcatenation(cursor), offset };
  }
  if (cursor.takes("in")) return readIn(cursor, left, negated, offset);
  if (cursor.takes("like")) {
    const pattern = readConcatenation(cursor);
    const escaped = cursor.takes("escape") ? readConcatenation(cursor) : null;
    return { kind: "like", negated, value: left, pattern, escaped, offset };
  }
  if (negated) throw cursor.unexpected("BETWEEN, IN or LIKE");
  return left;
}

function readIs(cursor: Cursor, left: Expression, offset: number): Expression {
  const negated = cursor.takes("not");
  if (cursor.takes("null")) return { kind: "is-null", negated, value: left, offset };
  if (cursor.takes("distinct", "from")) {
    return { kind: "distinct-from", negated, left, right: readConcatenation(cursor), offset };
  }
  throw cursor.unexpected("NULL or DISTINCT FROM");
}

function readIn(cursor: Cursor, value: Expression, negated: boolean, offset: number): Expression {
  if (cursor.seesSymbol("(") && seesQuery(cursor, 1)) {
    return { kind: "in-query", negated, value, query: readSubquery(cursor), offset };
  }
  const items = cursor.parenthesized(() => parseExpression(cursor));
  if (items.length === 0) throw syntaxError("an IN list is empty", cursor.place(offset));
  return { kind: "in", negated, value, items, offset };
}

function readConcatenation(cursor: Cursor): Expression {
  return readLeft(cursor, ["||"], () =>
    readLeft(cursor, ["+", "-"], () => readLeft(cursor, ["*", "/", "%"], () => readSigned(cursor))),
  );
}

type Arithmetic = Extract<Expression, { kind: "arithmetic" }>["operator"];

/** Operators of one level, from left to right. */
function readLeft(cursor: Cursor, operators: readonly Arithmetic[], operand: () => Expression): Expression {
  let left = operand();
  for (;;) {
    const { offset } = cursor;
    const operator = operators.find((each) => cursor.takesSymbol(each));
    if (operator === undefined) return left;
    left = { kind: "arithmetic", operator, left, right: operand(), offset };
  }
}

function readSigned(cursor: Cursor): Expression {
  const { offset } = cursor;
  if (cursor.takesSymbol("-")) return { kind: "negate", value: cursor.deeper(() => readSigned(cursor)), offset };
  if (cursor.takesSymbol("+")) return cursor.deeper(() => readSigned(cursor));
  let value = readPostfixed(cursor);
  while (cursor.sees("at")) {
    const at = cursor.offset;
    cursor.expect("at", "time", "zone");
    value = { kind: "at-time-zone", value, zone: readPostfixed(cursor), offset: at };
  }
  return value;
}

function readPostfixed(cursor: Cursor): Expression {
  let base = readPrimary(cursor);
  for (;;) {
    const { offset } = cursor;
    if (cursor.takesSymbol("[")) {
      base = { kind: "subscript", base, index: readConcatenation(cursor), offset };
      cursor.expectSymbol("]");
    } else if (cursor.seesSymbol(".")) {
      cursor.next();
      if (cursor.seesSymbol("*")) throw unsupported("row.*", cursor.place(offset), "name the fields one by one");
      base = { kind: "field", base, name: cursor.name(), offset };
    } else return base;
  }
}

function readPrimary(cursor: Cursor): Expression {
  const token = cursor.peek();
  const { offset } = token;
  switch (token.kind) {
    case "string":
    case "integer":
    case "decimal":
    case "double":
      return { kind: token.kind, value: cursor.next().value, offset };
    case "unicode":
      return { kind: "string", value: decodeUnicode(cursor), offset };
    case "binary":
      return { kind: "binary", value: readBinary(cursor), offset };
    case "parameter":
      return { kind: "parameter", name: cursor.next().value, offset };
    case "quoted":
      if (cursor.seesSymbol("->", 1))
        throw unsupported("a quoted lambda parameter", cursor.place(), "write it plainly");
      if (cursor.seesSymbol("(", 1)) throw unsupported("a quoted function name", cursor.place(), "write it plainly");
      return { kind: "name", name: cursor.next().value, offset };
    case "word":
      return readWord(cursor, token.value.toLowerCase(), offset);
    case "symbol":
      if (token.value === "(") return readParenthesis(cursor, offset);
      throw cursor.unexpected("an expression");
    case "end":
      throw cursor.unexpected("an expression");
  }
}

function readWord(cursor: Cursor, word: string, offset: number): Expression {
  if (cursor.takes("null")) return { kind: "null", offset };
  if (cursor.takes("true")) return { kind: "boolean", value: true, offset };
  if (cursor.takes("false")) return { kind: "boolean", value: false, offset };
  if (cursor.takes("case")) return readCase(cursor, offset);
  if (cursor.sees("exists") && cursor.seesSymbol("(", 1)) {
    cursor.next();
    return { kind: "exists", query: readSubquery(cursor), offset };
  }
  if ((word === "cast" || word === "try_cast") && cursor.seesSymbol("(", 1)) return readCast(cursor, word, offset);
  if (word === "interval" && /^(string|symbol)$/.test(cursor.peek(1).kind) && !cursor.seesSymbol("(", 1)) {
    const interval = readInterval(cursor, offset);
    if (interval !== null) return interval;
  }
  if (word === "array" && cursor.seesSymbol("[", 1)) {
    cursor.next();
    cursor.next();
    const items = cursor.seesSymbol("]") ? [] : cursor.list(() => parseExpression(cursor));
    cursor.expectSymbol("]");
    return { kind: "array", items, offset };
  }
  if (word === "row" && cursor.seesSymbol("(", 1)) {
    cursor.next();
    return { kind: "row", items: cursor.parenthesized(() => parseExpression(cursor)), offset };
  }
  if (cursor.peek(1).kind === "string" && !isReserved(word)) {
    const type = parseType(cursor);
    return { kind: "typed", type, value: cursor.next().value, offset };
  }
  if (word === "timestamp" || word === "time" || word === "double" || word === "decimal") {
    // `DOUBLE PRECISION '1'` and the like: rare, and another spelling exists.
    if (cursor.peek(2).kind === "string" && !cursor.seesSymbol("(", 1) && cursor.peek(1).kind === "word") {
      throw unsupported("this spelling of a literal", cursor.place(), "write CAST('...' AS type)");
    }
  }
  if (cursor.seesSymbol("->", 1)) {
    const name = cursor.name();
    cursor.expectSymbol("->");
    return { kind: "lambda", parameters: [name], body: parseExpression(cursor), offset };
  }
  const call = parseCall(cursor);
  if (call !== null) return call;
  return { kind: "name", name: cursor.name(), offset };
}

function readCase(cursor: Cursor, offset: number): Expression {
  const operand = cursor.sees("when") ? null : parseExpression(cursor);
  const whens = [];
  while (cursor.takes("when")) {
    const when = parseExpression(cursor);
    cursor.expect("then");
    whens.push({ when, value: parseExpression(cursor) });
  }
  if (whens.length === 0) throw cursor.unexpected("WHEN");
  const otherwise = cursor.takes("else") ? parseExpression(cursor) : null;
  cursor.expect("end");
  return { kind: "case", operand, whens, otherwise, offset };
}

function readCast(cursor: Cursor, word: string, offset: number): Expression {
  cursor.next();
  cursor.expectSymbol("(");
  const value = parseExpression(cursor);
  cursor.expect("as");
  const type = parseType(cursor);
  cursor.expectSymbol(")");
  return { kind: "cast", isTry: word === "try_cast", value, type, offset };
}

function readInterval(cursor: Cursor, offset: number): Expression | null {
  const isSigned = cursor.seesSymbol("-", 1) || cursor.seesSymbol("+", 1);
  if (cursor.peek(isSigned ? 2 : 1).kind !== "string") return null;
  cursor.next();
  const negative = isSigned && cursor.next().value === "-";
  const { value } = cursor.next();
  const unit = cursor.name().toLowerCase();
  if (cursor.sees("to")) throw unsupported("INTERVAL ... TO ...", cursor.place(offset), "add two intervals");
  return { kind: "interval", negative, value, unit, offset };
}

function readParenthesis(cursor: Cursor, offset: number): Expression {
  if (seesQuery(cursor, 1)) return { kind: "scalar-query", query: readSubquery(cursor), offset };
  const parameters = lambdaParameters(cursor);
  if (parameters !== null) return { kind: "lambda", parameters, body: parseExpression(cursor), offset };
  const items = cursor.parenthesized(() => parseExpression(cursor));
  return first(items, () => {
    if (items.length === 0) throw syntaxError("the parentheses are empty", cursor.place(offset));
    return { kind: "row", items, offset };
  });
}

/** `(x, y) ->`, looked for without taking a token unless it is there. */
function lambdaParameters(cursor: Cursor): readonly string[] | null {
  let ahead = 1;
  while (cursor.seesName(ahead) && cursor.seesSymbol(",", ahead + 1)) ahead += 2;
  if (cursor.seesName(ahead)) ahead += 1;
  if (!cursor.seesSymbol(")", ahead) || !cursor.seesSymbol("->", ahead + 1)) return null;
  const parameters = cursor.parenthesized(() => cursor.name());
  cursor.expectSymbol("->");
  return parameters;
}

/** Whether a query begins `ahead`, after any further opening parentheses. */
export function seesQuery(cursor: Cursor, ahead: number): boolean {
  let at = ahead;
  while (cursor.seesSymbol("(", at)) at += 1;
  const token = cursor.peek(at);
  return token.kind === "word" && ["select", "with", "values", "table"].includes(token.value.toLowerCase());
}

function readSubquery(cursor: Cursor) {
  cursor.expectSymbol("(");
  const query = parseQuery(cursor);
  cursor.expectSymbol(")");
  return query;
}

function readBinary(cursor: Cursor): string {
  const { offset } = cursor;
  const digits = cursor.next().value.replaceAll(/\s/g, "");
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw syntaxError("a binary literal has an odd digit", cursor.place(offset));
  return digits.toLowerCase();
}

/** `U&'caf\00E9'`: four digits, six after a plus sign, or the backslash itself. */
function decodeUnicode(cursor: Cursor): string {
  const { value, offset } = cursor.next();
  if (cursor.sees("uescape")) throw unsupported("UESCAPE", cursor.place(), "use the backslash");
  return value.replaceAll(/\\(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|(\\)|)/g, (_whole, four, six, backslash) => {
    if (backslash !== undefined) return "\\";
    const code = Number.parseInt(four ?? six ?? "d800", 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw syntaxError("a Unicode escape is no character", cursor.place(offset));
    }
    return String.fromCodePoint(code);
  });
}
