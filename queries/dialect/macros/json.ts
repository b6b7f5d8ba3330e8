/**
 * JSON as Trino reads it: what is no JSON gives NULL, an object or array is no scalar. Trino reads a text only up to
 * where the path leads, so a broken text may still give a value there; that is not guessed at.
 */

import { letSql } from "./let.ts";

/** The macros' heads and bodies. `p` is a list of spellings of one path, `m` a text that it cannot do without. */
export const JSON_MACROS: readonly string[] = [
  // DuckDB lets commas at the end pass, and numbers that are none; strings are taken out before these are looked for.
  `trino_json_ok(x) AS (json_valid(x) AND CASE WHEN regexp_matches(x, ',[ \\t\\r\\n]*[\\]}]|(?i)nan|inf') THEN
     NOT regexp_matches(regexp_replace(x, '"([^"\\\\]|\\\\.)*"', '""', 'g'), ',[ \\t\\r\\n]*[\\]}]|(?i)nan|inf') ELSE true END)`,
  `trino_json_at(x, p, m) AS ${letSql(
    "json x",
    "x",
    `CASE WHEN "json x" IS NULL THEN NULL
    WHEN trino_json_ok("json x") THEN list_any_value(json_extract("json x", p))
    WHEN regexp_matches("json x", '^[ \\t\\r\\n]*[{\\[]') AND contains("json x", m)
      THEN trino_refuse('a broken JSON text that holds the name looked for') END`,
  )}`,
  `trino_json(x, p, m) AS CAST(trino_json_at(x, p, m) AS JSON)`,
  `trino_json_scalar(x, p, m) AS ${letSql(
    "json j",
    "CAST(trino_json_at(x, p, m) AS VARCHAR)",
    `CASE WHEN "json j"[1] IN ('{', '[') OR "json j" = 'null' THEN NULL
    WHEN "json j"[1] = '"' THEN json_extract_string("json j", '$')
    WHEN regexp_matches("json j", '^(-?[0-9].*[.eE]|-?0$)') THEN
      CASE WHEN regexp_matches(x, '(^|[^0-9eE.+-])' || regexp_escape("json j") || '($|[^0-9eE.+-])') THEN "json j"
        ELSE trino_refuse('a number that JSON spells otherwise than this engine') END
    ELSE "json j" END`,
  )}`,
  `trino_json_parse(x) AS CASE WHEN x IS NULL THEN NULL WHEN trino_json_ok(x) THEN CAST(x AS JSON) ELSE trino_fail('not JSON') END`,
  "trino_json_format(x) AS CAST(x AS VARCHAR)",
  `trino_json_array_length(x) AS CASE WHEN trino_json_ok(x) THEN CASE WHEN json_type(x) = 'ARRAY' THEN CAST(json_array_length(x) AS BIGINT) END
    WHEN regexp_matches(x, '^[ \\t\\r\\n]*\\[') THEN trino_refuse('a broken JSON array') END`,
  `trino_json_varchar(x) AS CASE WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
    WHEN CAST(x AS VARCHAR)[1] IN ('{', '[') THEN trino_fail('an object or array is no varchar')
    WHEN CAST(x AS VARCHAR)[1] = '"' THEN json_extract_string(x, '$')
    WHEN regexp_matches(CAST(x AS VARCHAR), '^-?[0-9].*[.eE]') THEN trino_refuse('a fraction in JSON')
    ELSE CAST(x AS VARCHAR) END`,
  `trino_json_array_json(x) AS CASE WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
    WHEN json_type(x) = 'ARRAY' THEN json_extract(x, '$[*]') WHEN x IS NOT NULL THEN trino_fail('not a JSON array') END`,
  `trino_json_array_varchar(x) AS list_transform(trino_json_array_json(x), lambda "json e": trino_json_varchar("json e"))`,
  `trino_json_map_json(x) AS CASE WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
    WHEN json_type(x) = 'OBJECT' THEN CAST(x AS MAP(VARCHAR, JSON)) WHEN x IS NOT NULL THEN trino_fail('not a JSON object') END`,
  "trino_sorted(x) AS map_from_entries(list_sort(map_entries(x)))",
  `trino_json_map_varchar(x) AS CASE WHEN x IS NULL OR CAST(x AS VARCHAR) = 'null' THEN NULL
    ELSE map(map_keys(trino_json_map_json(x)), list_transform(map_values(trino_json_map_json(x)), lambda "json e": trino_json_varchar("json e"))) END`,
];
