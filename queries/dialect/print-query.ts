/** Queries as DuckDB's SQL. */
import { sqlName } from "../../core/sql-engine.ts";
import { checkAliases, checkOrder } from "./aliases.ts";
import type { PrintContext } from "./function-rule.ts";
import { printExpression } from "./print-expression.ts";
import { printRelation } from "./print-relation.ts";
import { printSortItems, printWindow, sortTail } from "./print-window.ts";
import { unsupported } from "./refuse.ts";
import type {
  Expression,
  GroupingElement,
  Query,
  QueryBody,
  Relation,
  Select,
  SelectItem,
  SortItem,
} from "./syntax.ts";

/** A query as SQL. Throws `dialect.unsupported`. */
export function printQuery(query: Query, context: PrintContext): string {
  const withs = query.with.map(({ name, columns, query: inner }) => {
    const list = columns.length === 0 ? "" : ` (${columns.map(sqlName).join(", ")})`;
    return `${tableName(name, query, context)}${list} AS (${printQuery(inner, context)})`;
  });
  return [
    withs.length === 0 ? "" : `WITH ${withs.join(", ")}`,
    printBody(query.body, context),
    query.orderBy.length === 0 ? "" : `ORDER BY ${printOrder(query, context)}`,
    query.limit === null ? "" : `LIMIT ${printCount(query.limit, context)}`,
    query.skipped === null ? "" : `OFFSET ${printCount(query.skipped, context)}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** A query inside an expression. There, a name may mean a column of the query around it. */
export function printSubquery(query: Query, context: PrintContext): string {
  if (context.lambdas.length > 0) {
    throw unsupported("a query inside a lambda", { text: context.text, offset: query.offset }, "join instead");
  }
  checkAliases(query, context.text);
  return `(${printQuery(query, context)})`;
}

/** A table's name; what DuckDB might take for a file, a catalog or a function is refused. */
export function tableName(name: string, at: { readonly offset: number }, context: PrintContext): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    throw unsupported(
      "this table name",
      { text: context.text, offset: at.offset },
      "`logkeep tables` lists the tables",
    );
  }
  return sqlName(name);
}

function printBody(body: QueryBody, context: PrintContext): string {
  switch (body.kind) {
    case "select":
      return printSelect(body, context);
    case "values": {
      const rows = body.rows.map((row) => `(${row.map((each) => printExpression(each, context)).join(", ")})`);
      const names = (body.rows[0] ?? []).map((_, index) => sqlName(`_col${index}`));
      return `SELECT * FROM (VALUES ${rows.join(", ")}) AS "values" (${names.join(", ")})`;
    }
    case "set": {
      const operator = `${body.operator.toUpperCase()}${body.all ? " ALL" : ""}`;
      return `(${printBody(body.left, context)}) ${operator} (${printBody(body.right, context)})`;
    }
    case "nested":
      return `(${printQuery(body.query, context)})`;
  }
}

/** Trino puts the columns of USING first, once; DuckDB leaves them where they were. */
function checkStar(select: Select, { text }: PrintContext): void {
  const star = select.items.find(({ kind }) => kind === "star");
  const hasUsing = (relation: Relation): boolean =>
    relation.kind === "join" && (relation.using.length > 0 || hasUsing(relation.left) || hasUsing(relation.right));
  if (star === undefined || !select.from.some(hasUsing)) return;
  throw unsupported("* over a join with USING", { text, offset: star.offset }, "name the columns, or join with ON");
}

function printSelect(select: Select, context: PrintContext): string {
  checkStar(select, context);
  const each = (expression: Expression) => printExpression(expression, context);
  const windows = select.windows.map(({ name, window }) => `${sqlName(name)} AS ${printWindow(window, context)}`);
  return [
    `SELECT${select.distinct ? " DISTINCT" : ""} ${printItems(select.items, context)}`,
    select.from.length === 0 ? "" : `FROM ${select.from.map((each) => printRelation(each, context)).join(", ")}`,
    select.where === null ? "" : `WHERE ${each(select.where)}`,
    select.groupBy === null
      ? ""
      : `GROUP BY ${select.groupBy.map((element) => printGrouping(element, each, context)).join(", ")}`,
    select.having === null ? "" : `HAVING ${each(select.having)}`,
    windows.length === 0 ? "" : `WINDOW ${windows.join(", ")}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function printItems(items: readonly SelectItem[], context: PrintContext): string {
  return items
    .map((item, index) => {
      if (item.kind === "star") return item.relation === null ? "*" : `${sqlName(item.relation)}.*`;
      const name = item.alias ?? impliedName(item.value);
      if (name === null && items.slice(0, index).some((before) => before.kind === "star")) {
        throw unsupported(
          "a column without a name after *",
          { text: context.text, offset: item.offset },
          "add AS name",
        );
      }
      return `${printExpression(item.value, context)} AS ${sqlName(name ?? `_col${index}`)}`;
    })
    .join(", ");
}

/** The name that Trino gives a column of its own. */
function impliedName(value: Expression): string | null {
  if (value.kind === "name") return value.name;
  return value.kind === "field" && impliedName(value.base) !== null ? value.name : null;
}

/** Trino takes columns there, nothing computed. */
function checkGroupingColumns(values: readonly Expression[], { text }: PrintContext): void {
  const computed = values.find(({ kind }) => !["name", "field", "integer"].includes(kind));
  if (computed === undefined) return;
  throw unsupported("an expression in grouping sets", { text, offset: computed.offset }, "compute it in a query below");
}

function printGrouping(
  element: GroupingElement,
  each: (expression: Expression) => string,
  context: PrintContext,
): string {
  switch (element.kind) {
    case "simple":
      return element.values.length === 0 ? "()" : element.values.map(each).join(", ");
    case "rollup":
    case "cube":
      checkGroupingColumns(element.values, context);
      return `${element.kind.toUpperCase()} (${element.values.map(each).join(", ")})`;
    case "sets":
      checkGroupingColumns(element.sets.flat(), context);
      return `GROUPING SETS (${element.sets.map((set) => `(${set.map(each).join(", ")})`).join(", ")})`;
  }
}

/** ORDER BY reads the output's names first; DuckDB does so for bare names only. */
function printOrder(query: Query, context: PrintContext): string {
  checkOrder(query, context.text);
  return query.orderBy
    .map((item: SortItem) =>
      item.value.kind === "integer" || item.value.kind === "name"
        ? `${printExpression(item.value, context)}${sortTail(item)}`
        : printSortItems([item], context),
    )
    .join(", ");
}

function printCount(count: Expression, context: PrintContext): string {
  if (count.kind !== "parameter") return printExpression(count, context);
  printExpression(count, context);
  return `$${count.name}`;
}
