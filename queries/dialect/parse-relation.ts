import type { Cursor } from "./cursor.ts";
import { parseExpression, seesQuery } from "./parse-expression.ts";
import { parseQuery, seesImpliedAlias } from "./parse-query.ts";
import { unsupported } from "./refuse.ts";
import type { Alias, Relation } from "./syntax.ts";

/** Forms after a table's name that this translation does not take, and what to do instead. */
const REFUSED_TAILS: Readonly<Record<string, string>> = {
  for: "use --as-of",
  tablesample: "a sample is a different one on each engine; filter by a hash of a column",
  match_recognize: "use window functions",
  pivot: "use sums over CASE",
};

/** Reads what one comma of FROM stands for: a relation and the joins that follow it. */
export function parseRelation(cursor: Cursor): Relation {
  return cursor.deeper(() => readJoins(cursor));
}

function readJoins(cursor: Cursor): Relation {
  let left = readAliased(cursor);
  for (;;) {
    const { offset } = cursor;
    if (cursor.sees("natural")) throw unsupported("NATURAL JOIN", cursor.place(), "write JOIN ... USING (columns)");
    if (cursor.takes("cross", "join")) {
      left = { kind: "join", type: "cross", left, right: readAliased(cursor), on: null, using: [], offset };
      continue;
    }
    const type = readJoinType(cursor);
    if (type === null) return left;
    const right = readJoinOperand(cursor);
    if (cursor.takes("on")) {
      left = { kind: "join", type, left, right, on: parseExpression(cursor), using: [], offset };
    } else {
      cursor.expect("using");
      left = { kind: "join", type, left, right, on: null, using: cursor.parenthesized(() => cursor.name()), offset };
    }
  }
}

/** The right side may itself be a chain of joins when its ON comes first: `a JOIN b JOIN c ON ... ON ...`. */
function readJoinOperand(cursor: Cursor): Relation {
  const right = readAliased(cursor);
  if (cursor.sees("on") || cursor.sees("using")) return right;
  throw unsupported("a join without its own ON or USING", cursor.place(), "put parentheses around the inner join");
}

function readJoinType(cursor: Cursor): "inner" | "left" | "right" | "full" | null {
  if (cursor.takes("join")) return "inner";
  if (cursor.takes("inner", "join")) return "inner";
  for (const type of ["left", "right", "full"] as const) {
    if (cursor.takes(type, "join") || cursor.takes(type, "outer", "join")) return type;
  }
  return null;
}

function readAliased(cursor: Cursor): Relation {
  const { offset } = cursor;
  if (cursor.sees("lateral")) throw unsupported("LATERAL", cursor.place(), "use CROSS JOIN UNNEST, or a join");
  if (cursor.sees("table")) throw unsupported("TABLE(...)", cursor.place(), "use UNNEST(sequence(...))");
  if (cursor.takes("unnest")) {
    const values = cursor.parenthesized(() => parseExpression(cursor));
    const ordinality = cursor.takes("with", "ordinality");
    return { kind: "unnest", values, ordinality, alias: readAlias(cursor), offset };
  }
  if (cursor.seesSymbol("(")) {
    if (seesQuery(cursor, 1) && !seesNestedRelation(cursor)) {
      cursor.expectSymbol("(");
      const query = parseQuery(cursor);
      cursor.expectSymbol(")");
      return { kind: "derived", query, alias: readAlias(cursor), offset };
    }
    cursor.expectSymbol("(");
    const inner = parseRelation(cursor);
    cursor.expectSymbol(")");
    if (readAlias(cursor) !== null) throw unsupported("an alias of a join", cursor.place(offset), "alias its tables");
    return inner;
  }
  const name = [cursor.name()];
  while (cursor.takesSymbol(".")) name.push(cursor.name());
  if (cursor.seesSymbol("(")) throw unsupported("a table function", cursor.place(offset), "use UNNEST");
  refuseTail(cursor);
  const alias = readAlias(cursor);
  refuseTail(cursor);
  return { kind: "table", name, alias, offset };
}

/** `((SELECT ...) x JOIN ...)`: parentheses around a relation that begins with a query. */
function seesNestedRelation(cursor: Cursor): boolean {
  let depth = 0;
  for (let ahead = 0; cursor.peek(ahead).kind !== "end"; ahead += 1) {
    if (cursor.seesSymbol("(", ahead)) depth += 1;
    if (!cursor.seesSymbol(")", ahead)) continue;
    depth -= 1;
    // The first inner parenthesis has closed: a query goes on with a set operation or ends, a relation has a name or a join.
    if (depth === 1 && cursor.seesSymbol("(", 1)) return continuesRelation(cursor, ahead + 1);
    if (depth === 0) return false;
  }
  return false;
}

function continuesRelation(cursor: Cursor, ahead: number): boolean {
  const token = cursor.peek(ahead);
  if (token.kind === "quoted") return true;
  const word = token.kind === "word" ? token.value.toLowerCase() : "";
  return word !== "" && !["union", "except", "intersect", "order", "limit", "offset", "fetch"].includes(word);
}

function refuseTail(cursor: Cursor): void {
  const token = cursor.peek();
  const word = token.value.toLowerCase();
  const hint = token.kind === "word" && Object.hasOwn(REFUSED_TAILS, word) ? REFUSED_TAILS[word] : undefined;
  if (hint !== undefined) throw unsupported(word.toUpperCase(), cursor.place(), hint);
}

function readAlias(cursor: Cursor): Alias | null {
  if (!cursor.takes("as") && !seesImpliedAlias(cursor)) return null;
  const name = cursor.name();
  return { name, columns: cursor.seesSymbol("(") ? cursor.parenthesized(() => cursor.name()) : [] };
}
