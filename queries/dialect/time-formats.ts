/** Formats of times: Athena's two spellings as DuckDB's `strftime`. Only specifiers of one meaning are taken. */
import { sqlString } from "../../core/sql-engine.ts";
import { type Place, unsupported } from "./refuse.ts";

/** MySQL's specifiers. What is missing differs: %D, %U, %X, %h with %p. */
const MYSQL: Readonly<Record<string, string>> = {
  Y: "%Y",
  y: "%y",
  m: "%m",
  d: "%d",
  H: "%H",
  i: "%M",
  s: "%S",
  S: "%S",
  f: "%f",
  a: "%a",
  b: "%b",
  e: "%-d",
  j: "%j",
  M: "%B",
  W: "%A",
  T: "%H:%M:%S",
  "%": "%%",
};

/** Joda's runs of letters. */
const JODA: Readonly<Record<string, string>> = {
  yyyy: "%Y",
  YYYY: "%Y",
  MM: "%m",
  dd: "%d",
  HH: "%H",
  mm: "%M",
  ss: "%S",
  SSS: "%g",
  EEE: "%a",
  EEEE: "%A",
  MMM: "%b",
  MMMM: "%B",
};

/** `date_format`'s format as DuckDB's literal. Throws `dialect.unsupported`. */
export function dateFormat(format: string, place: Place): string {
  const parts = format.match(/%[\s\S]?|[^%]+/g) ?? [];
  return sqlString(
    parts
      .map((part) => {
        if (!part.startsWith("%")) return part;
        const known = Object.hasOwn(MYSQL, part.slice(1)) ? MYSQL[part.slice(1)] : undefined;
        if (known === undefined)
          throw unsupported(
            `${part} in a format`,
            place,
            `use ${Object.keys(MYSQL)
              .map((each) => `%${each}`)
              .join(" ")}`,
          );
        return known;
      })
      .join(""),
  );
}

/** `format_datetime`'s format as DuckDB's literal. Throws `dialect.unsupported`. */
export function jodaFormat(format: string, place: Place): string {
  const parts = format.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g) ?? [];
  return sqlString(
    parts
      .map((part) => {
        if (part === "''") return "'";
        if (part.startsWith("'") && part.length > 1)
          return part.slice(1, -1).replaceAll("''", "'").replaceAll("%", "%%");
        if (!/^[A-Za-z']/.test(part)) return part.replaceAll("%", "%%");
        const known = Object.hasOwn(JODA, part) ? JODA[part] : undefined;
        if (known === undefined) throw unsupported(`${part} in a format`, place, `use ${Object.keys(JODA).join(" ")}`);
        return known;
      })
      .join(""),
  );
}
