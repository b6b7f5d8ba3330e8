import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeSeries, type SeriesQuestion } from "../../../queries/series/judge-series.ts";
import { learnRhythm, longestSilence, type SeriesFacts, SLOT_MS } from "../../../queries/series/series.ts";
import { sourceOf } from "../../support/normalize-records.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const UNTIL = Date.UTC(2026, 0, 31);
const TRAIL = sourceOf("cloudtrail").delivery;
const CONFIG = sourceOf("config").delivery;

/** The facts of a series with these deliveries, as the ledger would tell them. */
function factsOf(deliveries: readonly number[], untilMs = UNTIL, rest: Partial<SeriesFacts> = {}): SeriesFacts {
  const sorted = deliveries.toSorted((left, right) => left - right);
  const slots = new Set(sorted.filter((each) => each < untilMs).map((each) => Math.floor(each / SLOT_MS)));
  return {
    source: "cloudtrail",
    account: "111122223333",
    region: "eu-west-1",
    objects: sorted.length,
    firstObjectAtMs: sorted[0]!,
    lastObjectAtMs: sorted.at(-1)!,
    lastEventAtMs: null,
    lastBeforeMs: sorted.findLast((each) => each < untilMs) ?? null,
    firstAfterMs: sorted.find((each) => each >= untilMs) ?? null,
    slots: [...slots],
    usualDelayMs: null,
    ...rest,
  };
}

const every = (stepMs: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, index) => fromMs + index * stepMs);
const question = (rest: Partial<SeriesQuestion> = {}): SeriesQuestion => ({
  fromMs: null,
  untilMs: UNTIL,
  behindMs: null,
  isListed: false,
  pendingSinceMs: null,
  ...rest,
});
const judge = (deliveries: readonly number[], rest: Partial<SeriesQuestion> = {}, pattern = TRAIL) =>
  judgeSeries(factsOf(deliveries, rest.untilMs ?? UNTIL), pattern, question(rest));

test("default: an hourly series is current to its last delivery less the source's delay", () => {
  const verdict = judge(every(HOUR, UNTIL - 10 * DAY, UNTIL - HOUR));
  expect(verdict).toEqual({
    state: "current",
    completeToMs: UNTIL - HOUR - TRAIL.delayMs,
    rhythm: { usualSilenceMs: HOUR, isRegular: true, allowedSilenceMs: 2 * HOUR },
    silence: null,
  });
});

test("behavior: what was delivered after the end proves the end, and nothing later", () => {
  const verdict = judge(every(HOUR, UNTIL - 10 * DAY, UNTIL + DAY));
  expect(verdict).toMatchObject({ state: "current", completeToMs: UNTIL });
  // The delivery of the end's own minute says nothing of the quarter of an hour before it.
  expect(judge(every(HOUR, UNTIL - 10 * DAY, UNTIL))).toMatchObject({ completeToMs: UNTIL - TRAIL.delayMs });
});

test("behavior: a regular series that falls silent is behind, and after a month it has ended unless it is listed", () => {
  const until = (silence: number) => every(HOUR, UNTIL - silence - 10 * DAY, UNTIL - silence);
  expect(judge(until(2 * HOUR)).state).toBe("current");
  expect(judge(until(3 * HOUR)).state).toBe("behind");
  expect(judge(until(3 * HOUR), { behindMs: 4 * HOUR }).state).toBe("current");
  expect(judge(until(HOUR + 1), { behindMs: HOUR }).state).toBe("behind");
  expect(judge(until(31 * DAY)).state).toBe("ended");
  expect(judge(until(31 * DAY), { isListed: true }).state).not.toBe("ended");
});

test("behavior: a series that is wont to be silent is quiet, not behind, until it is silent for much longer", () => {
  const nights = every(DAY, UNTIL - 20 * DAY, UNTIL - DAY).flatMap((day) =>
    every(HOUR, day + 8 * HOUR, day + 18 * HOUR),
  );
  expect(judge(nights)).toMatchObject({ state: "quiet", rhythm: { usualSilenceMs: 14 * HOUR, isRegular: false } });
  expect(judge(nights.filter((each) => each < UNTIL - 2 * DAY)).state).toBe("behind");
});

test("behavior: of a few deliveries no rhythm is learned, and nothing is said to be behind", () => {
  expect(judge([UNTIL - 5 * DAY])).toMatchObject({ state: "quiet", rhythm: { usualSilenceMs: null } });
  expect(judge([UNTIL - 5 * DAY, UNTIL - 4 * DAY, UNTIL - 3 * DAY]).state).toBe("quiet");
});

