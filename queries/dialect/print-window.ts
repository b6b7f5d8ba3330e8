import { sqlName } from "../../core/sql-engine.ts";
import type { PrintContext } from "./function-rule.ts";
import { printExpression, printInterval } from "./print-expression.ts";
import type { Expression, FrameBound, SortItem, Window } from "./syntax.ts";

/** ORDER BY's items. Where NULLs go is always written: the engines' defaults are alike today. */
export function printSortItems(items: readonly SortItem[], context: PrintContext): string {
  return items.map((item) => `${printExpression(item.value, context)}${sortTail(item)}`).join(", ");
}

/** Direction and place of NULLs. */
export function sortTail({ descending, nullsFirst }: SortItem): string {
  return ` ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}

/** What stands after OVER or `WINDOW name AS`. */
export function printWindow(window: Window, context: PrintContext): string {
  if (window.kind === "name") return sqlName(window.name);
  const { partitionBy, orderBy, frame } = window;
  const parts = [
    partitionBy.length === 0
      ? ""
      : `PARTITION BY ${partitionBy.map((each) => printExpression(each, context)).join(", ")}`,
    orderBy.length === 0 ? "" : `ORDER BY ${printSortItems(orderBy, context)}`,
    frame === null
      ? ""
      : `${frame.unit.toUpperCase()} BETWEEN ${printBound(frame.start, context)} AND ${printBound(frame.end, context)}`,
  ];
  return `(${parts.filter((part) => part !== "").join(" ")})`;
}

function printBound(bound: FrameBound, context: PrintContext): string {
  switch (bound.kind) {
    case "unbounded-preceding":
      return "UNBOUNDED PRECEDING";
    case "unbounded-following":
      return "UNBOUNDED FOLLOWING";
    case "current-row":
      return "CURRENT ROW";
    case "preceding":
      return `${printOffset(bound.value, context)} PRECEDING`;
    case "following":
      return `${printOffset(bound.value, context)} FOLLOWING`;
  }
}

function printOffset(value: Expression, context: PrintContext): string {
  if (value.kind !== "interval") return printExpression(value, context);
  return printInterval(value, { text: context.text, offset: value.offset });
}
