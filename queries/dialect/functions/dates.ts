import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { unsupported } from "../refuse.ts";
import { dateFormat, jodaFormat } from "../time-formats.ts";
import { zonedValue } from "../zones.ts";

const UNITS = ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];
const UNIT_NOTE = "the unit is a literal";
const FIELD_NAMES = [
  "year",
  "quarter",
  "month",
  "week",
  "day",
  "hour",
  "minute",
  "second",
  "millisecond",
  "day_of_week",
  "day_of_year",
  "year_of_week",
];

/** Dates and times. What depends on a session's zone reads UTC, as Athena's does. */
export const DATE_FUNCTIONS: readonly FunctionRule[] = [
  { ...scalar("current_date", 0), print: () => "current_date" },
  { ...scalar("current_timestamp", 0), print: () => "date_trunc('millisecond', now())" },
  { ...scalar("now", 0), print: () => "date_trunc('millisecond', now())" },
  { ...scalar("date", 1), print: (p) => p.macro("trino_date", zonedValue(p, 0)) },
  {
    ...scalar("date_trunc", 2, 2, UNIT_NOTE),
    print: (p) => p.macro(hasClock(p) ? "trino_clock_trunc" : "trino_date_trunc", unitOf(p), p.arg(1)),
  },
  {
    ...scalar("date_add", 3, 3, `${UNIT_NOTE}, no shorter than a second`),
    print: (p) => p.macro(hasClock(p) ? "trino_clock_add" : "trino_date_add", `${p.arg(1)} * ${step(p)}`, p.arg(2)),
  },
  {
    ...scalar("date_diff", 3, 3, UNIT_NOTE),
    print: (p) => {
      const [from, to] = hasClock(p)
        ? [`trino_clocked(${p.arg(1)})`, `trino_clocked(${p.arg(2)})`]
        : [p.arg(1), p.arg(2)];
      return `date_sub(${unitOf(p)}, ${from}, ${to})`;
    },
  },
  {
    ...scalar("date_format", 2, 2, "the format is a literal of %Y %y %m %d %H %i %s %f %a %b %e %j %M %W %T %%"),
    print: (p) => `strftime(trino_to_millis(${zonedValue(p, 0)}), ${dateFormat(p.literal(1, "the format"), p.place)})`,
  },
  {
    ...scalar(
      "format_datetime",
      2,
      2,
      "the format is a literal of yyyy MM dd HH mm ss SSS EEE EEEE MMM MMMM and quoted text",
    ),
    print: (p) => `strftime(trino_to_millis(${zonedValue(p, 0)}), ${jodaFormat(p.literal(1, "the format"), p.place)})`,
  },
  scalar("from_iso8601_timestamp", 1, 1, "of instants in UTC: other offsets are an error"),
  scalar("from_iso8601_date", 1, 1, "of yyyy-mm-dd"),
  scalar("from_unixtime", 1),
  scalar("to_unixtime", 1),
  scalar("last_day_of_month", 1),
  {
    ...scalar("at_timezone", 2, 2, "as AT TIME ZONE: inside a function that reads the local time"),
    print: ({ place }) => {
      throw unsupported(
        "at_timezone here",
        place,
        "use it inside hour(), date_format(), CAST(... AS timestamp) and the like",
      );
    },
  },
  ...FIELD_NAMES.map((name) => ({
    ...scalar(name, 1),
    print: (p: CallPrinter) => `trino_${name}(${zonedValue(p, 0)})`,
  })),
  { ...scalar("day_of_month", 1), print: (p) => p.macro("trino_day", zonedValue(p, 0)) },
  { ...scalar("dow", 1), print: (p) => p.macro("trino_day_of_week", zonedValue(p, 0)) },
  { ...scalar("doy", 1), print: (p) => p.macro("trino_day_of_year", zonedValue(p, 0)) },
  { ...scalar("week_of_year", 1), print: (p) => p.macro("trino_week", zonedValue(p, 0)) },
  { ...scalar("yow", 1), print: (p) => p.macro("trino_year_of_week", zonedValue(p, 0)) },
];

/** EXTRACT's fields, as the functions of the same names. */
export const EXTRACT_FIELDS: ReadonlySet<string> = new Set([
  ...FIELD_NAMES.filter((name) => name !== "millisecond"),
  "dow",
  "doy",
  "yow",
]);

function unit(printer: CallPrinter): string {
  const written = printer.literal(0, "the unit").toLowerCase();
  if (!UNITS.includes(written)) throw unsupported("this unit of time", printer.place, `use ${UNITS.join(", ")}`);
  return written;
}

function unitOf(printer: CallPrinter): string {
  return `'${unit(printer)}'`;
}

/** Whether the unit is shorter than a day: Athena refuses it for dates, DuckDB makes a timestamp of them. */
function hasClock(printer: CallPrinter): boolean {
  return ["hour", "minute", "second", "millisecond"].includes(unit(printer));
}

function step(printer: CallPrinter): string {
  const written = unit(printer);
  // Athena cuts the result to the digits of a second that its argument has; DuckDB's types do not know them.
  if (written === "millisecond") throw unsupported("date_add of milliseconds", printer.place, "add seconds");
  return `INTERVAL 1 ${written}`;
}
