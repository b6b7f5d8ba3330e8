import fc from "fast-check";
import { expect, test } from "vitest";
import type { Inventory, ListedAccount } from "../../../core/account-inventory.ts";
import { NO_GAPS, type SourceCompleteness } from "../../../queries/completeness/completeness.ts";
import {
  type AccountsQuestion,
  judgeAccounts,
  type SourceFacts,
} from "../../../queries/completeness/judge-accounts.ts";
import { type SeriesFacts, SLOT_MS } from "../../../queries/series/series.ts";
import { sourceOf } from "../../support/normalize-records.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const UNTIL = Date.UTC(2026, 0, 31);
const SOURCE = sourceOf("cloudtrail");
const FLOW = sourceOf("vpc_flow");
const [A, B, C, D] = ["000000000001", "000000000002", "000000000003", "000000000004"] as const;

/** Hourly deliveries from `from` hours before the end to `to` hours before it. */
function series(account: string, from: number, to: number, rest: Partial<SeriesFacts> = {}): SeriesFacts {
  const deliveries = Array.from({ length: from - to + 1 }, (_, index) => UNTIL - (from - index) * HOUR);
  return {
    source: "cloudtrail",
    account,
    region: "eu-west-1",
    objects: deliveries.length,
    firstObjectAtMs: deliveries[0]!,
    lastObjectAtMs: deliveries.at(-1)!,
    lastEventAtMs: deliveries.at(-1)! - 60_000,
    lastBeforeMs: deliveries.findLast((at) => at < UNTIL) ?? null,
    firstAfterMs: deliveries.find((at) => at >= UNTIL) ?? null,
    slots: deliveries.filter((at) => at < UNTIL).map((at) => at / SLOT_MS),
    usualDelayMs: null,
    ...rest,
  };
}

const listed = (id: string, rest: Partial<ListedAccount> = {}): ListedAccount => ({
  id,
  name: null,
  state: "active",
  joinedAtMs: null,
  expects: null,
  ...rest,
});
const listOf = (...accounts: ListedAccount[]): Inventory => ({
  lists: [{ kind: "file", origin: "accounts.yaml", takenAtMs: 0 }],
  accounts,
});

function judge(
  found: readonly SeriesFacts[],
  rest: Partial<AccountsQuestion> = {},
  facts: Partial<SourceFacts> = {},
): SourceCompleteness {
  return judgeAccounts(
    { source: SOURCE, series: found, unplaced: [], pending: [], gaps: new Map(), ...facts },
    { inventory: null, askedAccounts: null, fromMs: null, untilMs: UNTIL, behindMs: null, ...rest },
  );
}

const states = ({ accounts }: SourceCompleteness) =>
  Object.fromEntries(accounts.map(({ account, listing, state }) => [account, `${listing} ${state}`]));

test("default: T is the least of those that are complete; the one behind and the silent one are not among them", () => {
  const found = judge([series(A, 240, 0), series(B, 240, 1), series(C, 240, 12)], {
    inventory: listOf(listed(A), listed(B), listed(C, { name: "lab" }), listed(D)),
  });
  expect(found).toMatchObject({
    source: "cloudtrail",
    basis: "listed",
    completeToMs: UNTIL - HOUR - SOURCE.delivery.delayMs,
    lagMs: HOUR + SOURCE.delivery.delayMs,
    completeAccounts: 2,
    expectedAccounts: 4,
    knownFromMs: UNTIL - 240 * HOUR,
  });
  expect(found.accounts.map(({ account, state }) => [account, state])).toEqual([
    [D, "silent"],
    [C, "behind"],
    [B, "complete"],
    [A, "complete"],
  ]);
  expect(found.accounts[0]).toMatchObject({ completeToMs: null, lastObjectAtMs: null, lagMs: null });
  expect(found.accounts[1]).toMatchObject({
    name: "lab",
    completeToMs: UNTIL - 12 * HOUR - SOURCE.delivery.delayMs,
    lagMs: 12 * HOUR + SOURCE.delivery.delayMs,
    lastObjectAtMs: UNTIL - 12 * HOUR,
    series: [{ region: "eu-west-1", state: "behind" }],
  });
});

test("behavior: without a list, M is what was ever seen", () => {
  const found = judge([series(A, 240, 0), series(B, 240, 12)]);
  expect(found).toMatchObject({ basis: "seen", completeAccounts: 1, expectedAccounts: 2 });
  expect(judge([])).toMatchObject({ completeToMs: null, expectedAccounts: 0, knownFromMs: null, accounts: [] });
});

test("behavior: of closed and later accounts nothing is expected; what delivers and is in no list counts apart", () => {
  const found = judge([series(A, 240, 0), series(B, 240, 100), series(D, 240, 0)], {
    inventory: listOf(
      listed(A),
      listed(B, { state: "suspended" }),
      listed(C, { joinedAtMs: UNTIL + 1 }),
      listed("000000000009", { state: "closed" }),
    ),
  });
  expect(states(found)).toEqual({ [A]: "expected complete", [B]: "inactive behind", [D]: "unlisted complete" });
  expect(found).toMatchObject({ completeAccounts: 1, expectedAccounts: 1 });
});

