import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlParams } from "../../../core/sql-engine.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { SPEC_DAY } from "../../../lake/model.ts";
import { openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { translateAthena } from "../../../queries/dialect/translate.ts";
import { readLakeState } from "../../../queries/lake-state.ts";
import { readLakeText } from "../../../queries/names/time-literals.ts";
import { describePlan, planJson } from "../../../queries/plan/describe-plan.ts";
import { type PlanRequest, planQuery } from "../../../queries/plan/plan-query.ts";
import { SAVED_QUERIES } from "../../../queries/saved.gen.ts";
import { type Parameter, parseSavedQuery } from "../../../queries/saved-query.ts";
import { viewedTables } from "../../../queries/snapshot-views.ts";
import { ALL_TIME } from "../../../queries/time-window.ts";
import { sourceOf } from "../../support/normalize-records.ts";
import { createTableOf } from "../../support/table-rows.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

const TRAIL = sourceOf("cloudtrail").table;
const PARAMETER: Omit<Parameter, "name"> = { type: "string", required: false, default: null, help: "", example: "" };
const [A, B] = ["111122223333", "444455556666"];
let at: TemporaryLake;

/** Four days with a file each for two accounts. */
beforeAll(async () => {
  at = await temporaryLake();
  for (const day of ["05", "06", "07", "08"]) {
    for (const accountid of [A, B]) {
      const rows = Array.from({ length: 50 }, (_, index) => ({
        time_dt: `2026-01-${day}T00:${String(index).padStart(2, "0")}:00Z`,
        accountid,
        metadata: { uid: `${day}-${accountid}-${index}` },
        api: { operation: "GetObject", request: { data: "x".repeat(index) + day + accountid } },
        src_endpoint: { ip: `198.51.100.${index}` },
        resources: [{ uid: `arn:aws:s3:::bucket-${index}` }],
      }));
      const table = await openTable(TRAIL, at.lake);
      await createTableOf(at.engine, TRAIL, rows);
      const ports = { store: at.lake.store, engine: at.engine };
      const prefix = `${day}-${accountid}`;
      const files = await writeDataFiles(table, '"cloudtrail"', { specId: SPEC_DAY, prefix }, ports);
      await commitAppend("cloudtrail", files, {}, at.lake);
    }
  }
}, 60_000);
afterAll(async () => at[Symbol.asyncDispose]());

async function plan(sql: string, options: Partial<PlanRequest> = {}, params: SqlParams = {}) {
  const state = await readLakeState(viewedTables(SOURCES), null, at.lake);
  const request: PlanRequest = {
    engine: "duckdb",
    sql,
    params,
    sources: SOURCES,
    window: ALL_TIME,
    accounts: null,
    usdPerTb: 5,
    isDetailed: true,
    ...options,
  };
  return planQuery(request, state, at.lake.store, at.engine);
}

const DAY = { fromMs: Date.UTC(2026, 0, 6), toMs: Date.UTC(2026, 0, 7) };

test("default: the window and the accounts prune files, the columns prune bytes", async () => {
  const sql = "SELECT api.operation, count(*) FROM cloudtrail WHERE src_endpoint.ip = $ip GROUP BY 1";
  const whole = await plan("SELECT * FROM cloudtrail");
  const one = await plan(sql, { window: DAY, accounts: [A] }, { ip: "198.51.100.7" });
  expect(whole.scans).toMatchObject([{ table: "cloudtrail", files: 8, filesTotal: 8, rows: 400, columns: null }]);
  expect(whole.unbounded).toEqual(["cloudtrail"]);
  expect(one.scans).toMatchObject([
    {
      files: 1,
      filesTotal: 8,
      rows: 50,
      rowGroups: { left: 1, total: 1 },
      columns: ["accountid", "api.operation", "src_endpoint.ip", "time_dt"],
      bytesFrom: "footers",
    },
  ]);
  expect(one.unbounded).toEqual([]);
  expect(one.scannedBytes).toBeLessThan(whole.scannedBytes / 8);
  expect(one.predicates).toEqual([
    { table: "cloudtrail", text: "--from", filesPruned: 2, reason: null },
    { table: "cloudtrail", text: "--to", filesPruned: 4, reason: null },
    { table: "cloudtrail", text: "--account", filesPruned: 4, reason: null },
    {
      table: "cloudtrail",
      text: "(src_endpoint.ip = $ip)",
      filesPruned: 0,
      reason: "files are pruned by time_dt and accountid alone",
    },
  ]);
});

test("behavior: sizes of columns in manifests and footers agree; inside lists they are an upper bound", async () => {
  for (const column of ["time_dt", "api.operation", "api.request.data", "metadata.uid, accountid", "api"]) {
    const sql = `SELECT ${column} FROM cloudtrail`;
    const [exact] = (await plan(sql)).scans;
    const [quick] = (await plan(sql, { isDetailed: false })).scans;
    expect([exact?.bytesFrom, quick?.bytesFrom]).toEqual(["footers", "column sizes"]);
    expect(quick?.bytes).toBe(exact?.bytes);
    expect(quick?.bytes).toBeGreaterThan(0);
  }
  const [exact] = (await plan("SELECT resources[1].uid FROM cloudtrail")).scans;
  const [quick] = (await plan("SELECT resources[1].uid FROM cloudtrail", { isDetailed: false })).scans;
  expect(exact?.bytes).toBeGreaterThan(0);
  expect(quick?.bytes).toBeGreaterThanOrEqual(exact?.bytes ?? Infinity);
});

test.each([
  ["time_dt >= TIMESTAMPTZ '2026-01-07 00:00:00Z'", 4],
  ["TIMESTAMP '2026-01-07 00:00:00' <= time_dt", 4],
  ["time_dt BETWEEN $from AND $to", 4],
  ["time_dt >= from_iso8601_timestamp($from) AND time_dt < from_iso8601_timestamp($to)", 2],
  ["cloudtrail.time_dt < DATE '2026-01-06'", 2],
  ["time_dt > now() - INTERVAL 1 DAY", 0],
  ["time_dt > current_timestamp - INTERVAL '7' DAY", 0],
  ["time_dt <= current_date", 8],
  ["accountid = '111122223333'", 4],
  ["accountid IN ('111122223333', $account)", 8],
  ["($none IS NULL OR accountid = $none)", 8],
  ["(CAST($account AS VARCHAR) IS NULL OR accountid = CAST($account AS VARCHAR))", 4],
  ["accountid = '111122223333' AND time_dt >= '2026-01-08'", 1],
  ["(accountid = '111122223333' OR time_dt >= '2026-01-08')", 8],
  ["NOT (accountid = '111122223333')", 8],
  ["time_dt > random()::VARCHAR", 8],
  ["accountid = lower(accountid)", 8],
  ["accountid = (SELECT max(accountid) FROM config WHERE accountid = '1')", 8],
])("behavior: %s leaves %i files", async (condition, files) => {
  const params = { from: "2026-01-06T00:00:00Z", to: "2026-01-07T00:00:00Z", account: B ?? "", none: null };
  const used = Object.fromEntries(Object.entries(params).filter(([name]) => condition.includes(`$${name}`)));
  const planned = await plan(`SELECT count(*) FROM cloudtrail WHERE ${condition}`, {}, used);
  expect(planned.scans.filter(({ table }) => table === "cloudtrail")).toMatchObject([{ files }]);
  // A plan is an estimate; what it leaves out must hold no row of the answer.
  for (const predicate of planned.predicates) expect(predicate.text).not.toBe("");
});

test.each([
  ["time_dt >= TIMESTAMP '2026-01-07 00:00:00 UTC'", 4],
  ["TIMESTAMP '2026-01-07 00:00:00' <= time_dt", 4],
  ["time_dt >= from_iso8601_timestamp($from) AND time_dt < from_iso8601_timestamp($to)", 2],
  ["time_dt BETWEEN from_iso8601_timestamp($from) AND from_iso8601_timestamp('2026-01-06T12:00:00Z')", 2],
  ["($from IS NULL OR time_dt >= from_iso8601_timestamp($from))", 6],
  ["CAST('2026-01-06 00:00:00' AS timestamp) > time_dt", 2],
  ["time_dt >= DATE '2026-01-08'", 2],
  ["time_dt > current_timestamp - INTERVAL '1' DAY", 0],
  ["time_dt > date_add('day', -7, current_timestamp)", 0],
  ["time_dt > date_add('hour', -7, current_timestamp)", 0],
  ["time_dt >= date_add('day', -1, from_iso8601_timestamp($to))", 6],
  ["time_dt >= date_add('day', -$days, from_iso8601_timestamp($to))", 4],
  ["time_dt >= TIMESTAMP '2026-01-07 12:00:00 UTC' - INTERVAL '12' HOUR", 4],
  ["time_dt >= date_add('day', -1, from_iso8601_timestamp('x'))", 8],
  ["accountid = '111122223333'", 4],
  ["accountid IN ('111122223333', $account)", 8],
  ["($account IS NULL OR accountid = $account)", 4],
  ["date_trunc('day', time_dt) >= TIMESTAMP '2026-01-07 00:00:00 UTC'", 8],
])("behavior: translated for DuckDB, %s leaves %i files", async (condition, files) => {
  const params = { from: "2026-01-06T00:00:00Z", to: "2026-01-07T00:00:00Z", account: B ?? "", days: 0 };
  const used = Object.fromEntries(Object.entries(params).filter(([name]) => condition.includes(`$${name}`)));
  const declared = Object.keys(used).map(
    (name): Parameter => ({ ...PARAMETER, name, type: name === "days" ? "integer" : "string" }),
  );
  const { sql } = translateAthena(`SELECT count(*) FROM cloudtrail WHERE ${condition}`, declared);
  expect((await plan(sql, {}, used)).scans).toMatchObject([{ files }]);
});

test("behavior: what a condition leaves out holds no wanted row", async () => {
  const sql = "SELECT * FROM cloudtrail WHERE time_dt = TIMESTAMPTZ '2026-01-06 00:49:00Z'";
  expect((await plan(sql)).scans).toMatchObject([{ files: 2, rowGroups: { left: 2, total: 2 } }]);
  expect((await plan(sql.replace("00:49", "00:50"))).scans).toMatchObject([{ files: 0 }]);
});

test("behavior: every place that reads a table counts, and on Athena every use of a WITH name", async () => {
  const sql = `WITH days AS (SELECT time_dt, accountid FROM cloudtrail WHERE time_dt >= '2026-01-08'),
    pairs AS (SELECT a.accountid FROM days AS a JOIN days AS b USING (accountid))
    SELECT count(*) FROM pairs JOIN cloudtrail AS c ON c.accountid = pairs.accountid
    WHERE c.time_dt < '2026-01-06' AND EXISTS (SELECT 1 FROM pairs)`;
  const here = await plan(sql);
  expect(here.scans.map(({ files, times }) => [files, times])).toEqual([
    [2, 1],
    [2, 1],
  ]);
  const there = await plan(sql, { engine: "athena" });
  expect(there.scans.map(({ times }) => times).sort()).toEqual([1, 4]);
  expect(there.unbounded).toEqual(["cloudtrail"]);
});

test("behavior: a log's own field names lead to their columns, with all of their struct", async () => {
  const [scan] = (await plan("SELECT eventName FROM cloudtrail_events WHERE userIdentity.type = 'Root'")).scans;
  expect(scan?.columns).toContain("api.operation");
  expect(scan?.columns).toContain("actor.user.credential_uid");
  expect(scan?.columns).not.toContain("http_request.user_agent");
  const lake = "SELECT eventName FROM cloudtrail_lake WHERE eventTime >= TIMESTAMP '2026-01-08 00:00:00'";
  const [other] = (await plan(lake)).scans;
  expect(other).toMatchObject({ files: 2, fromMs: Date.UTC(2026, 0, 8) });
  expect(other?.columns).toContain("api.operation");
  expect(other?.columns).not.toContain("http_request.user_agent");
  for (const view of ["cloudtrail_events", "vpc_flow_events", "config_events", "cloudtrail_lake"]) {
    expect((await plan(`SELECT * FROM ${view}`)).notes).toEqual([]);
  }
});

test("behavior: what is not understood counts whole", async () => {
  const planned = await plan("SELECT FROM WHERE");
  expect(planned.scans.map(({ table, columns }) => [table, columns])).toEqual(
    SOURCES.map(({ table }) => [table.id, null]),
  );
  expect(planned.notes).toHaveLength(1);
  for (const sql of [
    "FROM cloudtrail",
    "SELECT cloudtrail FROM cloudtrail",
    "SELECT c.* FROM cloudtrail c",
    "DESCRIBE cloudtrail",
  ]) {
    expect((await plan(sql)).scans).toMatchObject([{ columns: null, files: 8 }]);
  }
  expect((await plan("SELECT count(*) FROM cloudtrail")).scans).toMatchObject([{ columns: [], bytes: 0 }]);
  expect((await plan("SELECT 1")).scans).toEqual([]);
});

test("behavior: a table that the lake does not have is named, and counts nothing", async () => {
  const sql = `WITH cut AS (SELECT accountid FROM cloudtrail WHERE time_dt >= '2026-01-08')
    SELECT * FROM cut JOIN clodtrail USING (accountid) JOIN "x.csv" USING (accountid)`;
  const planned = await plan(sql, { engine: "athena" });
  expect(planned.unknown).toEqual(["clodtrail", "x.csv"]);
  expect(planned.scans).toMatchObject([{ table: "cloudtrail", files: 2 }]);
  expect(planned.unbounded).toEqual([]);
  expect(planned.notes).toHaveLength(2);
  expect(describePlan(planned)).not.toContain("");
  for (const known of ["alerts", "findings", "deliveries", "rejects", "cloudtrail_all", "information_schema.tables"]) {
    expect((await plan(`SELECT count(*) FROM ${known}`)).unknown, known).toEqual([]);
  }
});

test("behavior: each saved query is understood, as it is and translated", async () => {
  for (const file of SAVED_QUERIES) {
    const { sql, parameters } = parseSavedQuery(file);
    const params = Object.fromEntries(parameters.map(({ name }) => [name, null]));
    const texts = [sql, translateAthena(sql, parameters).sql];
    for (const [index, text] of texts.entries()) {
      const planned = await plan(
        text,
        { engine: index === 0 ? "athena" : "duckdb", parameters, isDetailed: false },
        params,
      );
      expect([planned.unknown, planned.notes], file.id).toEqual([[], []]);
    }
  }
});

test("behavior: Athena bills whole megabytes, ten at least", async () => {
  const small = await plan("SELECT 1");
  expect([small.billedBytes, small.priceUsd]).toEqual([10_485_760, 0.00005243]);
});

test("behavior: a plan reads well, on a terminal and for programs", async () => {
  const sql = "SELECT api.operation FROM cloudtrail WHERE accountid = 'x\u001b[2J' AND api.operation LIKE 'Get%'";
  const planned = await plan(sql, { window: DAY });
  const text = describePlan(planned)
    .replace(/[\d.]+ kB/g, "N kB")
    .replace(/@\d+/g, "@ID");
  expect(text).not.toContain("\u001b");
  expect(text).toContain(
    "cloudtrail@ID: 0 of 8 files; 0 of their 0 row groups; at most 0 of 400 rows; 0 bytes of N kB (by footers)",
  );
  expect(text).toContain("it is no comparison that the planner understands");
  expect(JSON.parse(planJson(planned))).toMatchObject({ engine: "duckdb", scans: [{ from: "2026-01-06T00:00:00Z" }] });
});

test.each([
  ["cloudtrail_lake", "eventTime >= '2026-01-06 00:00:00' AND eventTime < '2026-01-07'"],
  ["cloudtrail_lake", "eventTime BETWEEN TIMESTAMP '2026-01-06 00:00:00 UTC' AND TIMESTAMP '2026-01-06 12:00:00 UTC'"],
  [
    "cloud_trail_mgmt_2_0",
    "time_dt >= from_iso8601_timestamp('2026-01-06T00:00:00Z') AND time_dt < TIMESTAMP '2026-01-07 00:00:00 UTC'",
  ],
])("behavior: bounds over %s prune, as Athena has them and translated: %s", async (view, where) => {
  const text = readLakeText(`SELECT count(*) AS n FROM ${view} WHERE ${where}`);
  for (const sql of [text, translateAthena(text).sql]) {
    const { scans, unbounded } = await plan(sql, { isDetailed: false });
    expect(scans[0], sql).toMatchObject({ files: 2, filesTotal: 8, fromMs: Date.UTC(2026, 0, 6) });
    expect(unbounded, sql).toEqual([]);
  }
});
