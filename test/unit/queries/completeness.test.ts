import { afterEach, beforeEach, expect, test } from "vitest";
import { FINDINGS_TABLE } from "../../../core/finding.ts";
import { LEDGER_TABLE } from "../../../core/ledger.ts";
import { compactTable } from "../../../lake/compact.ts";
import { ALL_TIME } from "../../../queries/time-window.ts";
import {
  ACCOUNT_A as A,
  accountOf as account,
  inJanuary as at,
  ACCOUNT_B as B,
  hourlyObjects as hourly,
  type LedgerLake,
  ledgerLake,
  ledgerObject as object,
  trailOf as trail,
  ASKED_DAY as window,
} from "../../support/ledger-lake.ts";
import { sourceOf } from "../../support/normalize-records.ts";

const TRAIL = sourceOf("cloudtrail").table;
type Row = Readonly<Record<string, unknown>>;

let lake: LedgerLake;
beforeEach(async () => {
  lake = await ledgerLake();
});
afterEach(() => lake[Symbol.asyncDispose]());
const append: LedgerLake["append"] = (...given) => lake.append(...given);
const read: LedgerLake["read"] = (...given) => lake.read(...given);

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
    tables: [{ table: "cloudtrail", snapshotAtMs: lake.nowMs }],
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
  const asOf = { atMs: lake.nowMs, named: null, tag: null };
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
  lake.nowMs = at("20T00:00:00");
  expect((await read({ asOf, window: { fromMs: null, toMs: at("15T00:00:00") } })).untilMs).toBe(asOf.atMs);
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

test("behavior: nothing was ever delivered", async () => {
  const found = await read({ window: ALL_TIME });
  expect(trail(found)).toMatchObject({ completeToMs: null, completeAccounts: 0, expectedAccounts: 0, accounts: [] });
  expect(found).toMatchObject({ tables: [], unplaced: [], deleted: [] });
});
