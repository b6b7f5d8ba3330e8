import type { SqlColumn } from "../../core/sql-engine.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import type { RowFormat } from "./row-format.ts";

/** What a spreadsheet takes for the start of a formula, also in its full-width spelling. */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Spreadsheets trim these before they look: blanks of every kind, invisible characters, and a leading quote. */
const TRIMMED = /^[\s\p{Zs}\p{Cf}\0'"]+/u;

/**
 * CSV after RFC 4180: CRLF, a header line, quotes where needed. Text that a spreadsheet could run as a formula
 * (starting with = + - @, a tab or a line break, also after blanks) gets an apostrophe in front; numbers of numeric
 * columns stay numbers. NULL is an empty field, the empty string is `""`. Nested values are JSON text. On a terminal,
 * what the terminal would obey is spelled; in a file, control characters stay as they are (NUL is spelled `\\0`).
 */
export function csvFormat(isForTerminal: boolean): RowFormat {
  const clean = isForTerminal ? (text: string) => toTerminalText(text) : (text: string) => text;
  let columns: readonly SqlColumn[] = [];
  return {
    begin: (given) => {
      columns = given;
      return line(columns.map((column) => quote(clean(disarm(column.name)))));
    },
    rows: (rows) => rows.map((row) => line(columns.map((column) => field(row[column.name], column, clean)))).join(""),
    end: () => "",
  };
}

function line(fields: readonly string[]): string {
  return `${fields.join(",")}\r\n`;
}

function field(value: unknown, column: SqlColumn, clean: (text: string) => string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return isNumeric(column) && /^-?[0-9.]+(e[+-]?[0-9]+)?$/i.test(text) ? text : quote(clean(disarm(text)));
}

function isNumeric(column: SqlColumn): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|REAL|BIGNUM)/i.test(column.type);
}

function disarm(text: string): string {
  return FORMULA_START.test(text) || FORMULA_START.test(text.replace(TRIMMED, "")) ? `'${text}` : text;
}

function quote(text: string): string {
  // Python's and others' readers stop at a NUL; it is never part of a value that a person wants.
  const safe = text.replaceAll("\0", "\\0");
  return safe === "" || /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
