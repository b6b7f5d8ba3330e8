/** Dates and times as Trino reads them, in UTC. */

/** Each field of a time is a bigint. */
const FIELDS: Readonly<Record<string, string>> = {
  year: "year(x)",
  quarter: "quarter(x)",
  month: "month(x)",
  week: "week(x)",
  day: "day(x)",
  hour: "hour(x)",
  minute: "minute(x)",
  second: "second(x)",
  millisecond: "millisecond(x) % 1000",
  day_of_week: "isodow(x)",
  day_of_year: "dayofyear(x)",
  year_of_week: "isoyear(x)",
};

/** The macros' heads and bodies. */
export const TIME_MACROS: readonly string[] = [
  ...Object.entries(FIELDS).map(([name, sql]) => `trino_${name}(x) AS CAST(${sql} AS BIGINT)`),
  // Formats show milliseconds, and round to them first.
  "trino_to_millis(x) AS trino_rounded(CAST(x AS TIMESTAMP), 3)",
  "trino_date(x) AS trino_cast_date(x)",
  `trino_from_iso8601_timestamp(x) AS CASE WHEN regexp_full_match(x, '\\d{4}-\\d\\d-\\d\\d(T\\d\\d(:\\d\\d(:\\d\\d([.,]\\d{1,3})?)?)?(Z|[+-]00:?00)?)?')
    THEN timezone('UTC', CAST(replace(regexp_replace(regexp_replace(x, '(Z|[+-]00:?00)$', ''), 'T(\\d\\d)$', 'T\\1:00'), ',', '.') AS TIMESTAMP))
    WHEN x IS NOT NULL THEN trino_refuse('this spelling of an instant; write 2026-01-05T10:00:00.000Z') END`,
  `trino_date_parse(x, f, r) AS CASE WHEN x IS NULL THEN NULL WHEN regexp_full_match(x, r) THEN coalesce(try_strptime(x, f), trino_fail('no such date'))
    WHEN regexp_matches(x, '[0-9]') THEN trino_refuse('this spelling of a date; each part needs all its digits') ELSE trino_fail('no date') END`,
  `trino_from_iso8601_date(x) AS CASE WHEN regexp_full_match(x, '\\d{4}-\\d\\d-\\d\\d') THEN CAST(x AS DATE)
    WHEN x IS NOT NULL THEN trino_refuse('this spelling of a date; write 2026-01-05') END`,
  "trino_from_unixtime(x) AS make_timestamptz(CAST(round(CAST(x AS DOUBLE) * 1000) AS BIGINT) * 1000)",
  "trino_to_unixtime(x) AS epoch(x)",
  "trino_last_day_of_month(x) AS last_day(CAST(x AS DATE))",
];
