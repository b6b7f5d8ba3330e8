import { sqlString } from "../../core/sql-engine.ts";
import type { AddressRange, CompareOperator, Pattern, ValueTest } from "../sigma/ir.ts";
import { INSTANT_PATTERN, NUMBER_PATTERN } from "../sigma/match-value.ts";
import { patternLiteral } from "../sigma/pattern.ts";
import { networksSql } from "./network-sql.ts";

const COMPARE: Readonly<Record<CompareOperator, string>> = { lt: "<", lte: "<=", gt: ">", gte: ">=" };

/** A boolean, NULL where the text is NULL: the text passes the test. */
export function testSql(text: string, test: Exclude<ValueTest, { kind: "field" }>): string {
  switch (test.kind) {
    case "pattern":
      return patternSql(text, test.pattern, test.cased);
    case "regex": {
      const flags = test.flags.length === 0 ? "" : `(?${test.flags.join("")})`;
      return `regexp_matches(${text}, ${sqlString(flags + test.source)})`;
    }
    case "compare":
      return `(CASE WHEN regexp_full_match(${text}, ${sqlString(NUMBER_PATTERN)}) THEN TRY_CAST(${text} AS DOUBLE) ${COMPARE[test.operator]} CAST('${test.value}' AS DOUBLE) END)`;
    case "cidr":
      return networksSql(text, [test.range]);
    case "date-part":
      return `(CASE WHEN regexp_full_match(${text}, ${sqlString(INSTANT_PATTERN)}) THEN extract(${test.part} FROM TRY_CAST(${text} AS TIMESTAMP)) = CAST('${test.value}' AS DOUBLE) END)`;
  }
}

/** Several tests on one text, joined by OR: plain texts become one list. */
export function anyTestSql(text: string, tests: readonly Exclude<ValueTest, { kind: "field" }>[]): string {
  const plain = { cased: [] as string[], folded: [] as string[] };
  const networks: AddressRange[] = [];
  const terms: string[] = [];
  for (const test of tests) {
    const literal = test.kind === "pattern" ? patternLiteral(test.pattern) : null;
    if (test.kind === "pattern" && literal !== null) plain[test.cased ? "cased" : "folded"].push(sqlString(literal));
    else if (test.kind === "cidr") networks.push(test.range);
    else terms.push(testSql(text, test));
  }
  if (networks.length > 0) terms.push(networksSql(text, networks));
  // Each side is lowered by the same engine: folding in JavaScript would disagree at the edges of Unicode.
  if (plain.folded.length > 0)
    terms.push(
      inList(
        `lower(${text})`,
        plain.folded.map((literal) => `lower(${literal})`),
      ),
    );
  if (plain.cased.length > 0) terms.push(inList(text, plain.cased));
  return terms.length === 1
    ? (terms[0] ?? "FALSE")
    : `(${terms.map((term) => `coalesce(${term}, FALSE)`).join(" OR ")})`;
}

/** A boolean: how one text stands to another. */
export function compareSql(
  text: string,
  other: string,
  how: "equals" | "contains" | "startswith" | "endswith",
  cased: boolean,
): string {
  const [left, right] = cased ? [text, other] : [`lower(${text})`, `lower(${other})`];
  switch (how) {
    case "equals":
      return `${left} = ${right}`;
    case "contains":
      return `contains(${left}, ${right})`;
    case "startswith":
      return `starts_with(${left}, ${right})`;
    case "endswith":
      return `suffix(${left}, ${right})`;
  }
}

function patternSql(text: string, pattern: Pattern, cased: boolean): string {
  const fold = (sql: string): string => (cased ? sql : `lower(${sql})`);
  const literal = patternLiteral(pattern);
  if (literal !== null) return `${fold(text)} = ${fold(sqlString(literal))}`;
  const first = pattern.at(0)?.kind === "any";
  const last = pattern.at(-1)?.kind === "any";
  const middle = patternLiteral(pattern.slice(first ? 1 : 0, last ? -1 : undefined));
  if (pattern.length === 1 && first) return `${text} IS NOT NULL`;
  if (middle !== null && (first || last)) {
    const how = first ? (last ? "contains" : "endswith") : "startswith";
    return compareSql(text, sqlString(middle), how, cased);
  }
  const like = pattern.map((part) =>
    part.kind === "literal" ? part.text.replace(/[\\%_]/g, "\\$&") : part.kind === "any" ? "%" : "_",
  );
  return `${fold(text)} LIKE ${fold(sqlString(like.join("")))} ESCAPE '\\'`;
}

function inList(text: string, items: readonly string[]): string {
  return items.length === 1 ? `${text} = ${items[0]}` : `${text} IN (${items.join(", ")})`;
}
