/** One SELECT: its columns, and what may stand where. */
import type { Call, Expression, Select, SelectItem, SortItem } from "../syntax.ts";
import { callsIn, refuseAggregates, refuseNesting } from "./aggregates.ts";
import { checkBecomes, checkExpression } from "./check-expression.ts";
import { checkGrouping, checkGroups } from "./check-grouping.ts";
import { checkSortItem } from "./check-query.ts";
import { checkRelations } from "./check-relation.ts";
import { checkWindow } from "./check-window.ts";
import { type Checker, wrong } from "./checker.ts";
import { type ExpressionKeys, expressionKeys } from "./expression-keys.ts";
import { type Field, innerScope, nameParts, newField, type Scope, starFields } from "./scope.ts";
import { simple } from "./type.ts";

/** The columns that it gives; `orderBy` is that of the query whose body it is. */
export function checkSelect(
  select: Select,
  orderBy: readonly SortItem[],
  outer: Scope,
  checker: Checker,
): readonly Field[] {
  const source = innerScope(outer, checkRelations(select.from, outer, checker));
  checkWindows(select, source, checker);
  if (select.where !== null) {
    refuseAggregates(select.where, "WHERE", checker);
    checkBecomes(select.where, simple("boolean"), "the condition of WHERE", source, checker);
  }
  const fields = select.items.flatMap((item) => itemFields(item, source, checker));
  const keys = expressionKeys(checker);
  const groups = checkGrouping(select, fields, source, checker);
  if (select.having !== null) {
    const call = [...callsIn(select.having)].find((each) => each.over !== null);
    if (call !== undefined) {
      throw wrong(checker, call, "NESTED_WINDOW", `${call.name}() OVER in HAVING`, "compute it in a query below");
    }
    checkBecomes(select.having, simple("boolean"), "the condition of HAVING", source, checker);
  }
  // ORDER BY sees the output's names first, and then those of FROM.
  const sorted = innerScope(
    source,
    fields.map((field) => ({ ...field, relation: null })),
  );
  for (const item of orderBy) checkSortItem(item, fields, sorted, checker);
  const sortKeys = orderBy.map((item) => item.value).filter((value) => value.kind !== "integer");
  for (const call of callsIn([select.items, select.having, sortKeys])) checkDistinctCall(call, keys, checker);
  refuseNesting([select.items, select.having, sortKeys], checker);
  checkGroups(select, sortKeys, groups, source, keys, checker);
  if (select.distinct) checkDistinct(select, sortKeys, fields, keys, checker);
  return fields;
}

function itemFields(item: SelectItem, source: Scope, checker: Checker): readonly Field[] {
  if (item.kind === "value") {
    const type = checkExpression(item.value, source, checker);
    return [newField(checker, { relation: null, name: item.alias ?? impliedName(item.value), type })];
  }
  const { relation } = item;
  const fields = starFields(item, source);
  if (fields.length > 0) return fields.map(({ name, type }) => newField(checker, { relation: null, name, type }));
  if (relation === null) throw wrong(checker, item, "COLUMN_NOT_FOUND", "* without FROM", "name the columns");
  throw wrong(
    checker,
    item,
    "TABLE_NOT_FOUND",
    `${relation}.*, and no table is called so`,
    "write the alias of a table in FROM",
  );
}

/** The name that Trino gives a column of its own. */
function impliedName(value: Expression): string | null {
  const parts = nameParts(value);
  if (parts !== null) return parts.at(-1) ?? null;
  return value.kind === "field" ? value.name : null;
}

function checkWindows(select: Select, source: Scope, checker: Checker): void {
  const names = new Set<string>();
  for (const { name, window } of select.windows) {
    if (names.has(name.toLowerCase())) {
      throw wrong(
        checker,
        select,
        "DUPLICATE_WINDOW_NAME",
        `two windows are called ${name}`,
        "give each a name of its own",
      );
    }
    names.add(name.toLowerCase());
    checkWindow(window, source, checker);
  }
  for (const call of callsIn(select.items)) {
    if (call.over?.kind !== "name" || names.has(call.over.name.toLowerCase())) continue;
    const what = `there is no window ${call.over.name}`;
    throw wrong(checker, call, "INVALID_WINDOW_REFERENCE", what, "name it: WINDOW w AS (...)");
  }
}

/** What a SELECT DISTINCT is sorted by must be in its rows. */
function checkDistinct(
  select: Select,
  sortKeys: readonly Expression[],
  fields: readonly Field[],
  keys: ExpressionKeys,
  checker: Checker,
): void {
  const selected = new Set(select.items.flatMap((item) => (item.kind === "value" ? [keys.of(item.value)] : [])));
  const output = new Set(fields.map((field) => field.id));
  for (const value of sortKeys) {
    const field = checker.fields.get(value);
    if (selected.has(keys.of(value)) || (field !== undefined && output.has(field.id))) continue;
    const what = "ORDER BY of SELECT DISTINCT by what is not selected";
    throw wrong(checker, value, "EXPRESSION_NOT_IN_DISTINCT", what, "select it as well");
  }
}

/** `array_agg(DISTINCT a ORDER BY b)`: what is not in the distinct rows cannot sort them. */
function checkDistinctCall(call: Call, keys: ExpressionKeys, checker: Checker): void {
  const args = new Set(call.args.map((each) => keys.of(each)));
  const other = call.distinct ? call.orderBy.find(({ value }) => !args.has(keys.of(value))) : undefined;
  if (other === undefined) return;
  const what = `ORDER BY of ${call.name}(DISTINCT ...) by another value`;
  throw wrong(checker, other, "EXPRESSION_NOT_IN_DISTINCT", what, "order by the argument itself");
}
