/**
 * The functions that a text of Athena may call on DuckDB. A function is here only with golden rows that a real Trino
 * gave (`test/goldens/dialect`); a rules test keeps it so.
 */
import type { FunctionRule } from "./function-rule.ts";
import { AGGREGATE_FUNCTIONS } from "./functions/aggregates.ts";
import { COLLECTION_FUNCTIONS } from "./functions/collections.ts";
import { DATE_FUNCTIONS } from "./functions/dates.ts";
import { STRING_FUNCTIONS } from "./functions/strings.ts";
import { VALUE_FUNCTIONS } from "./functions/values.ts";

/** All of them, by groups. */
export const FUNCTION_GROUPS: readonly { readonly title: string; readonly rules: readonly FunctionRule[] }[] = [
  { title: "Text, regular expressions, bytes", rules: STRING_FUNCTIONS },
  { title: "Conditions, numbers, JSON", rules: VALUE_FUNCTIONS },
  { title: "Arrays, maps, lambdas", rules: COLLECTION_FUNCTIONS },
  { title: "Dates and times", rules: DATE_FUNCTIONS },
  { title: "Aggregates and windows", rules: AGGREGATE_FUNCTIONS },
];

const RULES: ReadonlyMap<string, FunctionRule> = new Map(
  FUNCTION_GROUPS.flatMap(({ rules }) => rules.map((rule) => [rule.name, rule] as const)),
);

/** What to write instead of functions that people know and this translation does not take. */
const INSTEAD: Readonly<Record<string, string>> = {
  try: "use TRY_CAST, or CASE WHEN b <> 0 THEN a / b END",
  random: "an answer must be the same tomorrow",
  rand: "an answer must be the same tomorrow",
  uuid: "an answer must be the same tomorrow",
  parse_datetime: "use from_iso8601_timestamp, or CAST(x AS timestamp)",
  typeof: "`logkeep tables NAME` lists the types",
  ifnull: "use coalesce",
  nvl: "use coalesce",
  instr: "use strpos",
  json_value: "use json_extract_scalar",
  json_query: "use json_extract",
  localtimestamp: "use current_timestamp",
};

/** The rule of a function; null where there is none. */
export function ruleOf(name: string): FunctionRule | null {
  return RULES.get(name) ?? null;
}

/** What to say about a function without a rule. */
export function insteadOf(name: string): string {
  const known = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  return known ?? "docs/queries.md lists what is supported; without --dialect athena, DuckDB's own functions are there";
}
