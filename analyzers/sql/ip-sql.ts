import { IPV4_PATTERN } from "../../core/ip-address.ts";
import { sqlString } from "../../core/sql-engine.ts";

/**
 * SQL of `ipSortKey`: an address as text whose order is the addresses' order, NULL for what is no address. DuckDB's
 * own address type is an extension that would have to be downloaded.
 */
export function ipSortKeySql(text: string): string {
  const octets = (address: string): string =>
    `array_to_string(list_transform(string_split(${address}, '.'), lambda logkeep_o: format('{:02x}', CAST(logkeep_o AS INTEGER))), '')`;
  const ipv4 = sqlString(IPV4_PATTERN);
  // Each step binds its result to a name through a list of one element: SQL expressions have no other local names.
  const bind = (name: string, value: string, body: string): string =>
    `list_transform([${value}], lambda ${name}: ${body})[1]`;
  const tailToHex = bind(
    "logkeep_t",
    `regexp_extract(logkeep_a, ${sqlString(`:(${IPV4_PATTERN})$`)}, 1)`,
    `CASE WHEN logkeep_t = '' THEN logkeep_a ELSE left(logkeep_a, length(logkeep_a) - length(logkeep_t)) || ${bind(
      "logkeep_h",
      octets("logkeep_t"),
      "left(logkeep_h, 4) || ':' || right(logkeep_h, 4)",
    )} END`,
  );
  const words = (part: string): string =>
    `(CASE WHEN ${part} = '' THEN []::VARCHAR[] ELSE string_split(${part}, ':') END)`;
  const expanded = bind(
    "logkeep_p",
    "string_split(logkeep_b, '::')",
    `CASE WHEN len(logkeep_p) = 1 THEN string_split(logkeep_b, ':')
      WHEN len(logkeep_p) = 2 AND len(${words("logkeep_p[1]")}) + len(${words("logkeep_p[2]")}) <= 7
      THEN list_concat(${words("logkeep_p[1]")},
        list_transform(range(8 - len(${words("logkeep_p[1]")}) - len(${words("logkeep_p[2]")})), lambda logkeep_z: '0'),
        ${words("logkeep_p[2]")}) END`,
  );
  const keyed = bind(
    "logkeep_w",
    expanded,
    `CASE WHEN len(logkeep_w) = 8 AND len(list_filter(logkeep_w, lambda logkeep_g: regexp_full_match(logkeep_g, '[0-9a-f]{1,4}'))) = 8
      THEN ${bind(
        "logkeep_x6",
        "array_to_string(list_transform(logkeep_w, lambda logkeep_g: lpad(logkeep_g, 4, '0')), '')",
        "CASE WHEN starts_with(logkeep_x6, '00000000000000000000ffff') THEN '4' || right(logkeep_x6, 8) ELSE '6' || logkeep_x6 END",
      )} END`,
  );
  return `(CASE WHEN regexp_full_match(${text}, ${ipv4}) THEN '4' || ${octets(text)}
    WHEN length(${text}) <= 45 AND regexp_full_match(${text}, '[0-9a-fA-F:]*:[0-9a-fA-F:.]*')
    THEN ${bind("logkeep_a", `lower(${text})`, bind("logkeep_b", tailToHex, keyed))} END)`;
}
