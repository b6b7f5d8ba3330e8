import { afterEach, beforeEach, expect, test } from "vitest";
import { alertsSql, athenaAlertsSql } from "../../../analyzers/alerts/alerts-sql.ts";
import { FINDINGS_TABLE } from "../../../core/finding.ts";
import { LEDGER_TABLE } from "../../../core/ledger.ts";
import type { ListedObjects } from "../../../core/listed-objects.ts";
import type { QueryEngine } from "../../../core/query-engine.ts";
import type { TableDefinition } from "../../../core/table.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { compactTable } from "../../../lake/compact.ts";
import { beginRun, endRun } from "../../../lake/ingest-runs.ts";
import { SPEC_DAY } from "../../../lake/model.ts";
import { deleteExpired } from "../../../lake/retention.ts";
import { BATCH_PROPERTY } from "../../../lake/snapshot.ts";
import { openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { prepareAnswers, type Question } from "../../../queries/ask.ts";
import { prepareAthenaAnswer } from "../../../queries/athena/ask-athena.ts";
import type { Completeness } from "../../../queries/completeness/completeness.ts";
import { ALL_TIME } from "../../../queries/time-window.ts";
import { openTestEngine } from "../../support/engine.ts";
import { sourceOf } from "../../support/normalize-records.ts";
import { createTableOf } from "../../support/table-rows.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

const TRAIL = sourceOf("cloudtrail").table;
const [A, B] = ["111122223333", "444455556666"] as const;
const HOUR = 3_600_000;
const at = (text: string) => Date.parse(`2026-01-${text}Z`);
const window = { fromMs: at("05T00:00:00"), toMs: at("06T00:00:00") };

let lake: TemporaryLake;
let nowMs = at("10T00:00:00");
beforeEach(async () => {
  nowMs = at("10T00:00:00");
  const made = await temporaryLake();
  lake = { ...made, lake: { ...made.lake, clock: { now: () => nowMs, sleep: async () => undefined } } };
});
afterEach(async () => lake[Symbol.asyncDispose]());

type Row = Readonly<Record<string, unknown>>;
let batches = 0;

async function append(definition: TableDefinition, rows: readonly Row[]): Promise<void> {
  batches += 1;
  nowMs += 60_000;
  const table = await openTable(definition, lake.lake);
  await createTableOf(lake.engine, definition, rows);
  const ports = { store: lake.lake.store, engine: lake.engine };
  const options = { specId: SPEC_DAY, prefix: `b${batches}` } as const;
  const files = await writeDataFiles(table, `"${definition.id}"`, options, ports);
  await commitAppend(definition.id, files, { [BATCH_PROPERTY]: `b${batches}` }, lake.lake);
}

let objects = 0;
/** A ledger row of an object that was delivered at an instant, and decided on five minutes later. */
function object(delivered: string | null, rest: Row = {}): Row {
  objects += 1;
  const deliveredMs = delivered === null ? null : at(delivered);
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const isRead = deliveredMs !== null && (rest["state"] ?? "ingested") === "ingested";
  return {
    object: `file:///AWSLogs/${A}/x-${objects}.json.gz`,
    object_version: "1",
    source: "cloudtrail",
    accountid: A,
    region: "eu-west-1",
    state: "ingested",
    records_in: 10,
    rows_kept: 10,
    records_rejected: 0,
    size_bytes: objects,
    delivered_at: iso(deliveredMs),
    first_event_at: isRead ? iso(deliveredMs - 6 * 60_000) : null,
    last_event_at: isRead ? iso(deliveredMs - 60_000) : null,
    decided_at: iso(deliveredMs === null ? at("07T00:00:00") : deliveredMs + 300_000),
    ...rest,
  };
}

/** Hourly objects of an account. */
function hourly(account: string, from: string, to: string, rest: Row = {}): Row[] {
  const count = (at(to) - at(from)) / HOUR;
  return Array.from({ length: count + 1 }, (_, index) => {
    const delivered = new Date(at(from) + index * HOUR).toISOString().slice(8, 19);
    return object(delivered, { accountid: account, ...rest });
  });
}

const NO_ATHENA: QueryEngine = {
  run: () => Promise.reject(new Error("nothing was to be asked")),
  close: () => undefined,
};

/** Reads it on both ways to answer, which must be one. */
async function read(options: Partial<Question> = {}, pending: readonly ListedObjects[] = []): Promise<Completeness> {
  const question: Question = {
    sql: "SELECT * FROM cloudtrail",
    params: {},
    sources: SOURCES,
    window,
    accounts: null,
    alertsSql: alertsSql(60),
    parquetFile: null,
    expectations: { inventory: null, pending, behindMs: null },
    ...options,
  };
  const [engine, local] = [await openTestEngine(), await openTestEngine()];
  try {
    const { completeness } = await prepareAnswers(question, lake.lake, engine);
    const athena = await prepareAthenaAnswer(
      { ...question, database: "logs", reuseMinutes: null, athenaAlertsSql: athenaAlertsSql(60) },
      { lake: lake.lake, local, athena: NO_ATHENA },
    );
    expect(athena.completeness).toEqual(completeness);
    return completeness!;
  } finally {
    engine.close();
    local.close();
  }
}

const trail = (found: Completeness) => found.sources.find(({ source }) => source === "cloudtrail")!;
const account = (found: Completeness, id: string) => trail(found).accounts.find((each) => each.account === id)!;

test("default: complete to the window's end for those that deliver, and who is behind", async () => {
  await append(LEDGER_TABLE, [...hourly(A, "01T00:00:00", "07T00:00:00"), ...hourly(B, "01T00:00:00", "05T12:00:00")]);
  await append(TRAIL, [{ time_dt: "2026-01-05T00:00:00Z", accountid: A }]);
  const found = await read();
  expect(found).toMatchObject({
    window,
    askedAccounts: null,
    isEarlierState: false,
    untilMs: window.toMs,
    inventory: null,
    unplaced: [],
    tables: [{ table: "cloudtrail", snapshotAtMs: nowMs }],
  });
  expect(trail(found)).toMatchObject({
    completeToMs: window.toMs,
    completeAccounts: 1,
    expectedAccounts: 2,
    knownFromMs: at("01T00:00:00"),
  });
  expect(account(found, B)).toMatchObject({
    state: "behind",
    completeToMs: at("05T11:45:00"),
    lastObjectAtMs: at("05T12:00:00"),
    lastEventAtMs: at("05T11:59:00"),
  });
});

test("behavior: only what the question reads is judged; findings rest on all sources", async () => {
  await append(LEDGER_TABLE, [
    ...hourly(A, "01T00:00:00", "07T00:00:00"),
    ...hourly(B, "01T00:00:00", "04T00:00:00", { source: "config" }),
  ]);
  await append(FINDINGS_TABLE, [{ time: "2026-01-05T00:00:00Z" }]);
  expect((await read()).sources.map(({ source }) => source)).toEqual(["cloudtrail"]);
  const all = await read({ sql: "SELECT * FROM findings" });
  expect(all.sources.map(({ source }) => source).sort()).toEqual(["cloudtrail", "config", "vpc_flow"]);
  expect((await read({ sql: "SELECT 1" })).sources).toEqual([]);
  expect((await read({ sql: "SELECT * FROM ledger" })).sources).toEqual([]);
});

test("behavior: an object that could not be read counts where its events may be", async () => {
  const broken = (delivered: string | null, rest: Row = {}) =>
    object(delivered, { state: "quarantined", rows_kept: 0, records_in: null, ...rest });
  await append(LEDGER_TABLE, [
    ...hourly(A, "01T00:00:00", "07T00:00:00"),
    // Delivered before the window, within a day after it, and later.
    broken("04T23:00:00"),
    broken("05T10:00:00"),
    broken("06T20:00:00", { accountid: B }),
    broken("07T00:30:00"),
    // No time in the key; no account; not known to any source.
    broken(null, { accountid: B }),
    broken("05T10:00:00", { accountid: null }),
    broken(null, { source: null, accountid: null, region: null }),
    // Of another source.
    broken("05T10:00:00", { source: "vpc_flow" }),
  ]);
  const found = await read();
  expect(account(found, A).objectsQuarantined).toBe(1);
  expect(account(found, B).objectsQuarantined).toBe(2);
  expect(found.unplaced).toEqual([
    expect.objectContaining({ source: "cloudtrail", account: null, objectsQuarantined: 1 }),
    expect.objectContaining({ source: null, account: null, objectsQuarantined: 1 }),
  ]);
  // Whoever asks about one account is told what may be that account's.
  const one = await read({ accounts: [A] });
  expect(trail(one).accounts.map(({ account: id }) => id)).toEqual([A]);
  expect(one.unplaced).toHaveLength(2);
});

test("behavior: states of resources may be of any age, so that an unread snapshot counts for all before it", async () => {
  await append(LEDGER_TABLE, [object("09T00:00:00", { source: "config", state: "quarantined" })]);
  const found = await read({ sql: "SELECT * FROM config" });
  expect(found.sources[0]!.accounts[0]).toMatchObject({ objectsQuarantined: 1, lateRowsAtMost: 0 });
});

test("behavior: rejects count by their object's events, and an object that a later run read counts no more", async () => {
  const retried = object("05T10:00:00", { state: "quarantined", rows_kept: 0 });
  const same = object("05T11:00:00", { state: "quarantined", rows_kept: 0 });
  await append(LEDGER_TABLE, [
    object("05T10:00:00", { records_rejected: 2 }),
    object("06T00:05:00", { records_rejected: 3 }),
    object("07T00:00:00", { records_rejected: 40 }),
    object("04T12:00:00", { records_rejected: 50 }),
    object("05T12:00:00", { accountid: B, records_rejected: 7, first_event_at: null, last_event_at: null }),
    retried,
    same,
  ]);
  await append(LEDGER_TABLE, [
    { ...retried, state: "ingested", rows_kept: 10, records_rejected: 1, decided_at: "2026-01-08T00:00:00Z" },
    // Equal in size and account, another object.
    { ...same, object: "file:///other", state: "ingested", decided_at: "2026-01-08T00:00:00Z" },
  ]);
  const found = await read();
  expect(account(found, A)).toMatchObject({ recordsRejected: 6, objectsQuarantined: 1 });
  expect(account(found, B)).toMatchObject({ recordsRejected: 7 });
});

test("behavior: rows that took longer than their series is wont to are late, between two bounds", async () => {
  const delivered = (time: string, firstMinutes: number, lastMinutes: number, rest: Row = {}) => {
    const ago = (minutes: number) => new Date(at(time) - minutes * 60_000).toISOString();
    return object(time, { first_event_at: ago(firstMinutes), last_event_at: ago(lastMinutes), ...rest });
  };
  await append(LEDGER_TABLE, [
    ...hourly(A, "01T00:00:00", "07T00:00:00"),
    delivered("05T10:00:00", 15, 1),
    delivered("05T12:00:00", 40, 1, { rows_kept: 5 }),
    delivered("05T14:00:00", 300, 200, { rows_kept: 7 }),
    // Late, and reaching out of the window.
    delivered("05T02:00:00", 180, 60, { rows_kept: 11 }),
    delivered("07T02:00:00", 180, 60, { rows_kept: 100 }),
    // A series that always takes two hours.
    ...hourly(B, "01T00:00:00", "07T00:00:00").map((each) => ({
      ...each,
      first_event_at: new Date(Date.parse(String(each["delivered_at"])) - 2 * HOUR).toISOString(),
    })),
  ]);
  const found = await read();
  expect(account(found, A)).toMatchObject({ lateRowsAtLeast: 7, lateRowsAtMost: 23 });
  expect(account(found, B)).toMatchObject({ lateRowsAtMost: 0, state: "complete" });
  expect((await read({ window: { fromMs: null, toMs: null } })).sources[0]!.completeToMs).toBe(at("06T22:00:00"));
});

test("behavior: times after their own decision are false, in keys and in events", async () => {
  await append(LEDGER_TABLE, [
    ...hourly(A, "01T00:00:00", "05T00:00:00"),
    object("05T00:10:00", { first_event_at: "9998-01-01T00:00:00Z", last_event_at: "9999-01-01T00:00:00Z" }),
    object("05T01:00:00", { delivered_at: "2099-01-01T00:00:00Z" }),
    object("05T01:00:00", { accountid: B, delivered_at: "9999-12-31T23:59:00Z", last_event_at: null }),
  ]);
  const found = await read();
  expect(account(found, A)).toMatchObject({ lastObjectAtMs: at("05T00:10:00"), lastEventAtMs: at("04T23:59:00") });
  expect(trail(found).completeToMs).toBe(at("04T23:55:00"));
  expect(trail(found).accounts.some((each) => each.account === B)).toBe(false);
});

test("behavior: a ledger of before deliveries had a column is read by its objects' names", async () => {
  const before = LEDGER_TABLE.columns.filter(({ name }) => name !== "delivered_at");
  const named = (stamp: string): Row => ({
    ...object("05T10:00:00"),
    object: `s3://logs/AWSLogs/${A}/CloudTrail/eu-west-1/2026/01/05/${A}_CloudTrail_eu-west-1_${stamp}_abc.json.gz`,
  });
  await append({ ...LEDGER_TABLE, columns: before }, [
    named("20260105T0900Z"),
    named("20260105T100500Z"),
    named("20269999T9999Z"),
  ]);
  await append(LEDGER_TABLE, [object("05T08:00:00")]);
  const found = await read();
  expect(account(found, A)).toMatchObject({
    firstObjectAtMs: at("05T08:00:00"),
    lastObjectAtMs: at("05T10:05:00"),
  });
});

test("behavior: as of an earlier state, what came since does not count, and compaction changes nothing", async () => {
  await append(LEDGER_TABLE, hourly(A, "01T00:00:00", "05T06:00:00"));
  await append(TRAIL, [{ time_dt: "2026-01-05T00:00:00Z", accountid: A }]);
  const asOf = { atMs: nowMs, named: null, tag: null };
  const before = await read({ asOf });
  expect(before).toMatchObject({ isEarlierState: true, asOfMs: asOf.atMs });
  expect(trail(before).completeToMs).toBe(at("05T05:45:00"));
  await append(LEDGER_TABLE, [
    ...hourly(A, "05T07:00:00", "07T00:00:00"),
    object("05T05:00:00", { state: "quarantined" }),
  ]);
  await compactTable("ledger", {}, { ...lake.lake, engine: lake.engine });
  expect(await read({ asOf })).toEqual(before);
  expect(trail(await read())).toMatchObject({ completeToMs: window.toMs, accounts: [{ objectsQuarantined: 1 }] });
});

test("behavior: the window of an earlier state ends with that state", async () => {
  await append(LEDGER_TABLE, hourly(A, "01T00:00:00", "05T06:00:00"));
  const asOf = { atMs: at("11T00:00:00"), named: null, tag: null };
  nowMs = at("20T00:00:00");
  expect((await read({ asOf, window: { fromMs: null, toMs: at("15T00:00:00") } })).untilMs).toBe(asOf.atMs);
});

test("behavior: objects that wait to be read count where they may be, and hold T back", async () => {
  await append(LEDGER_TABLE, hourly(A, "01T00:00:00", "07T00:00:00"));
  const waiting = (
    firstAt: string | null,
    lastAt: string | null,
    rest: Partial<ListedObjects> = {},
  ): ListedObjects => ({
    source: "cloudtrail",
    account: A,
    region: "eu-west-1",
    objects: 4,
    firstAtMs: firstAt === null ? null : at(firstAt),
    lastAtMs: lastAt === null ? null : at(lastAt),
    ...rest,
  });
  const held = await read({}, [waiting("05T23:00:00", "05T23:30:00")]);
  expect(account(held, A)).toMatchObject({ objectsPending: 4, completeToMs: at("05T22:45:00"), state: "complete" });
  for (const outside of [waiting("03T00:00:00", "04T00:00:00"), waiting("08T00:00:00", "09T00:00:00")]) {
    expect(account(await read({}, [outside]), A).objectsPending).toBe(0);
  }
  const unknown = [
    waiting(null, null, { source: null, account: null }),
    waiting("05T01:00:00", null, { source: "config" }),
  ];
  const found = await read({}, unknown);
  expect(account(found, A)).toMatchObject({ objectsPending: 0, state: "complete" });
  expect(found.unplaced).toMatchObject([{ source: null, objectsPending: 4 }]);
});

test("behavior: a run that died has objects before it still, by series, until they are decided", async () => {
  await append(LEDGER_TABLE, hourly(A, "01T00:00:00", "05T20:00:00"));
  nowMs += HOUR;
  const started = nowMs;
  const listed = {
    source: "cloudtrail",
    region: "eu-west-1",
    firstAtMs: at("05T20:30:00"),
    lastAtMs: at("05T23:00:00"),
  };
  const run = {
    startedAtMs: started,
    place: "s3://logs/",
    listed: [
      { ...listed, account: A, objects: 3 },
      { ...listed, account: B, objects: 2 },
    ],
  };
  await beginRun(run, lake.lake.store);
  const before = { atMs: started - 1, named: null, tag: null };
  expect(account(await read({ asOf: before }), A).objectsPending).toBe(0);
  expect(account(await read(), A)).toMatchObject({ objectsPending: 3, completeToMs: at("05T19:45:00") });
  expect(account(await read(), B)).toMatchObject({ objectsPending: 2, state: "silent" });
  const now = { decided_at: new Date(nowMs + 1).toISOString() };
  const digest = object("05T21:00:00", { state: "skipped", ...now });
  await append(LEDGER_TABLE, [object("05T20:30:00", now), object("05T21:00:00", { ...now, accountid: B }), digest]);
  const found = await read();
  expect([account(found, A).objectsPending, account(found, B).objectsPending]).toEqual([2, 1]);
  await endRun(run, lake.lake.store);
  expect(account(await read(), A)).toMatchObject({ objectsPending: 0, completeToMs: at("05T20:45:00") });
});

test("behavior: rows that went by age are told where they were, to states of after, and however old the word is", async () => {
  const event = (day: string) => ({ time_dt: `2026-01-${day}T12:00:00Z`, accountid: A });
  await append(TRAIL, [event("03"), event("05"), event("05"), event("09")]);
  const before = { atMs: nowMs, named: null, tag: null };
  nowMs = at("25T00:00:00");
  await deleteExpired("cloudtrail", { keepDays: 18, heldAccounts: new Set() }, lake.lake);
  const gone = { table: "cloudtrail", rows: 3, fromMs: at("03T00:00:00"), toMs: at("06T00:00:00") };
  expect((await read()).deleted).toEqual([gone]);
  expect((await read({ window: { fromMs: at("08T00:00:00"), toMs: null } })).deleted).toEqual([]);
  expect((await read({ sql: "SELECT * FROM vpc_flow" })).deleted).toEqual([]);
  expect((await read({ asOf: before })).deleted).toEqual([]);
});

test("behavior: objects whose keys tell nothing are counted apart, and markers are none of them", async () => {
  await append(LEDGER_TABLE, [
    object(null, { accountid: null, last_event_at: "2026-01-05T10:00:00Z" }),
    object("05T11:00:00", { accountid: null }),
    object(null),
    object(null, { state: "skipped" }),
  ]);
  expect(trail(await read())).toMatchObject({
    unplacedObjects: 3,
    unplacedEventAtMs: at("05T10:59:00"),
    expectedAccounts: 0,
    completeToMs: null,
  });
});

test("behavior: a first run has everything before it", async () => {
  const waiting = { source: "cloudtrail", account: A, region: "eu-west-1", firstAtMs: null, lastAtMs: null };
  await beginRun({ startedAtMs: 0, place: "s3://logs/", listed: [{ ...waiting, objects: 9 }] }, lake.lake.store);
  expect(account(await read({ window: ALL_TIME }), A)).toMatchObject({ state: "silent", objectsPending: 9 });
});

test("behavior: nothing was ever delivered", async () => {
  const found = await read({ window: ALL_TIME });
  expect(trail(found)).toMatchObject({ completeToMs: null, completeAccounts: 0, expectedAccounts: 0, accounts: [] });
  expect(found).toMatchObject({ tables: [], unplaced: [], deleted: [] });
});
