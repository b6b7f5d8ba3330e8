import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlEngine } from "../../../../core/sql-engine.ts";
import { readTokens } from "../../../../queries/dialect/tokens.ts";
import { translateAthena } from "../../../../queries/dialect/translate.ts";
import type { Parameter } from "../../../../queries/saved-query.ts";
import { runOnDuckDb } from "../../../support/dialect-engine.ts";
import { openTestEngine } from "../../../support/engine.ts";
import { HOSTILE_VALUES } from "../../../support/hostile-values.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

/** What a text's one row holds. */
async function value(sql: string): Promise<readonly unknown[]> {
  const [row = []] = (await runOnDuckDb(sql, engine)).rows;
  return row;
}

/** An arithmetic tree, its value, and its text with no parenthesis that Trino's precedence does not need. */
interface Tree {
  readonly value: bigint;
  readonly text: string;
  /** 3: literal, 2: product, 1: sum. */
  readonly level: number;
}

const LITERAL = fc.bigInt({ min: 0n, max: 9n }).map((n): Tree => ({ value: n, text: String(n), level: 3 }));
const TREE = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    LITERAL,
    fc
      .tuple(tie("tree"), fc.constantFrom("+", "-", "*"), tie("tree"))
      .map(([left, operator, right]) => combine(left, operator, right)),
  ),
})).tree;

function combine(left: Tree, operator: string, right: Tree): Tree {
  const level = operator === "*" ? 2 : 1;
  const wrap = (tree: Tree, least: number) => (tree.level < least ? `(${tree.text})` : tree.text);
  const text = `${wrap(left, level)} ${operator} ${wrap(right, level + 1)}`;
  const values = { "+": left.value + right.value, "-": left.value - right.value, "*": left.value * right.value };
  return { value: values[operator as "+" | "-" | "*"], text, level };
}

test("behavior: arithmetic means what Trino's precedence says", async () => {
  await fc.assert(
    fc.asyncProperty(TREE, async (tree) => {
      if (tree.value > 2_000_000_000n || tree.value < -2_000_000_000n || tree.text.length > 400) return;
      const big = tree.text.replaceAll(/\d+/g, (digits) => `BIGINT '${digits}'`);
      expect(await value(`SELECT CAST(${big} AS varchar)`)).toEqual([String(tree.value)]);
    }),
    { numRuns: 30 },
  );
});

/** Names of truth values, and the three-valued logic of NOT, AND, OR in their order of strength. */
test("behavior: conditions mean what Trino's precedence says", async () => {
  const truth = fc.constantFrom("true", "false");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), truth, fc.constantFrom("AND", "OR")), { minLength: 1, maxLength: 8 }),
      async (terms) => {
        const text = terms
          .map(([not, word, join], at) => `${at === 0 ? "" : `${join} `}${not ? "NOT " : ""}${word}`)
          .join(" ");
        // Any group of ANDs between two ORs.
        const groups: boolean[] = [];
        for (const [at, [not, word, join]] of terms.entries()) {
          const holds = (word === "true") !== not;
          if (at === 0 || join === "OR") groups.push(holds);
          else groups.push(groups.pop() === true && holds);
        }
        const expected = groups.some(Boolean);
        expect(await value(`SELECT ${text}`)).toEqual([expected]);
      },
    ),
    { numRuns: 40 },
  );
});

test("behavior: every text stays a text, as a literal and as a name", async () => {
  for (const text of HOSTILE_VALUES.filter((each) => !each.includes("\0"))) {
    const literal = `'${text.replaceAll("'", "''")}'`;
    expect(await value(`SELECT ${literal} /* ' */, length(${literal}) -- '`)).toEqual([text, [...text].length]);
    if (text === "") continue;
    const name = `"${text.replaceAll('"', '""')}"`;
    if (text.startsWith("$")) continue;
    const { columns } = await runOnDuckDb(`SELECT 1 AS ${name}`, engine);
    expect(columns).toEqual([`${text.replace(/:[0-9]+$/, "")} integer`]);
  }
});

test("behavior: every value of a parameter is only a value", async () => {
  const declared = { help: "h", example: "e", required: true, default: null };
  const parameters: readonly Parameter[] = [{ name: "x", type: "string", ...declared }];
  const values = HOSTILE_VALUES.filter((each) => !each.includes("\0"));
  expect(values.length).toBeGreaterThanOrEqual(190);
  const rows = values.map((each) => `'${each.replaceAll("'", "''")}'`).join(", ");
  const sql = `SELECT v, '$x' FROM (VALUES ${rows}) AS t (v) WHERE v = $x AND strpos(v, $x) = 1 -- $x`;
  for (const x of values) {
    const found = await runOnDuckDb(sql, engine, parameters, { x });
    expect(found.rows).toEqual([[x, "$x"]]);
  }
});

test("behavior: tokens cover a text, comments aside", () => {
  const kinds = (sql: string) => readTokens(sql).map(({ kind, value: text }) => `${kind} ${text}`.trim());
  expect(kinds(`SELECT 'a''b' AS "x""y", U&'\\00e9', X'0f', 1.5, .5, 1e3, $p--c\n/* 'x */`)).toEqual([
    "word SELECT",
    "string a'b",
    "word AS",
    'quoted x"y',
    "symbol ,",
    "unicode \\00e9",
    "symbol ,",
    "binary 0f",
    "symbol ,",
    "decimal 1.5",
    "symbol ,",
    "decimal .5",
    "symbol ,",
    "double 1e3",
    "symbol ,",
    "parameter p",
    "end",
  ]);
});

test("behavior: any text is translated or refused, and nothing else happens", () => {
  const words = [
    "SELECT",
    "FROM",
    "t",
    "(",
    ")",
    ",",
    "'a'",
    '"b"',
    "1",
    "WITH",
    "AS",
    "x",
    "->",
    "UNNEST",
    "JOIN",
    "ON",
    "*",
    ".",
    "[",
    "]",
    "CASE",
    "WHEN",
    "END",
    "--",
    "/*",
    "*/",
    "'",
    "||",
    "$p",
    "NOT",
    "IN",
    "VALUES",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), (parts) => {
      try {
        expect(translateAthena(`SELECT ${parts.join(" ")}`).sql).toMatch(/^SELECT/);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: expect.stringMatching(/^dialect\./) });
      }
    }),
    { numRuns: 2000 },
  );
});
