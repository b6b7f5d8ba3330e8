/** IPADDRESS as a UHUGEINT: 128 bits, IPv4 below ::ffff:0:0/96, so that order and equality are Trino's. */
import { letSql } from "./let.ts";

const V4 = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}";
const GROUP = "[0-9A-Fa-f]{1,4}";
const MAPPED = "281470681743360::UHUGEINT";
const LAST_MAPPED = "281474976710655::UHUGEINT";

/** The macros' heads and bodies. */
export const ADDRESS_MACROS: readonly string[] = [
  `trino_ip4(x) AS list_reduce(list_transform(string_split(x, '.'), lambda "ip e": TRY_CAST("ip e" AS UHUGEINT)), lambda "ip a", "ip b": "ip a" * 256 + "ip b")`,
  // The last two groups may be written as IPv4.
  `trino_ip6_groups(x) AS CASE WHEN contains(x, '.') THEN ${letSql(
    "ip q",
    "trino_ip4(regexp_extract(x, '[^:]*$'))",
    `regexp_extract(x, '^(.*:)[^:]*$', 1) || to_hex("ip q" // 65536) || ':' || to_hex("ip q" % 65536)`,
  )} ELSE x END`,
  "trino_ip6_list(x) AS CASE WHEN x = '' THEN [] ELSE string_split(x, ':') END",
  // What "::" leaves out, as zeros.
  `trino_ip6_full(x) AS CASE WHEN contains(x, '::') THEN ${letSql(
    "ip s",
    "[trino_ip6_list(split_part(x, '::', 1)), trino_ip6_list(split_part(x, '::', 2))]",
    `list_concat(list_concat("ip s"[1], list_transform(range(8 - len("ip s"[1]) - len("ip s"[2])), lambda "ip e": '0')), "ip s"[2])`,
  )} ELSE string_split(x, ':') END`,
  `trino_ip6_number(x) AS ${letSql(
    "ip g",
    "trino_ip6_full(x)",
    `CASE WHEN len("ip g") = 8 THEN list_reduce(list_transform("ip g", lambda "ip e": CAST(TRY_CAST('0x' || "ip e" AS INTEGER) AS UHUGEINT)), lambda "ip a", "ip b": "ip a" * 65536 + "ip b") END`,
  )}`,
  `trino_ip6(x) AS ${letSql(
    "ip t",
    "trino_ip6_groups(x)",
    `CASE WHEN regexp_full_match("ip t", '(${GROUP}(:${GROUP})*)?(::)?(${GROUP}(:${GROUP})*)?') AND contains("ip t", ':')
     AND NOT regexp_matches("ip t", ':::|::.*::')
     AND len(regexp_extract_all("ip t", '${GROUP}')) BETWEEN CASE WHEN contains("ip t", '::') THEN 0 ELSE 8 END AND CASE WHEN contains("ip t", '::') THEN 7 ELSE 8 END
     THEN trino_ip6_number("ip t") END`,
  )}`,
  `trino_ip(y) AS ${letSql(
    "ip x",
    "y",
    `CASE WHEN "ip x" IS NULL THEN NULL WHEN regexp_full_match("ip x", '${V4}') THEN ${MAPPED} + trino_ip4("ip x")
     WHEN contains("ip x", '%') THEN trino_refuse('an address with a zone')
     WHEN NOT contains("ip x", ':') OR (contains("ip x", '.') AND NOT regexp_matches("ip x", ':${V4}$')) THEN NULL
     ELSE trino_ip6("ip x") END`,
  )}`,
  `trino_ip_group(x, i) AS CAST((x >> CAST((7 - i) * 16 AS UHUGEINT)) & 65535::UHUGEINT AS INTEGER)`,
  // The longest run of zero groups, the first of equals, becomes "::"; one zero alone stays.
  `trino_ip6_text(x) AS ${letSql(
    "ip t",
    `':' || array_to_string(list_transform(range(8), lambda "ip i": lower(printf('%x', trino_ip_group(x, "ip i")))), ':') || ':'`,
    letSql(
      "ip z",
      `list_filter(list_transform(range(8, 1, -1), lambda "ip n": repeat('0:', "ip n")), lambda "ip r": contains("ip t", ':' || "ip r"))[1]`,
      `CASE WHEN "ip z" IS NULL THEN trim("ip t", ':') ELSE
         ltrim("ip t"[:strpos("ip t", ':' || "ip z") - 1], ':') || '::' || rtrim("ip t"[strpos("ip t", ':' || "ip z") + length("ip z") + 1:], ':') END`,
    ),
  )}`,
  `trino_ip_text(y) AS ${letSql(
    "ip x",
    "y",
    `CASE WHEN "ip x" BETWEEN ${MAPPED} AND ${LAST_MAPPED}
     THEN array_to_string(list_transform([24, 16, 8, 0], lambda "ip i": CAST(("ip x" >> CAST("ip i" AS UHUGEINT)) & 255::UHUGEINT AS VARCHAR)), '.')
     WHEN "ip x" IS NOT NULL THEN trino_ip6_text("ip x") END`,
  )}`,
  // A network as [its address, the number of bits that vary]. Trino refuses one with bits below its prefix.
  `trino_network(y) AS ${letSql(
    "ip n",
    "y",
    `CASE WHEN "ip n" IS NULL THEN NULL
     WHEN NOT regexp_full_match("ip n", '[^/]+/[0-9]{1,3}') OR CAST(split_part("ip n", '/', 2) AS INTEGER) > CASE WHEN contains("ip n", ':') THEN 128 ELSE 32 END
       THEN trino_fail('this is no network')
     WHEN regexp_matches("ip n", '::[fF]{4}:') THEN trino_refuse('a network of mapped addresses')
     ELSE [coalesce(trino_ip(split_part("ip n", '/', 1)), trino_fail('this is no network')),
       CAST(CASE WHEN contains("ip n", ':') THEN 128 ELSE 32 END - CAST(split_part("ip n", '/', 2) AS INTEGER) AS UHUGEINT)] END`,
  )}`,
  `trino_ip_in(x, y) AS ${letSql(
    "ip w",
    "struct_pack(network := trino_network(x), address := y, is_v6 := contains(x, ':'))",
    `CASE WHEN "ip w".network IS NULL OR "ip w".address IS NULL THEN NULL
     WHEN "ip w".network[2] < 128 AND ("ip w".network[1] >> "ip w".network[2]) << "ip w".network[2] <> "ip w".network[1] THEN trino_fail('the network has bits below its prefix')
     WHEN "ip w".is_v6 = ("ip w".address BETWEEN ${MAPPED} AND ${LAST_MAPPED}) THEN
       CASE WHEN "ip w".is_v6 AND ("ip w".network[1] >> least("ip w".network[2], 127)) = ("ip w".address >> least("ip w".network[2], 127))
         THEN trino_refuse('an IPv4 address in a wide IPv6 network') ELSE false END
     WHEN "ip w".network[2] >= CASE WHEN "ip w".is_v6 THEN 128 ELSE 32 END THEN true
     ELSE ("ip w".network[1] >> "ip w".network[2]) = ("ip w".address >> "ip w".network[2]) END`,
  )}`,
];
