import type { Expression } from "./ir.ts";
import { type RulePlace, ruleError } from "./sigma-error.ts";

/** A rule's search identifiers, each with its expression. */
export type Selections = ReadonlyMap<string, Expression>;

const TOKEN = /\s*(?:([()])|([A-Za-z0-9_*?.-]+))/y;
/** Deeper than any rule that a person wrote; the parser recurses. */
const MAX_CONDITION_DEPTH = 100;

/**
 * Parses a condition: `or` binds least, then `and`, `not`, `N of` and parentheses (Sigma specification 2.1.0,
 * "Condition"). A name or a selector that matches no identifier is an error, never "always" or "never".
 */
export function parseCondition(text: string, selections: Selections, place: RulePlace): Expression {
  const tokens = tokenize(text, place);
  let position = 0;
  const peek = (ahead = 0): string | undefined => tokens[position + ahead];
  const isWord = (word: string): boolean => peek()?.toLowerCase() === word;

  const parseOr = (depth: number): Expression => {
    const parts = [parseAnd(depth)];
    while (isWord("or")) {
      position++;
      parts.push(parseAnd(depth));
    }
    return joined("or", parts);
  };
  const parseAnd = (depth: number): Expression => {
    const parts = [parseNot(depth)];
    while (isWord("and")) {
      position++;
      parts.push(parseNot(depth));
    }
    return joined("and", parts);
  };
  const parseNot = (depth: number): Expression => {
    if (depth > MAX_CONDITION_DEPTH) throw ruleError("too-deep", "the condition is nested too deep", place);
    if (!isWord("not")) return parseTerm(depth);
    position++;
    return { kind: "not", of: parseNot(depth + 1) };
  };
  const parseTerm = (depth: number): Expression => {
    const token = peek();
    if (token === undefined) throw ruleError("bad-condition", "the condition ends too early", place, text);
    position++;
    if (token === "(") {
      const inner = parseOr(depth + 1);
      if (peek() !== ")") throw ruleError("bad-condition", "a parenthesis is not closed", place, text);
      position++;
      return inner;
    }
    if (peek()?.toLowerCase() === "of" && /^(\d+|any|all)$/i.test(token)) {
      const selector = peek(1);
      position += 2;
      if (selector === undefined) throw ruleError("bad-condition", "the condition ends too early", place, text);
      return selectParts(token.toLowerCase(), selector);
    }
    const selection = selections.get(token);
    if (selection !== undefined) return { kind: "selection", name: token, of: selection };
    throw ruleError("unknown-identifier", "the condition names a selection that the rule does not have", place, token);
  };
  const selectParts = (quantity: string, selector: string): Expression => {
    const names = [...selections.keys()].filter((name) =>
      selector.toLowerCase() === "them" ? !name.startsWith("_") : globMatches(selector, name),
    );
    if (names.length === 0) {
      const hint =
        "a selector that matches no selection would silently match everything or nothing; name one that exists";
      throw ruleError(
        "empty-selector",
        "the condition selects no selection",
        place,
        `${quantity} of ${selector}`,
        hint,
      );
    }
    const parts = names.flatMap((name): Expression[] => {
      const of = selections.get(name);
      return of === undefined ? [] : [{ kind: "selection", name, of }];
    });
    if (quantity === "all") return joined("and", parts);
    const count = quantity === "any" ? 1 : Number(quantity);
    if (count < 1 || count > parts.length) {
      throw ruleError(
        "bad-condition",
        "the condition asks for more selections than there are",
        place,
        `${quantity} of ${selector}`,
      );
    }
    if (count === 1) return joined("or", parts);
    return count === parts.length ? joined("and", parts) : { kind: "at-least", count, of: parts };
  };

  const expression = parseOr(0);
  const rest = peek();
  if (rest !== undefined) throw ruleError("bad-condition", "the condition does not end where it should", place, rest);
  return expression;
}

function tokenize(text: string, place: RulePlace): readonly string[] {
  if (text.includes("|")) {
    const hint = "write a correlation rule; aggregations after a pipe left Sigma in version 2";
    throw ruleError("aggregation", "aggregations in a condition are not supported", place, text, hint);
  }
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (;;) {
    const match = TOKEN.exec(text);
    if (match === null) break;
    tokens.push(match[1] ?? match[2] ?? "");
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== "")
    throw ruleError("bad-condition", "the condition holds an unknown character", place, text);
  return tokens;
}

function globMatches(glob: string, name: string): boolean {
  const source = glob
    .split("*")
    .map((part) => part.replace(/[.?-]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(name);
}

/** One part stays itself. */
export function joined(kind: "and" | "or", of: readonly Expression[]): Expression {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}
