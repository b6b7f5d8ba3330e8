import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { trinoEngine } from "../support/athena-execution.ts";
import { athenaPair } from "../support/athena-test.ts";
import { duckDbTable } from "../support/duckdb-table.ts";
import { openTestEngine } from "../support/engine.ts";
import { HOSTILE_VALUES } from "../support/hostile-values.ts";
import { type IngestFolder, ingestFolder, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { runSimulation } from "../support/simulation.ts";
import { sortedRows } from "../support/sorted-rows.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";

const SCHEMA = "through_athena";

let at: IngestFolder;
let engine: SqlEngine;

beforeAll(async () => {
  at = await ingestFolder();
  engine = await openTestEngine();
  const run = await runSimulation({ accounts: 2, days: 1, eventsPerDay: 600, seed: 11 });
  for (const [key, bytes] of run.objects) if (!key.endsWith("/")) await at.put(key, bytes);
  const hostile = HOSTILE_VALUES.map((value, index) =>
    trailEvent(`hostile-${index}`, { userAgent: value, errorMessage: value, requestParameters: { [value]: [value] } }),
  );
  await at.put(trailKey("Hhhhhhhhhhhhhhhh"), trailObject(...hostile));
  await at.ingest();
});

afterAll(async () => {
  engine.close();
  await at[Symbol.asyncDispose]();
});

test("default: whole tables come as DuckDB reads them, and looking at their columns reads nothing", async (context) => {
  const server = trinoInTest(context);
  const tables = await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  for (const table of tables) {
    const expected = sortedRows(await duckDbTable(table, at.lake, engine));
    expect(sortedRows(await pair.ask(`SELECT * FROM ${table}`)), table).toEqual(expected);
  }
  const found = "SELECT http_request.user_agent AS v FROM cloudtrail WHERE metadata.uid LIKE 'hostile-%'";
  expect((await pair.ask(found)).map(({ v }) => v).sort()).toEqual([...HOSTILE_VALUES].sort());
  const executions = [...pair.endpoint.executions.values()];
  const looks = executions.filter(({ sql }) => /LIMIT 0$/.test(sql) || sql.startsWith("SELECT typeof"));
  expect(looks.length).toBeGreaterThanOrEqual(tables.length);
  expect(looks.map((each) => each.scannedBytes())).toEqual(looks.map(() => 0));
  expect(executions.filter((each) => !looks.includes(each)).every((each) => each.scannedBytes() > 0)).toBe(true);
});

test("behavior: a query that scans more than the workgroup allows is stopped", async (context) => {
  const server = trinoInTest(context);
  await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  pair.endpoint.behavior.cutoffBytes = 1_000;
  await expect(pair.ask("SELECT max(api.request.data) AS m FROM cloudtrail")).rejects.toMatchObject({
    code: "athena.cut-off",
    retry: "never",
    facts: expect.objectContaining({ state: "CANCELLED", workgroup: "primary" }),
  });
});

test("behavior: an answer is reused when that is allowed, and the usage says so", async (context) => {
  const server = trinoInTest(context);
  await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  const signal = new AbortController().signal;
  const query = {
    sql: "SELECT max(time_dt) AS m FROM cloudtrail WHERE accountid <> ?",
    values: ["x"],
    reuseMinutes: 60,
  };
  const first = await pair.athena.run(query, signal);
  expect(first.usage).toMatchObject({ isReused: false, scannedBytes: expect.any(Number) });
  expect(first.usage.scannedBytes).toBeGreaterThan(0);
  expect((await pair.athena.run(query, signal)).usage).toMatchObject({ isReused: true, scannedBytes: 0 });
  expect((await pair.athena.run({ ...query, values: ["y"] }, signal)).usage.isReused).toBe(false);
  expect((await pair.athena.run({ ...query, reuseMinutes: null }, signal)).usage.isReused).toBe(false);
});
