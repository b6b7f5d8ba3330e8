import type { Expression } from "../syntax.ts";
import type { Checker } from "./checker.ts";

/** Tells expressions of one meaning by a number: columns are compared by what they mean, not by how they are spelled. */
export interface ExpressionKeys {
  of(expression: Expression): number;
}

/** Keys of checked expressions. Each part is looked at once. */
export function expressionKeys({ fields }: Pick<Checker, "fields">): ExpressionKeys {
  const numbers = new Map<string, number>();
  const known = new Map<object, number>();
  const number = (text: string): number => {
    const found = numbers.get(text) ?? numbers.size;
    numbers.set(text, found);
    return found;
  };
  const key = (node: unknown): number => {
    if (typeof node !== "object" || node === null) return number(JSON.stringify(node) ?? "undefined");
    const found = known.get(node);
    if (found !== undefined) return found;
    const made = number(describe(node));
    known.set(node, made);
    return made;
  };
  const describe = (node: object): string => {
    // A node that is no name has no entry.
    const field = fields.get(node as Expression);
    if (field !== undefined && !field.isParameter) return `column ${field.id}`;
    if (Array.isArray(node)) return `[${node.map(key).join(" ")}]`;
    const parts = Object.entries(node).filter(([name]) => name !== "offset");
    // Names have no case; texts and numbers do not stand under `name`.
    const plain = (name: string, value: unknown) => (name === "name" ? String(value).toLowerCase() : value);
    return `{${parts.map(([name, value]) => `${name}:${key(plain(name, value))}`).join(" ")}}`;
  };
  return { of: key };
}
