import type { Cursor } from "./cursor.ts";
import { isReserved } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { unsupported } from "./refuse.ts";
import type { Call, Expression, FrameBound, SortItem, Window } from "./syntax.ts";

/** Reserved words that are called like functions. */
const CALLABLE: ReadonlySet<string> = new Set(["grouping", "listagg", "trim", "extract"]);
/** Functions that are written without parentheses. */
const BARE: ReadonlySet<string> = new Set(["current_date", "current_timestamp", "localtimestamp"]);

/** Reads a call if one stands here; null where the word is a name. */
export function parseCall(cursor: Cursor): Expression | null {
  const { offset } = cursor;
  const name = cursor.peek().value.toLowerCase();
  if (BARE.has(name)) {
    cursor.next();
    if (cursor.seesSymbol("(")) throw unsupported(`${name}(precision)`, cursor.place(offset), `write ${name}`);
    return plainCall(name, [], offset);
  }
  if (!cursor.seesSymbol("(", 1)) return null;
  if (isReserved(name) && !CALLABLE.has(name)) {
    if (/^(json_|normalize)/.test(name)) throw unsupported(name, cursor.place(offset), "use json_extract_scalar");
    throw cursor.unexpected("an expression");
  }
  cursor.next();
  if (name === "extract") return readExtract(cursor, offset);
  if (name === "trim") return readTrim(cursor, offset);
  if (name === "position") throw unsupported("position(x IN y)", cursor.place(offset), "use strpos(y, x)");
  return readCall(cursor, name, offset);
}

function plainCall(name: string, args: readonly Expression[], offset: number): Call {
  const none = { star: false, distinct: false, orderBy: [], withinGroup: [], filter: null, nulls: null, over: null };
  return { kind: "call", name, args, offset, ...none };
}

function readCall(cursor: Cursor, name: string, offset: number): Call {
  const call = plainCall(name, [], offset);
  const inside = readArguments(cursor, name);
  const withinGroup = cursor.takes("within", "group") ? readWithin(cursor) : [];
  const filter = cursor.sees("filter") && cursor.seesSymbol("(", 1) ? readFilter(cursor) : null;
  const nulls = readNullTreatment(cursor);
  const over = cursor.takes("over") ? readOver(cursor) : null;
  return { ...call, ...inside, withinGroup, filter, nulls, over };
}

function readArguments(cursor: Cursor, name: string): Pick<Call, "args" | "star" | "distinct" | "orderBy"> {
  const none = { args: [], star: false, distinct: false, orderBy: [] };
  cursor.expectSymbol("(");
  if (cursor.takesSymbol(")")) return none;
  if (cursor.seesSymbol("*")) {
    cursor.next();
    cursor.expectSymbol(")");
    return { ...none, star: true };
  }
  const distinct = cursor.takes("distinct");
  if (!distinct && cursor.sees("all") && !cursor.seesSymbol(")", 1) && !cursor.seesSymbol(",", 1)) cursor.next();
  const args = [...cursor.list(() => parseExpression(cursor))];
  if ((name === "substring" || name === "substr") && cursor.takes("from")) {
    args.push(parseExpression(cursor));
    if (cursor.takes("for")) args.push(parseExpression(cursor));
  }
  const orderBy = cursor.takes("order", "by") ? parseSortItems(cursor) : [];
  if (cursor.sees("on", "overflow")) throw unsupported("ON OVERFLOW", cursor.place(), "leave it out");
  cursor.expectSymbol(")");
  return { args, star: false, distinct, orderBy };
}

function readWithin(cursor: Cursor): readonly SortItem[] {
  cursor.expectSymbol("(");
  cursor.expect("order", "by");
  const items = parseSortItems(cursor);
  cursor.expectSymbol(")");
  return items;
}

function readFilter(cursor: Cursor): Expression {
  cursor.expect("filter");
  cursor.expectSymbol("(");
  cursor.expect("where");
  const filter = parseExpression(cursor);
  cursor.expectSymbol(")");
  return filter;
}

