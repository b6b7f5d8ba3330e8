import type { Expression } from "../sigma/ir.ts";
import { pathText } from "../sigma/ir.ts";
import { patternLiteral } from "../sigma/pattern.ts";

/**
 * The texts of which `field` must hold one, in any case, for the condition to hold; null where there is no such list.
 * A NOT witnesses nothing.
 */
export function witnessesOf(expression: Expression, field: string): ReadonlySet<string> | null {
  switch (expression.kind) {
    case "value": {
      if (pathText(expression.field) !== field || expression.test.kind !== "pattern") return null;
      const literal = patternLiteral(expression.test.pattern);
      return literal === null ? null : new Set([literal]);
    }
    case "and": {
      const found = expression.of.flatMap((part) => witnessesOf(part, field) ?? []);
      return found.reduce<ReadonlySet<string> | null>(
        (best, set) => (best === null || set.size < best.size ? set : best),
        null,
      );
    }
    case "or":
    case "at-least": {
      const union = new Set<string>();
      for (const part of expression.of) {
        const found = witnessesOf(part, field);
        if (found === null) return null;
        for (const text of found) union.add(text);
      }
      return union;
    }
    case "selection":
      return witnessesOf(expression.of, field);
    case "constant":
      return expression.value ? null : new Set();
    case "not":
    case "null":
    case "exists":
    case "keyword":
      return null;
  }
}
