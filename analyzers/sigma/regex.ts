import { type RulePlace, ruleError } from "./sigma-error.ts";

/** Longer than any published one by far. */
const MAX_REGEX_LENGTH = 10_000;

/**
 * Checks a rule's regular expression (RE2's syntax is the judge when the rules are compiled; this finds early what no
 * engine of ours takes) and widens it where `contains`, `startswith` or `endswith` go with `re`.
 */
export function checkRegex(
  source: string,
  position: "contains" | "startswith" | "endswith" | null,
  place: RulePlace,
): string {
  if (source.length > MAX_REGEX_LENGTH) throw ruleError("too-large", "the regular expression is too long", place);
  if (/(?<!\\)(?:\\\\)*\((?:\?=|\?!|\?<=|\?<!|\?>)/.test(source) || /(?<!\\)(?:\\\\)*\\[1-9]/.test(source)) {
    const hint = "RE2 has no lookaround and no back references: split the expression into several items";
    throw ruleError("bad-regex", "the regular expression uses lookaround or a back reference", place, source, hint);
  }
  toRegExp(source, [], place);
  if (position === null) return source;
  // Unanchored search is the default, so `contains` changes nothing.
  if (position === "contains") return source;
  return position === "startswith" ? `^(?:${source})` : `(?:${source})$`;
}

/** The JavaScript twin of the RE2 expression: case-sensitive and unanchored, `.` excludes the line feed alone. */
export function toRegExp(source: string, flags: readonly string[], place: RulePlace): RegExp {
  const inline = /^\(\?([ims]+)\)/.exec(source);
  const all = new Set([...flags, ...(inline?.[1] ?? "")]);
  const body = inline === null ? source : source.slice(inline[0].length);
  const translated = translate(body, all.has("s"));
  const jsFlags = `${all.has("i") ? "i" : ""}${all.has("m") ? "m" : ""}`;
  try {
    return new RegExp(translated, `${jsFlags}u`);
  } catch {
    // Identity escapes such as `\-` or `\"` are errors in the Unicode mode only.
  }
  try {
    return new RegExp(translated, jsFlags);
  } catch (cause) {
    throw ruleError(
      "bad-regex",
      "the regular expression is not valid",
      place,
      source,
      cause instanceof Error ? cause.name : undefined,
    );
  }
}

/** Spells out what the two engines read differently: the dot, `\A`, `\z` and `(?P<name>`. */
function translate(source: string, dotAll: boolean): string {
  let out = "";
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index);
    if (character === "\\") {
      const next = source.charAt(++index);
      if (next === "A") out += "(?<![\\s\\S])";
      else if (next === "z") out += "(?![\\s\\S])";
      else out += `\\${next}`;
      continue;
    }
    if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (character === "." && !inClass) {
      out += dotAll ? "[\\s\\S]" : "[^\\n]";
      continue;
    } else if (character === "(" && source.startsWith("(?P<", index)) {
      out += "(?<";
      index += 3;
      continue;
    }
    out += character;
  }
  return out;
}
