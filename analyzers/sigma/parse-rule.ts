import type { Expression, FieldPath, RuleExtras, SeverityLevel, SigmaRule } from "./ir.ts";
import { joined, parseCondition } from "./parse-condition.ts";
import { parseSelection } from "./parse-detection.ts";
import { type ItemContext, parseFieldPath } from "./parse-item.ts";
import { entryOf, readYaml, type YamlValue } from "./read-yaml.ts";
import { type RulePlace, ruleError } from "./sigma-error.ts";

/** Lists of the configuration by name; null for one that is known and not given. */
export type RuleLists = Readonly<Record<string, readonly string[] | null>>;

const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

/**
 * Parses a file with one Sigma rule (specification 2.1.0). What is not supported (correlations, filters, several rules
 * in a file, unknown modifiers, aggregations) is an error that says where and what, never a rule that quietly does
 * less.
 */
export function parseRule(file: string, text: string, lists: RuleLists = {}): SigmaRule {
  const documents = readYaml(file, text);
  const [document] = documents;
  if (document === undefined) throw ruleError("empty", "the rule file is empty", { file });
  if (documents.length > 1) {
    throw ruleError(
      "several-rules",
      "the rule file holds several documents",
      { file },
      undefined,
      "write one rule a file",
    );
  }
  if (document.kind !== "map") throw ruleError("not-a-rule", "the rule file is no map", document.place);
  for (const key of ["correlation", "filter", "action"]) {
    const found = entryOf(document, key);
    if (found !== undefined) {
      throw ruleError("unsupported-document", "this kind of Sigma document is not supported yet", found.place, key);
    }
  }
  const extras = parseExtras(entryOf(document, "logkeep"));
  const missingLists = new Set<string>();
  const context: ItemContext = {
    placeholder: (name, place) => {
      const values = Object.hasOwn(lists, name) ? (lists[name] ?? null) : null;
      if (values !== null) return values;
      if (!Object.hasOwn(extras.lists, name)) {
        const hint = "give the list in the configuration";
        throw ruleError("no-list", "a placeholder has no values", place, name, hint);
      }
      missingLists.add(name);
      return null;
    },
  };
  const condition = parseRuleCondition(document, context);
  for (const name of Object.keys(extras.lists)) {
    if (!Object.hasOwn(lists, name) || lists[name] === null) missingLists.add(name);
  }
  return {
    title: requiredText(document, "title"),
    uid: optionalText(document, "id"),
    description: optionalText(document, "description"),
    status: optionalText(document, "status"),
    author: optionalText(document, "author"),
    license: optionalText(document, "license"),
    level: parseLevel(document),
    tags: textList(entryOf(document, "tags")),
    falsePositives: textList(entryOf(document, "falsepositives")),
    logsource: parseLogsource(document),
    condition,
    extras,
    missingLists: [...missingLists],
  };
}

function parseRuleCondition(document: YamlValue, context: ItemContext): Expression {
  const detection = entryOf(document, "detection");
  if (detection?.kind !== "map") throw ruleError("no-detection", "the rule has no detection", document.place);
  const selections = new Map<string, Expression>();
  for (const entry of detection.entries) {
    if (entry.key === "condition" || entry.key === "timeframe") continue;
    if (!/^[A-Za-z0-9_.-]+$/.test(entry.key)) {
      throw ruleError("bad-identifier", "a selection's name holds an unknown character", entry.place, entry.key);
    }
    selections.set(entry.key, parseSelection(entry.value, context));
  }
  const timeframe = entryOf(detection, "timeframe");
  if (timeframe !== undefined) {
    throw ruleError("aggregation", "a time frame belongs to an aggregation, which is not supported", timeframe.place);
  }
  const condition = entryOf(detection, "condition");
  if (condition === undefined) throw ruleError("no-condition", "the detection has no condition", detection.place);
  const texts = condition.kind === "list" ? condition.items : [condition];
  if (texts.length === 0) throw ruleError("no-condition", "the detection has no condition", condition.place);
  return joined(
    "or",
    texts.map((text) => {
      if (text.kind !== "scalar") throw ruleError("bad-condition", "a condition must be text", text.place);
      return parseCondition(text.text, selections, text.place);
    }),
  );
}

function parseExtras(value: YamlValue | undefined): RuleExtras {
  if (value === undefined) return { entity: [], knownGaps: [], lists: {}, attackVersion: null };
  if (value.kind !== "map") throw ruleError("bad-attribute", "`logkeep` must be a map", value.place);
  for (const entry of value.entries) {
    if (!["entity", "known_gaps", "lists", "attack_version"].includes(entry.key)) {
      throw ruleError("bad-attribute", "`logkeep` has an unknown key", entry.place, entry.key);
    }
  }
  const lists = entryOf(value, "lists");
  if (lists !== undefined && lists.kind !== "map")
    throw ruleError("bad-attribute", "`lists` must be a map", lists.place);
  return {
    entity: parseEntity(entryOf(value, "entity")),
    knownGaps: textList(entryOf(value, "known_gaps")),
    lists: Object.fromEntries((lists?.entries ?? []).map((entry) => [entry.key, scalarText(entry.value)])),
    attackVersion: optionalText(value, "attack_version"),
  };
}

function parseEntity(value: YamlValue | undefined): readonly (readonly FieldPath[])[] {
  if (value === undefined) return [];
  if (value.kind !== "list") throw ruleError("bad-attribute", "`entity` must be a list of fields", value.place);
  return value.items.map((item) =>
    textList(item.kind === "scalar" ? { kind: "list", items: [item], place: item.place } : item).map((text) =>
      parseFieldPath(text, item.place),
    ),
  );
}

function parseLevel(document: YamlValue): SeverityLevel {
  const value = entryOf(document, "level");
  if (value === undefined) return "medium";
  const text = scalarText(value).toLowerCase();
  const level = LEVELS.find((known) => known === text);
  if (level === undefined) throw ruleError("bad-attribute", "the level is not known", value.place, text);
  return level;
}

function parseLogsource(document: YamlValue): Readonly<Record<string, string>> {
  const value = entryOf(document, "logsource");
  if (value?.kind !== "map") throw ruleError("no-logsource", "the rule has no log source", document.place);
  return Object.fromEntries(value.entries.map((entry) => [entry.key, scalarText(entry.value)]));
}

function requiredText(document: YamlValue, key: string): string {
  const text = optionalText(document, key);
  if (text === null || text.trim() === "") throw ruleError("no-title", "the rule has no title", document.place, key);
  return text;
}

function optionalText(document: YamlValue, key: string): string | null {
  const value = entryOf(document, key);
  return value === undefined || (value.kind === "scalar" && value.value === null) ? null : scalarText(value);
}

function scalarText(value: YamlValue): string {
  if (value.kind !== "scalar") throw ruleError("bad-attribute", "an attribute must be plain text", placeOf(value));
  return value.text;
}

function textList(value: YamlValue | undefined): readonly string[] {
  if (value === undefined || (value.kind === "scalar" && value.value === null)) return [];
  if (value.kind === "scalar") return [value.text];
  if (value.kind !== "list") throw ruleError("bad-attribute", "an attribute must be a list of texts", value.place);
  return value.items.map(scalarText);
}

function placeOf(value: YamlValue): RulePlace {
  return value.place;
}
