import type { Pattern, PatternPart } from "./ir.ts";

/**
 * Reads a Sigma string: `*` and `?` are wildcards; a backslash before `*`, `?` or a backslash makes that character
 * ordinary and is dropped, any other backslash stays (Sigma specification 2.1.0, "Escaping").
 */
export function parsePattern(text: string): Pattern {
  const parts: PatternPart[] = [];
  let literal = "";
  const flush = (): void => {
    if (literal !== "") parts.push({ kind: "literal", text: literal });
    literal = "";
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === "\\" && next !== "" && "*?\\".includes(next)) {
      literal += next;
      index++;
    } else if (character === "*" || character === "?") {
      flush();
      parts.push({ kind: character === "*" ? "any" : "one" });
    } else {
      literal += character;
    }
  }
  flush();
  return normalizePattern(parts);
}

/** A pattern that is just this text. */
export function literalPattern(text: string): Pattern {
  return text === "" ? [] : [{ kind: "literal", text }];
}

/** Joins neighbouring literals and drops `*` beside `*`. */
export function normalizePattern(parts: Pattern): Pattern {
  const out: PatternPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.kind === "literal" && last?.kind === "literal") {
      out[out.length - 1] = { kind: "literal", text: last.text + part.text };
    } else if (!(part.kind === "any" && last?.kind === "any")) {
      out.push(part);
    }
  }
  return out;
}

/** The text of a pattern without wildcards; null when it has any. */
export function patternLiteral(pattern: Pattern): string | null {
  let text = "";
  for (const part of pattern) {
    if (part.kind !== "literal") return null;
    text += part.text;
  }
  return text;
}

/** The pattern with wildcards around (`contains`), after (`startswith`) or before it (`endswith`). */
export function widenPattern(pattern: Pattern, how: "contains" | "startswith" | "endswith"): Pattern {
  const any: PatternPart = { kind: "any" };
  return normalizePattern([...(how === "startswith" ? [] : [any]), ...pattern, ...(how === "endswith" ? [] : [any])]);
}

/** Replaces each literal part by variants of it: the result is every combination, at most `limit`. */
export function patternVariants(
  pattern: Pattern,
  variantsOf: (text: string) => readonly string[],
  limit: number,
): readonly Pattern[] | null {
  let out: PatternPart[][] = [[]];
  for (const part of pattern) {
    const options: readonly PatternPart[] =
      part.kind === "literal" ? variantsOf(part.text).map((text) => ({ kind: "literal", text })) : [part];
    if (out.length * options.length > limit) return null;
    out = out.flatMap((prefix) => options.map((option) => [...prefix, option]));
  }
  return out.map(normalizePattern);
}
