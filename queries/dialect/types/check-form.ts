import type { FunctionRule } from "../function-rule.ts";
import { type Place, unsupported } from "../refuse.ts";
import type { Call } from "../syntax.ts";
import { argumentCounts } from "./signature.ts";

/** Which modifiers a function may carry: only those that golden rows prove. Throws `dialect.unsupported`. */
export function checkForm(call: Call, rule: FunctionRule, place: Place): void {
  const { name, args, star } = call;
  const refuse = (what: string, instead: string) => unsupported(`${what} with ${name}()`, place, instead);
  if (star && name !== "count") throw refuse("*", "name a column");
  const { least, most } = argumentCounts(rule.signatures);
  if (args.length < least || (most !== null && args.length > most)) {
    const takes = most === null ? `${least} or more` : least === most ? `${least}` : `${least} to ${most}`;
    throw unsupported(`${name}() with ${args.length} arguments`, place, `it takes ${takes}`);
  }
  if (name === "count" && !star && args.length === 0) throw refuse("no argument", "write count(*)");
  const isAggregate = rule.kind === "aggregate";
  if (call.distinct && !(isAggregate && ["count", "sum", "avg", "min", "max", "array_agg"].includes(name))) {
    throw refuse("DISTINCT", "take the distinct rows in a query below");
  }
  if (call.orderBy.length > 0 && name !== "array_agg") throw refuse("ORDER BY", "only array_agg takes it");
  if (call.withinGroup.length > 0 !== (name === "listagg"))
    throw refuse("WITHIN GROUP", "listagg needs it, nothing else takes it");
  if (call.filter !== null && !isAggregate) throw refuse("FILTER", "only aggregates take it");
  if (call.over !== null && rule.kind === "scalar")
    throw refuse("OVER", "only aggregates and window functions take it");
  if (call.over === null && rule.kind === "window") throw refuse("no OVER", "add OVER (ORDER BY ...)");
  if (call.over !== null && (call.distinct || call.orderBy.length > 0 || name === "listagg")) {
    throw refuse("OVER and DISTINCT or ORDER BY", "aggregate in a query below");
  }
  if (call.nulls === "ignore" && !["lag", "lead", "first_value", "last_value", "nth_value"].includes(name)) {
    throw refuse("IGNORE NULLS", "filter the NULLs out");
  }
}
