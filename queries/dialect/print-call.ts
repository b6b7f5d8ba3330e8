import type { CallPrinter, FunctionRule, PrintContext } from "./function-rule.ts";
import { insteadOf, ruleOf } from "./functions.ts";
import { isLate } from "./late.ts";
import { macroCall } from "./macro-call.ts";
import { printExpression, printLambdaBody } from "./print-expression.ts";
import { printSortItems, printWindow } from "./print-window.ts";
import { type Place, unsupported } from "./refuse.ts";
import type { Call, Expression } from "./syntax.ts";

/** A call as DuckDB's SQL. Throws `dialect.unsupported` for what is not in the list, or not in this form. */
export function printCall(call: Call, context: PrintContext): string {
  const place: Place = { text: context.text, offset: call.offset };
  const rule = ruleOf(call.name);
  if (rule === null) throw unsupported(`${call.name}()`, place, insteadOf(call.name));
  checkForm(call, rule, place);
  const printer = printerOf(call, context, place);
  if (rule.kind === "scalar") return rule.print?.(printer) ?? printer.macro(`trino_${rule.name}`, ...printer.args);
  const opened = rule.print?.(printer) ?? `${rule.name}(${printer.args.join(", ")}`;
  const order = call.orderBy.length > 0 ? call.orderBy : call.withinGroup;
  const sql = [
    opened,
    order.length === 0 ? "" : ` ORDER BY ${printSortItems(order, context)}`,
    call.nulls === "ignore" ? " IGNORE NULLS" : "",
    ")",
    call.filter === null ? "" : ` FILTER (WHERE ${printExpression(call.filter, context)})`,
    call.over === null ? "" : ` OVER ${printWindow(call.over, context)}`,
  ].join("");
  return rule.wrap === undefined ? sql : macroCall(rule.wrap, [sql, ...(rule.wrapped?.(printer) ?? [])], true);
}

/** Which modifiers a function may carry: only those that golden rows prove. */
function checkForm(call: Call, rule: FunctionRule, place: Place): void {
  const { name, args, star } = call;
  const refuse = (what: string, instead: string) => unsupported(`${what} with ${name}()`, place, instead);
  if (star && name !== "count") throw refuse("*", "name a column");
  const [least, most] = rule.args;
  if (args.length < least || args.length > most) {
    throw unsupported(
      `${name}() with ${args.length} arguments`,
      place,
      `it takes ${least === most ? least : `${least} to ${most}`}`,
    );
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

function printerOf(call: Call, context: PrintContext, place: Place): CallPrinter {
  const argument = (index: number): Expression => {
    const found = call.args[index];
    if (found === undefined) throw unsupported(`${call.name}() without argument ${index + 1}`, place, "add it");
    return found;
  };
  const print = (expression: Expression) => printExpression(expression, context);
  return {
    call,
    place,
    context,
    print,
    macro: (name, ...args) => macroCall(name, args, isLate(call.args, context)),
    arg: (index) => print(argument(index)),
    // Printed on demand: a lambda is none that can be printed alone.
    get args() {
      return call.args.map(print);
    },
    literal: (index, what) => {
      const found = argument(index);
      if (found.kind === "string") return found.value;
      throw unsupported(
        `${what} of ${call.name}() that is no literal`,
        { ...place, offset: found.offset },
        "write it as '...'",
      );
    },
    lambda: (index, count) => {
      const names = Array.from({ length: count }, (_, at) => `"lambda ${context.lambdas.length + at + 1}"`);
      return `lambda ${names.join(", ")}: ${printLambdaBody(argument(index), names, context)}`;
    },
    body: (index, replacements) => printLambdaBody(argument(index), replacements, context),
  };
}
