/**
 * JSON as Trino reads it: what is no JSON gives NULL, an object or array is no scalar. Trino reads a text only up to
 * where the path leads, so a broken text may still give a value there; that is not guessed at.
 */

import { letSql } from "./let.ts";

const BLANKS = "[ \\t\\r\\n]*";
const NO_NUMBER = "[-+]?(?:[nN][aA]|[iI][nN])";
/** Of a scanned text, patterns that begin with one character are looked for fast. */
const LOOSE: readonly string[] = [
  `,${BLANKS}(?:[\\]}]|${NO_NUMBER})`,
  `:${BLANKS}${NO_NUMBER}`,
  `\\[${BLANKS}${NO_NUMBER}`,
];
const isLoose = (text: string) => LOOSE.map((pattern) => `regexp_matches(${text}, '${pattern}')`).join(" OR ");

/** The two macros of a path: one spelling of it, or several of which one at most leads anywhere. */
function pathMacros(suffix: string, found: string): readonly string[] {
  return [
    `trino_json_at${suffix}(x, p, m) AS ${letSql(
      "json x",
      "x",
      letSql(
        "json f",
        found,
        `CASE WHEN "json f" IS NOT NULL AND NOT trino_json_loose("json x") THEN "json f"
        WHEN "json x" IS NULL OR NOT (contains("json x", m) OR contains("json x", '\\u')) OR NOT regexp_matches("json x", '^${BLANKS}[{\\[]') THEN NULL
        WHEN "json f" IS NOT NULL OR NOT json_valid("json x") OR trino_json_loose("json x")
          THEN trino_refuse('a broken JSON text that holds the name looked for') END`,
      ),
    )}`,
    `trino_json${suffix}(x, p, m) AS CAST(trino_json_at${suffix}(x, p, m) AS JSON)`,
    `trino_json_scalar${suffix}(x, p, m) AS ${letSql(
      "json j",
      `CAST(trino_json_at${suffix}(x, p, m) AS VARCHAR)`,
      `CASE WHEN "json j"[1] = '"' THEN json_extract_string("json j", '$')
      WHEN "json j"[1] IN ('{', '[') OR "json j" = 'null' THEN NULL
      WHEN regexp_matches("json j", '^(-?[0-9].*[.eE]|-?0$)') THEN
        CASE WHEN regexp_matches(x, '(^|[^0-9eE.+-])' || regexp_escape("json j") || '($|[^0-9eE.+-])') THEN "json j"
          ELSE trino_refuse('a number that JSON spells otherwise than this engine') END
      ELSE "json j" END`,
    )}`,
  ];
}

/** The macros' heads and bodies. `p` is a path or a list of its spellings, `m` a text that it cannot do without. */
export const JSON_MACROS: readonly string[] = [
  // DuckDB lets commas at the end pass, and numbers that are none; strings are taken out before these are believed.
  `trino_json_loose(x) AS (CASE WHEN ${isLoose("x")} THEN ${letSql(
    "json s",
    `regexp_replace(x, '"([^"\\\\]|\\\\.)*"', '""', 'g')`,
    isLoose('"json s"'),
  )} ELSE false END)`,
  ...pathMacros("", `TRY(json_extract("json x", p))`),
  ...pathMacros("_any", `list_any_value(TRY(json_extract("json x", p)))`),
  `trino_json_parse(x) AS CASE WHEN x IS NULL THEN NULL WHEN json_valid(x) AND NOT trino_json_loose(x) THEN CAST(x AS JSON) ELSE trino_fail('not JSON') END`,
  "trino_json_format(x) AS CAST(x AS VARCHAR)",
  `trino_json_array_length(x) AS CASE WHEN json_valid(x) AND NOT trino_json_loose(x) THEN CASE WHEN json_type(x) = 'ARRAY' THEN CAST(json_array_length(x) AS BIGINT) END
    WHEN regexp_matches(x, '^[ \\t\\r\\n]*\\[') THEN trino_refuse('a broken JSON array') END`,
  `trino_json_varchar(x) AS CASE WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
    WHEN CAST(x AS VARCHAR)[1] IN ('{', '[') THEN trino_fail('an object or array is no varchar')
    WHEN CAST(x AS VARCHAR)[1] = '"' THEN json_extract_string(x, '$')
    WHEN regexp_matches(CAST(x AS VARCHAR), '^-?[0-9].*[.eE]') THEN trino_refuse('a fraction in JSON')
    ELSE CAST(x AS VARCHAR) END`,
  `trino_json_array_json(x) AS CAST(CASE WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
    WHEN json_type(x) = 'ARRAY' THEN json_extract(x, '$[*]') WHEN x IS NOT NULL THEN trino_fail('not a JSON array') END AS JSON[])`,
  `trino_json_array_varchar(x) AS list_transform(trino_json_array_json(x), lambda "json e": trino_json_varchar("json e"))`,
  `trino_json_map_json(x) AS CASE WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
    WHEN json_type(x) = 'OBJECT' THEN CAST(x AS MAP(VARCHAR, JSON)) WHEN x IS NOT NULL THEN trino_fail('not a JSON object') END`,
  "trino_sorted(x) AS map_from_entries(list_sort(map_entries(x)))",
  `trino_json_map_varchar(x) AS CASE WHEN x IS NULL OR CAST(x AS VARCHAR) = 'null' THEN NULL
    ELSE map(map_keys(trino_json_map_json(x)), list_transform(map_values(trino_json_map_json(x)), lambda "json e": trino_json_varchar("json e"))) END`,
];
