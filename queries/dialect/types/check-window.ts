/** OVER (...) and ORDER BY's items. */
import { unsupported } from "../refuse.ts";
import type { FrameBound, SortItem, Window } from "../syntax.ts";
import { checkExpression } from "./check-expression.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { isOrderable } from "./coercion.ts";
import type { Scope } from "./scope.ts";
import { isComposed, type Type, typeText } from "./type.ts";

/** Checks what is sorted by. Throws where it has no order. */
export function checkSortItems(items: readonly SortItem[], scope: Scope, checker: Checker): void {
  for (const item of items) checkOrdered(item, checkExpression(item.value, scope, checker), checker);
}

/** Throws where values of a type have no order. */
export function checkOrdered(item: SortItem, type: Type, checker: Checker): void {
  if (isOrderable(type)) {
    if (!isComposed(type)) return;
    // Trino fails where one of them holds a NULL; DuckDB sorts it somewhere.
    throw unsupported(`ORDER BY a ${type.kind}`, placeOf(checker, item), "sort by its parts");
  }
  throw wrong(checker, item, "TYPE_MISMATCH", `ORDER BY a ${typeText(type)}`, "it has no order: sort by its parts");
}

/** Checks a window. Its name is looked up by who knows the SELECT's windows. */
export function checkWindow(window: Window, scope: Scope, checker: Checker): void {
  if (window.kind === "name") return;
  for (const each of window.partitionBy) checkExpression(each, scope, checker);
  checkSortItems(window.orderBy, scope, checker);
  if (window.frame === null) return;
  const { unit, start, end } = window.frame;
  checkOrderOfBounds(start, end, window, checker);
  for (const bound of [start, end]) {
    if (bound.kind !== "preceding" && bound.kind !== "following") continue;
    const type = checkExpression(bound.value, scope, checker);
    if (bound.value.kind === "negate") {
      throw wrong(
        checker,
        bound.value,
        "INVALID_WINDOW_FRAME",
        "a negative offset",
        "exchange PRECEDING and FOLLOWING",
      );
    }
    if (unit === "rows") {
      if (type.kind === "integer" || type.kind === "bigint") continue;
      const what = `ROWS of ${typeText(type)}`;
      throw wrong(checker, bound.value, "TYPE_MISMATCH", what, "write a whole number");
    }
    checkRangeOffset(window, type, bound, checker);
  }
}

function checkRangeOffset(
  window: Extract<Window, { kind: "definition" }>,
  type: Type,
  bound: Extract<FrameBound, { kind: "preceding" | "following" }>,
  checker: Checker,
): void {
  const [key, second] = window.orderBy;
  if (key === undefined || second !== undefined) {
    const what = "RANGE with an offset and without exactly one ORDER BY";
    throw wrong(checker, bound.value, "INVALID_ORDER_BY", what, "order by one number or time");
  }
  const sorted = checker.types.get(key.value);
  const isTime = sorted !== undefined && /^(date|timestamp)/.test(sorted.kind);
  const isNumber = sorted !== undefined && ["integer", "bigint", "decimal", "double"].includes(sorted.kind);
  const isSpan = type.kind.startsWith("interval");
  if (isTime && isSpan) return;
  if (isNumber && ["integer", "bigint", "decimal", "double"].includes(type.kind)) return;
  const what = `RANGE of ${typeText(type)} over ${sorted === undefined ? "nothing" : typeText(sorted)}`;
  throw wrong(checker, bound.value, "TYPE_MISMATCH", what, "numbers go with numbers, intervals with times");
}

const RANK: Readonly<Record<FrameBound["kind"], number>> = {
  "unbounded-preceding": 0,
  preceding: 1,
  "current-row": 2,
  following: 3,
  "unbounded-following": 4,
};

function checkOrderOfBounds(start: FrameBound, end: FrameBound, window: Window, checker: Checker): void {
  const offset = window.kind === "definition" ? (window.partitionBy[0] ?? window.orderBy[0]) : undefined;
  const at = { offset: offset?.offset ?? 0 };
  if (start.kind === "unbounded-following" || end.kind === "unbounded-preceding") {
    throw wrong(checker, at, "INVALID_WINDOW_FRAME", "a frame from the end or to the beginning", "exchange its bounds");
  }
  if (RANK[start.kind] > RANK[end.kind]) {
    throw wrong(checker, at, "INVALID_WINDOW_FRAME", "a frame that ends before it starts", "exchange its bounds");
  }
}
