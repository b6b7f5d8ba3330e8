/** A pattern's parts in order: text as it is, `*` (any length, across lines) and `?` (exactly one character). */
export type PatternPart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "one" };

/** A Sigma value with its wildcards. */
export type Pattern = readonly PatternPart[];

/** A path in the raw record, e.g. `["userIdentity", "type"]`. Crossing an array means "any element". */
export type FieldPath = readonly string[];

/** A part of an instant that a rule may ask for. */
export type DatePart = "minute" | "hour" | "day" | "week" | "month" | "year";

/** How a number is compared. */
export type CompareOperator = "lt" | "lte" | "gt" | "gte";

/** Inclusive bounds in the notation of `ipSortKey`: fixed width, so that text order is address order. */
export interface AddressRange {
  readonly low: string;
  readonly high: string;
}

/** What one value of a field is asked. Every test is two-valued: absent and null give false, unless said otherwise. */
export type ValueTest =
  | { readonly kind: "pattern"; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: "regex"; readonly source: string; readonly flags: readonly ("i" | "m" | "s")[] }
  | { readonly kind: "compare"; readonly operator: CompareOperator; readonly value: number }
  | { readonly kind: "cidr"; readonly range: AddressRange }
  | { readonly kind: "date-part"; readonly part: DatePart; readonly value: number }
  | {
      readonly kind: "field";
      readonly other: FieldPath;
      readonly how: "equals" | "contains" | "startswith" | "endswith";
      readonly cased: boolean;
    };

/** A rule's condition. */
export type Expression =
  | { readonly kind: "and" | "or"; readonly of: readonly Expression[] }
  | { readonly kind: "not"; readonly of: Expression }
  /** True when at least `count` of the parts are. */
  | { readonly kind: "at-least"; readonly count: number; readonly of: readonly Expression[] }
  /** A named selection of the rule: what a match is explained by. */
  | { readonly kind: "selection"; readonly name: string; readonly of: Expression }
  /** True when some value at the path passes the test. */
  | { readonly kind: "value"; readonly field: FieldPath; readonly test: ValueTest }
  /** True when the path is absent, or null is among its values. */
  | { readonly kind: "null"; readonly field: FieldPath }
  /** True when the path is present, be it empty or null. */
  | { readonly kind: "exists"; readonly field: FieldPath }
  /** True when some string anywhere in the record contains the pattern. */
  | { readonly kind: "keyword"; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: "constant"; readonly value: boolean };

/** Sigma's levels, least first. */
export type SeverityLevel = "informational" | "low" | "medium" | "high" | "critical";

/** Our own attribute of a Sigma rule, `logkeep:`. */
export interface RuleExtras {
  /**
   * The fields whose values, joined by a blank, name whom a finding is about. Each place is a list of alternatives:
   * the first that is present and not null wins.
   */
  readonly entity: readonly (readonly FieldPath[])[];
  readonly knownGaps: readonly string[];
  /** Lists of the configuration that the rule reads, each with what the rule does without it. */
  readonly lists: Readonly<Record<string, string>>;
  /** The ATT&CK version that the rule's tags are written in. */
  readonly attackVersion: string | null;
}

/** A Sigma rule, parsed and checked. */
export interface SigmaRule {
  readonly title: string;
  readonly uid: string | null;
  readonly description: string | null;
  readonly status: string | null;
  readonly author: string | null;
  readonly license: string | null;
  readonly level: SeverityLevel;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly logsource: Readonly<Record<string, string>>;
  readonly condition: Expression;
  readonly extras: RuleExtras;
  /** Lists that the rule reads and the configuration does not give: they were taken as empty. */
  readonly missingLists: readonly string[];
}

/** `a.b.c` as a rule writes it. */
export function pathText(field: FieldPath): string {
  return field.join(".");
}
