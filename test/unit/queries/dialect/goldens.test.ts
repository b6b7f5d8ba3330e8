import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlEngine } from "../../../../core/sql-engine.ts";
import { runOnDuckDb } from "../../../support/dialect-engine.ts";
import { type Answer, DIALECT_CASES, readGoldens } from "../../../support/dialect-goldens.ts";
import { openTestEngine } from "../../../support/engine.ts";

const GOLDENS = readGoldens();

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test("behavior: every text has Trino's answer on record", () => {
  expect(GOLDENS.map(({ sql }) => sql)).toEqual(DIALECT_CASES);
});

describe("DuckDB answers as Trino did", () => {
  test.each(GOLDENS)("default: $sql", async ({ sql, trino }) => {
    if ("fails" in trino) {
      await expect(runOnDuckDb(sql, engine)).rejects.toMatchObject({
        code: expect.stringMatching(/^(sql\.failed|dialect)/),
      });
      return;
    }
    const { columns, rows } = await runOnDuckDb(sql, engine);
    expect({ columns: sameTypes(columns, trino.columns), rows }).toEqual({ ...trino, columns: plainTypes(trino) });
  });
});

/** DuckDB's stream calls JSON varchar: it is text on both sides. */
function plainTypes({ columns }: Answer): readonly string[] {
  return columns.map((column) => column.replaceAll(/\bjson\b/g, "varchar"));
}

/** What only NULLs are in has no type in Trino, and some in DuckDB. */
function sameTypes(columns: readonly string[], trino: readonly string[]): readonly string[] {
  return columns.map((column, index) => (/\bunknown\b/.test(trino[index] ?? "") ? (trino[index] ?? column) : column));
}
