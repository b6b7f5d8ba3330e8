/**
 * Casts by the type of what is cast. Where both engines may read a text differently, it is an error, also in TRY_CAST:
 * NULL would be an answer.
 */

import { letSql } from "./let.ts";

/** The value that is cast, evaluated once. */
const X = '"cast x"';
const JSON_HERE = `WHEN typeof(${X}) = 'JSON' THEN trino_refuse('a cast of a JSON column; use json_extract_scalar')`;
const INTEGERS = "('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT')";
const IS_DECIMAL = `starts_with(typeof(${X}), 'DECIMAL(')`;
const TEXT = `CAST(${X} AS VARCHAR)`;
/** Java's `trim`: without blanks and control characters at both ends. */
const TRIMMED = `regexp_replace(${TEXT}, '^[\\x00- ]+|[\\x00- ]+$', '', 'g')`;

/** Each target: its readings as WHEN branches; what none takes fails, or is NULL in TRY_CAST. */
const TARGETS: Readonly<Record<string, { readonly type: string; readonly branches: readonly string[] }>> = {
  boolean: {
    type: "BOOLEAN",
    branches: [
      `WHEN typeof(${X}) = 'VARCHAR' AND lower(${TEXT}) IN ('true', 't', '1') THEN true`,
      `WHEN typeof(${X}) = 'VARCHAR' AND lower(${TEXT}) IN ('false', 'f', '0') THEN false`,
      `WHEN typeof(${X}) IN ('INTEGER', 'BIGINT') THEN ${TEXT} <> '0'`,
      `WHEN typeof(${X}) NOT IN ('VARCHAR', 'INTEGER', 'BIGINT') THEN trino_refuse('this cast to boolean')`,
    ],
  },
  integer: { type: "INTEGER", branches: integers("INTEGER") },
  bigint: { type: "BIGINT", branches: integers("BIGINT") },
  double: {
    type: "DOUBLE",
    branches: [
      `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TEXT}, '[+-]?[0-9]+([.][0-9]+)?') THEN TRY_CAST(${TEXT} AS DOUBLE)`,
      `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TRIMMED}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[dDfF]?')
        THEN TRY_CAST(regexp_replace(${TRIMMED}, '[dDfF]$', '') AS DOUBLE)`,
      `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TRIMMED}, '[+-]?Infinity') THEN TRY_CAST(${TRIMMED} AS DOUBLE)`,
      `WHEN typeof(${X}) = 'VARCHAR' AND regexp_matches(${TRIMMED}, '^[+-]?(0[xX]|NaN$)') THEN trino_refuse('this spelling of a number')`,
      `WHEN typeof(${X}) IN ${INTEGERS} OR ${IS_DECIMAL} OR typeof(${X}) IN ('DOUBLE', 'BOOLEAN') THEN TRY_CAST(${X} AS DOUBLE)`,
      `WHEN typeof(${X}) <> 'VARCHAR' THEN trino_refuse('this cast to double')`,
    ],
  },
  date: {
    type: "DATE",
    branches: [
      `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TRIMMED}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN TRY_CAST(${TRIMMED} AS DATE)`,
      `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TRIMMED}, '[+-]?[0-9]+-[0-9]+-[0-9]+') THEN trino_refuse('this spelling of a date; write 2026-01-05')`,
      `WHEN typeof(${X}) IN ('DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE') THEN TRY_CAST(${X} AS DATE)`,
      `WHEN typeof(${X}) <> 'VARCHAR' THEN trino_refuse('this cast to date')`,
    ],
  },
  ipaddress: {
    type: "UHUGEINT",
    branches: [
      `WHEN typeof(${X}) = 'VARCHAR' THEN trino_ip(${TEXT})`,
      `WHEN typeof(${X}) = 'UHUGEINT' THEN TRY_CAST(${X} AS UHUGEINT)`,
      "WHEN true THEN trino_refuse('this cast to ipaddress')",
    ],
  },
};

/** Whole numbers: texts of digits alone, doubles and decimals rounded with halves away from zero. */
function integers(type: string): readonly string[] {
  return [
    // The usual spelling first: what follows costs ten times as much.
    `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TEXT}, '[+-]?[0-9]+') THEN TRY_CAST(${TEXT} AS ${type})`,
    `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TRIMMED}, '[+-]?[0-9]+') THEN TRY_CAST(${TRIMMED} AS ${type})`,
    // Java reads the digits of other scripts.
    `WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TRIMMED}, '[+-]?\\p{Nd}+') THEN trino_refuse('digits of another script')`,
    `WHEN typeof(${X}) = 'DOUBLE' THEN TRY_CAST(round(TRY_CAST(${TEXT} AS DOUBLE)) AS ${type})`,
    `WHEN ${IS_DECIMAL} THEN TRY_CAST(round(TRY_CAST(${TEXT} AS DECIMAL(38, 10))) AS ${type})`,
    `WHEN typeof(${X}) IN ${INTEGERS} THEN TRY_CAST(${X} AS ${type})`,
    `WHEN typeof(${X}) = 'BOOLEAN' THEN CASE WHEN ${TEXT} = 'true' THEN 1 ELSE 0 END`,
    `WHEN typeof(${X}) <> 'VARCHAR' THEN trino_refuse('this cast to a whole number')`,
  ];
}

