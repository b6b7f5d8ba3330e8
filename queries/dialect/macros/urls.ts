/** Web addresses as Java's `URI` takes them apart. What is neither plainly one nor plainly none is not guessed at. */
import { letSql } from "./let.ts";

const LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
const TOP = "[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?";
const BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const HOST = `(${LABEL}[.])*${TOP}[.]?|${BYTE}([.]${BYTE}){3}`;
const CHARACTER = "[A-Za-z0-9._~!$&''()*+,;=:@-]|%[0-9A-Fa-f]{2}";
const QUERY = `(${CHARACTER}|[/?])*`;
const URL = `[A-Za-z][A-Za-z0-9+.-]*://(${HOST})(:[0-9]{1,5})?(/(${CHARACTER}|/)*)?([?]${QUERY})?(#${QUERY})?`;
/** Characters that stand in no address: there Trino gives NULL. */
const NEVER = '[ <>"{}|\\\\^`\\x00-\\x1f\\x7f]';

/** A part of an address, by a pattern whose first group it is; empty where the address has none. */
function part(name: string, pattern: string): string {
  return `trino_url_extract_${name}(x) AS regexp_extract(trino_url(x), '${pattern}', 1)`;
}

/** The macros' heads and bodies. */
export const URL_MACROS: readonly string[] = [
  `trino_url(y) AS ${letSql(
    "url x",
    "y",
    `CASE WHEN "url x" IS NULL OR regexp_matches("url x", '${NEVER}') THEN NULL
      WHEN regexp_full_match("url x", '${URL}') THEN "url x" ELSE trino_refuse('this spelling of a URL') END`,
  )}`,
  part("protocol", "^([^:]*):"),
  part("host", "^[^:]*://([^/?#:]*)"),
  `trino_url_extract_port(x) AS TRY_CAST(regexp_extract(trino_url(x), '^[^:]*://[^/?#:]*:([0-9]+)', 1) AS BIGINT)`,
  "trino_url_extract_path(x) AS url_decode(regexp_extract(trino_url(x), '^[^:]*://[^/?#]*([^?#]*)', 1))",
  "trino_url_extract_query(x) AS url_decode(regexp_extract(trino_url(x), '^[^?#]*[?]([^#]*)', 1))",
  "trino_url_extract_fragment(x) AS url_decode(regexp_extract(trino_url(x), '#(.*)$', 1))",
  // The first pair of that name; a name without a value has an empty one.
  `trino_url_extract_parameter(x, n) AS ${letSql(
    "url p",
    `list_filter(string_split(regexp_extract(trino_url(x), '^[^?#]*[?]([^#]*)', 1), '&'), lambda "url e": split_part("url e", '=', 1) = n)[1]`,
    `CASE WHEN n IS NULL OR trino_url(x) IS NULL THEN NULL WHEN NOT regexp_full_match(n, '[A-Za-z0-9_.~-]+') THEN trino_refuse('this name of a parameter')
      ELSE url_decode(replace("url p"[strpos("url p" || '=', '=') + 1:], '+', ' ')) END`,
  )}`,
  `trino_url_decode(x) AS CASE WHEN regexp_matches(x, '%($|[^0-9A-Fa-f]|[0-9A-Fa-f]($|[^0-9A-Fa-f]))') THEN trino_fail('not an encoded text')
    ELSE url_decode(replace(x, '+', ' ')) END`,
  "trino_url_encode(x) AS replace(replace(replace(url_encode(x), '%20', '+'), '~', '%7E'), '%2A', '*')",
];
