import { sqlString } from "../../../core/sql-engine.ts";
import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { type CheckedPattern, checkPattern, checkReplacement } from "../patterns.ts";
import { unsupported } from "../refuse.ts";

const PATTERN_NOTE = "the pattern is a literal of constructs that both engines read alike";
const INNER_NOTE = `${PATTERN_NOTE}, takes a character at least, and has no $`;

/** Text, regular expressions, and bytes. */
export const STRING_FUNCTIONS: readonly FunctionRule[] = [
  {
    ...scalar("concat", 2, 50, "text or arrays; NULL where an argument is NULL"),
    print: ({ args }) => `(${args.join(" || ")})`,
  },
  scalar("length", 1),
  scalar("lower", 1),
  scalar("upper", 1),
  scalar("trim", 1, 2),
  scalar("ltrim", 1, 2),
  scalar("rtrim", 1, 2),
  scalar("substr", 2, 3),
  { ...scalar("substring", 2, 3), print: (p) => p.macro("trino_substr", ...p.args) },
  scalar("strpos", 2),
  scalar("starts_with", 2),
  scalar("split", 2),
  scalar("split_part", 3),
  scalar("replace", 2, 3),
  scalar("reverse", 1, 1, "text or an array"),
  scalar("lpad", 3),
  scalar("rpad", 3),
  scalar("chr", 1),
  {
    ...scalar("concat_ws", 2, 20, "of text"),
    print: ({ args }) => `concat_ws(${args.map((each) => `trino_text(${each})`).join(", ")})`,
  },
  scalar("translate", 3),
  {
    ...scalar("regexp_like", 2, 2, PATTERN_NOTE),
    print: (p) => {
      const { pattern, endsAtEnd } = patternOf(p);
      return `regexp_matches(${p.arg(0)}, ${sqlString(endsAtEnd ? `(?:${pattern})\\n?\\z` : pattern)})`;
    },
  },
  {
    ...scalar("regexp_extract", 2, 3, `${PATTERN_NOTE}; a group that may stay empty is refused`),
    print: (p) => {
      const { pattern, endsAtEnd } = patternOf(p);
      // The line break that $ may leave out at the end is no part of what is extracted.
      const whole = sqlString(endsAtEnd ? `(${pattern})\\n?\\z` : `(${pattern})`);
      return `trino_regexp_extract(${p.arg(0)}, ${whole}, ${groupOf(p) + 1})`;
    },
  },
  {
    ...scalar("regexp_extract_all", 2, 3, `${INNER_NOTE}; a group that may stay empty is refused`),
    print: (p) => `regexp_extract_all(${p.arg(0)}, ${innerPattern(p)}, ${groupOf(p)})`,
  },
  {
    ...scalar("regexp_replace", 2, 3, `${INNER_NOTE}; the replacement is a literal`),
    print: (p) => {
      const replacement =
        p.args.length < 3 ? "''" : checkReplacement(p.literal(2, "the replacement"), patternOf(p).groups, p.place);
      return `regexp_replace(${p.arg(0)}, ${innerPattern(p)}, ${replacement}, 'g')`;
    },
  },
  {
    ...scalar("regexp_count", 2, 2, INNER_NOTE),
    print: (p) => `len(regexp_extract_all(${p.arg(0)}, ${innerPattern(p)}))`,
  },
  {
    ...scalar("regexp_split", 2, 2, INNER_NOTE),
    print: (p) => `string_split_regex(${p.arg(0)}, ${innerPattern(p)})`,
  },
  scalar("to_utf8", 1),
  scalar("from_utf8", 1, 1, "bytes that are no UTF-8 are an error, not a replacement character"),
  scalar("to_hex", 1),
  scalar("from_hex", 1),
  scalar("to_base64", 1),
  scalar("from_base64", 1),
  scalar("md5", 1),
  scalar("sha1", 1),
  scalar("sha256", 1),
];

function patternOf(printer: CallPrinter): CheckedPattern {
  return checkPattern(printer.literal(1, "the pattern"), printer.place);
}

/** A pattern that is looked for again and again: after a match at the end, `$` would match once more. */
function innerPattern(printer: CallPrinter): string {
  const { pattern, endsAtEnd, mayBeEmpty } = patternOf(printer);
  // After a match that took something, Java finds an empty one in the same place, RE2 does not.
  if (mayBeEmpty) {
    throw unsupported(
      `${printer.call.name}() with a pattern that may match nothing`,
      printer.place,
      "write one that takes a character at least",
    );
  }
  if (endsAtEnd) throw unsupported(`$ in ${printer.call.name}()`, printer.place, "use regexp_extract, or leave $ out");
  return sqlString(pattern);
}

/** The group's number: a literal of a group that takes part in every match. */
function groupOf(printer: CallPrinter): number {
  const group = printer.call.args[2];
  if (group === undefined) return 0;
  return patternOf(printer).group(group, { text: printer.context.text, offset: group.offset });
}
