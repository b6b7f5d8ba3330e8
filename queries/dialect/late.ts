import type { PrintContext } from "./function-rule.ts";
import { ruleOf } from "./functions.ts";
import type { Expression } from "./syntax.ts";
import { expressionsIn } from "./walk.ts";

/** Whether the type of one of these may not be known when a macro is expanded. */
export function isLate(expressions: readonly Expression[], context: PrintContext): boolean {
  for (const each of expressionsIn(expressions)) {
    if (each.kind === "name" && context.hasOuterNames) return true;
    if (each.kind === "call" && (each.over !== null || (ruleOf(each.name)?.kind ?? "scalar") !== "scalar")) return true;
    if (each.kind === "call" && each.name === "grouping") return true;
  }
  return false;
}
