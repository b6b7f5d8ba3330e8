import { resolvePath, valueText } from "../../core/raw-record.ts";
import { evaluate } from "./evaluate.ts";
import { type Expression, pathText } from "./ir.ts";
import { matchText } from "./match-value.ts";

/** One item of a rule that holds: its selection, its field, and the values that passed. */
export interface ExplainedItem {
  readonly selection: string;
  readonly field: string;
  readonly values: readonly string[];
}

/**
 * Why a condition holds on a record that the SQL has found: the items that hold. Items below a `not` are left out: what
 * is absent explains nothing. Regular expressions are not run here, where a hostile text could keep JavaScript's busy
 * for ever: their items quote the values that were asked.
 */
export function explain(expression: Expression, record: unknown): readonly ExplainedItem[] {
  return itemsOf(expression, "", record) ?? [];
}

/** Null where the expression does not hold. */
function itemsOf(expression: Expression, selection: string, record: unknown): readonly ExplainedItem[] | null {
  switch (expression.kind) {
    case "and": {
      const parts = expression.of.map((part) => itemsOf(part, selection, record));
      return parts.includes(null) ? null : parts.flatMap((items) => items ?? []);
    }
    case "or":
    case "at-least": {
      const parts = expression.of.flatMap((part) => {
        const items = itemsOf(part, selection, record);
        return items === null ? [] : [items];
      });
      return parts.length === 0 ? null : mergeValues(parts.flat());
    }
    case "selection":
      return itemsOf(expression.of, expression.name, record);
    case "not":
      return [];
    case "constant":
      return expression.value ? [] : null;
    case "exists":
    case "null":
      return evaluate(expression, record) ? [{ selection, field: pathText(expression.field), values: [] }] : null;
    case "keyword":
      return evaluate(expression, record) ? [{ selection, field: "", values: [] }] : null;
    case "value": {
      const { field, test } = expression;
      const texts = resolvePath(record, field).values.flatMap((value) => valueText(value) ?? []);
      const isAsked = test.kind === "regex" || test.kind === "field";
      const values = isAsked ? texts : texts.filter((text) => matchText(text, test));
      if (test.kind === "field" && !evaluate(expression, record)) return null;
      return values.length === 0 ? null : [{ selection, field: pathText(field), values }];
    }
  }
}

/** Values of one field that several alternatives passed stand together. */
function mergeValues(items: readonly ExplainedItem[]): readonly ExplainedItem[] {
  const groups = Map.groupBy(items, ({ selection, field }) => JSON.stringify([selection, field]));
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    return [{ ...first, values: [...new Set([first, ...rest].flatMap(({ values }) => values))] }];
  });
}
