import type { DeliveredObject } from "./digest.ts";
import type { JsonObject } from "./json.ts";
import { accountTrailKey, organizationKey, type TrailFolder } from "./keys.ts";
import { startNoise } from "./noise.ts";
import type { Account } from "./organization.ts";
import { type Random, startRandom } from "./random.ts";
import type { CloudTrailRecord } from "./record.ts";
import { drawTimes } from "./rhythm.ts";
import { composeAggregated, composeInsight, composeNetworkActivity } from "./special-records.ts";
import type { PlannedEvent } from "./stories/story.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";
import { type ObjectWriter, sha256 } from "./writer.ts";

/** CloudTrail starts another object when one grows large; bounds what is held in memory. */
const MAX_RECORDS_PER_OBJECT = 2_500;
const LATE_SHARE = 0.004;
const REDELIVERED_SHARE = 0.001;
const UPDATED_SHARE = 0.0005;
const SECOND_TRAIL_SHARE = 0.02;
const SPECIAL_SHARES = { "CloudTrail-NetworkActivity": 0.008, "CloudTrail-Aggregated": 0.003 } as const;

/** Records written, and how many different events they are. */
export interface EventCount {
  readonly events: number;
  readonly records: number;
}

interface Slot {
  readonly region: string;
  readonly window: number;
  readonly times: { readonly atMs: number; readonly isLate: boolean }[];
  readonly planned: PlannedEvent[];
}

interface Day {
  readonly account: Account;
  readonly seed: number;
  readonly dayMs: number;
  /** Ordinary events of this account on this day, those in folders of their own included. */
  readonly eventCount: number;
  readonly planned: readonly PlannedEvent[];
}

/**
 * Writes one account's day of CloudTrail as the organization trail delivers it: one object per region and window,
 * minutes late; a few events hours late, twice, or in a corrected version; some objects also through a second trail;
 * some empty. Returns the counts and what a digest has to vouch for.
 */
export async function writeTrailDay(
  day: Day,
  writer: ObjectWriter,
): Promise<{ readonly count: EventCount; readonly delivered: readonly DeliveredObject[] }> {
  const { account, dayMs } = day;
  const random = startRandom(day.seed, "trail", account.index, dayMs);
  const windowMs = chooseWindow(day.eventCount, account.regions.length) * MINUTE_MS;
  const compose = startNoise(account, day.seed);
  const carried = new Map<string, string[]>();
  const delivered: DeliveredObject[] = [];
  let [events, records] = [0, 0];
  const deliver = async (
    region: string,
    folder: TrailFolder,
    texts: readonly string[],
    windowEndMs: number,
    span: Span,
  ): Promise<void> => {
    for (let from = 0; from === 0 || from < texts.length; from += MAX_RECORDS_PER_OBJECT) {
      const deliveredMs = delay(windowEndMs, random);
      const body = Buffer.from(`{"Records":[${texts.slice(from, from + MAX_RECORDS_PER_OBJECT).join(",")}]}`);
      const key = organizationKey(account.id, region, folder, deliveredMs, random);
      delivered.push({ region, key, folder, sha256: sha256(body), deliveredMs, ...span });
      await writer.writeGzip(key, [body]);
      if (folder === "CloudTrail" && texts.length > 0 && random.chance(SECOND_TRAIL_SHARE)) {
        records += Math.min(texts.length - from, MAX_RECORDS_PER_OBJECT);
        await writer.writeGzip(accountTrailKey("security-team", account.id, region, deliveredMs, random), [body]);
      }
    }
    records += texts.length;
  };
  const special = await writeSpecials(day, random, deliver);
  events += special;
  const slots = planSlots(day, day.eventCount - special, windowMs, random);
  for (const slot of slots) {
    const texts = carried.get(slot.region) ?? [];
    const later: string[] = [];
    carried.set(slot.region, later);
    for (const { atMs, isLate } of slot.times) {
      const record = compose(atMs, slot.region, random);
      const sent = isLate ? { ...record, addendum: { reason: "DELIVERY_DELAY" } } : record;
      const text = JSON.stringify(sent);
      texts.push(text);
      events += 1;
      if (random.chance(REDELIVERED_SHARE)) later.push(text);
      else if (random.chance(UPDATED_SHARE)) {
        later.push(JSON.stringify(correct(record, random)));
        events += 1;
      }
    }
    for (const { record } of slot.planned) texts.push(JSON.stringify(record));
    events += slot.planned.length;
    await deliver(slot.region, "CloudTrail", texts, (slot.window + 1) * windowMs, spanOf(slot));
  }
  for (const [region, texts] of carried) {
    if (texts.length > 0) await deliver(region, "CloudTrail", texts, dayMs + DAY_MS + windowMs, NO_SPAN);
  }
  if (random.chance(0.5))
    await deliver(random.pick(account.regions), "CloudTrail", [], dayMs + random.below(24) * HOUR_MS, NO_SPAN);
  return { count: { events, records }, delivered };
}

