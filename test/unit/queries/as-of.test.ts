import { afterEach, beforeEach, expect, test } from "vitest";
import { alertsSql } from "../../../analyzers/alerts/alerts-sql.ts";
import { isLogkeepError } from "../../../core/errors.ts";
import { LEDGER_TABLE } from "../../../core/ledger.ts";
import type { JsonRow } from "../../../core/sql-engine.ts";
import type { TableDefinition } from "../../../core/table.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { removeOrphans } from "../../../lake/clean.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { compactTable } from "../../../lake/compact.ts";
import { expireSnapshots } from "../../../lake/expire.ts";
import { RETAINED_SNAPSHOTS } from "../../../lake/metadata.ts";
import { SPEC_DAY } from "../../../lake/model.ts";
import { BATCH_PROPERTY, currentSnapshot } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { type Moment, resolveMoment } from "../../../queries/as-of.ts";
import { prepareAnswers } from "../../../queries/ask.ts";
import { ALL_TIME } from "../../../queries/time-window.ts";
import { openTestEngine } from "../../support/engine.ts";
import { sourceOf } from "../../support/normalize-records.ts";
import { syntheticFile } from "../../support/synthetic-table.ts";
import { createTableOf } from "../../support/table-rows.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

const TRAIL = sourceOf("cloudtrail").table;
const FLOWS = sourceOf("vpc_flow").table;
const START = Date.UTC(2026, 0, 10);
const HOUR = 3_600_000;

let at: TemporaryLake;
let nowMs = START;

beforeEach(async () => {
  const made = await temporaryLake();
  nowMs = START;
  at = { ...made, lake: { ...made.lake, clock: { now: () => nowMs, sleep: async () => undefined } } };
});
afterEach(async () => at[Symbol.asyncDispose]());

type Row = Readonly<Record<string, unknown>>;

/** Commits the tables of a batch one after the other, an hour apart, as slow as can be. */
async function commit(batch: string, tables: readonly (readonly [TableDefinition, readonly Row[]])[]): Promise<number> {
  let first = 0;
  for (const [definition, rows] of tables) {
    nowMs += HOUR;
    const table = await openTable(definition, at.lake);
    await createTableOf(at.engine, definition, rows);
    const ports = { store: at.lake.store, engine: at.engine };
    const files = await writeDataFiles(table, `"${definition.id}"`, { specId: SPEC_DAY, prefix: batch }, ports);
    const { snapshot } = await commitAppend(definition.id, files, { [BATCH_PROPERTY]: batch }, at.lake);
    if (first === 0) first = snapshot["snapshot-id"];
  }
  return first;
}

const event = (uid: string, time: string, rest: Row = {}): Row => ({
  time_dt: `2026-01-${time}Z`,
  accountid: "111122223333",
  metadata: { uid },
  api: { operation: "GetObject" },
  ...rest,
});
const object = (name: string, rest: Row = {}): Row => ({
  object: `file:///${name}`,
  object_version: "1",
  source: "cloudtrail",
  state: "ingested",
  decided_at: "2026-01-10T00:00:00Z",
  ...rest,
});

async function ask(sql: string, asOf: Moment | null): Promise<readonly JsonRow[]> {
  const engine = await openTestEngine();
  try {
    const question = { sql, params: {}, window: ALL_TIME, accounts: null, parquetFile: null, asOf };
    const prepared = await prepareAnswers({ ...question, sources: SOURCES, alertsSql: alertsSql(60) }, at.lake, engine);
    const rows: JsonRow[] = [];
    for await (const chunk of (await prepared.stream()).chunks) rows.push(...chunk);
    return rows;
  } finally {
    engine.close();
  }
}

const EVENTS = "SELECT * FROM cloudtrail ORDER BY metadata.uid";
const EVERYTHING = [
  EVENTS,
  "SELECT * FROM cloudtrail_events ORDER BY eventID",
  "SELECT * FROM vpc_flow ORDER BY time_dt",
  "SELECT * FROM ledger ORDER BY object",
  "SELECT accountid, count(*) AS events, min(time_dt) AS first_at FROM cloudtrail GROUP BY ALL",
];

