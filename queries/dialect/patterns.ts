/**
 * Trino's regular expressions are Java's, DuckDB's are RE2's. They agree on what this file lets through; look-around,
 * back-references, possessive quantifiers, flags and Unicode properties are refused.
 */
import { sqlString } from "../../core/sql-engine.ts";
import { type Place, unsupported } from "./refuse.ts";
import type { Expression } from "./syntax.ts";

/** A pattern that both engines read alike. */
export interface CheckedPattern {
  /** In RE2's spelling, without a `$` at the end. */
  readonly pattern: string;
  /** Whether it ends with `$`. */
  readonly endsAtEnd: boolean;
  /** Whether it matches between any two characters. */
  readonly mayBeEmpty: boolean;
  /** The number of capturing groups. */
  readonly groups: number;
  /** A group's number. Throws where the expression is no literal, or a group that may not take part in a match. */
  readonly group: (expression: Expression, place: Place) => number;
}

const SIMPLE_HINT =
  "use literals, classes such as [a-z], \\d \\w \\s, ^ and $, groups, alternatives, and the quantifiers * + ? {n,m}";

/** `\w`, `\d` and `\s` are ASCII on both engines; `\v`, `\h`, `\b`, `\R` and the like differ. */
const ESCAPES = /^\\(?:[dDwWsS]|[tnrf]|[!-/:-@[-`{-~])/;
const QUANTIFIER = /^(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??/;

/** Checks a pattern. Throws `dialect.unsupported`. */
export function checkPattern(pattern: string, place: Place): CheckedPattern {
  // Groups that are open here, from the outside in; a group number is null for (?:...).
  const open: { group: number | null; from: number }[] = [];
  const optional = new Set<number>();
  let groups = 0;
  let out = "";
  let rest = pattern;
  let hasAlternatives = false;
  let hasTopAlternatives = false;
  let endsAtEnd = false;
  const take = (length: number) => {
    out += rest.slice(0, length);
    rest = rest.slice(length);
  };
  const refuse = (what: string) => unsupported(`${what} in a regular expression`, place, SIMPLE_HINT);
  let canRepeat = false;
  while (rest !== "") {
    const quantifier = canRepeat ? QUANTIFIER.exec(rest)?.[0] : undefined;
    if (quantifier !== undefined) {
      if (/^[*+?{]/.test(rest.slice(quantifier.length))) throw refuse("a quantifier after a quantifier");
      take(quantifier.length);
      canRepeat = false;
      continue;
    }
    const [character = ""] = rest;
    canRepeat = true;
    if (character === "\\") {
      const escaped = ESCAPES.exec(rest)?.[0];
      if (escaped === undefined) throw refuse(rest.slice(0, 2));
      // Java counts the vertical tab among blanks.
      if (escaped === "\\s" || escaped === "\\S") {
        out += escaped === "\\s" ? "[\\s\\x0B]" : "[^\\s\\x0B]";
        rest = rest.slice(2);
      } else take(escaped.length);
    } else if (character === "[") {
      const characters = /^\[\^?(?:[^[\]\\&]|\\[dDwWstnr]|\\[!-/:-@[-`{-~])+\]/.exec(rest)?.[0];
      if (characters === undefined) throw refuse("this character class");
      out += characters.replaceAll(/\\[\s\S]/g, (each) => (each === "\\s" ? "\\s\\x0B" : each));
      rest = rest.slice(characters.length);
    } else if (character === "(") {
      if (rest.startsWith("(?") && !rest.startsWith("(?:")) throw refuse(rest.slice(0, 3));
      const isCapturing = !rest.startsWith("(?:");
      if (isCapturing) groups += 1;
      open.push({ group: isCapturing ? groups : null, from: groups });
      take(isCapturing ? 1 : 3);
      canRepeat = false;
    } else if (character === ")") {
      const closed = open.pop();
      if (closed === undefined) throw refuse("a closing parenthesis without an opening one");
      take(1);
      if (/^(?:[*?]|\{0)/.test(rest)) {
        for (let group = closed.group ?? closed.from + 1; group <= groups; group += 1) optional.add(group);
      }
    } else if (character === "|") {
      hasAlternatives = true;
      hasTopAlternatives ||= open.length === 0;
      take(1);
      canRepeat = false;
    } else if (character === "$") {
      // It also matches before a line break at the end, which RE2 can only say at the pattern's end.
      if (rest !== "$" || open.length > 0 || hasTopAlternatives) throw refuse("$ before the end or beside |");
      endsAtEnd = true;
      rest = "";
    } else if (/[*+?{}\]]/.test(character)) {
      throw refuse(character);
    } else {
      canRepeat = character !== "^";
      take(String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
    }
  }
  if (open.length > 0) throw refuse("an opening parenthesis without a closing one");
  return {
    pattern: out,
    endsAtEnd,
    // What passed is JavaScript's as well.
    mayBeEmpty: new RegExp(pattern).test(""),
    groups,
    group: (expression, at) => {
      if (expression.kind !== "integer") throw unsupported("a computed group number", at, "write the number");
      const group = Number(expression.value);
      const mayBeAbsent = optional.has(group) || (hasAlternatives && group > 0);
      if (group > groups || mayBeAbsent) {
        throw unsupported(
          "a group that may not be in the match",
          at,
          "Athena gives NULL there; write a group that always matches",
        );
      }
      return group;
    },
  };
}

/** A replacement with `$1` as DuckDB's literal with `\1`. Throws `dialect.unsupported`. */
export function checkReplacement(replacement: string, groups: number, place: Place): string {
  const parts = [];
  for (let at = 0; at < replacement.length; at += 1) {
    const character = replacement[at] ?? "";
    if (character === "\\") throw unsupported("a backslash in a replacement", place, "leave it out");
    if (character !== "$") parts.push(character);
    else {
      const digits = /^[0-9]+/.exec(replacement.slice(at + 1))?.[0] ?? "";
      if (digits.length !== 1 || Number(digits) > groups) {
        throw unsupported("this reference in a replacement", place, "write $ and the number of a group, below 10");
      }
      parts.push(`\\${digits}`);
      at += 1;
    }
  }
  return sqlString(parts.join(""));
}
