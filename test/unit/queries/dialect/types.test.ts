/** Texts that Trino refuses by types, names and groups are refused here, with its name for the error. */
import { describe, expect, test } from "vitest";
import { isLogkeepError } from "../../../../core/errors.ts";
import { translateAthena } from "../../../../queries/dialect/translate.ts";
import { REFUSED_CASES, readRefusals } from "../../../support/dialect-goldens.ts";

const REFUSALS = readRefusals();

/** What becomes of a text. */
function refusalOf(sql: string) {
  try {
    translateAthena(sql);
  } catch (thrown) {
    if (isLogkeepError(thrown)) return thrown;
    throw thrown;
  }
  return null;
}

test("behavior: every text has Trino's refusal on record, and there are 200 at least", () => {
  expect(REFUSALS.map(({ sql }) => sql)).toEqual(REFUSED_CASES);
  expect(REFUSALS.length).toBeGreaterThanOrEqual(200);
});

describe("what Trino refuses", () => {
  test.each(REFUSALS)("error: $sql", ({ sql, trino }) => {
    const refusal = refusalOf(sql);
    expect(refusal).toMatchObject({ code: "dialect.meaning", facts: { athena: trino } });
    expect(refusal?.hint).not.toBe("");
  });
});

test("behavior: a refusal says where, what Trino would say, and what to write", () => {
  expect(refusalOf("SELECT 1,\n  'a' = 1")).toMatchObject({
    message: "the query is an error in Athena's SQL",
    facts: { what: "varchar = integer", athena: "TYPE_MISMATCH", line: 2, column: 7 },
    hint: "write CAST(... AS varchar)",
  });
  expect(refusalOf("SELECT count(*) FROM cloudtrail WHERE region = 1")).toMatchObject({
    facts: { what: "varchar = integer", line: 1, column: 46 },
  });
  expect(refusalOf("SELECT acountid FROM cloudtrail")).toMatchObject({
    facts: { what: "there is no column acountid", athena: "COLUMN_NOT_FOUND" },
    hint: "did you mean accountid?",
  });
});

describe("hostile depth and size", () => {
  test.each([
    ["a sum", `SELECT 1${" + 1".repeat(60_000)}`],
    ["a text", `SELECT 'a'${" || 'a'".repeat(30_000)}`],
    ["a union", `SELECT 1${" UNION SELECT 1".repeat(15_000)}`],
    ["a path", `SELECT a${".a".repeat(100_000)}`],
    ["subscripts", `SELECT a${"[1]".repeat(60_000)}`],
    ["joins", `SELECT 1 FROM t${" CROSS JOIN t".repeat(15_000)}`],
    ["zones", `SELECT t${" AT TIME ZONE 'UTC'".repeat(10_000)}`],
    ["negations", `SELECT ${"NOT ".repeat(60_000)}true`],
    ["signs", `SELECT ${"- ".repeat(100_000)}1`],
    ["arrays", `SELECT ${"ARRAY[".repeat(40_000)}`],
    ["types", `SELECT CAST(1 AS ${"array(".repeat(40_000)}`],
    ["queries", `SELECT ${"(SELECT ".repeat(30_000)}`],
    ["lambdas", `SELECT ${"reduce(ARRAY[1], 0, (s, x) -> s + 1e0 + ".repeat(40)}1${", s -> s)".repeat(40)}`],
    [
      "columns",
      `WITH a0 AS (SELECT 1 AS x, 2 AS y)${doubled((at) => `SELECT p.*, q.* FROM a${at} AS p CROSS JOIN a${at} AS q`)}`,
    ],
    ["rows", `WITH a0 AS (SELECT ROW(1, 2) AS x)${doubled((at) => `SELECT ROW(x, x) AS x FROM a${at}`)}`],
  ])("error: %s without an end is refused", (_what, sql) => {
    expect(refusalOf(sql.slice(0, 262_144))).toMatchObject({
      code: expect.stringMatching(/^dialect\.(syntax|meaning)$/),
    });
  });

  test("behavior: what people write is not", () => {
    expect(refusalOf(`SELECT 'a'${" || 'a'".repeat(200)}, 1${" + 1".repeat(200)}`)).toBe(null);
    expect(refusalOf(`SELECT 1${" UNION ALL SELECT 1".repeat(150)}`)).toBe(null);
    expect(refusalOf(`SELECT ${"coalesce(1, ".repeat(100)}1${")".repeat(100)}`)).toBe(null);
  });
});

function doubled(query: (at: number) => string): string {
  const queries = Array.from({ length: 40 }, (_, at) => `, a${at + 1} AS (${query(at)})`);
  return `${queries.join("")} SELECT 1 FROM a40`;
}
