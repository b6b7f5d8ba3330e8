import { sqlString } from "../../core/sql-engine.ts";
import type { CallPrinter } from "./function-rule.ts";
import { unsupported } from "./refuse.ts";

const PIECE = /%%|%([0-9.,+# (-]*)([a-zA-Z])|[^%]+|%/g;

/** `format('%s: %d', name, count)` as texts joined together. Throws `dialect.unsupported` for other specifiers. */
export function printFormat(printer: CallPrinter): string {
  const format = printer.literal(0, "the format");
  let index = 0;
  const parts = [...format.matchAll(PIECE)].map(([whole, flags, letter]) => {
    if (whole === "%%") return "'%'";
    if (letter === undefined) {
      if (whole !== "%") return sqlString(whole);
      throw refused(printer, whole);
    }
    index += 1;
    return printArgument(printer, index, whole, flags ?? "", letter);
  });
  if (index < printer.call.args.length - 1) throw refused(printer, "an argument that is not in the format");
  return `(${parts.join(" || ")})`;
}

function printArgument(printer: CallPrinter, index: number, whole: string, flags: string, letter: string): string {
  const kind = printer.types[index]?.kind ?? "none";
  const text = printer.args[index] ?? "";
  const isWhole = kind === "integer" || kind === "bigint";
  if (whole === "%s" && (isWhole || ["varchar", "boolean", "date"].includes(kind))) {
    return `coalesce(CAST(${text} AS VARCHAR), 'null')`;
  }
  if (letter === "d" && isWhole && /^(0[1-9][0-9]?)?$/.test(flags)) {
    return `coalesce(printf(${sqlString(whole)}, ${text}), 'null')`;
  }
  throw refused(printer, `${whole} of ${kind}`);
}

function refused(printer: CallPrinter, what: string): Error {
  return unsupported(
    `${what} in format()`,
    printer.place,
    "%s takes texts, whole numbers, booleans and dates, %d and %05d whole numbers",
  );
}
