/** The ledger in; the facts of every series out. One pass over columns of times and short names: no object's name is read. */
import type { Source } from "../../core/source.ts";
import { type SqlEngine, type SqlRow, sqlString } from "../../core/sql-engine.ts";
import { RHYTHM_DAYS, type SeriesFacts, SLOT_MS, type UnplacedObjects } from "./series.ts";

const SLOT_US = SLOT_MS * 1000;
/** Slots of a day fit the bits of a number. */
const SLOTS = 48;
const DAY_MS = 86_400_000;
/** Clocks of machines differ by so much; what lies further after its decision is false. */
const SKEW_US = 900_000_000;
/** Silences are looked for in so many days before the end, however far back a question reaches. */
const MOST_DAYS = 400;

/** Which series, and as of when. */
export interface SeriesScope {
  readonly sources: readonly Pick<Source, "id">[];
  /** Null: the deliveries of the last weeks are enough. */
  readonly fromMs: number | null;
  readonly untilMs: number;
}

/** The ledger, in which each decision of an object is a row, as what stands after FROM. */
export interface LedgerRelations {
  /** Files that have every column. Null: there are none. */
  readonly current: string | null;
  /** Files that may be of before there was `delivered_at`: their objects' names are read, most of the bytes. */
  readonly older: string | null;
}

/**
 * A SELECT of what became of objects, as numbers: `source`, `accountid`, `region`, `state`, `rows_kept`,
 * `records_rejected`, and in microseconds since 1970 `delivered`, `decided`, `first_event`, `last_event`. A time after
 * the decision is NULL. `where` is about the ledger's columns.
 */
export function ledgerTimes({ current, older }: LedgerRelations, where = "true"): string {
  const stamp = String.raw`.*_(\d{8}T\d{4})(?:\d{2})?Z[_.][^/]*$`;
  const fromName = `epoch_us(try_strptime(regexp_extract("object", ${sqlString(stamp)}, 1), '%Y%m%dT%H%M'))`;
  const notAfter = (instant: string) => `CASE WHEN ${instant} <= epoch_us(decided_at) + ${SKEW_US} THEN ${instant} END`;
  const columns = (relation: string, delivered: string) => `SELECT source, accountid, region, state, rows_kept,
    records_rejected, ${notAfter(delivered)} AS delivered, epoch_us(decided_at) AS decided,
    ${notAfter("epoch_us(first_event_at)")} AS first_event, ${notAfter("epoch_us(last_event_at)")} AS last_event
    FROM ${relation} WHERE ${where}`;
  const parts = [
    ...(older === null ? [] : [columns(older, `coalesce(epoch_us(delivered_at), ${fromName})`)]),
    ...(current === null ? [] : [columns(current, "epoch_us(delivered_at)")]),
  ];
  return parts.join(" UNION ALL ");
}

/** What the ledger knows of deliveries, in no order. */
export interface Deliveries {
  readonly series: readonly SeriesFacts[];
  readonly unplaced: readonly UnplacedObjects[];
}

/** Reads what was delivered. */
export async function readSeries(ledger: LedgerRelations, scope: SeriesScope, engine: SqlEngine): Promise<Deliveries> {
  const ids = scope.sources.map(({ id }) => sqlString(id)).join(", ");
  // Slots are bits of a day's number: a million objects become some ten thousand rows, in one pass.
  await engine.run(`CREATE OR REPLACE TEMP TABLE logkeep_days AS
    SELECT source, accountid, region, delivered // ${SLOT_US * SLOTS} AS day, count(*) AS objects,
      count(*) FILTER (WHERE state IN ('ingested', 'duplicate')) AS read, min(delivered) AS first, max(delivered) AS last, max(last_event) AS last_event,
      max(delivered - first_event) AS delay, bit_or(1::BIGINT << ((delivered // ${SLOT_US}) % ${SLOTS})) AS slots
    FROM (${ledgerTimes(ledger, `source IN (${ids})`)}) WHERE coalesce(delivered, 0) >= 0 GROUP BY ALL`);
  try {
    const facts: SeriesFacts[] = [];
    for (const { source, newest } of await engine.all(
      `SELECT source, max(last)::DOUBLE AS newest FROM logkeep_days WHERE ${IS_PLACED} GROUP BY source ORDER BY source`,
    )) {
      // A lake that nothing came into for a while is not behind series by series: all of it ends earlier.
      const untilMs = Math.min(scope.untilMs, toMs(newest) ?? 0);
      const sinceMs = firstNeeded(scope.fromMs, untilMs);
      const [until, since] = [micros(untilMs), micros(sinceMs)];
      const isRecent = `last >= ${since} AND first < ${until}`;
      const rows = await engine.all(
        `SELECT source, accountid, region, sum(objects)::DOUBLE AS objects, min(first)::DOUBLE AS first,
          max(last)::DOUBLE AS last, max(last) FILTER (WHERE last < ${until})::DOUBLE AS before,
          min(first) FILTER (WHERE first >= ${until})::DOUBLE AS after, max(last_event)::DOUBLE AS last_event,
          quantile_disc(delay, 0.5) FILTER (WHERE ${isRecent})::DOUBLE AS delay,
          list(day::DOUBLE) FILTER (WHERE ${isRecent}) AS days, list(slots::DOUBLE) FILTER (WHERE ${isRecent}) AS slots
        FROM logkeep_days WHERE source = $source AND ${IS_PLACED} GROUP BY ALL ORDER BY accountid, region`,
        { source: String(source) },
      );
      for (const row of rows) facts.push(toFacts(row, untilMs));
    }
    const unplaced =
      await engine.all(`SELECT source, sum(read)::DOUBLE AS objects, max(last_event)::DOUBLE AS last_event
      FROM logkeep_days WHERE NOT (${IS_PLACED}) GROUP BY source HAVING sum(read) > 0 ORDER BY source`);
    return { series: facts, unplaced: unplaced.map(toUnplaced) };
  } finally {
    await engine.run("DROP TABLE logkeep_days");
  }
}

