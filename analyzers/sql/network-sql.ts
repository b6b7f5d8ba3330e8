import { IPV4_PATTERN } from "../../core/ip-address.ts";
import { sqlString } from "../../core/sql-engine.ts";
import type { AddressRange } from "../sigma/ir.ts";
import { ipSortKeySql } from "./ip-sql.ts";

/** Beyond so many networks one expression would outgrow what RE2 compiles; then keys are compared. */
const MAX_PATTERN_NETWORKS = 200;

/**
 * A boolean: the text is an address in one of the networks. IPv4 is matched by one expression over the canonical dotted
 * form (no other form is taken for an address), which costs a twentieth of working out a key; IPv6 by its key.
 */
export function networksSql(text: string, ranges: readonly AddressRange[]): string {
  const within = ranges.map(({ low, high }) => `logkeep_k BETWEEN '${low}' AND '${high}'`);
  const byKey = `list_transform([${ipSortKeySql(text)}], lambda logkeep_k: ${within.join(" OR ")})[1]`;
  const ipv4 = ranges.filter(({ low }) => low.startsWith("4"));
  if (ipv4.length > MAX_PATTERN_NETWORKS) return byKey;
  const prefixes = ipv4.map(prefixPattern);
  const isAddress = `regexp_full_match(${text}, ${sqlString(IPV4_PATTERN)})`;
  // The engine takes an anchored expression without content for one that matches the empty text alone.
  const isWithin = prefixes.includes("")
    ? isAddress
    : `(${isAddress} AND regexp_matches(${text}, ${sqlString(`^(?:${prefixes.join("|")})`)}))`;
  return `(CASE WHEN contains(${text}, ':') THEN CASE WHEN ${mayHoldSql(text, ranges)} THEN ${byKey} ELSE FALSE END ELSE ${ipv4.length === 0 ? "FALSE" : isWithin} END)`;
}

/**
 * A boolean that is true wherever an IPv6 text may lie in one of the networks, from its first 16 bits alone: working out
 * a whole key costs many times that. IPv4 in IPv6's clothes begins with zeros.
 */
function mayHoldSql(text: string, ranges: readonly AddressRange[]): string {
  const first = `lpad(lower(split_part(${text}, ':', 1)), 4, '0')`;
  const spans = new Set(
    ranges.map(({ low, high }) =>
      low.startsWith("6") ? `${first} BETWEEN '${low.slice(1, 5)}' AND '${high.slice(1, 5)}'` : `${first} = '0000'`,
    ),
  );
  return [...spans].join(" OR ");
}

/** The beginnings of the dotted forms of a network's addresses; the last octet goes to the end of the text. */
function prefixPattern({ low, high }: AddressRange): string {
  const octets = [0, 1, 2, 3].map((index) => {
    const at = 1 + index * 2;
    return [Number.parseInt(low.slice(at, at + 2), 16), Number.parseInt(high.slice(at, at + 2), 16)] as const;
  });
  const open = octets.findIndex(([first, last]) => first === 0 && last === 255);
  const fixed = open < 0 ? octets : octets.slice(0, open);
  return fixed
    .map(([first, last], index) => {
      const values = Array.from({ length: last - first + 1 }, (_, step) => first + step);
      const octet = values.length === 1 ? String(first) : `(?:${values.join("|")})`;
      return `${octet}${index === 3 ? "$" : "\\."}`;
    })
    .join("");
}
