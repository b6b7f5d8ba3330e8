import type { CallPrinter, PrintContext } from "./function-rule.ts";
import { insteadOf, ruleOf } from "./functions.ts";
import { printExpression, printLambdaBody } from "./print-expression.ts";
import { printSortItems, printWindow } from "./print-window.ts";
import { type Place, unsupported } from "./refuse.ts";
import type { Call, Expression } from "./syntax.ts";
import { simple } from "./types/type.ts";

/** A call as DuckDB's SQL. Throws `dialect.unsupported` for what is not in the list, or not in this form. */
export function printCall(call: Call, context: PrintContext): string {
  const place: Place = { text: context.text, offset: call.offset };
  const rule = ruleOf(call.name);
  if (rule === null) throw unsupported(`${call.name}()`, place, insteadOf(call.name));
  const printer = printerOf(call, context, place);
  if (rule.kind === "scalar") return rule.print?.(printer) ?? `trino_${rule.name}(${printer.args.join(", ")})`;
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
  return rule.wrap?.(sql, printer) ?? sql;
}

function printerOf(call: Call, context: PrintContext, place: Place): CallPrinter {
  const { checker } = context;
  const typeOf = (each: Expression) => checker.types.get(each) ?? simple("unknown");
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
    types: call.args.map((each) => checker.conversions.get(each) ?? typeOf(each)),
    type: typeOf(call),
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
