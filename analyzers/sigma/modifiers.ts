import { cidrBounds } from "../../core/ip-address.ts";
import { encodeText, type TextEncoding, toBase64, toBase64Offsets, windashVariants } from "./encodings.ts";
import type { CompareOperator, DatePart, Pattern, ValueTest } from "./ir.ts";
import type { ItemContext } from "./parse-item.ts";
import { parseFieldPath } from "./parse-item.ts";
import { literalPattern, parsePattern, patternLiteral, patternVariants, widenPattern } from "./pattern.ts";
import type { YamlValue } from "./read-yaml.ts";
import { checkRegex } from "./regex.ts";
import { type RulePlace, ruleError } from "./sigma-error.ts";

/** What a value became: a test, null, or a question of presence. */
export type ModifiedValue =
  | ValueTest
  | { readonly kind: "null" }
  | { readonly kind: "exists"; readonly wanted: boolean };

type Position = "contains" | "startswith" | "endswith";
type Encoding = TextEncoding | "base64" | "base64offset" | "windash";

/** A field's chain of modifiers, checked and put in order. */
export interface ParsedModifiers {
  readonly all: boolean;
  readonly neq: boolean;
  readonly cased: boolean;
  readonly expand: boolean;
  readonly position: Position | null;
  /** In the order written: `wide|base64` is not `base64|wide`. */
  readonly encodings: readonly Encoding[];
  readonly type: "text" | "exists" | "re" | "cidr" | "fieldref" | CompareOperator | DatePart;
  readonly regexFlags: readonly ("i" | "m" | "s")[];
}

const ALIASES: Readonly<Record<string, string>> = {
  ignorecase: "i",
  multiline: "m",
  dotall: "s",
  wide: "utf16le",
};
const POSITIONS = ["contains", "startswith", "endswith"] as const;
const ENCODINGS = ["utf16le", "utf16be", "utf16", "base64", "base64offset", "windash"] as const;
const TYPES = ["exists", "re", "cidr", "fieldref", "lt", "lte", "gt", "gte"] as const;
const DATE_PARTS = ["minute", "hour", "day", "week", "month", "year"] as const;
const FLAGS = ["i", "m", "s"] as const;
/** What windash and placeholders may make of one value. */
const MAX_VARIANTS = 1_000;

/** Checks a chain of modifiers as a whole: unknown ones, and ones that do not go together, are errors. */
export function parseModifiers(names: readonly string[], place: RulePlace): ParsedModifiers {
  const fail = (what: string): Error => ruleError("bad-modifier", "these modifiers do not go together", place, what);
  const written = names.join("|");
  let type: ParsedModifiers["type"] = "text";
  let position: Position | null = null;
  const encodings: Encoding[] = [];
  const flags: ("i" | "m" | "s")[] = [];
  const switches = new Set<string>();
  for (const raw of names) {
    const name = ALIASES[raw] ?? raw;
    if (isOneOf(POSITIONS, name)) {
      if (position !== null) throw fail(written);
      position = name;
    } else if (isOneOf(ENCODINGS, name)) encodings.push(name);
    else if (isOneOf(FLAGS, name)) {
      if (type !== "re") throw fail(written);
      flags.push(name);
    } else if (isOneOf(TYPES, name) || isOneOf(DATE_PARTS, name)) {
      if (type !== "text") throw fail(written);
      type = name;
    } else if (["all", "neq", "cased", "expand"].includes(name)) switches.add(name);
    else throw ruleError("unknown-modifier", "a modifier is not known", place, raw);
  }
  const takesText = type === "text" || type === "fieldref";
  if (type === "exists" && names.length > 1) throw fail(written);
  if (position !== null && !takesText && type !== "re") throw fail(written);
  if (encodings.length > 0 && type !== "text") throw fail(written);
  if (switches.has("cased") && !takesText) throw fail(written);
  if (switches.has("expand") && type !== "text" && type !== "cidr") throw fail(written);
  return {
    all: switches.has("all"),
    neq: switches.has("neq"),
    cased: switches.has("cased"),
    expand: switches.has("expand"),
    position,
    encodings,
    type,
    regexFlags: flags,
  };
}

type Scalar = Extract<YamlValue, { kind: "scalar" }>;

