/** The readings of functions that the types are checked by are those that Trino lists, as far as it has our types. */
import { expect, test } from "vitest";
import { Cursor } from "../../queries/dialect/cursor.ts";
import { FUNCTION_GROUPS } from "../../queries/dialect/functions.ts";
import { parseType } from "../../queries/dialect/parse-type.ts";
import { type Argument, resolve } from "../../queries/dialect/types/bind.ts";
import { type Type, typeOfName, typeText } from "../../queries/dialect/types/type.ts";
import { trinoQuery } from "../support/trino-client.ts";
import { trinoInTest } from "../support/trino-in-test.ts";

/** Forms of their own: they are no functions in Trino's list, or take more than it says. */
const FORMS = ["listagg", "format"];

test("default: every reading that Trino lists is the one that is found for its types", async (context) => {
  const { rows } = await trinoQuery(trinoInTest(context), "SHOW FUNCTIONS");
  const rules = new Map(FUNCTION_GROUPS.flatMap((group) => group.rules).map((rule) => [rule.name, rule]));
  const wrong: string[] = [];
  let checked = 0;
  for (const [name, result, params, kind] of rows.map((row) => row.map(String))) {
    const rule = rules.get(name ?? "");
    if (rule === undefined || FORMS.includes(rule.name) || kind === "table") continue;
    const types = (params ?? "") === "" ? [] : splitTop(params ?? "").map(concreteType);
    const known = types.filter((type) => type !== null);
    // A type that no text of ours has, or a number of arguments that is refused as such.
    if (known.length < types.length || !rule.signatures.some((each) => each.params.length === types.length)) continue;
    checked += 1;
    const found = resolve(
      rule.signatures,
      known.map((type): Argument => ({ kind: "type", type })),
    );
    const expected = concreteType(result ?? "");
    const got = found.kind === "bound" ? (rule.resultOf?.(found.binding.result) ?? found.binding.result) : null;
    const isSame = got !== null && (expected === null || plain(got) === plain(expected));
    if (!isSame) wrong.push(`${name}(${params}) -> ${result}, here ${got === null ? found.kind : typeText(got)}`);
  }
  expect(wrong).toEqual([]);
  expect(checked).toBeGreaterThan(200);
});

/** Digits of decimals and times follow from those of the arguments; what they are is compared elsewhere. */
function plain(type: Type): string {
  return typeText(type).replaceAll(/(decimal|timestamp)\([0-9, ]+\)/g, "$1");
}

/** A type of the list with something in the place of each variable; null where no text of ours has it. */
function concreteType(written: string): Type | null {
  const text = written
    .replaceAll(/\b(?:joniregexp|jsonpath|codepoints)\b/gi, "varchar")
    .replaceAll(/varchar\(\w+\)/g, "varchar")
    .replaceAll(/decimal\(\w+, ?\w+\)/g, "decimal(5, 2)")
    .replaceAll(/timestamp\(p\)/g, "timestamp(3)")
    .replaceAll(/\b[A-Za-z][0-9]?\b/g, (name) => (/^[KkVv]/.test(name) ? "varchar" : "integer"));
  if (/function|char\(|interval/.test(text.replaceAll("varchar", ""))) return null;
  try {
    return typeOfName(parseType(new Cursor(text)));
  } catch {
    return null;
  }
}

/** Splits at commas outside parentheses. */
function splitTop(text: string): readonly string[] {
  return text.split(/,\s*(?![^()]*\))/).map((part) => part.trim());
}
