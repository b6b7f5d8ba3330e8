import type { Expression } from "./ir.ts";
import { joined } from "./parse-condition.ts";
import { type ItemContext, parseItem } from "./parse-item.ts";
import type { YamlValue } from "./read-yaml.ts";
import { type RulePlace, ruleError } from "./sigma-error.ts";

/**
 * Parses one search identifier: a map is AND, a list of maps OR, a list of scalars keywords joined by OR
 * (Sigma specification 2.1.0, "Search-Identifier").
 */
export function parseSelection(value: YamlValue, context: ItemContext): Expression {
  switch (value.kind) {
    case "map":
      if (value.entries.length === 0) throw emptySelection(value.place);
      return joined(
        "and",
        value.entries.map((entry) => parseItem(entry.key, entry.value, entry.place, context)),
      );
    case "list": {
      if (value.items.length === 0) throw emptySelection(value.place);
      return joined(
        "or",
        value.items.map((item) =>
          item.kind === "scalar" ? parseItem("", item, item.place, context) : parseSelection(item, context),
        ),
      );
    }
    case "scalar":
      if (value.value === null) throw emptySelection(value.place);
      return parseItem("", value, value.place, context);
  }
}

function emptySelection(place: RulePlace): Error {
  return ruleError("empty-selection", "a selection is empty", place);
}
