import { afterEach, beforeEach, expect, test } from "vitest";
import { LEDGER_TABLE } from "../../../core/ledger.ts";
import type { ListedObjects } from "../../../core/listed-objects.ts";
import { beginRun, endRun } from "../../../lake/ingest-runs.ts";
import { deleteExpired } from "../../../lake/retention.ts";
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
} from "../../support/ledger-lake.ts";
import { sourceOf } from "../../support/normalize-records.ts";

const TRAIL = sourceOf("cloudtrail").table;
const HOUR = 3_600_000;
type Row = Readonly<Record<string, unknown>>;

let lake: LedgerLake;
beforeEach(async () => {
  lake = await ledgerLake();
});
afterEach(() => lake[Symbol.asyncDispose]());
const append: LedgerLake["append"] = (...given) => lake.append(...given);
const read: LedgerLake["read"] = (...given) => lake.read(...given);

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
  lake.nowMs += HOUR;
  const started = lake.nowMs;
  const listed = {
    source: "cloudtrail",
    region: "eu-west-1",
    firstAtMs: at("05T20:30:00"),
    lastAtMs: at("05T23:00:00"),
  };
  const run = {
    startedAtMs: started,
    place: "file:///AWSLogs/",
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
  const now = { decided_at: new Date(lake.nowMs + 1).toISOString() };
  const digest = object("05T21:00:00", { state: "skipped", ...now });
  // What another run read elsewhere of the same series was not before this one.
  await append(LEDGER_TABLE, [object("05T20:45:00", { ...now, object: "s3://other/logs/a.json.gz" })]);
  expect(account(await read(), A)).toMatchObject({ objectsPending: 3, completeToMs: at("05T20:15:00") });
  await append(LEDGER_TABLE, [object("05T20:30:00", now), object("05T21:00:00", { ...now, accountid: B }), digest]);
  const found = await read();
  expect([account(found, A).objectsPending, account(found, B).objectsPending]).toEqual([2, 1]);
  await endRun(run, lake.lake.store);
  expect(account(await read(), A)).toMatchObject({ objectsPending: 0, completeToMs: at("05T20:45:00") });
});

test("behavior: rows that went by age are told where they were, to states of after, and however old the word is", async () => {
  const event = (day: string) => ({ time_dt: `2026-01-${day}T12:00:00Z`, accountid: A });
  await append(TRAIL, [event("03"), event("05"), event("05"), event("09")]);
  const before = { atMs: lake.nowMs, named: null, tag: null };
  lake.nowMs = at("25T00:00:00");
  await deleteExpired("cloudtrail", { keepDays: 18, heldAccounts: new Set() }, lake.lake);
  const gone = { table: "cloudtrail", rows: 3, fromMs: at("03T00:00:00"), toMs: at("06T00:00:00") };
  expect((await read()).deleted).toEqual([gone]);
  expect((await read({ window: { fromMs: at("08T00:00:00"), toMs: null } })).deleted).toEqual([]);
  expect((await read({ sql: "SELECT * FROM vpc_flow" })).deleted).toEqual([]);
  expect((await read({ asOf: before })).deleted).toEqual([]);
});

test("behavior: a first run has everything before it", async () => {
  const waiting = { source: "cloudtrail", account: A, region: "eu-west-1", firstAtMs: null, lastAtMs: null };
  await beginRun({ startedAtMs: 0, place: "file:///AWSLogs/", listed: [{ ...waiting, objects: 9 }] }, lake.lake.store);
  expect(account(await read({ window: ALL_TIME }), A)).toMatchObject({ state: "silent", objectsPending: 9 });
});
