import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { unsupported } from "../refuse.ts";
import { dateFormat, jodaFormat, printDateParse } from "../time-formats.ts";
import { timeText } from "../time-text.ts";
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

const CLOCK_READINGS = ["(timestamp) -> bigint", "(timestamp with time zone) -> bigint"];
const DATE_READINGS = ["(date) -> bigint", ...CLOCK_READINGS];
const SPANS = ["(interval day to second) -> refused bigint"];
const FIELD_READINGS: Readonly<Record<string, readonly string[]>> = {
  year: [...DATE_READINGS, "(interval year to month) -> refused bigint"],
  month: [...DATE_READINGS, "(interval year to month) -> refused bigint"],
  day: [...DATE_READINGS, ...SPANS],
  hour: [...CLOCK_READINGS, ...SPANS],
  minute: [...CLOCK_READINGS, ...SPANS],
  second: [...CLOCK_READINGS, ...SPANS],
  millisecond: [...CLOCK_READINGS, ...SPANS],
};

/** Dates and times. What depends on a session's zone reads UTC, as Athena's does. */
export const DATE_FUNCTIONS: readonly FunctionRule[] = [
  { ...scalar("current_date", "() -> date"), print: () => "current_date" },
  {
    ...scalar("current_timestamp", "() -> timestamp(3) with time zone"),
    print: () => "date_trunc('millisecond', now())",
  },
  { ...scalar("now", "() -> timestamp(3) with time zone"), print: () => "date_trunc('millisecond', now())" },
  {
    ...scalar("date", ["(varchar) -> date", "(timestamp) -> date", "(timestamp with time zone) -> date"]),
    print: (p) => `trino_date(${zonedValue(p, 0)})`,
  },
  {
    ...scalar(
      "date_trunc",
      [
        "(varchar, date) -> date",
        "(varchar, timestamp) -> timestamp",
        "(varchar, timestamp with time zone) -> timestamp with time zone",
      ],
      UNIT_NOTE,
    ),
    print: (p) => shifted(p, 1, `date_trunc(${unitOf(p)}, ${p.arg(1)})`),
  },
  {
    ...scalar(
      "date_add",
      [
        "(varchar, bigint, date) -> date",
        "(varchar, bigint, timestamp) -> timestamp",
        "(varchar, bigint, timestamp with time zone) -> timestamp with time zone",
      ],
      `${UNIT_NOTE}, no shorter than a second`,
    ),
    print: (p) => shifted(p, 2, `(${p.arg(2)} + ${p.arg(1)} * ${step(p)})`),
  },
  {
    ...scalar(
      "date_diff",
      [
        "(varchar, date, date) -> bigint",
        "(varchar, timestamp, timestamp) -> bigint",
        "(varchar, timestamp with time zone, timestamp with time zone) -> bigint",
      ],
      UNIT_NOTE,
    ),
    print: (p) => {
      const isWrong = hasClock(p) && p.types[1]?.kind === "date";
      if (isWrong) return "CAST(trino_fail('a date has no hours') AS BIGINT)";
      const [from, to] = [p.arg(1), p.arg(2)];
      return `date_sub(${unitOf(p)}, ${from}, ${to})`;
    },
  },
  {
    ...scalar(
      "date_format",
      ["(timestamp, varchar) -> varchar", "(timestamp with time zone, varchar) -> varchar"],
      "the format is a literal of %Y %y %m %d %H %i %s %f %a %b %e %j %M %W %T %h %I %k %l %p %r %c %v %x %%",
    ),
    print: (p) => `strftime(trino_to_millis(${zonedValue(p, 0)}), ${dateFormat(p.literal(1, "the format"), p.place)})`,
  },
  {
    ...scalar(
      "format_datetime",
      ["(timestamp, varchar) -> varchar", "(timestamp with time zone, varchar) -> varchar"],
      "the format is a literal of yyyy MM dd HH mm ss SSS EEE EEEE MMM MMMM and quoted text",
    ),
    print: (p) => `strftime(trino_to_millis(${zonedValue(p, 0)}), ${jodaFormat(p.literal(1, "the format"), p.place)})`,
  },
  scalar(
    "from_iso8601_timestamp",
    "(varchar) -> timestamp(3) with time zone",
    "of instants in UTC: other offsets are an error",
  ),
  {
    ...scalar("to_iso8601", ["(date) -> varchar", "(timestamp) -> varchar", "(timestamp with time zone) -> varchar"]),
    print: (p) =>
      p.types[0]?.kind === "date" ? `strftime(${p.arg(0)}, '%Y-%m-%d')` : timeText(p.arg(0), p.types[0], "T", "Z"),
  },
  {
    ...scalar(
      "date_parse",
      "(varchar, varchar) -> timestamp(3)",
      "the format is a literal of %Y %m %d %H %i %s %S %T with %Y and %m at least; each with all its digits",
    ),
    print: (p) => printDateParse(p.arg(0), p.literal(1, "the format"), p.place),
  },
  scalar("from_iso8601_date", "(varchar) -> date", "of yyyy-mm-dd"),
  scalar("from_unixtime", "(double) -> timestamp(3) with time zone"),
  scalar("to_unixtime", "(timestamp with time zone) -> double"),
  scalar("last_day_of_month", ["(date) -> date", "(timestamp) -> date", "(timestamp with time zone) -> date"]),
  {
    ...scalar(
      "at_timezone",
      "(timestamp with time zone, varchar) -> timestamp with time zone",
      "as AT TIME ZONE: inside a function that reads the local time",
    ),
    print: ({ place }) => {
      throw unsupported(
        "at_timezone here",
        place,
        "use it inside hour(), date_format(), CAST(... AS timestamp) and the like",
      );
    },
  },
  ...FIELD_NAMES.map((name) => ({
    ...scalar(name, FIELD_READINGS[name] ?? DATE_READINGS),
    print: (p: CallPrinter) => `trino_${name}(${zonedValue(p, 0)})`,
  })),
  {
    ...scalar("day_of_month", [
      "(date) -> bigint",
      "(timestamp) -> bigint",
      "(timestamp with time zone) -> bigint",
      "(interval day to second) -> refused bigint",
    ]),
    print: (p) => `trino_day(${zonedValue(p, 0)})`,
  },
  {
    ...scalar("dow", ["(date) -> bigint", "(timestamp) -> bigint", "(timestamp with time zone) -> bigint"]),
    print: (p) => `trino_day_of_week(${zonedValue(p, 0)})`,
  },
  {
    ...scalar("doy", ["(date) -> bigint", "(timestamp) -> bigint", "(timestamp with time zone) -> bigint"]),
    print: (p) => `trino_day_of_year(${zonedValue(p, 0)})`,
  },
  {
    ...scalar("week_of_year", ["(date) -> bigint", "(timestamp) -> bigint", "(timestamp with time zone) -> bigint"]),
    print: (p) => `trino_week(${zonedValue(p, 0)})`,
  },
  {
    ...scalar("yow", ["(date) -> bigint", "(timestamp) -> bigint", "(timestamp with time zone) -> bigint"]),
    print: (p) => `trino_year_of_week(${zonedValue(p, 0)})`,
  },
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

/** What becomes of a date is a date, and a date has no hours. */
function shifted(printer: CallPrinter, index: number, sql: string): string {
  if (printer.types[index]?.kind !== "date") return sql;
  return hasClock(printer) ? "CAST(trino_fail('a date has no hours') AS DATE)" : `CAST(${sql} AS DATE)`;
}

function step(printer: CallPrinter): string {
  const written = unit(printer);
  // Athena cuts the result to the digits of a second that its argument has; DuckDB's types do not know them.
  if (written === "millisecond") throw unsupported("date_add of milliseconds", printer.place, "add seconds");
  return `INTERVAL 1 ${written}`;
}
