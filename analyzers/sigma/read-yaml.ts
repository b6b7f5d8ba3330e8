import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { type RulePlace, ruleError } from "./sigma-error.ts";

/** A YAML value with its place in the file. Scalars keep their text, so that `012345678901` stays an account id. */
export type YamlValue =
  | { readonly kind: "map"; readonly entries: readonly YamlEntry[]; readonly place: RulePlace }
  | { readonly kind: "list"; readonly items: readonly YamlValue[]; readonly place: RulePlace }
  | {
      readonly kind: "scalar";
      readonly value: string | number | boolean | null;
      readonly text: string;
      /** Written without quotes. */
      readonly isPlain: boolean;
      readonly place: RulePlace;
    };

/** A member of a mapping, with where it stands. */
export interface YamlEntry {
  readonly key: string;
  readonly value: YamlValue;
  readonly place: RulePlace;
}

/** A hundred times the largest published rule; a rule file beyond it is a mistake or an attack. */
const MAX_RULE_CHARACTERS = 512 * 1024;
/** What aliases may unfold to: ten rules as large as the largest. */
const MAX_RULE_NODES = 100_000;
const MAX_RULE_DEPTH = 64;

/**
 * Reads a YAML file (1.2, core schema: dates and `yes`/`no` stay strings) into plain values, one a document. Hostile
 * text ends in a `rule.*` error: too long, nested too deep, aliases that unfold to too much, duplicate keys.
 */
export function readYaml(file: string, text: string): readonly YamlValue[] {
  if (text.length > MAX_RULE_CHARACTERS) {
    throw ruleError("too-large", "the rule file is too large", { file }, `${text.length} characters`);
  }
  const lines = new LineCounter();
  const placeOf = (offset: number | undefined): RulePlace => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const documents = parseDocuments(file, text, lines);
  const budget = { nodes: MAX_RULE_NODES };
  const values: YamlValue[] = [];
  for (const document of documents) {
    const fault = document.errors[0];
    if (fault !== undefined)
      throw ruleError("not-yaml", "the rule file is not valid YAML", placeOf(fault.pos[0]), fault.code);
    const root = document.contents;
    if (root === null) continue;
    const resolve = (node: Node): Node | undefined => (isAlias(node) ? node.resolve(document) : node);
    values.push(convert(root, resolve, placeOf, budget, 0));
  }
  return values;
}

function parseDocuments(
  file: string,
  text: string,
  lines: LineCounter,
): ReturnType<typeof parseAllDocuments> & unknown[] {
  try {
    const documents = parseAllDocuments(text, {
      version: "1.2",
      schema: "core",
      lineCounter: lines,
      prettyErrors: false,
    });
    return Array.isArray(documents) ? documents : [];
  } catch (cause) {
    // The parser recurses: nesting of thousands of levels ends in a RangeError.
    throw ruleError(
      "not-yaml",
      "the rule file is not valid YAML",
      { file },
      cause instanceof Error ? cause.name : undefined,
    );
  }
}

function convert(
  node: Node,
  resolve: (node: Node) => Node | undefined,
  placeOf: (offset: number | undefined) => RulePlace,
  budget: { nodes: number },
  depth: number,
): YamlValue {
  const place = placeOf(node.range?.[0]);
  budget.nodes--;
  if (budget.nodes < 0) throw ruleError("too-large", "the rule unfolds to too many values", place);
  if (depth > MAX_RULE_DEPTH) throw ruleError("too-deep", "the rule is nested too deep", place);
  const target = resolve(node);
  if (target === undefined) throw ruleError("not-yaml", "an alias names no anchor", place);
  const next = (child: unknown): YamlValue =>
    // `yaml` types children as unknown; what it builds from text are nodes, or null for an empty place.
    child === null || child === undefined
      ? { kind: "scalar", value: null, text: "", isPlain: true, place }
      : convert(child as Node, resolve, placeOf, budget, depth + 1);
  if (isMap(target)) {
    const entries = target.items.map((pair): YamlEntry => {
      const key = next(pair.key);
      if (key.kind !== "scalar") throw ruleError("bad-key", "a key must be plain text", key.place);
      return { key: key.text, value: next(pair.value), place: key.place };
    });
    return { kind: "map", entries, place };
  }
  if (isSeq(target)) return { kind: "list", items: target.items.map(next), place };
  if (!isScalar(target)) throw ruleError("not-yaml", "the rule holds a value that is no map, list or scalar", place);
  const value: unknown = target.value;
  const isPlain = target.type === "PLAIN" || target.type === undefined;
  if (typeof value === "string") return { kind: "scalar", value, text: value, isPlain, place };
  if (typeof value === "number" || typeof value === "boolean" || value === null) {
    return { kind: "scalar", value, text: target.source ?? String(value ?? ""), isPlain, place };
  }
  throw ruleError("not-yaml", "the rule holds a value of an unknown type", place);
}

/** The value of a map's key, or undefined. */
export function entryOf(value: YamlValue, key: string): YamlValue | undefined {
  return value.kind === "map" ? value.entries.find((entry) => entry.key === key)?.value : undefined;
}
