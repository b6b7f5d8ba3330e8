import { syntaxError } from "./refuse.ts";

/**
 * Levels of a tree, each list between two nodes being one as well. What reads trees calls itself some times a level; a
 * stack of Node's holds ten times as many.
 */
const MAX_LEVELS = 600;

/** Throws `dialect.syntax` where a tree is deeper: `1 + 1 + 1 + ...` nests to the left without a parenthesis. */
export function checkDepth(root: object, text: string): void {
  let level: readonly object[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_LEVELS) throw syntaxError("it nests too deep", { text, offset: offsetOf(level) });
    level = level.flatMap((node) => Object.values(node).filter((child) => typeof child === "object" && child !== null));
  }
}

function offsetOf(level: readonly object[]): number {
  const placed = level.find((node) => "offset" in node && typeof node.offset === "number");
  return placed !== undefined && "offset" in placed ? Number(placed.offset) : 0;
}
