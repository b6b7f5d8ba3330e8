import type { DeliveryPattern } from "../../core/source.ts";
import { learnRhythm, longestSilence, type Rhythm, type SeriesFacts, type Span } from "./series.ts";

/** A region that nobody listed and that was silent so long is no longer used, or nobody will find out from its logs. */
const ENDED_MS = 30 * 86_400_000;

/**
 * `current`: it delivered as it should; `quiet`: it did not, but was silent as long before, or too little is known of
 * it; `behind`: it is silent for longer than usual, or its objects wait to be read; `interrupted`: it delivers, but was
 * silent for too long in the span; `ended`: silent for a month, and not expected by any list; `silent`: expected, and
 * never seen.
 */
export const SERIES_STATES = ["current", "quiet", "behind", "interrupted", "ended", "silent"] as const;

/** One of them. */
export type SeriesState = (typeof SERIES_STATES)[number];

/** What is asked of a series. */
export interface SeriesQuestion {
  /** Null: from its first delivery on. */
  readonly fromMs: number | null;
  /** The end that deliveries are measured against. */
  readonly untilMs: number;
  /** A regular series is behind after so long; null: when it is silent for longer than usual. */
  readonly behindMs: number | null;
  /** Whether a list expects this very region: then the series never ends by itself. */
  readonly isListed: boolean;
  /** The first delivery of objects that wait to be read, minus infinity where it is not known; null: none waits. */
  readonly pendingSinceMs: number | null;
}

/** What can be said of a series. */
export interface SeriesVerdict {
  readonly state: SeriesState;
  /** Events before it are here, as far as the series delivers as usual; never later than was asked. Null: no time. */
  readonly completeToMs: number | null;
  readonly rhythm: Rhythm;
  /** Of an interrupted series: the longest such silence. */
  readonly silence: Span | null;
}

/** Judges a series by its deliveries: docs/adr/022-completeness.md. Pure. */
export function judgeSeries(
  facts: SeriesFacts,
  pattern: DeliveryPattern,
  { fromMs, untilMs, behindMs, isListed, pendingSinceMs }: SeriesQuestion,
): SeriesVerdict {
  const { firstObjectAtMs, lastObjectAtMs, lastBeforeMs, firstAfterMs } = facts;
  const rhythm = learnRhythm(facts.slots, untilMs, pattern.cadenceMs);
  const allowedMs = rhythm.isRegular ? (behindMs ?? rhythm.allowedSilenceMs) : pattern.cadenceMs;
  const deliveredMs = Math.min(lastObjectAtMs, pendingSinceMs ?? Number.POSITIVE_INFINITY);
  const completeToMs = Number.isFinite(deliveredMs) ? Math.min(untilMs, deliveredMs - delayOf(facts, pattern)) : null;
  const silenceMs = firstAfterMs !== null ? 0 : untilMs - (lastBeforeMs ?? lastObjectAtMs);
  // What waits to be read is no silence of the source, and is missing all the same.
  const isWaiting = pendingSinceMs !== null && untilMs - pendingSinceMs > allowedMs;
  const state = isWaiting ? "behind" : stateOf(silenceMs, allowedMs, rhythm, isListed);
  const span = { fromMs: fromMs ?? firstObjectAtMs, toMs: untilMs };
  const silence = rhythm.isRegular && state === "current" ? silenceWithin(facts, allowedMs, span) : null;
  return { state: silence === null ? state : "interrupted", completeToMs, rhythm, silence };
}

/**
 * How long after an event its object comes as a rule: what the source promises, or what the series is wont to take if
 * that is longer. Of sources that deliver states of any age, age says nothing about delivery.
 */
export function delayOf({ usualDelayMs }: SeriesFacts, { delayMs, reachMs }: DeliveryPattern): number {
  return reachMs === null || usualDelayMs === null ? delayMs : Math.min(reachMs, Math.max(delayMs, usualDelayMs));
}

function stateOf(silenceMs: number, allowedMs: number, rhythm: Rhythm, isListed: boolean): SeriesState {
  if (silenceMs <= allowedMs) return "current";
  if (silenceMs > ENDED_MS && !isListed) return "ended";
  if (rhythm.usualSilenceMs === null) return "quiet";
  if (rhythm.isRegular) return "behind";
  return silenceMs <= rhythm.allowedSilenceMs ? "quiet" : "behind";
}

/** Also the silence that the span ends in, if deliveries went on after it. */
function silenceWithin(facts: SeriesFacts, allowedMs: number, span: Span): Span | null {
  const found = longestSilence(facts.slots, allowedMs, span);
  const { lastBeforeMs, firstAfterMs } = facts;
  if (lastBeforeMs === null || firstAfterMs === null || firstAfterMs - lastBeforeMs <= allowedMs) return found;
  if (found !== null && found.toMs - found.fromMs >= firstAfterMs - lastBeforeMs) return found;
  return { fromMs: lastBeforeMs, toMs: firstAfterMs };
}
