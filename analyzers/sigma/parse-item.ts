import type { Expression, FieldPath } from "./ir.ts";
import { applyModifiers, type ModifiedValue, type ParsedModifiers, parseModifiers } from "./modifiers.ts";
import { joined } from "./parse-condition.ts";
import type { YamlValue } from "./read-yaml.ts";
import { type RulePlace, ruleError } from "./sigma-error.ts";

/** What the values of a rule may refer to. */
export interface ItemContext {
  /** Values of the `%name%` placeholders; null for a list that may be absent and is: it counts as empty. */
  readonly placeholder: (name: string, place: RulePlace) => readonly string[] | null;
}

/** Past this a rule is a list, and belongs into a placeholder. */
const MAX_VALUES = 5_000;

/**
 * Parses `field|modifier|...: value(s)`. Values are joined by OR, by AND with `all`; an empty field name means
 * keywords: any string in the record.
 */
export function parseItem(key: string, value: YamlValue, place: RulePlace, context: ItemContext): Expression {
  const [name = "", ...modifierNames] = key.split("|").map((part) => part.trim());
  const modifiers = parseModifiers(modifierNames, place);
  const field = name === "" ? null : parseFieldPath(name, place);
  const scalars = valuesOf(value, place);
  if (modifiers.all && value.kind !== "list") {
    throw ruleError("bad-modifier", "`all` needs a list of values", place, key);
  }
  if (value.kind === "list" && scalars.length > 1 && scalars.some((scalar) => scalar.value === null)) {
    throw ruleError(
      "bad-value",
      "null cannot be one of several values",
      place,
      key,
      "write a second selection for null",
    );
  }
  const groups = scalars.map((scalar) =>
    joinAlternatives(applyModifiers(scalar, modifiers, context), field, modifiers, place),
  );
  const whole = joined(modifiers.all ? "and" : "or", groups);
  return modifiers.neq ? { kind: "not", of: whole } : whole;
}

/** The path that a rule writes with dots. Brackets are reserved for the array syntax that Sigma 3 drafts. */
export function parseFieldPath(text: string, place: RulePlace): FieldPath {
  const path = text.split(".").map((part) => part.trim());
  if (path.some((part) => part === "")) throw ruleError("bad-field", "a field path has an empty part", place, text);
  if (/[[\]"*\\\u0000-\u001f]/.test(text)) {
    throw ruleError(
      "bad-field",
      "a field name holds a character that is not supported",
      place,
      text,
      "array syntax comes with Sigma 3",
    );
  }
  if (path.length > 16) throw ruleError("bad-field", "a field path is too long", place, text);
  return path;
}

type Scalar = Extract<YamlValue, { kind: "scalar" }>;

function valuesOf(value: YamlValue, place: RulePlace): readonly Scalar[] {
  const items = value.kind === "list" ? value.items : [value];
  if (items.length === 0) throw ruleError("bad-value", "a list of values is empty", place);
  if (items.length > MAX_VALUES)
    throw ruleError("too-large", "a list of values is too long", place, String(items.length));
  return items.map((item) => {
    if (item.kind !== "scalar") throw ruleError("bad-value", "a field's values must be plain", item.place);
    return item;
  });
}

/** Alternatives that modifiers made of one value stay OR even under `all`. */
function joinAlternatives(
  values: readonly ModifiedValue[],
  field: FieldPath | null,
  modifiers: ParsedModifiers,
  place: RulePlace,
): Expression {
  if (values.length === 0) return { kind: "constant", value: false };
  return joined(
    "or",
    values.map((value): Expression => {
      if (field !== null) {
        if (value.kind === "null") return { kind: "null", field };
        if (value.kind === "exists") {
          return value.wanted ? { kind: "exists", field } : { kind: "not", of: { kind: "exists", field } };
        }
        return { kind: "value", field, test: value };
      }
      if (value.kind !== "pattern") throw ruleError("bad-keyword", "a keyword must be text", place);
      return { kind: "keyword", pattern: value.pattern, cased: modifiers.cased };
    }),
  );
}
