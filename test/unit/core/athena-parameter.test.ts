import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteAthenaParameter } from "../../../core/athena-parameter.ts";
import { isLogkeepError } from "../../../core/errors.ts";
import { sqlTokens } from "../../../core/sql-tokens.ts";
import { HOSTILE_VALUES } from "../../support/hostile-values.ts";

test("default: each kind of value is its literal", () => {
  const pairs: readonly (readonly [Parameters<typeof quoteAthenaParameter>[0], string])[] = [
    [null, "NULL"],
    [true, "true"],
    [false, "false"],
    ["it's", "'it''s'"],
    ["back\\slash", "'back\\slash'"],
    ["line\n'\\é", "U&'line\\+00000A''\\\\\\+0000E9'"],
    ["\0", "U&'\\+000000'"],
    ["\u{1f600}", "U&'\\+01F600'"],
    [7, "7"],
    [-7, "BIGINT '-7'"],
    [-(2n ** 63n), "BIGINT '-9223372036854775808'"],
    [2n ** 63n, "DECIMAL '9223372036854775808'"],
    [1.5, "DOUBLE '1.5'"],
    [1e300, "DOUBLE '1e+300'"],
    [Number.NaN, "nan()"],
    [Number.NEGATIVE_INFINITY, "-infinity()"],
    [new Date("2026-01-05T10:00:00.123Z"), "TIMESTAMP '2026-01-05 10:00:00.123 UTC'"],
  ];
  for (const [value, literal] of pairs) expect(quoteAthenaParameter(value)).toBe(literal);
});

test("behavior: any text is one literal of printable ASCII, and is read back from it", () => {
  const check = (value: string) => {
    const literal = quoteAthenaParameter(value);
    expect(literal).toMatch(/^(U&)?'[\x20-\x7e]*'$/);
    const { kinds, texts } = readLiteral(literal);
    expect(kinds).toEqual(literal.startsWith("U&") ? ["word", "symbol", "text"] : ["text"]);
    expect(texts).toBe(value);
  };
  for (const value of HOSTILE_VALUES) check(value);
  fc.assert(fc.property(fc.string({ unit: "binary" }), check));
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("'", "\\", "-", "\n", "\0", '"', "é", "+") }), check));
});

test("error: half of a surrogate pair and a date that is none have no literal", () => {
  for (const value of ["\ud800", "a\udc00b", new Date(Number.NaN), new Date(8.64e15)]) {
    expect(() => quoteAthenaParameter(value)).toThrow(expect.toSatisfy((each) => isLogkeepError(each, "cli.usage")));
  }
});

/** Reads a literal by Trino's rules, written apart from how it is made. */
function readLiteral(literal: string) {
  const tokens = sqlTokens(literal);
  const inside = (tokens.at(-1)?.text ?? "").slice(1, -1).replaceAll("''", "'");
  const texts = literal.startsWith("U&")
    ? inside.replace(/\\(?:\+([0-9A-F]{6})|(\\))/g, (_, hex) =>
        hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : "\\",
      )
    : inside;
  return { kinds: tokens.map(({ kind }) => kind), texts };
}