test("behavior: an outage in the span interrupts a regular series; it teaches nothing, and elsewhere it is none", () => {
  const outage = [UNTIL - 3 * DAY, UNTIL - 3 * DAY + 5 * HOUR] as const;
  const deliveries = every(HOUR, UNTIL - 10 * DAY, UNTIL - HOUR).filter((at) => at <= outage[0] || at >= outage[1]);
  const verdict = judge(deliveries);
  expect(verdict).toMatchObject({ state: "interrupted", rhythm: { usualSilenceMs: HOUR } });
  expect(verdict.silence!.fromMs).toBeGreaterThanOrEqual(outage[0]);
  expect(verdict.silence!.toMs).toBeLessThanOrEqual(outage[1]);
  expect(judge(deliveries, { fromMs: UNTIL - 2 * DAY }).state).toBe("current");
  // The span ends in it, and deliveries went on.
  const inside = { untilMs: outage[0] + 2.5 * HOUR, fromMs: UNTIL - 5 * DAY };
  expect(judge(deliveries, inside)).toMatchObject({
    state: "interrupted",
    silence: { fromMs: outage[0], toMs: outage[1] },
  });
});

test("behavior: objects that wait hold T back, and a series that waits too long is behind", () => {
  const deliveries = every(HOUR, UNTIL - 10 * DAY, UNTIL - HOUR);
  const soon = judge(deliveries, { pendingSinceMs: UNTIL - 1.5 * HOUR });
  expect(soon).toMatchObject({ state: "current", completeToMs: UNTIL - 1.5 * HOUR - TRAIL.delayMs });
  expect(judge(deliveries, { pendingSinceMs: UNTIL - 4 * HOUR }).state).toBe("behind");
  const unknown = judge(deliveries, { pendingSinceMs: Number.NEGATIVE_INFINITY });
  expect(unknown).toMatchObject({ state: "behind", completeToMs: null });
});

test("behavior: a series that usually takes longer than its source promises is complete to less", () => {
  const deliveries = every(HOUR, UNTIL - 10 * DAY, UNTIL - HOUR);
  const slow = judgeSeries(factsOf(deliveries, UNTIL, { usualDelayMs: 2 * HOUR }), TRAIL, question());
  expect(slow.completeToMs).toBe(UNTIL - 3 * HOUR);
  // A straggler of a year does not say that a year is missing.
  const wild = judgeSeries(factsOf(deliveries, UNTIL, { usualDelayMs: 365 * DAY }), TRAIL, question());
  expect(wild.completeToMs).toBe(UNTIL - HOUR - TRAIL.reachMs!);
  const states = judgeSeries(factsOf(deliveries, UNTIL, { usualDelayMs: 365 * DAY }), CONFIG, question());
  expect(states.completeToMs).toBe(UNTIL - HOUR - CONFIG.delayMs);
});

test("behavior: daily snapshots are as current as hourly digests", () => {
  expect(judge(every(DAY, UNTIL - 20 * DAY, UNTIL - 20 * HOUR), {}, CONFIG).state).toBe("current");
  expect(judge(every(DAY, UNTIL - 20 * DAY, UNTIL - 3 * DAY), {}, CONFIG).state).toBe("behind");
});

const deliveriesOf = fc.uniqueArray(fc.integer({ min: UNTIL - 40 * DAY, max: UNTIL + 2 * DAY }), {
  minLength: 1,
  maxLength: 60,
});

test("behavior: the usual silence is the third longest of the last weeks", () => {
  fc.assert(
    fc.property(deliveriesOf, (deliveries) => {
      const { slots } = factsOf(deliveries);
      const recent = slots.filter((slot) => slot * SLOT_MS >= UNTIL - 35 * DAY);
      const silences = recent.slice(1).map((slot, index) => (slot - recent[index]!) * SLOT_MS);
      const third = silences.sort((left, right) => right - left)[2] ?? null;
      expect(learnRhythm(slots, UNTIL, TRAIL.cadenceMs).usualSilenceMs).toBe(third);
    }),
  );
});

test("behavior: a silence that is found was longer than allowed, and nothing was delivered in it", () => {
  fc.assert(
    fc.property(deliveriesOf, fc.nat(3 * DAY), fc.nat(40 * DAY), (deliveries, allowedMs, back) => {
      const within = { fromMs: UNTIL - back, toMs: UNTIL };
      const found = longestSilence(factsOf(deliveries).slots, allowedMs, within);
      if (found === null) return;
      expect(found.toMs - found.fromMs).toBeGreaterThan(allowedMs);
      expect(deliveries.some((at) => at >= found.fromMs && at < found.toMs)).toBe(false);
      expect(found.toMs > within.fromMs && found.fromMs < within.toMs).toBe(true);
    }),
  );
});

test("behavior: T is never later than asked, nor than the newest delivery less the delay; waiting never helps", () => {
  fc.assert(
    fc.property(deliveriesOf, fc.option(fc.integer({ min: UNTIL - 40 * DAY, max: UNTIL })), (deliveries, pending) => {
      const free = judge(deliveries).completeToMs!;
      expect(free).toBeLessThanOrEqual(UNTIL);
      expect(free).toBeLessThanOrEqual(Math.max(...deliveries) - TRAIL.delayMs);
      expect(judge(deliveries, { pendingSinceMs: pending }).completeToMs!).toBeLessThanOrEqual(free);
    }),
  );
});
