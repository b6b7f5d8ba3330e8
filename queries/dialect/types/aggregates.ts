/** Where aggregates and window functions may stand. */
import { ruleOf } from "../functions.ts";
import type { Call, Expression } from "../syntax.ts";
import { type Checker, wrong } from "./checker.ts";

/** Whether a call aggregates the rows of a group, rather than of a window. */
export function isAggregate(call: Call): boolean {
  return call.over === null && ruleOf(call.name)?.kind === "aggregate";
}

/** Calls in an expression, those of queries inside it left out. */
export function* callsIn(root: unknown): Generator<Call> {
  const waiting: unknown[] = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (typeof at !== "object" || at === null || isQuery(at)) continue;
    if (isCall(at)) yield at;
    for (const child of Object.values(at)) waiting.push(child ?? null);
  }
}

/** Whether a node is a whole query. */
export function isQuery(node: object): boolean {
  return "with" in node && "body" in node;
}

function isCall(node: object): node is Call {
  return "kind" in node && node.kind === "call" && "withinGroup" in node;
}

/** Throws where an expression that is asked for each row aggregates, or looks at a window. */
export function refuseAggregates(root: unknown, where: string, checker: Checker): void {
  for (const call of callsIn(root)) {
    if (call.over !== null) {
      const what = `${call.name}() OVER in ${where}`;
      throw wrong(checker, call, "EXPRESSION_NOT_SCALAR", what, "compute it in a query below");
    }
    if (isAggregate(call) || call.name === "grouping") {
      const instead = where === "WHERE" ? "use HAVING, or a query below" : "compute it in a query below";
      throw wrong(checker, call, "EXPRESSION_NOT_SCALAR", `${call.name}() in ${where}`, instead);
    }
  }
}

/** Throws where aggregates stand in aggregates, or windows in windows. */
export function refuseNesting(root: unknown, checker: Checker): void {
  for (const call of callsIn(root)) {
    const inside = [...callsIn([call.args, call.filter, call.orderBy, call.withinGroup])];
    if (isAggregate(call)) {
      const inner = inside.find((each) => isAggregate(each) || each.over !== null);
      if (inner !== undefined) {
        const what = `${inner.name}() inside ${call.name}()`;
        throw wrong(
          checker,
          inner,
          inner.over === null ? "NESTED_AGGREGATION" : "NESTED_WINDOW",
          what,
          "aggregate in a query below",
        );
      }
    }
    if (call.over === null) continue;
    const inner = [...inside, ...callsIn(call.over)].find((each) => each.over !== null);
    if (inner !== undefined) {
      const what = `${inner.name}() OVER inside ${call.name}() OVER`;
      throw wrong(checker, inner, "NESTED_WINDOW", what, "compute it in a query below");
    }
  }
}

/** Whether any of these aggregates, or asks about groups. */
export function hasAggregates(roots: readonly (Expression | null)[]): boolean {
  for (const call of callsIn(roots)) if (isAggregate(call) || call.name === "grouping") return true;
  return false;
}
