import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDuckDb } from "../../../adapters/duckdb.ts";
import { alertsSql } from "../../../analyzers/alerts/alerts-sql.ts";
import { FINDINGS_TABLE } from "../../../core/finding.ts";
import { LEDGER_TABLE } from "../../../core/ledger.ts";
import type { JsonRow } from "../../../core/sql-engine.ts";
import type { TableDefinition } from "../../../core/table.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { SPEC_DAY } from "../../../lake/model.ts";
import { openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { prepareAnswers, type Question } from "../../../queries/ask.ts";
import { ALL_TIME } from "../../../queries/time-window.ts";
import { openTestEngine } from "../../support/engine.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { sourceOf } from "../../support/normalize-records.ts";
import { createTableOf } from "../../support/table-rows.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

type Row = Readonly<Record<string, unknown>>;

const CLOUDTRAIL = sourceOf("cloudtrail").table;

async function append(
  at: TemporaryLake,
  definition: TableDefinition,
  prefix: string,
  rows: readonly Row[],
): Promise<void> {
  const table = await openTable(definition, at.lake);
  await createTableOf(at.engine, definition, rows);
  const ports = { store: at.lake.store, engine: at.engine };
  const files = await writeDataFiles(table, `"${definition.id}"`, { specId: SPEC_DAY, prefix }, ports);
  await commitAppend(definition.id, files, {}, at.lake);
}

async function ask(at: TemporaryLake, sql: string, options: Partial<Question> = {}) {
  const engine = await openTestEngine();
  try {
    const question: Question = {
      sql,
      params: {},
      sources: SOURCES,
      window: ALL_TIME,
      accounts: null,
      alertsSql: alertsSql(60),
      parquetFile: null,
      ...options,
    };
    const lake = { ...at.lake, clock: fakeClock(Date.UTC(2026, 0, 10)) };
    const prepared = await prepareAnswers(question, lake, engine);
    const rows: JsonRow[] = [];
    for await (const chunk of (await prepared.stream()).chunks) rows.push(...chunk);
    return { rows, prepared };
  } finally {
    engine.close();
  }
}

const event = (uid: string, time: string, rest: Row = {}): Row => ({
  time_dt: `2026-01-${time}Z`,
  accountid: "111122223333",
  class_uid: 6003,
  metadata: { uid },
  api: { operation: "GetObject" },
  ...rest,
});

test("default: an empty data folder gives empty answers of the right types", async () => {
  await using at = await temporaryLake();
  for (const table of [
    "cloudtrail",
    "cloudtrail_all",
    "cloudtrail_events",
    "findings",
    "alerts",
    "ledger",
    "rejects",
    "deliveries",
    "vpc_flow",
    "vpc_flow_events",
    "config",
    "config_events",
  ]) {
    const { rows, prepared } = await ask(at, `SELECT * FROM ${table}`);
    expect(rows).toEqual([]);
    expect((await ask(at, `DESCRIBE ${table}`)).rows.length).toBeGreaterThan(5);
    expect(prepared.completeness).toBeNull();
  }
  expect(existsSync(join(at.folder, "lake"))).toBe(false);
});

test("behavior: the window binds rows, not only files; its end is open", async () => {
  await using at = await temporaryLake();
  await append(at, CLOUDTRAIL, "a", [
    event("1", "05T00:00:00"),
    event("2", "05T12:00:00"),
    event("3", "06T00:00:00"),
    event("4", "07T00:00:00", { accountid: "444455556666" }),
    { ...event("5", "07T00:00:00"), time_dt: null },
  ]);
  const sql = "SELECT metadata.uid AS uid FROM cloudtrail ORDER BY uid";
  const uids = async (options: Partial<Question>) => (await ask(at, sql, options)).rows.map((row) => row["uid"]);
  const [from, to] = [Date.UTC(2026, 0, 5, 12), Date.UTC(2026, 0, 6)];
  expect(await uids({})).toEqual(["1", "2", "3", "4", "5"]);
  expect(await uids({ window: { fromMs: from, toMs: to } })).toEqual(["2"]);
  expect(await uids({ window: { fromMs: from, toMs: null } })).toEqual(["2", "3", "4"]);
  expect(await uids({ accounts: ["444455556666"] })).toEqual(["4"]);
  expect(await uids({ accounts: ["1' OR true --"] })).toEqual([]);
  const { views } = (await ask(at, sql, { window: { fromMs: from, toMs: to } })).prepared;
  expect(views.tables.find((table) => table.id === "cloudtrail")?.files).toBe(1);
});

test("behavior: the last decision about an object version is its state", async () => {
  await using at = await temporaryLake();
  const decided = (object: string, version: string, state: string, day: string): Row => ({
    object,
    object_version: version,
    state,
    decided_at: `2026-01-${day}T00:00:00Z`,
  });
  await append(at, LEDGER_TABLE, "a", [decided("a", "1", "quarantined", "05"), decided("b", "1", "ingested", "05")]);
  await append(at, LEDGER_TABLE, "b", [decided("a", "1", "ingested", "06"), decided("b", "2", "duplicate", "06")]);
  const { rows } = await ask(at, "SELECT object, object_version AS version, state FROM ledger ORDER BY ALL");
  expect(rows).toEqual([
    { object: "a", version: "1", state: "ingested" },
    { object: "b", version: "1", state: "ingested" },
    { object: "b", version: "2", state: "duplicate" },
  ]);
});

test("behavior: an addendum replaces its event, and nobody else's", async () => {
  await using at = await temporaryLake();
  const addendum = (uid: string, of: string, rest: Row = {}) =>
    event(uid, "06T00:00:00", {
      metadata: { uid, original_event_uid: of },
      aws: { addendum: JSON.stringify({ reason: "UPDATED_DATA", originalEventID: of }) },
      ...rest,
    });
  await append(at, CLOUDTRAIL, "a", [event("1", "05T00:00:00"), event("2", "05T00:00:00"), event("3", "05T00:00:00")]);
  await append(at, CLOUDTRAIL, "b", [
    addendum("1b", "1"),
    addendum("2b", "2", { accountid: "444455556666" }),
    addendum("3b", "3", { aws: { addendum: '{"reason":"DELIVERY_DELAY"}' } }),
    addendum("self", "self"),
  ]);
  const uids = async (table: string, options: Partial<Question> = {}) =>
    (await ask(at, `SELECT metadata.uid AS uid FROM ${table} ORDER BY uid`, options)).rows.map((row) => row["uid"]);
  expect(await uids("cloudtrail")).toEqual(["1b", "2", "2b", "3", "3b", "self"]);
  expect(await uids("cloudtrail_all")).toHaveLength(7);
  // The addendum lies outside the window and still replaces.
  expect(await uids("cloudtrail", { window: { fromMs: Date.UTC(2026, 0, 5), toMs: Date.UTC(2026, 0, 6) } })).toEqual([
    "2",
    "3",
  ]);
});

test("behavior: rows read back under CloudTrail's own names", async () => {
  await using at = await temporaryLake();
  await append(at, CLOUDTRAIL, "a", [
    event("1", "05T00:00:00", {
      actor: { user: { type: "IAMUser", uid: "arn:aws:iam::111122223333:user/alice" } },
      api: { operation: "GetObject", request: { data: '{"bucketName":"example-bucket"}' } },
    }),
  ]);
  const { rows } = await ask(
    at,
    `SELECT eventID, eventTime, eventName, userIdentity.arn AS arn, requestParameters ->> 'bucketName' AS bucket
     FROM cloudtrail_events`,
  );
  expect(rows).toEqual([
    {
      eventID: "1",
      eventTime: "2026-01-05T00:00:00Z",
      eventName: "GetObject",
      arn: "arn:aws:iam::111122223333:user/alice",
      bucket: "example-bucket",
    },
  ]);
});

test("behavior: alerts keep findings from before the window", async () => {
  await using at = await temporaryLake();
  const finding = (uid: string, hour: number) => ({
    time: Date.UTC(2026, 0, 5, hour),
    time_dt: new Date(Date.UTC(2026, 0, 5, hour)).toISOString(),
    accountid: "111122223333",
    finding_uid: uid,
    rule_id: "r",
    entity: "e",
    severity_id: 3,
  });
  await append(at, FINDINGS_TABLE, "a", [finding("1", 1), finding("2", 2), finding("3", 9)]);
  const window = { fromMs: Date.UTC(2026, 0, 5, 2), toMs: Date.UTC(2026, 0, 5, 3) };
  expect((await ask(at, "SELECT findings FROM alerts", { window })).rows).toEqual([{ findings: 2 }]);
  expect((await ask(at, "SELECT finding_uid AS uid FROM findings", { window })).rows).toEqual([{ uid: "2" }]);
});

test("behavior: after the plan, the engine opens nothing else and its settings stay", async () => {
  await using at = await temporaryLake();
  await append(at, CLOUDTRAIL, "a", [event("1", "05T00:00:00")]);
  // Its own spill folder is all that the engine may write to.
  const spillFolder = join(at.folder, "spill");
  const engine = await openDuckDb({ threads: 1, memoryLimitBytes: 1 << 28, spillFolder });
  const question = { sources: SOURCES, window: ALL_TIME, accounts: null, alertsSql: alertsSql(60), parquetFile: null };
  await prepareAnswers({ ...question, sql: "SELECT 1", params: {} }, at.lake, engine);
  const target = join(at.folder, "x.csv");
  for (const sql of [
    "SELECT * FROM read_text('/etc/passwd')",
    "FROM '/etc/passwd'",
    `COPY (SELECT 1) TO '${target}'`,
    `ATTACH '${target}'`,
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/passwd']",
    "RESET lock_configuration",
  ]) {
    await expect(engine.all(sql), sql).rejects.toMatchObject({ code: "sql.failed" });
  }
  expect(existsSync(target)).toBe(false);
  engine.close();
});

test("behavior: Parquet is written to the named file alone", async () => {
  await using at = await temporaryLake();
  const parquetFile = join(at.folder, "answer.parquet");
  const engine = await openTestEngine();
  const question = { sources: SOURCES, window: ALL_TIME, accounts: null, alertsSql: alertsSql(60), parquetFile };
  const sql = "SELECT range AS n FROM range(10) ORDER BY n DESC; -- all";
  const prepared = await prepareAnswers({ ...question, sql, params: {} }, at.lake, engine);
  expect(await prepared.writeParquet()).toBe(10);
  const [row] = await engine.all(`SELECT count(*)::INT AS rows FROM read_parquet('${parquetFile}')`);
  expect(row).toEqual({ rows: 10 });
  engine.close();
});

test("error: what the engine refuses is a failed query", async () => {
  await using at = await temporaryLake();
  await expect(ask(at, "SELECT nothing FROM cloudtrail")).rejects.toMatchObject({ code: "query.failed" });
  await expect(ask(at, "SELECT CAST(x AS INT) FROM (SELECT 'a' AS x)")).rejects.toMatchObject({ code: "query.failed" });
  await expect(ask(at, "COPY (SELECT 1) TO 'x'")).rejects.toMatchObject({ code: "cli.usage" });
});
