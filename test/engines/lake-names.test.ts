import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { prepareAnswers } from "../../queries/ask.ts";
import { prepareAthenaAnswer } from "../../queries/athena/ask-athena.ts";
import { lakeView } from "../../queries/names/lake-view.ts";
import { trinoEngine } from "../support/athena-execution.ts";
import { type AthenaPair, athenaPair } from "../support/athena-test.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { flowKey, type IngestFolder, ingestFolder, trailKey, trailObject } from "../support/ingest-folder.ts";
import { LAKE_QUERIES, LAKE_RECORDS } from "../support/lake-queries.ts";
import { sourceOf } from "../support/normalize-records.ts";
import { FLOWS } from "../support/query-samples.ts";
import { SECURITY_LAKE_QUERIES } from "../support/security-lake-queries.ts";
import { sortedRows } from "../support/sorted-rows.ts";
import { TRINO_CATALOG } from "../support/trino.ts";
import { type TrinoAddress, trinoQuery } from "../support/trino-client.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";

const SCHEMA = "lake_names";
const ALL = {
  params: {},
  window: { fromMs: null, toMs: null },
  accounts: null,
  sources: SOURCES,
  alertsSql: "SELECT 1",
};

let at: IngestFolder;
let engine: SqlEngine;

beforeAll(async () => {
  at = await ingestFolder();
  await at.put(trailKey("known"), trailObject(...LAKE_RECORDS));
  await at.put(flowKey("known"), gzipSync(FLOWS));
  await at.ingest();
});

let found: TrinoAddress | null = null;

beforeEach(async (context) => {
  found = trinoInTest(context);
  await registerLake(found, at.lake, SCHEMA);
});

function server(): TrinoAddress {
  if (found === null) throw new Error("no server in this test");
  return found;
}

afterAll(() => at[Symbol.asyncDispose]());

async function askAthena(pair: AthenaPair, sql: string) {
  const question = { ...ALL, sql, database: SCHEMA, reuseMinutes: null, athenaAlertsSql: "" };
  engine = await openTestEngine();
  try {
    const ports = { lake: at.lake, local: engine, athena: pair.athena };
    const prepared = await prepareAthenaAnswer(question, ports);
    const { chunks } = await prepared.stream(new AbortController().signal);
    return (await collect(chunks)).flat();
  } finally {
    engine.close();
  }
}

test.each([
  ["a managed lake", LAKE_QUERIES],
  ["Security Lake", SECURITY_LAKE_QUERIES],
] as const)("default: queries written for %s give their rows", async (_what, queries) => {
  await using pair = await athenaPair(trinoEngine(server()), SCHEMA);
  const answers: Record<string, unknown> = {};
  for (const { title, sql } of queries) {
    const rows = await askAthena(pair, sql).catch((thrown: unknown) => String(thrown));
    answers[title] = typeof rows === "string" ? rows : rows.map((row) => Object.values(row));
  }
  expect(answers).toEqual(Object.fromEntries(queries.map(({ title, rows }) => [title, rows])));
});
const WHOLE = ["cloudtrail_lake", "cloud_trail_mgmt_2_0", "s3_data_2_0", "vpc_flow_2_0"];

test.each(WHOLE)("behavior: the whole of %s is the same on both engines", async (view) => {
  await using pair = await athenaPair(trinoEngine(server()), SCHEMA);
  engine = await openTestEngine();
  const question = { ...ALL, sql: `SELECT * FROM ${view}`, parquetFile: null };
  const { chunks } = await (await prepareAnswers(question, at.lake, engine)).stream();
  const onDuckDb = (await collect(chunks)).flat();
  engine.close();
  expect(onDuckDb.length).toBeGreaterThan(0);
  const lowered = JSON.parse(JSON.stringify(sortedRows(onDuckDb.map(lowerKeys))));
  expect(sortedRows((await askAthena(pair, question.sql)).map(lowerKeys))).toEqual(lowered);
});

test("behavior: a comparison of eventTime prunes, and a field of userIdentity reads that field", async () => {
  const view = `WITH cloudtrail_lake AS (${lakeView(sourceOf("cloudtrail"), "trino", "cloudtrail")})`;
  const text = `EXPLAIN ${view} SELECT userIdentity.arn FROM cloudtrail_lake WHERE eventTime > TIMESTAMP '2026-01-06 00:00:00 UTC'`;
  const { rows } = await trinoQuery(server(), text, { catalog: TRINO_CATALOG, schema: SCHEMA });
  const plan = rows.flat().join("\n");
  // The connector gets the bound as it stands (a cast or a function around the column would hide it), and one field.
  expect(plan).toContain("filterPredicate = (time_dt_");
  expect(plan).toContain("Layout: [actor_user_uid:varchar]");
});

/** Athena's names have no case, DuckDB keeps that of the text; keys of maps are data. */
function lowerKeys(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toLowerCase(), lowerRow(key, value)]));
}

const MAPS =
  /^(requestParameters|responseElements|additionalEventData|serviceEventDetails|addendum|edgeDeviceDetails|insightDetails|attributes|unmapped)$/i;

function lowerRow(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => lowerRow("", item));
  if (typeof value !== "object" || value === null) return value;
  const isMap = MAPS.test(key) && !("creationDate" in value) && !("creationdate" in value);
  if (isMap) return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return lowerKeys(Object.fromEntries(Object.entries(value)));
}