function readNullTreatment(cursor: Cursor): Call["nulls"] {
  if (cursor.takes("ignore", "nulls")) return "ignore";
  return cursor.takes("respect", "nulls") ? "respect" : null;
}

/** `ORDER BY` items after the keywords. NULLs come last unless the text says otherwise, in both directions. */
export function parseSortItems(cursor: Cursor): readonly SortItem[] {
  return cursor.list(() => {
    const { offset } = cursor;
    const value = parseExpression(cursor);
    const descending = cursor.takes("desc");
    if (!descending) cursor.takes("asc");
    const nullsFirst = cursor.takes("nulls", "first");
    if (!nullsFirst && cursor.sees("nulls")) cursor.expect("nulls", "last");
    return { value, descending, nullsFirst, offset };
  });
}

function readOver(cursor: Cursor): Window {
  if (!cursor.seesSymbol("(")) return { kind: "name", name: cursor.name() };
  cursor.expectSymbol("(");
  const window = parseWindow(cursor);
  cursor.expectSymbol(")");
  return window;
}

/** What stands in OVER's parentheses, or after `WINDOW name AS`. */
export function parseWindow(cursor: Cursor): Window {
  if (cursor.seesName() && !cursor.sees("partition", "by") && !cursor.sees("rows") && !cursor.sees("range")) {
    throw unsupported("a window on top of another", cursor.place(), "write the whole window out");
  }
  const partitionBy = cursor.takes("partition", "by") ? cursor.list(() => parseExpression(cursor)) : [];
  const orderBy = cursor.takes("order", "by") ? parseSortItems(cursor) : [];
  const { offset } = cursor;
  const unit = cursor.takes("rows") ? "rows" : cursor.takes("range") ? "range" : null;
  if (unit === null) {
    if (cursor.sees("groups")) throw unsupported("GROUPS", cursor.place(offset), "use ROWS or RANGE");
    return { kind: "definition", partitionBy, orderBy, frame: null };
  }
  if (!cursor.takes("between")) {
    return {
      kind: "definition",
      partitionBy,
      orderBy,
      frame: { unit, start: readBound(cursor), end: { kind: "current-row" } },
    };
  }
  const start = readBound(cursor);
  cursor.expect("and");
  return { kind: "definition", partitionBy, orderBy, frame: { unit, start, end: readBound(cursor) } };
}

function readBound(cursor: Cursor): FrameBound {
  if (cursor.takes("unbounded", "preceding")) return { kind: "unbounded-preceding" };
  if (cursor.takes("unbounded", "following")) return { kind: "unbounded-following" };
  if (cursor.takes("current", "row")) return { kind: "current-row" };
  const value = parseExpression(cursor);
  if (cursor.takes("preceding")) return { kind: "preceding", value };
  cursor.expect("following");
  return { kind: "following", value };
}

function readExtract(cursor: Cursor, offset: number): Expression {
  cursor.expectSymbol("(");
  const field = cursor.name().toLowerCase();
  cursor.expect("from");
  const value = parseExpression(cursor);
  cursor.expectSymbol(")");
  return { kind: "extract", field, value, offset };
}

/** `trim(x)`, `trim(LEADING 'a' FROM x)`: the sides become calls of trim, ltrim and rtrim. */
function readTrim(cursor: Cursor, offset: number): Expression {
  cursor.expectSymbol("(");
  const side = cursor.takes("leading") ? "ltrim" : cursor.takes("trailing") ? "rtrim" : "trim";
  if (side === "trim") cursor.takes("both");
  const characters = cursor.sees("from") ? null : parseExpression(cursor);
  const value = cursor.takes("from") ? parseExpression(cursor) : null;
  const second = value === null && cursor.takesSymbol(",") ? parseExpression(cursor) : null;
  cursor.expectSymbol(")");
  if (value === null)
    return plainCall(
      side,
      [characters, second].filter((each) => each !== null),
      offset,
    );
  return plainCall(side, [value, ...(characters === null ? [] : [characters])], offset);
}
