import { sqlString } from "../../../core/sql-engine.ts";
import { concatenated } from "../convert-sql.ts";
import { printFormat } from "../format.ts";
import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { type CheckedPattern, checkPattern, checkReplacement } from "../patterns.ts";
import { unsupported } from "../refuse.ts";
import type { Type } from "../types/type.ts";

const PATTERN_NOTE = "the pattern is a literal of constructs that both engines read alike";
const INNER_NOTE = `${PATTERN_NOTE}, takes a character at least, and has no $`;

const URL_NOTE = "of scheme://host with a name or an IPv4 address; NULL for what cannot be a URL, an error for others";

/** Text, regular expressions, and bytes. */
export const STRING_FUNCTIONS: readonly FunctionRule[] = [
  {
    ...scalar(
      "concat",
      [
        "(varchar, varchar, ...) -> varchar",
        "(varbinary, varbinary, ...) -> varbinary",
        "(array(E), array(E), ...) -> array(E)",
        "(array(E), E) -> array(E)",
        "(E, array(E)) -> array(E)",
      ],
      "text or arrays; NULL where an argument is NULL",
    ),
    refuses: refusesNull,
    print: ({ call, args, type, context }) => concatenated(call.args, args, type, context),
  },
  {
    ...scalar("length", ["(varchar) -> bigint", "(varbinary) -> bigint"]),
    print: (p) => (p.types[0]?.kind === "varbinary" ? `octet_length(${p.arg(0)})` : `length(${p.arg(0)})`),
  },
  scalar("lower", "(varchar) -> varchar"),
  scalar("upper", "(varchar) -> varchar"),
  scalar("trim", ["(varchar) -> varchar", "(varchar, varchar) -> varchar"]),
  scalar("ltrim", ["(varchar) -> varchar", "(varchar, varchar) -> varchar"]),
  scalar("rtrim", ["(varchar) -> varchar", "(varchar, varchar) -> varchar"]),
  scalar("substr", [
    "(varchar, bigint) -> varchar",
    "(varchar, bigint, bigint) -> varchar",
    "(varbinary, bigint) -> refused varbinary",
    "(varbinary, bigint, bigint) -> refused varbinary",
  ]),
  {
    ...scalar("substring", ["(varchar, bigint) -> varchar", "(varchar, bigint, bigint) -> varchar"]),
    print: ({ args }) => `trino_substr(${args.join(", ")})`,
  },
  scalar("strpos", "(varchar, varchar) -> bigint"),
  scalar("starts_with", "(varchar, varchar) -> boolean"),
  scalar("split", "(varchar, varchar) -> array(varchar)"),
  scalar("split_part", "(varchar, varchar, bigint) -> varchar"),
  scalar("replace", ["(varchar, varchar) -> varchar", "(varchar, varchar, varchar) -> varchar"]),
  {
    ...scalar(
      "reverse",
      ["(varchar) -> varchar", "(array(E)) -> array(E)", "(varbinary) -> refused varbinary"],
      "text or an array",
    ),
    print: (p) => (p.types[0]?.kind === "array" ? `list_reverse(${p.arg(0)})` : `trino_reverse(${p.arg(0)})`),
  },
  scalar("lpad", ["(varchar, bigint, varchar) -> varchar", "(varbinary, bigint, varbinary) -> refused varbinary"]),
  scalar("rpad", ["(varchar, bigint, varchar) -> varchar", "(varbinary, bigint, varbinary) -> refused varbinary"]),
  scalar("chr", "(bigint) -> varchar"),
  {
    ...scalar("concat_ws", ["(varchar, varchar, ...) -> varchar", "(varchar, array(varchar)) -> varchar"]),
    refuses: (_types, given) =>
      given.length === 2 && given[1]?.kind === "unknown"
        ? { what: "NULL without a type in concat_ws()", instead: "write CAST(NULL AS varchar)" }
        : null,
    print: ({ args, types }) =>
      types[1]?.kind === "array"
        ? `trino_array_join_by(trino_known(${args[1]}), ${args[0]})`
        : `concat_ws(${args.join(", ")})`,
  },
  scalar("translate", "(varchar, varchar, varchar) -> varchar"),
  scalar("url_encode", "(varchar) -> varchar"),
  scalar("url_decode", "(varchar) -> varchar"),
  ...["protocol", "host", "path", "query", "fragment"].map((part) =>
    scalar(`url_extract_${part}`, "(varchar) -> varchar", URL_NOTE),
  ),
  scalar("url_extract_port", "(varchar) -> bigint", URL_NOTE),
  scalar("url_extract_parameter", "(varchar, varchar) -> varchar", URL_NOTE),
  {
    ...scalar("format", "(varchar, any, ...) -> varchar", "the format is a literal of %s, %d, %05d and %%"),
    print: printFormat,
  },
  {
    ...scalar("regexp_like", "(varchar, varchar) -> boolean", PATTERN_NOTE),
    print: (p) => {
      const { pattern, endsAtEnd } = patternOf(p);
      return `regexp_matches(${p.arg(0)}, ${sqlString(endsAtEnd ? `(?:${pattern})\\n?\\z` : pattern)})`;
    },
  },
  {
    ...scalar(
      "regexp_extract",
      ["(varchar, varchar) -> varchar", "(varchar, varchar, bigint) -> varchar"],
      `${PATTERN_NOTE}; a group that may stay empty is refused`,
    ),
    print: (p) => {
      const { pattern, endsAtEnd } = patternOf(p);
      // The line break that $ may leave out at the end is no part of what is extracted.
      const whole = sqlString(endsAtEnd ? `(${pattern})\\n?\\z` : `(${pattern})`);
      return `trino_regexp_extract(${p.arg(0)}, ${whole}, ${groupOf(p) + 1})`;
    },
  },
  {
    ...scalar(
      "regexp_extract_all",
      ["(varchar, varchar) -> array(varchar)", "(varchar, varchar, bigint) -> array(varchar)"],
      `${INNER_NOTE}; a group that may stay empty is refused`,
    ),
    print: (p) => `regexp_extract_all(${p.arg(0)}, ${innerPattern(p)}, ${groupOf(p)})`,
  },
  {
    ...scalar(
      "regexp_replace",
      ["(varchar, varchar) -> varchar", "(varchar, varchar, varchar) -> varchar"],
      `${INNER_NOTE}; the replacement is a literal`,
    ),
    print: (p) => {
      const replacement =
        p.args.length < 3 ? "''" : checkReplacement(p.literal(2, "the replacement"), patternOf(p).groups, p.place);
      return `regexp_replace(${p.arg(0)}, ${innerPattern(p)}, ${replacement}, 'g')`;
    },
  },
  {
    ...scalar("regexp_count", "(varchar, varchar) -> bigint", INNER_NOTE),
    print: (p) => `len(regexp_extract_all(${p.arg(0)}, ${innerPattern(p)}))`,
  },
  {
    ...scalar("regexp_split", "(varchar, varchar) -> array(varchar)", INNER_NOTE),
    print: (p) => `string_split_regex(${p.arg(0)}, ${innerPattern(p)})`,
  },
  scalar("to_utf8", "(varchar) -> varbinary"),
  scalar("from_utf8", "(varbinary) -> varchar", "bytes that are no UTF-8 are an error, not a replacement character"),
  scalar("to_hex", "(varbinary) -> varchar"),
  scalar("from_hex", ["(varchar) -> varbinary", "(varbinary) -> refused varbinary"]),
  scalar("to_base64", "(varbinary) -> varchar"),
  scalar("from_base64", ["(varchar) -> varbinary", "(varbinary) -> refused varbinary"]),
  scalar("md5", "(varbinary) -> varbinary"),
  scalar("sha1", "(varbinary) -> varbinary"),
  scalar("sha256", "(varbinary) -> varbinary"),
];

/** Trino makes an array of `'a' || NULL`, and of other NULLs an error. */
function refusesNull(_types: readonly Type[], given: readonly (Type | null)[]) {
  const kinds = given.map((each) => each?.kind);
  if (!kinds.includes("unknown") || kinds.every((kind) => kind === "unknown" || kind === "array")) return null;
  return { what: "NULL without a type in a concatenation", instead: "write CAST(NULL AS varchar)" };
}

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
