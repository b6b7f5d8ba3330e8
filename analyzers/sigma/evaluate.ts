import { resolvePath, valueText } from "../../core/raw-record.ts";
import type { Expression, ValueTest } from "./ir.ts";
import { foldCase, matchPattern, matchText } from "./match-value.ts";
import { widenPattern } from "./pattern.ts";

/**
 * Decides a rule's condition on one raw record: the reference that the SQL is checked against, and small enough to
 * check by reading. Two-valued throughout: whatever is absent makes a test false, and its negation true.
 * Its regular expressions are JavaScript's: on text from a log they may take very long, so production uses the SQL.
 */
export function evaluate(expression: Expression, record: unknown): boolean {
  switch (expression.kind) {
    case "and":
      return expression.of.every((part) => evaluate(part, record));
    case "or":
      return expression.of.some((part) => evaluate(part, record));
    case "not":
      return !evaluate(expression.of, record);
    case "at-least":
      return expression.of.filter((part) => evaluate(part, record)).length >= expression.count;
    case "selection":
      return evaluate(expression.of, record);
    case "constant":
      return expression.value;
    case "exists":
      return resolvePath(record, expression.field).isPresent;
    case "null": {
      const { isPresent, values } = resolvePath(record, expression.field);
      return !isPresent || values.includes(null);
    }
    case "keyword": {
      const pattern = widenPattern(expression.pattern, "contains");
      return leafTexts(record).some((text) => matchPattern(text, pattern, expression.cased));
    }
    case "value":
      return matchField(expression.field, expression.test, record);
  }
}

function matchField(field: readonly string[], test: ValueTest, record: unknown): boolean {
  const texts = textsAt(record, field);
  if (test.kind !== "field") return texts.some((text) => matchText(text, test));
  const others = textsAt(record, test.other);
  const fold = test.cased ? (text: string) => text : foldCase;
  return texts.some((text) => others.some((other) => compareTexts(fold(text), fold(other), test.how)));
}

function compareTexts(text: string, other: string, how: "equals" | "contains" | "startswith" | "endswith"): boolean {
  switch (how) {
    case "equals":
      return text === other;
    case "contains":
      return text.includes(other);
    case "startswith":
      return text.startsWith(other);
    case "endswith":
      return text.endsWith(other);
  }
}

function textsAt(record: unknown, field: readonly string[]): readonly string[] {
  return resolvePath(record, field).values.flatMap((value) => valueText(value) ?? []);
}

function leafTexts(value: unknown): readonly string[] {
  const texts: string[] = [];
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === "object" && next !== null) pending.push(...Object.values(next));
    else if (next !== null && next !== undefined) texts.push(String(next));
  }
  return texts;
}
