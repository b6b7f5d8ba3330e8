import { sqlString } from "../../core/sql-engine.ts";
import type { CallPrinter, PrintContext } from "./function-rule.ts";
import { type Place, unsupported } from "./refuse.ts";
import type { Expression } from "./syntax.ts";

/** A value read in a zone: `AT TIME ZONE`, or the function of that meaning. */
export interface Zoned {
  readonly value: Expression;
  readonly zone: Expression;
}

/**
 * DuckDB's instants carry no zone, Trino's do. So a change of zone is only taken inside something that reads the local
 * time; there the zone decides what it reads and nothing else.
 */
export function asZoned(expression: Expression): Zoned | null {
  if (expression.kind === "at-time-zone") return expression;
  if (expression.kind !== "call" || expression.name !== "at_timezone") return null;
  const [value, zone] = expression.args;
  return value === undefined || zone === undefined || expression.args.length !== 2 ? null : { value, zone };
}

/** A function's argument, as the local time in its zone if it names one. */
export function zonedValue(printer: CallPrinter, index: number): string {
  const argument = printer.call.args[index];
  const zoned = argument === undefined ? null : asZoned(argument);
  if (zoned === null) return printer.arg(index);
  return localTime(zoned, printer.context, printer.print);
}

/** The local time of an instant in a zone, as a timestamp without one. */
export function localTime({ value, zone }: Zoned, context: PrintContext, print: (each: Expression) => string): string {
  const place: Place = { text: context.text, offset: zone.offset };
  if (zone.kind !== "string") throw unsupported("a computed time zone", place, "write the zone's name");
  // Trino and DuckDB share the tz database's names; offsets are spelled differently.
  if (!/^[A-Z][A-Za-z_]+(\/[A-Za-z_+-]+)*$/.test(zone.value)) {
    throw unsupported("this time zone", place, "write a name such as UTC or Europe/Berlin");
  }
  const sql = print(value);
  const type = context.checker.conversions.get(value) ?? context.checker.types.get(value);
  // A value without a zone is read in UTC.
  const instant = type?.kind === "timestamp with time zone" ? sql : `timezone('UTC', ${sql})`;
  return `timezone(${sqlString(zone.value)}, ${instant})`;
}