/** TRY_CAST's macro and CAST's, which fails where the other gives NULL. `sql` reads the value `X`. */
function bothCasts(name: string, parameters: string, sql: string): readonly string[] {
  const strict = letSql(
    "cast r",
    sql,
    `CASE WHEN "cast r" IS NULL AND ${X} IS NOT NULL THEN trino_fail('this value is no ${name}') ELSE "cast r" END`,
  );
  return [
    `trino_try_cast_${name}(${parameters}) AS ${letSql("cast x", "x", sql)}`,
    `trino_cast_${name}(${parameters}) AS ${letSql("cast x", "x", strict)}`,
  ];
}

/** A double as Trino spells it: 1.5E0, 1.0E-7. */
const DOUBLE_TEXT = `trino_double_digits(trim(split_part(printed, 'e', 1), '-'), CAST(coalesce(nullif(split_part(printed, 'e', 2), ''), '0') AS INTEGER), starts_with(printed, '-'))`;

/** The macros' heads and bodies. */
export const CAST_MACROS: readonly string[] = [
  ...Object.entries(TARGETS).flatMap(([name, { type, branches }]) =>
    bothCasts(name, "x", `CAST(CASE WHEN ${X} IS NULL THEN NULL ${JSON_HERE} ${branches.join(" ")} END AS ${type})`),
  ),
  // Microseconds rounded to p digits, halves up.
  `trino_rounded(x, p) AS make_timestamp(CAST(floor((epoch_us(x) + power(10, 6 - p) // 2) / power(10, 6 - p)) AS BIGINT) * CAST(power(10, 6 - p) AS BIGINT))`,
  // The digits before and after the point as one number with its exponent.
  `trino_double_digits(m, e, n) AS CASE WHEN regexp_full_match(m, '[0.]+') THEN '0E0' ELSE
    list_transform([ltrim(replace(m, '.', ''), '0')], lambda "cast d":
      CASE WHEN n THEN '-' ELSE '' END || "cast d"[1] || '.' || coalesce(nullif(rtrim("cast d"[2:], '0'), ''), '0') || 'E' ||
      CAST(e + length(split_part(m, '.', 1)) - 1 - (length(replace(m, '.', '')) - length("cast d")) AS VARCHAR))[1] END`,
  `trino_double_text(y) AS ${letSql(
    "printed",
    "y",
    `CASE WHEN regexp_matches(printed, 'e-3[0-9][0-9]') THEN trino_refuse('a number this close to zero as text')
    WHEN printed IN ('inf', '-inf', 'nan') THEN replace(replace(printed, 'inf', 'Infinity'), 'nan', 'NaN') ELSE ${DOUBLE_TEXT} END`,
  )}`,
  `trino_cast_varchar(x) AS ${letSql(
    "cast x",
    "x",
    `CASE WHEN ${X} IS NULL THEN NULL ${JSON_HERE}
    WHEN typeof(${X}) IN ('VARCHAR', 'BOOLEAN', 'DATE', 'INTEGER', 'BIGINT') THEN ${TEXT}
    WHEN ${IS_DECIMAL} THEN regexp_replace(${TEXT}, '^(-?)[.]', '\\10.')
    WHEN typeof(${X}) = 'DOUBLE' THEN trino_double_text(${TEXT})
    WHEN typeof(${X}) = 'UHUGEINT' THEN trino_ip_text(TRY_CAST(${TEXT} AS UHUGEINT))
    WHEN starts_with(typeof(${X}), 'TIMESTAMP') THEN trino_refuse('a timestamp as text; use date_format')
    ELSE trino_refuse('this cast to varchar') END`,
  )}`,
  "trino_try_cast_varchar(x) AS trino_cast_varchar(x)",
  `trino_decimal_text(x, is_try) AS ${letSql(
    "cast x",
    "x",
    `CASE WHEN ${X} IS NULL THEN NULL
    WHEN typeof(${X}) = 'VARCHAR' AND regexp_full_match(${TEXT}, '[+-]?[0-9]+([.][0-9]*)?') THEN ${TEXT}
    WHEN typeof(${X}) IN ${INTEGERS} OR ${IS_DECIMAL} THEN ${TEXT}
    WHEN typeof(${X}) = 'VARCHAR' AND NOT regexp_matches(${TEXT}, '[0-9]') THEN CASE WHEN NOT is_try THEN trino_fail('this value is no decimal') END
    ELSE trino_refuse('this cast to decimal') END`,
  )}`,
  // `T10:00` and the like are refused by Trino; a zone other than UTC cannot be kept.
  `trino_timestamp_text(y) AS ${letSql(
    "cast t",
    "y",
    `CASE WHEN regexp_full_match("cast t", '[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?') THEN "cast t"
    WHEN regexp_matches("cast t", '^\\s*[+-]?[0-9]+-[0-9]+-[0-9]+([ T].*)?\\s*$') THEN trino_refuse('this spelling of a timestamp; write 2026-01-05 10:00:00') END`,
  )}`,
  ...bothCasts("timestamp", "x, p", `trino_rounded(${timestampCase(TEXT)}, p)`),
  ...bothCasts(
    "instant",
    "x, p",
    `timezone('UTC', trino_rounded(${timestampCase(`regexp_replace(${TEXT}, '( UTC|Z|[+-]00:00)$', '')`)}, p))`,
  ),
];

/** A value as a timestamp in UTC; `text` is what a text is read from. */
function timestampCase(text: string): string {
  return `CASE WHEN ${X} IS NULL THEN NULL ${JSON_HERE}
    WHEN typeof(${X}) = 'VARCHAR' THEN TRY_CAST(trino_timestamp_text(${text}) AS TIMESTAMP)
    WHEN typeof(${X}) IN ('DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE') THEN TRY_CAST(${X} AS TIMESTAMP)
    ELSE trino_refuse('this cast to timestamp') END`;
}
