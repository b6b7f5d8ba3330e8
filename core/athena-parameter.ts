/**
 * A value as an expression of Athena's SQL, which is Trino's. Execution parameters are parsed as expressions, so nobody
 * quotes for us: https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
import { usageError } from "./errors.ts";
import type { QueryValue } from "./query-engine.ts";

// Printable in any encoding and any log: all else is spelled by its code point.
const PLAIN = /^[\x20-\x7e]*$/;
const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);

/**
 * The literal of a value. A text keeps every character; only one that is not valid Unicode (half a surrogate pair), which
 * no log can hold either, is refused with `cli.usage`. Doubling the quote is all that a plain literal needs: in Trino a
 * backslash is an ordinary character.
 */
export function quoteAthenaParameter(value: QueryValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return quoteText(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "bigint") return quoteInteger(value);
  if (value instanceof Date) return quoteInstant(value);
  if (Number.isSafeInteger(value)) return quoteInteger(BigInt(value));
  // Trino reads `1e5` and not `1e+5` or `.5` as a double; a quoted form has no such limits.
  if (Number.isFinite(value)) return `DOUBLE '${value}'`;
  return Number.isNaN(value) ? "nan()" : value > 0 ? "infinity()" : "-infinity()";
}

function quoteText(text: string): string {
  if (!text.isWellFormed()) throw usageError("a parameter's value is not valid Unicode");
  if (PLAIN.test(text)) return `'${text.replaceAll("'", "''")}'`;
  // Line breaks, control characters, look-alikes: no proxy, log or parser between here and the engine sees them.
  let escaped = "";
  for (const character of text) {
    if (character === "'") escaped += "''";
    else if (character === "\\") escaped += "\\\\";
    else if (PLAIN.test(character)) escaped += character;
    else escaped += `\\+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(6, "0")}`;
  }
  return `U&'${escaped}'`;
}

function quoteInteger(value: bigint): string {
  if (value > MAX_LONG || value < MIN_LONG) return `DECIMAL '${value}'`;
  // The least long is not `-` before a number, which would be one too large.
  return value < 0n ? `BIGINT '${value}'` : String(value);
}

function quoteInstant(at: Date): string {
  if (Number.isNaN(at.getTime())) throw usageError("a parameter's value is no instant");
  const iso = at.toISOString();
  const year = /^\d{4}-/.test(iso);
  if (!year) throw usageError("a parameter's instant is out of range", "years 0 to 9999");
  return `TIMESTAMP '${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC'`;
}