interface Span {
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

const NO_SPAN: Span = { oldestMs: null, newestMs: null };

function spanOf(slot: Slot): Span {
  const times = [...slot.times, ...slot.planned].map(({ atMs }) => atMs);
  return { oldestMs: times.reduce((a, b) => Math.min(a, b)), newestMs: times.reduce((a, b) => Math.max(a, b)) };
}

async function writeSpecials(
  day: Day,
  random: Random,
  deliver: (
    region: string,
    folder: TrailFolder,
    texts: readonly string[],
    windowEndMs: number,
    span: Span,
  ) => Promise<void>,
): Promise<number> {
  const { account, dayMs } = day;
  const region = account.homeRegion;
  let events = 0;
  for (const [folder, share, compose] of [
    ["CloudTrail-NetworkActivity", SPECIAL_SHARES["CloudTrail-NetworkActivity"], composeNetworkActivity],
    ["CloudTrail-Aggregated", SPECIAL_SHARES["CloudTrail-Aggregated"], composeAggregated],
  ] as const) {
    const byHour = Map.groupBy(drawTimes(dayMs, Math.floor(day.eventCount * share), random), (atMs) =>
      Math.floor(atMs / HOUR_MS),
    );
    for (const [hour, times] of byHour) {
      const texts = times.map((atMs) => JSON.stringify(compose(account, region, atMs, random)));
      events += texts.length;
      await deliver(region, folder, texts, (hour + 1) * HOUR_MS, {
        oldestMs: times[0] ?? null,
        newestMs: times.at(-1) ?? null,
      });
    }
  }
  if (day.eventCount >= 500 && random.chance(0.5)) {
    const startMs = dayMs + random.below(23) * HOUR_MS;
    const texts = composeInsight(account, region, startMs, random).map((record: JsonObject) => JSON.stringify(record));
    events += texts.length;
    await deliver(region, "CloudTrail-Insight", texts, startMs + 30 * MINUTE_MS, {
      oldestMs: startMs,
      newestMs: startMs,
    });
  }
  return events;
}

/** Sorts the day's events into objects: by region and by the window in which they are delivered. */
function planSlots(day: Day, count: number, windowMs: number, random: Random): readonly Slot[] {
  const { account } = day;
  const slots = new Map<string, Slot>();
  const slotAt = (region: string, atMs: number): Slot => {
    const window = Math.floor(atMs / windowMs);
    const name = `${region} ${window}`;
    const found = slots.get(name);
    if (found !== undefined) return found;
    const made: Slot = { region, window, times: [], planned: [] };
    slots.set(name, made);
    return made;
  };
  for (const atMs of drawTimes(day.dayMs, Math.max(0, count), random)) {
    const isHome = random.chance(0.7);
    const region = isHome ? account.homeRegion : random.pick(account.regions);
    const isLate = random.chance(LATE_SHARE);
    const lateMs = isLate ? random.between(15, 300) * MINUTE_MS : 0;
    slotAt(region, atMs + lateMs).times.push({ atMs, isLate });
  }
  for (const event of day.planned) slotAt(event.region, event.atMs).planned.push(event);
  return [...slots.values()].sort((a, b) => a.window - b.window || (a.region < b.region ? -1 : 1));
}

/** Minutes of a window: busy accounts are delivered every 5 minutes, quiet ones every 15. */
function chooseWindow(events: number, regions: number): number {
  return events / (288 * regions) >= 5 ? 5 : 15;
}

/** Objects land 2 to 10 minutes after their window; their names carry multiples of five minutes. */
function delay(windowEndMs: number, random: Random): number {
  const landedMs = windowEndMs + random.between(2, 10) * MINUTE_MS;
  return landedMs - (landedMs % (5 * MINUTE_MS));
}

function correct(record: CloudTrailRecord, random: Random): JsonObject {
  return {
    ...record,
    eventID: random.uuid(),
    addendum: {
      reason: "UPDATED_DATA",
      updatedFields: "responseElements",
      originalRequestID: record.requestID,
      originalEventID: record.eventID,
    },
  };
}