test("behavior: of sources that accounts switch on, only those that are listed with it, or seen, are expected", () => {
  const flow = (account: string) => series(account, 240, 0, { source: "vpc_flow" });
  const only = [{ source: "cloudtrail", regions: null }];
  const inventory = listOf(listed(A), listed(B), listed(C, { expects: [{ source: "vpc_flow", regions: null }] }));
  const found = judge([flow(A)], { inventory }, { source: FLOW });
  expect(states(found)).toEqual({ [A]: "expected complete", [C]: "expected silent" });
  expect(found.basis).toBe("listed");
  const seen = judge([flow(A)], { inventory: listOf(listed(A), listed(B)) }, { source: FLOW });
  expect(seen).toMatchObject({ basis: "seen", expectedAccounts: 1 });
  // An account that is expected to deliver something else is not expected to deliver a trail.
  const flows = listOf(listed(A, { expects: only }), listed(B, { expects: [{ source: "vpc_flow", regions: null }] }));
  expect(states(judge([series(A, 240, 0)], { inventory: flows }))).toEqual({ [A]: "expected complete" });
});

test("behavior: a region that is listed and was never seen makes its account incomplete", () => {
  const expects = [{ source: "cloudtrail", regions: ["eu-west-1", "us-east-1"] }];
  const found = judge([series(A, 240, 0)], { inventory: listOf(listed(A, { expects })) });
  expect(found).toMatchObject({ completeAccounts: 0, completeToMs: null });
  expect(found.accounts[0]).toMatchObject({
    state: "behind",
    completeToMs: null,
    currentSeries: 1,
    series: [{ region: "us-east-1", state: "silent", lastObjectAtMs: null }],
  });
});

test("behavior: a region that fell silent makes its account behind, also while the others deliver", () => {
  const found = judge([series(A, 240, 0), series(A, 240, 30, { region: "us-east-1" })]);
  expect(found.accounts[0]).toMatchObject({
    state: "behind",
    completeToMs: UNTIL - 30 * HOUR - SOURCE.delivery.delayMs,
    series: [{ region: "us-east-1", state: "behind" }],
  });
});

test("behavior: a region used once, and one that ended, do not hold their account back, and are told", () => {
  const once = series(A, 50, 50, { region: "ap-south-1" });
  const ended = series(A, 2000, 1900, { region: "us-west-2" });
  const found = judge([series(A, 2100, 0), once, ended]);
  expect(found.accounts[0]).toMatchObject({
    state: "complete",
    completeToMs: UNTIL - SOURCE.delivery.delayMs,
    series: [
      { region: "ap-south-1", state: "quiet" },
      { region: "us-west-2", state: "ended" },
    ],
  });
});

test("behavior: a lake that nothing came into is not behind account by account: T says where it ends", () => {
  const found = judge([series(A, 500, 300), series(B, 500, 301), series(C, 500, 350)]);
  expect(found).toMatchObject({
    completeAccounts: 2,
    completeToMs: UNTIL - 301 * HOUR - SOURCE.delivery.delayMs,
    lagMs: 301 * HOUR + SOURCE.delivery.delayMs,
  });
  expect(found.accounts[0]).toMatchObject({ account: C, state: "behind" });
});

test("behavior: one account asked about is measured beside all others", () => {
  const all = [series(A, 240, 0), series(B, 240, 30)];
  expect(states(judge(all, { askedAccounts: [B] }))).toEqual({ [B]: "expected behind" });
  expect(states(judge(all, { askedAccounts: [D] }))).toEqual({ [D]: "expected silent" });
  expect(states(judge(all, { askedAccounts: [D], inventory: listOf(listed(A)) }))).toEqual({ [D]: "unlisted silent" });
});

test("behavior: an account that began within the window is no whole one, unless it joined then", () => {
  const all = [series(A, 240, 0), series(B, 48, 0)];
  const question = { fromMs: UNTIL - 5 * DAY };
  expect(states(judge(all, question))).toEqual({ [A]: "expected complete", [B]: "expected partial" });
  const joined = { ...question, inventory: listOf(listed(A), listed(B, { joinedAtMs: UNTIL - 2 * DAY })) };
  expect(states(judge(all, joined))).toEqual({ [A]: "expected complete", [B]: "expected complete" });
  // Before the lake began, nothing is known of anybody.
  expect(states(judge([series(A, 48, 0)], question))).toEqual({ [A]: "expected complete" });
});

