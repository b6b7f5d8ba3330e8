/**
 * The words of deliveries over time. A series is what one source delivers from one account and region; its rhythm is
 * learned from the ledger alone, so that it can be told again for any earlier state of the lake.
 */

/** What silences are told to: finer, a million objects could not be looked through in the time of an answer. */
export const SLOT_MS = 1_800_000;

/** One series, by its names. */
export interface SeriesName {
  /** A source's id. */
  readonly source: string;
  /** As the objects' keys name it. */
  readonly account: string;
  /** Null: the keys name none. */
  readonly region: string | null;
}

/**
 * What the ledger knows of a series. Instants are milliseconds since 1970, of the deliveries that the keys tell; those
 * of a key that lies after its own decision are false and count for nothing. Quarantined, empty and skipped objects
 * (digests) count: they show that the source delivers.
 */
export interface SeriesFacts extends SeriesName {
  readonly objects: number;
  readonly firstObjectAtMs: number;
  readonly lastObjectAtMs: number;
  /** The newest event that is not later than its object was decided on; null where no object tells. */
  readonly lastEventAtMs: number | null;
  /** The last delivery before the instant that was asked about, and the first one from then on. */
  readonly lastBeforeMs: number | null;
  readonly firstAfterMs: number | null;
  /**
   * Slots since 1970, ascending, before that instant, in which something was delivered; of older ones than rhythm and
   * question need, none.
   */
  readonly slots: readonly number[];
  /**
   * How long after an object's first event it is delivered at worst: the median over the days of the last weeks. One
   * straggler teaches nothing. Null: unknown.
   */
  readonly usualDelayMs: number | null;
}

/** Objects that were read and are in no series: their keys tell no account, or no time. */
export interface UnplacedObjects {
  readonly source: string;
  readonly objects: number;
  readonly lastEventAtMs: number | null;
}

/** How a series is wont to come. */
export interface Rhythm {
  /** A silence that it has had three times lately; null: there were too few deliveries to tell. */
  readonly usualSilenceMs: number | null;
  /** Whether that is near what its source promises: then a much longer one is a fault, else perhaps nothing happened. */
  readonly isRegular: boolean;
  /** A longer silence is not as usual. */
  readonly allowedSilenceMs: number;
}

/** A silence is usual that came so often: one outage, or two, teach nothing. */
const TIMES = 3;
/** The longest silence of a series that works is a matter of chance; twice the usual one is not. */
const MARGIN = 2;
/** Rhythm is learned from so many days, so that weekends count and last year does not. */
export const RHYTHM_DAYS = 35;

/** Learns the rhythm from the slots of delivery up to `untilMs`. `cadenceMs`: what the source promises. */
export function learnRhythm(slots: readonly number[], untilMs: number, cadenceMs: number): Rhythm {
  const since = (untilMs - RHYTHM_DAYS * 86_400_000) / SLOT_MS;
  // The longest ones, the longest first. Sorting all of them would take most of the time of an answer.
  const longest: number[] = [];
  let before = Number.NaN;
  for (const slot of slots) {
    if (slot < since) continue;
    const silence = slot - before;
    before = slot;
    if (Number.isNaN(silence) || silence <= (longest[TIMES - 1] ?? 0)) continue;
    longest.push(silence);
    longest.sort((left, right) => right - left);
    longest.length = Math.min(longest.length, TIMES);
  }
  const usual = longest[TIMES - 1];
  if (usual === undefined) return { usualSilenceMs: null, isRegular: false, allowedSilenceMs: cadenceMs };
  const usualSilenceMs = usual * SLOT_MS;
  const allowedSilenceMs = Math.max(cadenceMs, MARGIN * usualSilenceMs);
  return { usualSilenceMs, isRegular: usualSilenceMs <= MARGIN * cadenceMs, allowedSilenceMs };
}

/** Half-open, milliseconds since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The longest silence between two deliveries that surely was longer than `allowedMs` and touches the span; null where
 * there is none. Its ends are those of slots, so what may have been short enough is not found.
 */
export function longestSilence(slots: readonly number[], allowedMs: number, within: Span): Span | null {
  let longest: Span | null = null;
  for (const [index, slot] of slots.entries()) {
    const before = slots[index - 1];
    if (before === undefined) continue;
    const silence = { fromMs: (before + 1) * SLOT_MS, toMs: slot * SLOT_MS };
    const lengthMs = silence.toMs - silence.fromMs;
    if (lengthMs <= allowedMs || silence.toMs <= within.fromMs || silence.fromMs >= within.toMs) continue;
    if (longest === null || lengthMs > longest.toMs - longest.fromMs) longest = silence;
  }
  return longest;
}