/** The alternatives that one written value stands for. */
export function applyModifiers(
  scalar: Scalar,
  modifiers: ParsedModifiers,
  context: ItemContext,
): readonly ModifiedValue[] {
  const { place } = scalar;
  const { type } = modifiers;
  if (type === "exists") {
    if (typeof scalar.value !== "boolean")
      throw ruleError("bad-value", "`exists` needs true or false", place, scalar.text);
    return [{ kind: "exists", wanted: scalar.value }];
  }
  if (scalar.value === null) {
    const plain = type === "text" && modifiers.position === null && modifiers.encodings.length === 0;
    if (!plain) throw ruleError("bad-value", "null takes no modifiers", place);
    return [{ kind: "null" }];
  }
  switch (type) {
    case "text":
      return textPatterns(scalar, modifiers, context).map((pattern) => ({
        kind: "pattern",
        pattern,
        cased: modifiers.cased,
      }));
    case "re":
      return [
        { kind: "regex", source: checkRegex(scalar.text, modifiers.position, place), flags: modifiers.regexFlags },
      ];
    case "cidr":
      return expandTexts(scalar, modifiers, context).map((text) => {
        const range = cidrBounds(text);
        if (range === null) throw ruleError("bad-value", "the value is no network in CIDR notation", place, text);
        return { kind: "cidr", range };
      });
    case "fieldref":
      return [
        {
          kind: "field",
          other: parseFieldPath(scalar.text, place),
          how: modifiers.position ?? "equals",
          cased: modifiers.cased,
        },
      ];
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return [{ kind: "compare", operator: type, value: numberOf(scalar) }];
    default:
      return [{ kind: "date-part", part: type, value: numberOf(scalar) }];
  }
}

function textPatterns(scalar: Scalar, modifiers: ParsedModifiers, context: ItemContext): readonly Pattern[] {
  // The spec's escapes are for text; a number or a boolean has none.
  const start = modifiers.expand
    ? expandTexts(scalar, modifiers, context).map(literalPattern)
    : [typeof scalar.value === "string" ? parsePattern(scalar.value) : literalPattern(scalar.text)];
  const encoded = encodePatterns(start, modifiers.encodings, scalar.place);
  const { position } = modifiers;
  return position === null ? encoded : encoded.map((pattern) => widenPattern(pattern, position));
}

function encodePatterns(
  start: readonly Pattern[],
  encodings: readonly Encoding[],
  place: RulePlace,
): readonly Pattern[] {
  let patterns = start;
  let charset: TextEncoding = "utf8";
  for (const encoding of encodings) {
    if (encoding === "windash") {
      patterns = patterns.flatMap((pattern) => {
        const variants = patternVariants(pattern, (text) => windashVariants(text, MAX_VARIANTS) ?? [], MAX_VARIANTS);
        if (variants === null || variants.length === 0) throw tooManyVariants(place);
        return variants;
      });
    } else if (encoding === "base64" || encoding === "base64offset") {
      patterns = patterns.flatMap((pattern) => {
        const literal = patternLiteral(pattern);
        if (literal === null) throw ruleError("bad-value", "a value with wildcards cannot be encoded", place);
        const bytes = encodeText(literal, charset);
        return (encoding === "base64" ? [toBase64(bytes)] : toBase64Offsets(bytes)).map(literalPattern);
      });
      charset = "utf8";
    } else {
      charset = encoding;
    }
  }
  if (charset !== "utf8") {
    throw ruleError("bad-modifier", "a UTF-16 modifier needs base64 after it", place, encodings.join("|"));
  }
  return patterns;
}

/** The value with its `%name%` placeholders replaced, every combination; `\%` is an ordinary percent sign. */
function expandTexts(scalar: Scalar, modifiers: ParsedModifiers, context: ItemContext): readonly string[] {
  if (!modifiers.expand) return [scalar.text];
  const pieces = scalar.text.split(/(?<!\\)%([A-Za-z0-9_.-]+)(?<!\\)%/);
  if (pieces.length === 1) throw ruleError("bad-value", "`expand` needs a %placeholder%", scalar.place, scalar.text);
  let texts: readonly string[] = [""];
  for (const [index, piece] of pieces.entries()) {
    const options = index % 2 === 0 ? [piece.replaceAll("\\%", "%")] : (context.placeholder(piece, scalar.place) ?? []);
    if (texts.length * options.length > MAX_VARIANTS * 10) throw tooManyVariants(scalar.place);
    texts = texts.flatMap((prefix) => options.map((option) => prefix + option));
  }
  return texts;
}

function numberOf(scalar: Scalar): number {
  const value = Number(scalar.text);
  if (scalar.text.trim() === "" || !Number.isFinite(value)) {
    throw ruleError("bad-value", "the modifier needs a number", scalar.place, scalar.text);
  }
  return value;
}

function tooManyVariants(place: RulePlace): Error {
  return ruleError(
    "too-large",
    "one value stands for too many texts",
    place,
    undefined,
    "write it as a regular expression",
  );
}

function isOneOf<T extends string>(list: readonly T[], name: string): name is T {
  return list.some((item) => item === name);
}
