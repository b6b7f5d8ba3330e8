/** Queries: WITH, set operations, VALUES, and what ORDER BY sees (Trino's `StatementAnalyzer`). */
import { syntaxError } from "../refuse.ts";
import type { IntegerLiteral, Query, QueryBody, SortItem } from "../syntax.ts";
import { checkExpression } from "./check-expression.ts";
import { checkSelect } from "./check-select.ts";
import { checkOrdered } from "./check-window.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { commonType } from "./coercion.ts";
import { type Field, innerScope, newField, type Scope } from "./scope.ts";
import { simple, type Type, typeText } from "./type.ts";

/** The columns that a query gives. Throws `dialect.meaning`, `dialect.unsupported` and `dialect.syntax`. */
export function checkQuery(query: Query, outer: Scope, checker: Checker): readonly Field[] {
  // A map of its own only where something is added: thousands of queries would be thousands of copies.
  const queries = new Map(query.with.length === 0 ? [] : outer.queries);
  const own = new Set<string>();
  for (const { name, columns, query: inner } of query.with) {
    const key = name.toLowerCase();
    if (own.has(key)) {
      throw wrong(
        checker,
        inner,
        "DUPLICATE_NAMED_QUERY",
        `WITH names ${name} twice`,
        "give each query a name of its own",
      );
    }
    own.add(key);
    // What follows is added when this query has been looked at: it does not see it, nor itself.
    const fields = checkQuery(inner, { fields: [], parent: outer, queries }, checker);
    queries.set(key, renamed(fields, columns, name, inner, checker));
  }
  const scope: Scope = { fields: [], parent: outer, queries: query.with.length === 0 ? outer.queries : queries };
  checkCounts(query, checker);
  if (query.body.kind === "select") return checkSelect(query.body, query.orderBy, scope, checker);
  const fields = checkBody(query.body, scope, checker);
  const sorted = innerScope(scope, fields);
  for (const item of query.orderBy) checkSortItem(item, fields, sorted, checker);
  return fields;
}

/** An item of ORDER BY: a position, or an expression. */
export function checkSortItem(item: SortItem, fields: readonly Field[], scope: Scope, checker: Checker): void {
  const { value } = item;
  if (value.kind === "negate" && value.value.kind === "integer") {
    throw wrong(checker, value, "INVALID_COLUMN_REFERENCE", "a negative position", "write a column's number and DESC");
  }
  const field = value.kind === "integer" ? ordinal(value, fields, checker) : null;
  checkOrdered(item, field?.type ?? checkExpression(value, scope, checker), checker);
}

/** The column that a number stands for. Throws where there is none. */
export function ordinal(at: IntegerLiteral, fields: readonly Field[], checker: Checker): Field {
  const field = fields[Number(at.value) - 1];
  if (field !== undefined) return field;
  const what = `position ${at.value.slice(0, 20)} of ${fields.length} columns`;
  throw wrong(checker, at, "INVALID_COLUMN_REFERENCE", what, "write a column's number, from 1 on, or its name");
}

/** Columns under the names of an alias: `AS u (a, b)`. None: as they are, qualified by the alias. */
export function renamed(
  fields: readonly Field[],
  columns: readonly string[],
  relation: string | null,
  at: { readonly offset: number },
  checker: Checker,
): readonly Field[] {
  if (columns.length > 0 && columns.length !== fields.length) {
    const what = `${columns.length} names for ${fields.length} columns`;
    throw wrong(checker, at, "MISMATCHED_COLUMN_ALIASES", what, "name every column");
  }
  return fields.map(({ name, type }, index) => newField(checker, { relation, name: columns[index] ?? name, type }));
}

function checkBody(body: QueryBody, scope: Scope, checker: Checker): readonly Field[] {
  switch (body.kind) {
    case "select":
      return checkSelect(body, [], scope, checker);
    case "nested":
      return checkQuery(body.query, scope, checker);
    case "values":
      return checkValues(body, scope, checker);
    case "set": {
      const [left, right] = [checkBody(body.left, scope, checker), checkBody(body.right, scope, checker)];
      const word = body.operator.toUpperCase();
      if (left.length !== right.length) {
        const what = `${word} of ${left.length} and ${right.length} columns`;
        throw wrong(checker, body, "TYPE_MISMATCH", what, "select as many columns on both sides");
      }
      return left.map(({ name, type }, index) => {
        const other = right[index]?.type ?? type;
        const common = commonType(type, other);
        if (common !== null) return newField(checker, { relation: null, name, type: common });
        const what = `column ${index + 1} of ${word} is ${typeText(type)} and ${typeText(other)}`;
        throw wrong(checker, body, "TYPE_MISMATCH", what, "cast one of them to the other's type");
      });
    }
  }
}

function checkValues(body: Extract<QueryBody, { kind: "values" }>, scope: Scope, checker: Checker): readonly Field[] {
  const rows = body.rows.map((row) => row.map((each) => checkExpression(each, scope, checker)));
  const [first = []] = rows;
  let types: readonly Type[] = first;
  for (const [index, row] of rows.entries()) {
    const at = body.rows[index]?.[0] ?? body;
    if (row.length !== first.length) {
      const what = `a row of ${row.length} values after one of ${first.length}`;
      throw wrong(checker, at, "TYPE_MISMATCH", what, "write as many values in each row");
    }
    types = types.map((type, column) => {
      const other = row[column] ?? simple("unknown");
      const common = commonType(type, other);
      if (common !== null) return common;
      const what = `column ${column + 1} of VALUES is ${typeText(type)} and ${typeText(other)}`;
      throw wrong(checker, body.rows[index]?.[column] ?? at, "TYPE_MISMATCH", what, "write values of one type");
    });
  }
  for (const row of body.rows) {
    for (const [column, each] of row.entries()) {
      const to = types[column];
      if (to !== undefined) checker.conversions.set(each, to);
    }
  }
  return types.map((type) => newField(checker, { relation: null, name: null, type }));
}

function checkCounts({ limit, skipped }: Query, checker: Checker): void {
  for (const count of [limit, skipped]) {
    if (count?.kind !== "parameter") continue;
    const type = checker.parameters.get(count.name);
    if (type === undefined) throw syntaxError("a parameter that is not declared", placeOf(checker, count));
    if (type === "integer") continue;
    throw wrong(
      checker,
      count,
      "TYPE_MISMATCH",
      `a number of rows that is a ${type}`,
      "declare the parameter as integer",
    );
  }
}
