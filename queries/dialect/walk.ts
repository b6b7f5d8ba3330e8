import type { Expression } from "./syntax.ts";

/** Every expression in a tree, at any depth, those of queries inside it too. */
export function* expressionsIn(root: unknown): Generator<Expression> {
  const waiting: unknown[] = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (typeof at !== "object" || at === null) continue;
    if (isExpression(at)) yield at;
    for (const child of Object.values(at)) waiting.push(child ?? null);
  }
}

/** Nodes of a tree have a kind and a place; what else has both (relations, items) is told apart by its kind. */
function isExpression(node: object): node is Expression {
  return "kind" in node && "offset" in node && typeof node.kind === "string";
}