test("default: the same rows before and after late data and compaction, by snapshot and by time", async () => {
  const named = await commit("b1", [
    [TRAIL, [event("1", "05T00:00:00"), event("2", "05T12:00:00", { accountid: "444455556666" })]],
    [LEDGER_TABLE, [object("1")]],
  ]);
  await commit("b2", [[FLOWS, [{ time_dt: "2026-01-05T01:00:00Z", accountid: "111122223333" }]]]);
  const byTime = await resolveMoment(new Date(nowMs).toISOString(), at.lake);
  const bySnapshot = await resolveMoment(`cloudtrail@${named}`, at.lake);
  const before = { time: [] as unknown[], snapshot: [] as unknown[] };
  for (const sql of EVERYTHING) {
    before.time.push(await ask(sql, byTime));
    before.snapshot.push(await ask(sql, bySnapshot));
  }
  expect(before.time[0]).toHaveLength(2);
  expect(before.time[3]).toHaveLength(1);
  // Late events of the same day, one that replaces an event, another verdict about the object, and compaction.
  const addendum = { aws: { addendum: '{"reason":"UPDATED_DATA"}' } };
  await commit("b3", [
    [
      TRAIL,
      [
        event("3", "05T06:00:00"),
        event("4", "05T07:00:00", { metadata: { uid: "4", original_event_uid: "1" }, ...addendum }),
      ],
    ],
    [LEDGER_TABLE, [object("1", { decided_at: "2026-01-11T00:00:00Z", state: "quarantined" }), object("2")]],
  ]);
  nowMs += HOUR;
  for (const id of ["cloudtrail", "vpc_flow", "ledger"]) {
    expect(await compactTable(id, {}, { ...at.lake, engine: at.engine })).not.toMatchObject({ filesAfter: 0 });
  }
  await commit("b4", [[TRAIL, [event("5", "04T00:00:00")]]]);
  nowMs += HOUR;
  await removeOrphans("cloudtrail", { beforeMs: nowMs + HOUR }, at.lake);
  expect((await ask(EVENTS, null)).map((row) => JSON.stringify(row["metadata"])).join()).toContain('"5"');
  for (const [index, sql] of EVERYTHING.entries()) {
    expect(await ask(sql, byTime)).toEqual(before.time[index]);
    expect(await ask(sql, bySnapshot)).toEqual(before.snapshot[index]);
  }
});

test("behavior: a snapshot brings the batch's other tables, and no batch after it", async () => {
  await commit("b1", [
    [TRAIL, [event("1", "05T00:00:00")]],
    [LEDGER_TABLE, [object("1")]],
  ]);
  const second = await commit("b2", [
    [TRAIL, [event("2", "05T00:00:00")]],
    [LEDGER_TABLE, [object("2")]],
  ]);
  await commit("b3", [
    [TRAIL, [event("3", "05T00:00:00")]],
    [LEDGER_TABLE, [object("3")]],
  ]);
  const moment = await resolveMoment(String(second), at.lake);
  expect(await ask("SELECT count(*) AS n FROM cloudtrail", moment)).toEqual([{ n: 2 }]);
  expect(await ask("SELECT object FROM ledger ORDER BY 1", moment)).toEqual([
    { object: "file:///1" },
    { object: "file:///2" },
  ]);
  // Between the batch's two commits: what is seen in one table is seen in all.
  const between = await resolveMoment(new Date(moment.atMs + 1000).toISOString(), at.lake);
  expect(await ask("SELECT count(*) AS n FROM ledger", between)).toEqual([{ n: 2 }]);
});

test("error: a moment before the lake's first commit is refused, one before a table's first gives no rows of it", async () => {
  const early = await resolveMoment("2025-01-01", at.lake);
  await expect(ask(EVENTS, early)).rejects.toMatchObject({ code: "cli.usage", facts: { firstCommit: null } });
  await commit("b1", [[TRAIL, [event("1", "05T00:00:00")]]]);
  const firstCommit = new Date(nowMs).toISOString();
  await expect(ask(EVENTS, early)).rejects.toMatchObject({ code: "cli.usage", facts: { firstCommit } });
  const first = await resolveMoment(firstCommit, at.lake);
  await commit("b2", [[FLOWS, [{ time_dt: "2026-01-05T01:00:00Z", accountid: "111122223333" }]]]);
  expect(await ask("SELECT count(*) AS n FROM vpc_flow", first)).toEqual([{ n: 0 }]);
  expect(await ask("SELECT count(*) AS n FROM cloudtrail", first)).toEqual([{ n: 1 }]);
});

