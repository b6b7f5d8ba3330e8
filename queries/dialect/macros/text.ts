/** Text and bytes as Trino reads them: by code points, NULL in NULL out, positions from 1. */

/** What Java takes for white space: `trim` removes it. */
const BLANKS =
  "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || chr(30) || chr(31) || ' ' || chr(5760) || " +
  "chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) || chr(8200) || chr(8201) || " +
  "chr(8202) || chr(8232) || chr(8233) || chr(8287) || chr(12288)";

/** The macros' heads and bodies. */
export const TEXT_MACROS: readonly string[] = [
  "trino_fail(message) AS error('Athena fails here as well: ' || message)",
  "trino_refuse(message) AS error('this engine cannot answer as Athena would: ' || message)",
  "trino_lower(x) AS lower(x)",
  // Trino maps code point by code point, and the sharp s has no capital there.
  "trino_upper(x) AS replace(upper(replace(x, 'ß', chr(1114111))), chr(1114111), 'ß')",
  `trino_trim(x) AS trim(x, ${BLANKS}), (x, y) AS trim(x, y)`,
  `trino_ltrim(x) AS ltrim(x, ${BLANKS}), (x, y) AS ltrim(x, y)`,
  `trino_rtrim(x) AS rtrim(x, ${BLANKS}), (x, y) AS rtrim(x, y)`,
  `trino_substr(x, s) AS CASE WHEN x IS NULL OR s IS NULL THEN NULL WHEN s > 0 THEN substring(x, least(s, 2147483647))
    WHEN s < 0 AND -s <= length(x) THEN substring(x, length(x) + s + 1) ELSE '' END,
   (x, s, n) AS CASE WHEN x IS NULL OR s IS NULL OR n IS NULL THEN NULL WHEN n <= 0 THEN ''
    WHEN s > 0 THEN substring(x, least(s, 2147483647), least(n, 2147483647)) WHEN s < 0 AND -s <= length(x) THEN substring(x, length(x) + s + 1, least(n, 2147483647)) ELSE '' END`,
  "trino_strpos(x, y) AS CASE WHEN y = '' THEN CASE WHEN x IS NOT NULL THEN 1 END ELSE CAST(strpos(x, y) AS BIGINT) END",
  "trino_starts_with(x, y) AS starts_with(x, y)",
  "trino_split(x, y) AS CASE WHEN y = '' THEN trino_refuse('an empty delimiter') ELSE string_split(x, y) END",
  `trino_split_part(x, y, i) AS CASE WHEN i < 1 THEN trino_fail('split_part counts from 1')
    WHEN y = '' THEN trino_refuse('an empty delimiter') ELSE CAST(string_split(x, y)[i] AS VARCHAR) END`,
  `trino_replace(x, y) AS CASE WHEN y = '' THEN trino_refuse('replacing nothing') ELSE replace(x, y, '') END,
   (x, y, z) AS CASE WHEN y = '' THEN trino_refuse('replacing nothing') ELSE replace(x, y, z) END`,
  `trino_reverse(x) AS array_to_string(list_reverse(string_split(x, '')), '')`,
  `trino_lpad(x, n, y) AS CASE WHEN x IS NULL OR n IS NULL OR y IS NULL THEN NULL WHEN n < 0 THEN trino_fail('a negative length')
    WHEN y = '' THEN trino_fail('padding with nothing') WHEN n <= length(x) THEN substring(x, 1, n)
    ELSE substring(repeat(y, n), 1, n - length(x)) || x END`,
  `trino_rpad(x, n, y) AS CASE WHEN x IS NULL OR n IS NULL OR y IS NULL THEN NULL WHEN n < 0 THEN trino_fail('a negative length')
    WHEN y = '' THEN trino_fail('padding with nothing') WHEN n <= length(x) THEN substring(x, 1, n)
    ELSE x || substring(repeat(y, n), 1, n - length(x)) END`,
  "trino_chr(x) AS chr(CAST(x AS INTEGER))",
  "trino_translate(x, y, z) AS translate(x, y, z)",
  "trino_regexp_extract(x, y, g) AS CASE WHEN regexp_matches(x, y) THEN regexp_extract(x, y, g) END",
  "trino_to_utf8(x) AS encode(x)",
  "trino_from_utf8(x) AS decode(CAST(x AS BLOB))",
  "trino_to_hex(x) AS hex(CAST(x AS BLOB))",
  `trino_from_hex(x) AS CASE WHEN regexp_full_match(x, '([0-9A-Fa-f]{2})*') THEN unhex(x)
    WHEN x IS NOT NULL THEN trino_fail('not hexadecimal') END`,
  "trino_to_base64(x) AS to_base64(CAST(x AS BLOB))",
  "trino_from_base64(x) AS from_base64(x)",
  "trino_md5(x) AS unhex(md5(CAST(x AS BLOB)))",
  "trino_sha1(x) AS unhex(sha1(CAST(x AS BLOB)))",
  "trino_sha256(x) AS unhex(sha256(CAST(x AS BLOB)))",
];
