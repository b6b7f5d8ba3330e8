/**
 * Queries: WITH, SELECT, VALUES, set operations (INTERSECT binds tighter than UNION and EXCEPT), ORDER BY, OFFSET, LIMIT
 * and FETCH. Forms that Athena has and this translation has no proof for are refused by name.
 */
import { Cursor } from "./cursor.ts";
import { checkDepth } from "./depth.ts";
import { parseSortItems, parseWindow } from "./parse-call.ts";
import { parseExpression, seesQuery } from "./parse-expression.ts";
import { parseRelation } from "./parse-relation.ts";
import { syntaxError, unsupported } from "./refuse.ts";
import type { Expression, GroupingElement, Query, QueryBody, Select, SelectItem } from "./syntax.ts";

/** Athena's own limit on a query's text, in bytes; here in characters. */
const MAX_LENGTH = 262_144;

/** Reads a whole text: one query. Throws `dialect.syntax` and `dialect.unsupported`. */
export function parseStatement(text: string): Query {
  if (text.length > MAX_LENGTH) throw syntaxError("it is longer than Athena takes", { text: "", offset: 0 });
  const cursor = new Cursor(text);
  if (!seesQuery(cursor, 0)) {
    const what = cursor.peek().kind === "word" ? cursor.peek().value.toUpperCase() : "this beginning";
    throw unsupported(what, cursor.place(), "only SELECT, WITH and VALUES can be run: the tables are read-only");
  }
  const query = parseQuery(cursor);
  if (cursor.peek().kind !== "end") throw cursor.unexpected("the end");
  checkDepth(query, text);
  return query;
}

/** Reads a query up to what cannot belong to it. */
export function parseQuery(cursor: Cursor): Query {
  return cursor.deeper(() => readQuery(cursor));
}

function readQuery(cursor: Cursor): Query {
  const { offset } = cursor;
  const commonTables = cursor.takes("with") ? readWith(cursor) : [];
  const body = readUnion(cursor);
  const orderBy = cursor.takes("order", "by") ? parseSortItems(cursor) : [];
  const skipped = cursor.takes("offset") ? readCount(cursor) : null;
  if (skipped !== null && !cursor.takes("rows")) cursor.takes("row");
  return { with: commonTables, body, orderBy, skipped, limit: readLimit(cursor), offset };
}

function readWith(cursor: Cursor): Query["with"] {
  if (cursor.sees("recursive")) throw unsupported("WITH RECURSIVE", cursor.place(), "join the table to itself");
  return cursor.list(() => {
    const name = cursor.name();
    const columns = cursor.seesSymbol("(") ? cursor.parenthesized(() => cursor.name()) : [];
    cursor.expect("as");
    cursor.expectSymbol("(");
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { name, columns, query };
  });
}

function readUnion(cursor: Cursor): QueryBody {
  let left = readIntersect(cursor);
  for (;;) {
    const { offset } = cursor;
    const operator = cursor.takes("union") ? "union" : cursor.takes("except") ? "except" : null;
    if (operator === null) return left;
    const all = readAll(cursor);
    left = { kind: "set", operator, all, left, right: readIntersect(cursor), offset };
  }
}

function readIntersect(cursor: Cursor): QueryBody {
  let left = readBody(cursor);
  for (;;) {
    const { offset } = cursor;
    if (!cursor.takes("intersect")) return left;
    const all = readAll(cursor);
    left = { kind: "set", operator: "intersect", all, left, right: readBody(cursor), offset };
  }
}

function readAll(cursor: Cursor): boolean {
  if (cursor.takes("distinct")) return false;
  if (cursor.sees("corresponding")) throw unsupported("CORRESPONDING", cursor.place(), "list the columns");
  return cursor.takes("all");
}

function readBody(cursor: Cursor): QueryBody {
  const { offset } = cursor;
  if (cursor.takesSymbol("(")) {
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { kind: "nested", query, offset };
  }
  if (cursor.takes("values")) return { kind: "values", rows: cursor.list(() => readRow(cursor)), offset };
  if (cursor.sees("table")) throw unsupported("TABLE", cursor.place(), "write SELECT * FROM");
  cursor.expect("select");
  return readSelect(cursor, offset);
}

function readRow(cursor: Cursor): readonly Expression[] {
  const value = parseExpression(cursor);
  return value.kind === "row" ? value.items : [value];
}

