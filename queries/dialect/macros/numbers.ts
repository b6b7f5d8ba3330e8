/** Arithmetic as Trino does it: integers stay integers, division by zero fails, halves round away from zero. */

import { letSql } from "./let.ts";

const ZERO = "trino_fail('division by zero')";
const NO_NUMBER = "trino_refuse('not a number')";

/** The macros' heads and bodies. */
export const NUMBER_MACROS: readonly string[] = [
  "trino_whole_days(x) AS CASE WHEN x <> date_trunc('day', x) THEN trino_fail('hours added to a date') ELSE CAST(x AS DATE) END",
  `trino_divide(x, y) AS CASE WHEN y = 0 AND x IS NOT NULL THEN ${ZERO} ELSE x // y END`,
  "trino_divide_double(x, y) AS CASE WHEN x = 0 AND y = 0 THEN trino_refuse('not a number') ELSE x / y END",
  `trino_mod(x, y) AS CASE WHEN y = 0 AND x IS NOT NULL THEN ${ZERO} ELSE x % y END`,
  "trino_mod_double(x, y) AS CASE WHEN y = 0 AND x IS NOT NULL THEN trino_refuse('not a number') ELSE x % y END",
  `trino_width_bucket(x, y, z, n) AS CASE WHEN n <= 0 OR y = z THEN trino_fail('these buckets') WHEN x IS NULL OR y IS NULL OR z IS NULL THEN NULL
    WHEN isnan(x) OR isnan(y) OR isnan(z) OR isinf(y) OR isinf(z) THEN trino_fail('these bounds')
    ELSE list_transform([CASE WHEN x < least(y, z) THEN 0 WHEN x >= greatest(y, z) THEN n + 1
      ELSE CAST(floor(CAST(n AS DOUBLE) * (x - least(y, z)) / (greatest(y, z) - least(y, z)) + 1) AS BIGINT) END],
      lambda "width b": CAST(CASE WHEN y > z THEN n - "width b" + 1 ELSE "width b" END AS BIGINT))[1] END`,
  "trino_power(x, y) AS power(CAST(x AS DOUBLE), CAST(y AS DOUBLE))",
  `trino_sqrt(x) AS CASE WHEN x < 0 THEN ${NO_NUMBER} ELSE sqrt(CAST(x AS DOUBLE)) END`,
  "trino_exp(x) AS exp(CAST(x AS DOUBLE))",
  `trino_ln(x) AS CASE WHEN x < 0 THEN ${NO_NUMBER} WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ln(CAST(x AS DOUBLE)) END`,
  // As Java has it, which knows no log2.
  "trino_log2(x) AS trino_ln(x) / ln(CAST(2 AS DOUBLE))",
  `trino_log10(x) AS CASE WHEN x < 0 THEN ${NO_NUMBER} WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE log10(CAST(x AS DOUBLE)) END`,
  "trino_bitwise_and(x, y) AS CAST(x AS BIGINT) & CAST(y AS BIGINT)",
  "trino_bitwise_or(x, y) AS CAST(x AS BIGINT) | CAST(y AS BIGINT)",
  "trino_bitwise_xor(x, y) AS xor(CAST(x AS BIGINT), CAST(y AS BIGINT))",
  "trino_bitwise_not(x) AS ~CAST(x AS BIGINT)",
  `trino_from_base(x, r) AS CASE WHEN r <> 16 THEN trino_refuse('a radix other than 16')
    WHEN regexp_full_match(x, '[0-9A-Fa-f]{1,15}') THEN CAST('0x' || x AS BIGINT)
    WHEN x IS NOT NULL THEN trino_refuse('this number') END`,
  `trino_to_base(x, r) AS CASE WHEN x < 0 OR r NOT BETWEEN 2 AND 36 THEN trino_refuse('this number or radix')
    ELSE lower(to_base(CAST(x AS BIGINT), CAST(r AS INTEGER))) END`,
  // Which of two neighbours an exact percentile is, Trino's sketches decide so on few values.
  `trino_nth(x, p) AS ${letSql(
    "nth s",
    'list_sort(list_filter(x, lambda "nth e": "nth e" IS NOT NULL))',
    `"nth s"[least(CAST(floor(CAST(p AS DOUBLE) * len("nth s")) AS BIGINT) + 1, len("nth s"))]`,
  )}`,
];
