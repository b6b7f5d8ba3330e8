import { changedResource, composeItem, describeResources } from "./config-items.ts";
import type { JsonObject } from "./json.ts";
import type { Account } from "./organization.ts";
import { type Random, startRandom } from "./random.ts";
import type { ResourceChange } from "./stories/story.ts";
import { HOUR_MS, MINUTE_MS, stampSeconds, unpaddedDayFolder } from "./time.ts";
import type { ObjectWriter } from "./writer.ts";

interface ConfigDay {
  readonly account: Account;
  readonly seed: number;
  readonly dayMs: number;
  /** Of this account and day, in any order. */
  readonly changes: readonly ResourceChange[];
}

/** History files come every six hours. */
const HISTORY_HOURS = 6;
/** The recorder sees a change within minutes of the call. */
const CAPTURE_DELAY_MS = 3 * MINUTE_MS;
/** Chance that a resource is recorded anew in a six-hour window although no story touched it. */
const ROUTINE_SHARE = 0.04;

/**
 * Writes one account's day of AWS Config: a snapshot of everything, and for each six hours and resource type a history
 * file where something changed. Changes of stories carry the event that made them. Returns the number of items.
 */
export async function writeConfigDay(day: ConfigDay, writer: ObjectWriter): Promise<number> {
  const { account, dayMs } = day;
  const random = startRandom(day.seed, "config", account.index, dayMs);
  const changes = [...day.changes].sort((a, b) => a.atMs - b.atMs);
  let items = await writeSnapshot(
    account,
    dayMs + 6 * HOUR_MS + random.below(600) * MINUTE_MS,
    changes,
    random,
    writer,
  );
  for (let hour = 0; hour < 24; hour += HISTORY_HOURS) {
    const fromMs = dayMs + hour * HOUR_MS;
    items += await writeHistory(account, fromMs, changes, random, writer);
  }
  return items;
}

async function writeSnapshot(
  account: Account,
  atMs: number,
  changes: readonly ResourceChange[],
  random: Random,
  writer: ObjectWriter,
): Promise<number> {
  const seen = changes.filter((change) => change.atMs + CAPTURE_DELAY_MS <= atMs);
  const items = describeResources(account, seen).map((resource) => {
    const last = seen.findLast((change) => changedResource(change) === resource.id);
    return composeItem(account, resource, last === undefined ? atMs - HOUR_MS : last.atMs + CAPTURE_DELAY_MS, "OK", []);
  });
  const id = random.uuid();
  const key = `${configFolder(account, atMs)}/ConfigSnapshot/${account.id}_Config_${account.homeRegion}_ConfigSnapshot_${stampSeconds(atMs)}_${id}.json.gz`;
  await writer.writeGzip(key, [encode({ fileVersion: "1.0", configSnapshotId: id, configurationItems: items })]);
  return items.length;
}

async function writeHistory(
  account: Account,
  fromMs: number,
  changes: readonly ResourceChange[],
  random: Random,
  writer: ObjectWriter,
): Promise<number> {
  const toMs = fromMs + HISTORY_HOURS * HOUR_MS;
  const told = changes
    .filter((change) => change.atMs >= fromMs && change.atMs < toMs)
    .map((change) => ({
      atMs: change.atMs + CAPTURE_DELAY_MS,
      resource: describeResources(
        account,
        changes.filter((one) => one.atMs <= change.atMs),
      ).find((one) => one.id === changedResource(change)),
      events: [change.eventID],
    }));
  const before = changes.filter((change) => change.atMs < fromMs);
  const touched = new Set(changes.map(changedResource));
  const routine = describeResources(account, before)
    .filter((resource) => !touched.has(resource.id) && random.chance(ROUTINE_SHARE))
    .map((resource) => ({ atMs: fromMs + random.below(HISTORY_HOURS * 3600) * 1000, resource, events: [] }));
  const captured = [...told, ...routine].sort((a, b) => a.atMs - b.atMs);
  let items = 0;
  for (const [type, ofType] of Map.groupBy(captured, (one) => one.resource?.type)) {
    if (type === undefined) continue;
    const texts = ofType.flatMap(({ atMs, resource, events }) =>
      resource === undefined ? [] : [composeItem(account, resource, atMs, "OK", events)],
    );
    const [first, last] = [ofType[0]?.atMs ?? fromMs, ofType.at(-1)?.atMs ?? toMs];
    const key = `${configFolder(account, toMs - 1)}/ConfigHistory/${account.id}_Config_${account.homeRegion}_ConfigHistory_${type}_${stampSeconds(first)}_${stampSeconds(last)}_1.json.gz`;
    await writer.writeGzip(key, [encode({ fileVersion: "1.0", configurationItems: texts })]);
    items += texts.length;
  }
  return items;
}

function configFolder(account: Account, atMs: number): string {
  return `AWSLogs/${account.id}/Config/${account.homeRegion}/${unpaddedDayFolder(atMs)}`;
}

function encode(envelope: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(envelope));
}