test("behavior: objects that wait hold back their own series alone", () => {
  const waiting = { source: "cloudtrail", account: B, region: "eu-west-1", objects: 3, lastAtMs: null };
  const all = [series(A, 240, 0), series(B, 240, 0)];
  const found = judge(all, {}, { pending: [{ ...waiting, firstAtMs: UNTIL - 20 * HOUR }] });
  expect(states(found)).toEqual({ [A]: "expected complete", [B]: "expected behind" });
  expect(judge(all, {}, { pending: [{ ...waiting, firstAtMs: null }] }).accounts[0]).toMatchObject({
    account: B,
    state: "behind",
    completeToMs: null,
  });
});

test("behavior: an account of which only unreadable objects without a time came is seen, and silent", () => {
  const gaps = new Map([[C, { ...NO_GAPS, objectsQuarantined: 2 }]]);
  const found = judge([series(A, 240, 0)], {}, { gaps });
  expect(found.accounts[0]).toMatchObject({ account: C, state: "silent", objectsQuarantined: 2 });
});

test("behavior: N is at most M, T holds for each of the N, and nobody is both complete and without a time", () => {
  const one = fc.record({
    account: fc.constantFrom(A, B, C, D),
    region: fc.constantFrom("eu-west-1", "us-east-1"),
    to: fc.nat(300),
    length: fc.nat(300),
  });
  const state = fc.constantFrom("active" as const, "suspended" as const, null);
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 8 }),
      fc.array(state, { maxLength: 4 }),
      fc.option(fc.nat(400)),
      (some, list, back) => {
        const unique = new Map(some.map((each) => [`${each.account} ${each.region}`, each]));
        const all = [...unique.values()].map(({ account, region, to, length }) =>
          series(account, to + length, to, { region }),
        );
        const inventory =
          list.length === 0
            ? null
            : listOf(...list.map((each, index) => listed([A, B, C, D][index]!, { state: each })));
        const found = judge(all, { inventory, fromMs: back === null ? null : UNTIL - back * HOUR });
        expect(found.completeAccounts).toBeLessThanOrEqual(found.expectedAccounts);
        const complete = found.accounts.filter((each) => each.state === "complete" && each.listing === "expected");
        expect(complete).toHaveLength(found.completeAccounts);
        for (const { completeToMs, account } of complete) {
          expect(completeToMs).not.toBeNull();
          expect(found.completeToMs!).toBeLessThanOrEqual(completeToMs!);
          const newest = Math.max(...all.filter((each) => each.account === account).map((each) => each.lastObjectAtMs));
          expect(completeToMs!).toBeLessThanOrEqual(Math.min(UNTIL, newest - SOURCE.delivery.delayMs));
        }
        const seen = new Set(all.map(({ account }) => account));
        for (const account of seen) expect(found.accounts.some((each) => each.account === account)).toBe(true);
      },
    ),
  );
});

test("behavior: of a window that ended before anything came nothing is claimed", () => {
  const before = { fromMs: UNTIL - 60 * DAY, untilMs: UNTIL - 30 * DAY };
  const later = (account: string) =>
    series(account, 240, 0, { lastBeforeMs: null, firstAfterMs: UNTIL - 240 * HOUR, slots: [] });
  for (const fromMs of [before.fromMs, null]) {
    const found = judge([later(A), later(B)], { ...before, fromMs, inventory: listOf(listed(A), listed(B)) });
    expect(found).toMatchObject({ completeToMs: null, lagMs: null, completeAccounts: 0, expectedAccounts: 2 });
    expect(states(found)).toEqual({ [A]: "expected partial", [B]: "expected partial" });
    expect(found.accounts[0]).toMatchObject({ completeToMs: null, lagMs: null, firstObjectAtMs: UNTIL - 240 * HOUR });
  }
});

test("behavior: objects that wait of a region where nothing was read yet hold their account back", () => {
  const waiting = (firstAtMs: number | null) => [
    { source: "cloudtrail", account: A, region: "us-east-1", objects: 2, firstAtMs, lastAtMs: firstAtMs },
  ];
  const far = judge([series(A, 240, 0), series(B, 240, 0)], {}, { pending: waiting(UNTIL - 5 * HOUR) });
  expect(states(far)).toEqual({ [A]: "expected behind", [B]: "expected complete" });
  expect(far.accounts[0]).toMatchObject({
    completeToMs: UNTIL - 5 * HOUR - SOURCE.delivery.delayMs,
    currentSeries: 1,
    series: [{ region: "us-east-1", state: "behind", lastObjectAtMs: null }],
  });
  const near = judge([series(A, 240, 0)], {}, { pending: waiting(UNTIL - HOUR) });
  expect(near).toMatchObject({ completeAccounts: 1, completeToMs: UNTIL - HOUR - SOURCE.delivery.delayMs });
  const unknown = judge([series(A, 240, 0)], {}, { pending: waiting(null) });
  expect(unknown.accounts[0]).toMatchObject({ state: "behind", completeToMs: null });
  // What was delivered after the window's end has nothing to do with it.
  expect(judge([series(A, 240, 0)], {}, { pending: waiting(UNTIL + 5 * HOUR) })).toMatchObject({ completeAccounts: 1 });
});
