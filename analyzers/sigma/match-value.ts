import { ipSortKey } from "../../core/ip-address.ts";
import type { CompareOperator, DatePart, Pattern, ValueTest } from "./ir.ts";
import { patternLiteral } from "./pattern.ts";
import { toRegExp } from "./regex.ts";

/** A number as JSON spells it, a leading plus and dot allowed; RE2 and JavaScript read it alike. */
export const NUMBER_PATTERN = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?";
/** An instant: date, time, and UTC or an offset (none means UTC). */
export const INSTANT_PATTERN =
  "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}(:[0-9]{2})?)?";

const NUMBER = new RegExp(`^(?:${NUMBER_PATTERN})$`);
const INSTANT = new RegExp(`^(?:${INSTANT_PATTERN})$`);

/** Asks one value, as text, one test. Field references are the caller's: they need the record. */
export function matchText(text: string, test: Exclude<ValueTest, { kind: "field" }>): boolean {
  switch (test.kind) {
    case "pattern":
      return matchPattern(text, test.pattern, test.cased);
    case "regex":
      return toRegExp(test.source, test.flags, { file: "" }).test(text);
    case "compare":
      return NUMBER.test(text) && compare(Number(text), test.operator, test.value);
    case "cidr": {
      const key = ipSortKey(text);
      return key !== null && test.range.low <= key && key <= test.range.high;
    }
    case "date-part": {
      const instant = parseInstant(text);
      return instant !== null && datePart(instant, test.part) === test.value;
    }
  }
}

/**
 * Lower case, one code point at a time and always one for one, as DuckDB's lower() has it: `İ` becomes `i`, and a
 * final sigma is no special case.
 */
export function foldCase(text: string): string {
  let out = "";
  for (const character of text) {
    const lower = character.toLowerCase();
    out += character === "\u0130" ? "i" : lower;
  }
  return out;
}

/** Matches a whole text against a pattern, in time linear in text times pattern whatever the text holds. */
export function matchPattern(text: string, pattern: Pattern, cased: boolean): boolean {
  const fold = cased ? (value: string) => value : foldCase;
  const subject = fold(text);
  const literal = patternLiteral(pattern);
  if (literal !== null) return subject === fold(literal);
  const glob = pattern.flatMap((part): readonly (string | symbol)[] => {
    if (part.kind === "literal") return [...fold(part.text)];
    return [part.kind === "any" ? ANY : ONE];
  });
  return matchGlob([...subject], glob);
}

const ANY = Symbol("any");
const ONE = Symbol("one");

/** The usual two-pointer match: on a mismatch it goes back to the last `*` only. */
function matchGlob(subject: readonly string[], glob: readonly (string | symbol)[]): boolean {
  let at = 0;
  let globAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (at < subject.length) {
    const token = glob[globAt];
    if (token === ANY) {
      starAt = globAt++;
      resumeAt = at;
    } else if (token !== undefined && (token === ONE || token === subject[at])) {
      globAt++;
      at++;
    } else if (starAt >= 0) {
      globAt = starAt + 1;
      at = ++resumeAt;
    } else return false;
  }
  while (glob[globAt] === ANY) globAt++;
  return globAt === glob.length;
}

function compare(value: number, operator: CompareOperator, bound: number): boolean {
  switch (operator) {
    case "lt":
      return value < bound;
    case "lte":
      return value <= bound;
    case "gt":
      return value > bound;
    case "gte":
      return value >= bound;
  }
}

function parseInstant(text: string): Date | null {
  if (!INSTANT.test(text)) return null;
  const [day = "", rest = ""] = [text.slice(0, 10), text.slice(11)];
  // JavaScript rolls 30 February over to March; SQL refuses it.
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return null;
  const zone = /(Z|[+-]\d{2}(:\d{2})?)$/.exec(rest)?.[0] ?? "";
  const clock = rest.slice(0, 8);
  const offset = zone === "" ? "Z" : zone.length === 3 ? `${zone}:00` : zone;
  const instant = new Date(`${day}T${clock}${offset}`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function datePart(instant: Date, part: DatePart): number {
  switch (part) {
    case "minute":
      return instant.getUTCMinutes();
    case "hour":
      return instant.getUTCHours();
    case "day":
      return instant.getUTCDate();
    case "week":
      return isoWeek(instant);
    case "month":
      return instant.getUTCMonth() + 1;
    case "year":
      return instant.getUTCFullYear();
  }
}

function isoWeek(instant: Date): number {
  const dayMs = 86_400_000;
  const midnight = Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), instant.getUTCDate());
  // The week belongs to the year of its Thursday (ISO 8601).
  const thursday = new Date(midnight + (4 - (new Date(midnight).getUTCDay() || 7)) * dayMs);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / dayMs / 7) + 1;
}
