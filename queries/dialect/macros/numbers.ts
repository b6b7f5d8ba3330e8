/** Arithmetic as Trino does it: integers stay integers, division by zero fails, halves round away from zero. */

import { letSql } from "./let.ts";

const ZERO = "trino_fail('division by zero')";
const DECIMAL = "DECIMAL(38, 10)";
const NO_DECIMALS = "trino_refuse('the type of this decimal result; cast to double or bigint')";

/** The macros' heads and bodies. */
export const NUMBER_MACROS: readonly string[] = [
  // Adding days to a date gives a date; DuckDB makes a timestamp of it.
  "trino_whole_days(x) AS CASE WHEN x <> date_trunc('day', x) THEN trino_fail('hours added to a date') ELSE CAST(x AS DATE) END",
  "trino_plus(x DATE, y INTERVAL) AS trino_whole_days(x + y), (x INTERVAL, y DATE) AS trino_whole_days(x + y), (x, y) AS x + y",
  `trino_minus(x DATE, y INTERVAL) AS trino_whole_days(x - y), (x DATE, y DATE) AS trino_refuse('the interval between two dates; use date_diff'),
   (x TIMESTAMP, y TIMESTAMP) AS trino_refuse('the interval between two timestamps; use date_diff'),
   (x TIMESTAMP WITH TIME ZONE, y TIMESTAMP WITH TIME ZONE) AS trino_refuse('the interval between two instants; use date_diff'),
   (x, y) AS x - y`,
  `trino_divide(x INTEGER, y INTEGER) AS CASE WHEN y = 0 THEN ${ZERO} ELSE x // y END,
   (x BIGINT, y BIGINT) AS CASE WHEN y = 0 THEN ${ZERO} ELSE x // y END,
   (x DOUBLE, y DOUBLE) AS CASE WHEN x = 0 AND y = 0 THEN trino_refuse('not a number') ELSE x / y END,
   (x ${DECIMAL}, y ${DECIMAL}) AS ${NO_DECIMALS}`,
  `trino_mod(x INTEGER, y INTEGER) AS CASE WHEN y = 0 THEN ${ZERO} ELSE x % y END,
   (x BIGINT, y BIGINT) AS CASE WHEN y = 0 THEN ${ZERO} ELSE x % y END,
   (x DOUBLE, y DOUBLE) AS CASE WHEN y = 0 THEN trino_refuse('not a number') ELSE x % y END,
   (x ${DECIMAL}, y ${DECIMAL}) AS ${NO_DECIMALS}`,
  `trino_abs(x INTEGER) AS abs(x), (x BIGINT) AS abs(x), (x DOUBLE) AS abs(x), (x ${DECIMAL}) AS ${NO_DECIMALS}`,
  `trino_ceil(x INTEGER) AS x, (x BIGINT) AS x, (x DOUBLE) AS ceil(x), (x ${DECIMAL}) AS ${NO_DECIMALS}`,
  `trino_floor(x INTEGER) AS x, (x BIGINT) AS x, (x DOUBLE) AS floor(x), (x ${DECIMAL}) AS ${NO_DECIMALS}`,
  `trino_round(x INTEGER) AS x, (x BIGINT) AS x, (x DOUBLE) AS round(x), (x ${DECIMAL}) AS ${NO_DECIMALS},
   (x INTEGER, d) AS trino_refuse('round of an integer to digits'), (x BIGINT, d) AS trino_refuse('round of an integer to digits'),
   (x DOUBLE, d) AS round(x, CAST(d AS INTEGER)), (x ${DECIMAL}, d) AS ${NO_DECIMALS}`,
  `trino_truncate(x INTEGER) AS trino_refuse('truncate of an integer'), (x DOUBLE) AS trunc(x), (x ${DECIMAL}) AS ${NO_DECIMALS}`,
  `trino_sign(x INTEGER) AS CAST(sign(x) AS INTEGER), (x BIGINT) AS CAST(sign(x) AS BIGINT), (x DOUBLE) AS CAST(sign(x) AS DOUBLE),
   (x ${DECIMAL}) AS ${NO_DECIMALS}`,
  "trino_power(x, y) AS power(CAST(x AS DOUBLE), CAST(y AS DOUBLE))",
  "trino_sqrt(x) AS sqrt(CAST(x AS DOUBLE))",
  "trino_exp(x) AS exp(CAST(x AS DOUBLE))",
  "trino_ln(x) AS ln(CAST(x AS DOUBLE))",
  // As Java has it, which knows no log2.
  "trino_log2(x) AS ln(CAST(x AS DOUBLE)) / ln(CAST(2 AS DOUBLE))",
  "trino_log10(x) AS log10(CAST(x AS DOUBLE))",
  "trino_bitwise_and(x, y) AS CAST(x AS BIGINT) & CAST(y AS BIGINT)",
  "trino_bitwise_or(x, y) AS CAST(x AS BIGINT) | CAST(y AS BIGINT)",
  "trino_bitwise_xor(x, y) AS xor(CAST(x AS BIGINT), CAST(y AS BIGINT))",
  "trino_bitwise_not(x) AS ~CAST(x AS BIGINT)",
  `trino_from_base(x, r) AS CASE WHEN r <> 16 THEN trino_refuse('a radix other than 16')
    WHEN regexp_full_match(x, '[0-9A-Fa-f]{1,15}') THEN CAST('0x' || x AS BIGINT)
    WHEN x IS NOT NULL THEN trino_refuse('this number') END`,
  `trino_to_base(x, r) AS CASE WHEN x < 0 OR r NOT BETWEEN 2 AND 36 THEN trino_refuse('this number or radix')
    ELSE lower(to_base(CAST(x AS BIGINT), CAST(r AS INTEGER))) END`,
  `trino_sum(x HUGEINT) AS CAST(x AS BIGINT), (x DOUBLE) AS x, (x ${DECIMAL}) AS trino_refuse('a sum of decimals; cast to double')`,
  `trino_nth(x, p) AS ${letSql(
    "nth s",
    'list_sort(list_filter(x, lambda "nth e": "nth e" IS NOT NULL))',
    `"nth s"[least(CAST(floor(CAST(p AS DOUBLE) * len("nth s")) AS BIGINT) + 1, len("nth s"))]`,
  )}`,
  // Which of two neighbours an exact percentile is, Trino's sketches decide so on few values.
  `trino_percentile(x BIGINT[], p) AS trino_nth(x, p), (x DOUBLE[], p) AS trino_nth(x, p), (x DECIMAL(38, 10)[], p) AS trino_refuse('a percentile of decimals')`,
  `trino_avg_of(x BIGINT) AS CAST(x AS DOUBLE), (x DOUBLE) AS x, (x ${DECIMAL}) AS trino_refuse('an average of decimals; cast to double')`,
];