const IS_PLACED = "accountid IS NOT NULL AND day IS NOT NULL";

function toUnplaced(row: SqlRow): UnplacedObjects {
  const { source, objects, last_event: lastEvent } = row;
  return { source: String(source), objects: Number(objects), lastEventAtMs: toMs(lastEvent) };
}

/** What is learned needs some weeks, and silences are looked for in the window. */
function firstNeeded(fromMs: number | null, endMs: number): number {
  const learned = endMs - RHYTHM_DAYS * DAY_MS;
  return Math.max(0, endMs - MOST_DAYS * DAY_MS, Math.min(fromMs ?? learned, learned));
}

function toFacts(row: SqlRow, untilMs: number): SeriesFacts {
  const firstObjectAtMs = toMs(row["first"]) ?? 0;
  const slots = slotsOf(numbersOf(row["days"]), numbersOf(row["slots"]));
  const end = slots.findIndex((slot) => slot * SLOT_MS >= untilMs);
  const [before, after] = end === -1 ? [slots, []] : [slots.slice(0, end), slots.slice(end)];
  return {
    source: String(row["source"]),
    account: String(row["accountid"]),
    region: row["region"] === null ? null : String(row["region"]),
    objects: Number(row["objects"]),
    firstObjectAtMs,
    lastObjectAtMs: toMs(row["last"]) ?? firstObjectAtMs,
    lastEventAtMs: toMs(row["last_event"]),
    // Of the day that the end lies in, slots tell; what was in the end's own slot counts from the slot's start.
    lastBeforeMs: mostOf(toMs(row["before"]), slotStart(before.at(-1))),
    firstAfterMs: leastOf(toMs(row["after"]), slotStart(after[0])),
    slots: before,
    usualDelayMs: toMs(row["delay"]),
  };
}

function slotStart(slot: number | undefined): number | null {
  return slot === undefined ? null : slot * SLOT_MS;
}

function numbersOf(list: unknown): readonly number[] {
  return Array.isArray(list) ? list.map(Number) : [];
}

function slotsOf(days: readonly number[], bits: readonly number[]): readonly number[] {
  const slots: number[] = [];
  const order = days.map((day, index) => ({ day, set: bits[index] ?? 0 })).sort((left, right) => left.day - right.day);
  for (const { day, set } of order) {
    // Two halves: numbers of 48 bits are whole in a double, and shifts take 32.
    const [low, high] = [set % 16_777_216, Math.floor(set / 16_777_216)];
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const word = slot < 24 ? low >> slot : high >> (slot - 24);
      if ((word & 1) === 1) slots.push(day * SLOTS + slot);
    }
  }
  return slots;
}

function leastOf(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.min(left, right);
}

function mostOf(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.max(left, right);
}

function micros(ms: number): bigint {
  return BigInt(Math.floor(ms)) * 1000n;
}

/** Microseconds of the engine as milliseconds. */
export function toMs(micros: unknown): number | null {
  return micros === null || micros === undefined ? null : Math.floor(Number(micros) / 1000);
}