test("behavior: however many commits follow, a moment and a snapshot give their rows", async () => {
  const ids: number[] = [];
  const times: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ids.push(await commit(`b${index}`, [[TRAIL, [event(String(index), "05T00:00:00")]]]));
    times.push(new Date(nowMs).toISOString());
  }
  await compactTable("cloudtrail", {}, { ...at.lake, engine: at.engine });
  for (let index = 0; index < RETAINED_SNAPSHOTS + 20; index += 1) {
    nowMs += 1000;
    const added = { ...syntheticFile(`x${index}`, SPEC_DAY, []), path: `cloudtrail/data/x${index}.parquet` };
    await commitAppend("cloudtrail", [added], { [BATCH_PROPERTY]: `x${index}` }, at.lake);
  }
  const table = await loadTable("cloudtrail", at.lake.catalog);
  expect(table.metadata.snapshots.length).toBeLessThan(RETAINED_SNAPSHOTS + 5);
  for (const [index, id] of ids.entries()) {
    const rows = Array.from({ length: index + 1 }, (_, uid) => ({ uid: String(uid) }));
    for (const given of [`cloudtrail@${id}`, String(id), times[index] ?? ""]) {
      const moment = await resolveMoment(given, at.lake);
      expect(await ask("SELECT metadata.uid AS uid FROM cloudtrail ORDER BY 1", moment), given).toEqual(rows);
    }
  }
  // Expired, they are gone from the history, too.
  await expireSnapshots("cloudtrail", { currentSinceMs: nowMs, keepNewest: 3, batches: new Set() }, at.lake);
  expect(await codeOf(() => resolveMoment(String(ids[2]), at.lake))).toBe("query.snapshot-gone");
  const moment = await resolveMoment(times[2] ?? "", at.lake);
  expect(await codeOf(() => ask(EVENTS, moment))).toBe("query.snapshot-gone");
});

test("error: an expired snapshot or moment is refused, never answered from another state", async () => {
  const first = await commit("b1", [
    [TRAIL, [event("1", "05T00:00:00")]],
    [LEDGER_TABLE, [object("1")]],
  ]);
  const wasAt = new Date(nowMs).toISOString();
  await commit("b2", [[TRAIL, [event("2", "05T00:00:00")]]]);
  await commit("b3", [[TRAIL, [event("3", "05T00:00:00")]]]);
  await expireSnapshots("cloudtrail", { currentSinceMs: nowMs, keepNewest: 1, batches: new Set() }, at.lake);
  expect(await codeOf(() => resolveMoment(String(first), at.lake))).toBe("query.snapshot-gone");
  expect(await codeOf(() => resolveMoment(`cloudtrail@${first}`, at.lake))).toBe("query.snapshot-gone");
  const moment = await resolveMoment(wasAt, at.lake);
  expect(await codeOf(() => ask(EVENTS, moment))).toBe("query.snapshot-gone");
  const now = await resolveMoment(new Date(nowMs).toISOString(), at.lake);
  expect(await ask("SELECT count(*) AS n FROM cloudtrail", now)).toEqual([{ n: 3 }]);
  expect(currentSnapshot(await loadTable("cloudtrail", at.lake.catalog))).not.toBeNull();
});

test.each([
  ["next week"],
  ["cloudtrail@"],
  ["2030-01-01"],
  ["@12"],
  [""],
  ["no-such-tag"],
  ["tags"],
  ["main"],
  ["../x"],
])("args: %j is no moment", async (text) => expect(await codeOf(() => resolveMoment(text, at.lake))).toBe("cli.usage"));

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (thrown) {
    return isLogkeepError(thrown) ? thrown.code : String(thrown);
  }
  return "(nothing was thrown)";
}