function readSelect(cursor: Cursor, offset: number): Select {
  const distinct = cursor.takes("distinct");
  if (!distinct) cursor.takes("all");
  const items = cursor.list(() => readItem(cursor));
  const from = cursor.takes("from") ? cursor.list(() => parseRelation(cursor)) : [];
  const where = cursor.takes("where") ? parseExpression(cursor) : null;
  const groupBy = cursor.takes("group", "by") ? readGroupBy(cursor) : null;
  const having = cursor.takes("having") ? parseExpression(cursor) : null;
  const windows = cursor.takes("window") ? cursor.list(() => readNamedWindow(cursor)) : [];
  if (cursor.sees("qualify")) throw unsupported("QUALIFY", cursor.place(), "filter in a query around this one");
  return { kind: "select", distinct, items, from, where, groupBy, having, windows, offset };
}

function readItem(cursor: Cursor): SelectItem {
  const { offset } = cursor;
  if (cursor.takesSymbol("*")) return { kind: "star", relation: null, offset };
  if (cursor.seesName() && cursor.seesSymbol(".", 1) && cursor.seesSymbol("*", 2)) {
    const relation = cursor.name();
    cursor.expectSymbol(".");
    cursor.expectSymbol("*");
    if (cursor.sees("as")) throw unsupported("relation.* AS (...)", cursor.place(), "name the columns one by one");
    return { kind: "star", relation, offset };
  }
  const value = parseExpression(cursor);
  const alias = cursor.takes("as") ? cursor.name() : seesImpliedAlias(cursor) ? cursor.name() : null;
  return { kind: "value", value, alias, offset };
}

/** Words that go on with a query; Trino would take them for names, people would not. */
const CONTINUATIONS = new Set([
  "limit",
  "offset",
  "fetch",
  "window",
  "qualify",
  "tablesample",
  "match_recognize",
  "pivot",
]);

/** Whether an alias follows without AS. */
export function seesImpliedAlias(cursor: Cursor): boolean {
  const token = cursor.peek();
  return cursor.seesName() && !(token.kind === "word" && CONTINUATIONS.has(token.value.toLowerCase()));
}

function readGroupBy(cursor: Cursor): readonly GroupingElement[] {
  if (cursor.sees("distinct")) throw unsupported("GROUP BY DISTINCT", cursor.place(), "list the sets that differ");
  if (cursor.sees("all") || cursor.sees("auto")) throw unsupported("GROUP BY ALL", cursor.place(), "list the columns");
  return cursor.list(() => readGrouping(cursor));
}

function readGrouping(cursor: Cursor): GroupingElement {
  const kind = cursor.takes("rollup") ? "rollup" : cursor.takes("cube") ? "cube" : null;
  if (kind !== null) return { kind, values: cursor.parenthesized(() => parseExpression(cursor)) };
  if (cursor.takes("grouping", "sets")) {
    return { kind: "sets", sets: cursor.parenthesized(() => readSet(cursor)) };
  }
  return { kind: "simple", values: readSet(cursor) };
}

/** `()`, `(a, b)` or one expression. */
function readSet(cursor: Cursor): readonly Expression[] {
  if (cursor.seesSymbol("(") && cursor.seesSymbol(")", 1)) {
    cursor.next();
    cursor.next();
    return [];
  }
  return readRow(cursor);
}

function readNamedWindow(cursor: Cursor): Select["windows"][number] {
  const name = cursor.name();
  cursor.expect("as");
  cursor.expectSymbol("(");
  const window = parseWindow(cursor);
  cursor.expectSymbol(")");
  return { name, window };
}

function readLimit(cursor: Cursor): Expression | null {
  if (cursor.takes("limit")) return cursor.takes("all") ? null : readCount(cursor);
  if (!cursor.takes("fetch")) return null;
  if (!cursor.takes("first")) cursor.expect("next");
  const { offset } = cursor;
  const count: Expression =
    cursor.sees("row") || cursor.sees("rows") ? { kind: "integer", value: "1", offset } : readCount(cursor);
  if (!cursor.takes("rows")) cursor.expect("row");
  if (cursor.sees("with")) throw unsupported("FETCH ... WITH TIES", cursor.place(), "use rank() and a filter");
  cursor.expect("only");
  return count;
}

function readCount(cursor: Cursor): Expression {
  const token = cursor.next();
  if (token.kind === "integer") return { kind: "integer", value: token.value, offset: token.offset };
  if (token.kind === "parameter") return { kind: "parameter", name: token.value, offset: token.offset };
  throw syntaxError("a number of rows or a parameter is expected", cursor.place(token.offset));
}
