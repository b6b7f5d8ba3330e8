/** What may run on DuckDB as Athena's SQL is what a real Trino has answered. */
import { expect, test } from "vitest";
import type { FunctionRule } from "../../queries/dialect/function-rule.ts";
import { EXTRACT_FIELDS } from "../../queries/dialect/functions/dates.ts";
import { FUNCTION_GROUPS, ruleOf } from "../../queries/dialect/functions.ts";
import { macroNames, macroStatements } from "../../queries/dialect/macros.ts";
import { parseStatement } from "../../queries/dialect/parse-query.ts";
import { expressionsIn } from "../../queries/dialect/walk.ts";
import { ROOT } from "../support/catalog.ts";
import { readGoldens } from "../support/dialect-goldens.ts";

const RULES = FUNCTION_GROUPS.flatMap(({ rules }) => rules);

/** `name/arity` of every call, and every field of EXTRACT, in texts that Trino answered. */
const PROVED = new Set(
  readGoldens()
    .filter(({ trino }) => !("fails" in trino))
    .flatMap(({ sql }) => [...expressionsIn(parseStatement(sql))])
    .flatMap((each) => {
      if (each.kind === "call") return [`${each.name}/${each.args.length}`];
      return each.kind === "extract" ? [`extract ${each.field}`] : [];
    }),
);

test("default: every function has golden rows with each number of arguments", () => {
  const missing = RULES.flatMap(({ name, signatures, kind }) => {
    const taken = signatures.filter(({ isRefused }) => !isRefused);
    // A function of any number of arguments is proved with the least and with one more.
    const counts = new Set(
      taken.flatMap(({ params, isVariadic }) => [params.length, ...(isVariadic ? [params.length + 1] : [])]),
    );
    return [...counts].filter((count) => !PROVED.has(`${name}/${count}`)).map((count) => `${name}/${count} (${kind})`);
  });
  expect(missing).toEqual([]);
});

test("behavior: every field of EXTRACT has a golden row", () => {
  expect([...EXTRACT_FIELDS].filter((field) => !PROVED.has(`extract ${field}`))).toEqual([]);
});

test("behavior: there are 150 golden texts at least, and no name has two rules", () => {
  expect(readGoldens().length).toBeGreaterThanOrEqual(150);
  expect(RULES.filter((rule) => ruleOf(rule.name) !== rule)).toEqual([]);
});

test("behavior: every macro that a macro calls is there, and stands before it", () => {
  const names = macroNames();
  for (const [index, name] of names.entries()) {
    const called = [
      ...(macroStatements(`${name}(`)
        .at(-1)
        ?.matchAll(/\btrino_[a-z0-9_]+(?=\()/g) ?? []),
    ].map(([each]) => each);
    expect({ name, unknown: called.filter((each) => names.indexOf(each) > index || !names.includes(each)) }).toEqual({
      name,
      unknown: [],
    });
  }
});

test("default: the page of supported functions says what the rules say", async () => {
  await expect(renderPage()).toMatchFileSnapshot(`${ROOT}docs/dialect.gen.md`);
});

function renderPage(): string {
  const head =
    "# Functions of saved queries\n\nRendered from the rules by `npm run gen`. Do not edit. Each is proved by golden rows that a Trino server gave;\nwhat is not here is refused. [queries.md](queries.md) has the rest of the language.\n";
  return `${[head, ...FUNCTION_GROUPS.map(renderGroup)].join("\n")}`;
}

function renderGroup({ title, rules }: (typeof FUNCTION_GROUPS)[number]): string {
  const rows = [...rules].sort((left, right) => (left.name < right.name ? -1 : 1)).map(renderRule);
  return `## ${title}\n\n| function | note |\n|---|---|\n${rows.join("\n")}\n`;
}

function renderRule({ name, signatures, note }: FunctionRule): string {
  const taken = signatures.filter(({ isRefused }) => !isRefused).map(({ text }) => `\`${name}${text}\``);
  return `| ${taken.join("<br>")} | ${note?.replaceAll("|", "\\|") ?? ""} |`;
}
