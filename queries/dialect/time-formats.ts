/** Formats of times: Athena's two spellings as DuckDB's `strftime`. Only specifiers of one meaning are taken. */
import { sqlString } from "../../core/sql-engine.ts";
import { type Place, unsupported } from "./refuse.ts";

/** MySQL's specifiers. What is missing differs: %D, %U, %X. */
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
  h: "%I",
  I: "%I",
  k: "%-H",
  l: "%-I",
  p: "%p",
  r: "%I:%M:%S %p",
  c: "%-m",
  v: "%V",
  x: "%G",
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

/** What `date_parse` reads: a specifier of DuckDB's and the digits that it takes. */
const PARSED: Readonly<Record<string, readonly [specifier: string, pattern: string]>> = {
  Y: ["%Y", "[0-9]{4}"],
  m: ["%m", "[0-9]{2}"],
  d: ["%d", "[0-9]{2}"],
  H: ["%H", "[0-9]{2}"],
  i: ["%M", "[0-9]{2}"],
  s: ["%S", "[0-9]{2}"],
  S: ["%S", "[0-9]{2}"],
  T: ["%H:%M:%S", "[0-9]{2}:[0-9]{2}:[0-9]{2}"],
};

/** `date_parse` of a text. Fewer digits, which Athena takes as well, are not guessed at. Throws `dialect.unsupported`. */
export function printDateParse(text: string, format: string, place: Place): string {
  const parts: readonly string[] = format.match(/%[\s\S]?|[^%]+/g) ?? [];
  const pieces = parts.map((part): readonly [string, string] => {
    if (!part.startsWith("%")) return [part, part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")];
    const known = Object.hasOwn(PARSED, part.slice(1)) ? PARSED[part.slice(1)] : undefined;
    if (known === undefined || parts.indexOf(part) !== parts.lastIndexOf(part)) {
      throw unsupported(`${part} in the format of date_parse()`, place, "use %Y %m %d %H %i %s %T, each once");
    }
    return known;
  });
  if (!parts.includes("%Y") || !parts.includes("%m")) {
    throw unsupported("date_parse() without %Y and %m", place, "write both in the format");
  }
  const pattern = pieces.map(([, each]) => each).join("");
  const specifiers = pieces.map(([each]) => each).join("");
  return `trino_date_parse(${text}, ${sqlString(specifiers)}, ${sqlString(pattern)})`;
}
