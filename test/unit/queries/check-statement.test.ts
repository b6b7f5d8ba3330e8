import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { checkStatement } from "../../../queries/check-statement.ts";
import { readTree } from "../../../queries/plan/syntax-tree.ts";
import { openTestEngine } from "../../support/engine.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test.each([
  "SELECT 1",
  "SELECT 1; -- done",
  "FROM cloudtrail LIMIT 1",
  "VALUES (1)",
  "WITH a AS (SELECT 1 AS x) SELECT * FROM a",
  "DESCRIBE cloudtrail",
  "SHOW TABLES",
  "SUMMARIZE cloudtrail",
  "SELECT ';' AS a, '--' AS b, $$ ' $$ AS c",
  "SELECT * FROM range(10), unnest([1, 2])",
  "SELECT * FROM cloudtrail, json_each(unmapped)",
  "(SELECT 1) UNION ALL SELECT 2",
])("default: %j is a question", async (sql) => {
  expect(await checkStatement(sql, engine)).toMatchObject({ kind: "select" });
});

test("default: EXPLAIN of a question", async () => {
  expect(await checkStatement("EXPLAIN ANALYZE SELECT 1", engine)).toMatchObject({ kind: "explain" });
});

test("behavior: it says which tables a question may name", async () => {
  const { mayName } = await checkStatement(
    'SELECT * FROM (SELECT 1 FROM "Cloudtrail_Events" e) JOIN ledger ON true',
    engine,
  );
  expect(["cloudtrail", "ledger", "vpc_flow", "alerts"].map(mayName)).toEqual([true, true, false, false]);
  expect((await checkStatement("DESCRIBE findings", engine)).mayName("findings")).toBe(true);
});

test.each([
  "",
  "-- nothing",
  "SELEC 1",
  "SELECT 1; SELECT 2",
  "SELECT 1) TO '/tmp/x'; COPY (SELECT 1",
  "COPY (SELECT 1) TO '/tmp/x.csv'",
  "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/x.csv'",
  "EXPLAIN EXPLAIN SELECT 1",
  "CREATE TABLE x AS SELECT 1",
  "INSERT INTO cloudtrail SELECT 1",
  "DROP VIEW cloudtrail",
  "SET threads = 1",
  "RESET enable_external_access",
  "PRAGMA enable_profiling",
  "CALL enable_logging()",
  "ATTACH '/tmp/x.db'",
  "INSTALL httpfs",
  "LOAD httpfs",
  "EXPORT DATABASE '/tmp/x'",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM READ_CSV('/etc/passwd')",
  "SELECT * FROM (SELECT * FROM glob('/*'))",
  "SELECT (SELECT count(*) FROM read_blob('/etc/passwd'))",
  "WITH a AS (SELECT * FROM query('SELECT 1')) SELECT * FROM a",
  "SELECT * FROM json_execute_serialized_sql('{}')",
  "SELECT * FROM enable_logging(storage = 'file', storage_path = '/tmp/x')",
  "SELECT * FROM enable_profiling(save_location = '/tmp/x.txt')",
  "SELECT 1 WHERE EXISTS (FROM sniff_csv('/etc/passwd'))",
  "SELECT '\0'",
])("args: %j is refused", async (sql) => {
  await expect(checkStatement(sql, engine)).rejects.toMatchObject({ code: "cli.usage" });
});

test("args: a number beyond every double is refused, not a crash", async () => {
  await expect(checkStatement("SELECT 1e400", engine)).rejects.toMatchObject({ code: "cli.usage" });
  await expect(readTree("SELECT 1e400", engine)).rejects.toMatchObject({ code: "cli.usage" });
});

test("args: nesting beyond the parser's limit is refused, not a crash", async () => {
  const deep = `SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`;
  await expect(checkStatement(deep, engine)).rejects.toMatchObject({ name: "LogkeepError" });
  await expect(checkStatement(`SELECT '${"x".repeat(2_000_000)}'`, engine)).rejects.toMatchObject({
    code: "cli.usage",
  });
});
