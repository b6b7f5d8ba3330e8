/** GROUP BY, and what may be selected beside it (Trino's `AggregationAnalyzer`). */
import type { Expression, GroupingElement, IntegerLiteral, Select } from "../syntax.ts";
import { hasAggregates, isAggregate, isQuery, refuseAggregates } from "./aggregates.ts";
import { checkExpression } from "./check-expression.ts";
import { ordinal } from "./check-query.ts";
import { type Checker, wrong } from "./checker.ts";
import type { ExpressionKeys } from "./expression-keys.ts";
import { type Field, type Scope, starFields } from "./scope.ts";

/** Checks GROUP BY. Returns what is grouped by; null where nothing is grouped. */
export function checkGrouping(
  select: Select,
  fields: readonly Field[],
  source: Scope,
  checker: Checker,
): readonly Expression[] | null {
  if (select.groupBy === null) return null;
  const isSimple = select.groupBy.every((element) => element.kind === "simple");
  return select.groupBy.flatMap(valuesOf).map((value) => {
    const grouped = value.kind === "integer" ? itemOf(value, select, fields, checker) : value;
    refuseAggregates(grouped, "GROUP BY", checker);
    checkExpression(grouped, source, checker);
    if (isSimple || checker.fields.has(grouped)) return grouped;
    const what = "an expression in grouping sets";
    throw wrong(checker, value, "INVALID_COLUMN_REFERENCE", what, "compute it in a query below");
  });
}

function valuesOf(element: GroupingElement): readonly Expression[] {
  return element.kind === "sets" ? element.sets.flat() : element.values;
}

/** GROUP BY 2. Stars before it stand for as many columns as they bring. */
function itemOf(at: IntegerLiteral, select: Select, fields: readonly Field[], checker: Checker): Expression {
  ordinal(at, fields, checker);
  const hasStar = select.items.some(({ kind }) => kind === "star");
  const item = hasStar ? undefined : select.items[Number(at.value) - 1];
  if (item?.kind === "value") return item.value;
  throw wrong(checker, at, "INVALID_COLUMN_REFERENCE", "a position beside *", "write the column's name");
}

/** Checks that what is selected, sorted and asked by HAVING follows from the groups. */
export function checkGroups(
  select: Select,
  sortKeys: readonly Expression[],
  groups: readonly Expression[] | null,
  source: Scope,
  keys: ExpressionKeys,
  checker: Checker,
): void {
  const items = select.items.flatMap((item) => (item.kind === "value" ? [item.value] : []));
  const asked = [...items, ...(select.having === null ? [] : [select.having]), ...sortKeys];
  if (groups === null && select.having === null && !hasAggregates(asked)) return;
  const own = new Set(source.fields.map((field) => field.id));
  const grouped = new Set((groups ?? []).map((each) => keys.of(each)));
  const kept = new Set((groups ?? []).map((each) => checker.fields.get(each)?.id));
  for (const item of select.items) {
    if (item.kind !== "star" || starFields(item, source).every((field) => kept.has(field.id))) continue;
    throw wrong(checker, item, "EXPRESSION_NOT_AGGREGATE", "* beside GROUP BY or aggregates", "name the columns");
  }
  for (const each of asked) checkFollows(each, { own, grouped, keys, checker });
}

interface Grouped {
  readonly own: ReadonlySet<number>;
  readonly grouped: ReadonlySet<number>;
  readonly keys: ExpressionKeys;
  readonly checker: Checker;
}

function checkFollows(node: unknown, context: Grouped, isInQuery = false): void {
  if (typeof node !== "object" || node === null) return;
  const { own, grouped, keys, checker } = context;
  // Other nodes have no entry among the keys of groups and the columns.
  const expression = node as Expression;
  if (grouped.has(keys.of(expression))) return;
  const field = checker.fields.get(expression);
  if (field !== undefined) {
    if (!own.has(field.id)) return;
    throw notGrouped(expression, checker);
  }
  if (!isInQuery && isCallNode(node)) {
    if (isAggregate(node)) return;
    if (node.name === "grouping") {
      if (node.args.every((each) => grouped.has(keys.of(each)))) return;
      const isMissing = grouped.size === 0;
      const what = "grouping() of what is not grouped by";
      throw wrong(
        checker,
        node,
        isMissing ? "MISSING_GROUP_BY" : "INVALID_ARGUMENTS",
        what,
        "name a column of GROUP BY",
      );
    }
  }
  const inner = isInQuery || isQuery(node);
  for (const child of Object.values(node)) checkFollows(child, context, inner);
}

function isCallNode(node: object): node is Extract<Expression, { kind: "call" }> {
  return "kind" in node && node.kind === "call" && "withinGroup" in node;
}

function notGrouped(at: Expression, checker: Checker): Error {
  const name = at.kind === "name" || at.kind === "field" ? at.name : "this";
  const what = `${name} is neither grouped by nor aggregated`;
  return wrong(
    checker,
    at,
    "EXPRESSION_NOT_AGGREGATE",
    what,
    "add it to GROUP BY, or aggregate it: max(...), arbitrary(...)",
  );
}
