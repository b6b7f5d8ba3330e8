/**
 * A state of the lake to answer from: `--as-of` in, an instant out, and for each table the snapshot that was current
 * then. What a snapshot id of one table means for the others is defined in `docs/adr/017-as-of.md`.
 */
import { isLogkeepError, LogkeepError, usageError } from "../core/errors.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import { findSnapshot } from "../lake/history.ts";
import { type LakeTag, readLakeTag } from "../lake/lake-tags.ts";
import type { Snapshot } from "../lake/model.ts";
import { BATCH_PROPERTY, currentSnapshot, snapshotAt, snapshotById } from "../lake/snapshot.ts";
import { parseTime } from "./time-window.ts";

/** A moment of the lake's history. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The snapshot that named it, where one did: that table is read as of exactly this one. */
  readonly named: { readonly tableId: string; readonly snapshotId: number } | null;
  /** The tag that named it, where one did: every table is read as of the snapshot that it says. */
  readonly tag: LakeTag | null;
}

/** A moment that only its time names. */
export function momentAt(atMs: number): Moment {
  return { atMs, named: null, tag: null };
}

/**
 * Reads `--as-of`: a snapshot id (`4711`, or `cloudtrail@4711` as answers print it), a tag's name, else a time as `--from`
 * takes it. Throws `cli.usage` for what is none of them, and for the future; `query.snapshot-gone` for a snapshot that no
 * table retains.
 */
export async function resolveMoment(text: string, lake: Lake): Promise<Moment> {
  const given = text.trim();
  const named = /^(?:([a-z][a-z0-9_]{0,63})@)?([0-9]{1,16})$/.exec(given);
  if (named !== null) return momentOfSnapshot(given, named[1] ?? null, Number(named[2]), lake);
  // What a tag may be called is never a time.
  if (/^[a-z]/.test(given)) return momentOfTag(given, lake);
  const nowMs = lake.clock.now();
  const atMs = parseTime(text, nowMs, "--as-of");
  if (atMs > nowMs) throw usageError("--as-of lies in the future", "a state of the lake is one that it has had");
  return momentAt(atMs);
}

async function momentOfSnapshot(given: string, table: string | null, snapshotId: number, lake: Lake): Promise<Moment> {
  for (const tableId of table === null ? await lake.catalog.list() : [table]) {
    const loaded = await lake.catalog.load(tableId);
    const snapshot = loaded === null ? null : await findSnapshot(loaded, snapshotId, lake.store);
    if (snapshot !== null) return { ...momentAt(snapshot["timestamp-ms"]), named: { tableId, snapshotId } };
  }
  throw new LogkeepError({
    code: "query.snapshot-gone",
    message: "no table retains a snapshot of this id",
    facts: { asOf: given },
    hint: "it was expired, or never was; `--as-of TIME` takes an instant, and `logkeep tables` tells how many snapshots are retained",
  });
}

async function momentOfTag(name: string, lake: Lake): Promise<Moment> {
  const hint = "`logkeep tag list` lists the tags; a time is written as 2026-01-05, 2026-01-05T10:00:00Z or 24h";
  try {
    const tag = await readLakeTag(name, lake.store);
    if (tag !== null) return { ...momentAt(tag.atMs), tag };
  } catch (thrown) {
    if (!isLogkeepError(thrown, "lake.bad-name")) throw thrown;
  }
  throw usageError("--as-of is no time, no snapshot and no tag of this lake", hint, { given: name });
}

/** The snapshot of a table that a moment names by its id, or null. */
export function namedSnapshot({ named, tag }: Moment, tableId: string): number | null {
  return tag?.snapshots.get(tableId) ?? (named?.tableId === tableId ? named.snapshotId : null);
}

/**
 * The last moment at which nothing of some batches (those with an open intent, which may end up half in view) had been
 * committed. Throws `query.batch-open` for a snapshot of such a batch.
 */
export function beforeBatches(tables: readonly Table[], moment: Moment, batches: ReadonlySet<string>): Moment {
  const begun = tables
    .flatMap((table) => table.metadata.snapshots)
    .filter((each) => batches.has(each.summary[BATCH_PROPERTY] ?? "") && each["timestamp-ms"] <= moment.atMs);
  if (begun.length === 0 || moment.tag !== null) return moment;
  if (moment.named === null) return momentAt(Math.min(...begun.map((each) => each["timestamp-ms"])) - 1);
  throw new LogkeepError({
    code: "query.batch-open",
    message: "a batch of that moment is not committed to all its tables yet",
    retry: "later",
    hint: "wait for the ingest to end, or finish a killed one by running it again",
  });
}

/**
 * The snapshot of each table at a moment; without a moment, the newest. Null for a table that had no rows then. Throws
 * `query.snapshot-gone` where what was current then is no longer retained: other rows are never given in its place.
 */
export function snapshotsAt(tables: readonly Table[], moment: Moment | null): ReadonlyMap<string, Snapshot | null> {
  if (moment === null) return new Map(tables.map((table) => [table.id, currentSnapshot(table)]));
  const { tag } = moment;
  if (tag !== null) {
    // A table that the tag does not name had no rows then, or did not exist.
    const isIn = (table: Table) => tag.snapshots.has(table.id);
    return new Map(tables.map((table) => [table.id, isIn(table) ? snapshotOf(table, moment) : null]));
  }
  const chosen = new Map(tables.map((table) => [table.id, snapshotOf(table, moment)]));
  // A batch is committed table by table. What is seen of it in one table is seen in all.
  const batches = new Set<string>();
  for (const table of tables) {
    const batch = lastAppend(table, chosen.get(table.id) ?? null)?.summary[BATCH_PROPERTY];
    if (batch !== undefined) batches.add(batch);
  }
  return new Map(tables.map((table) => [table.id, withBatches(table, chosen.get(table.id) ?? null, batches)]));
}

function snapshotOf(table: Table, moment: Moment): Snapshot | null {
  const exactId = namedSnapshot(moment, table.id);
  if (exactId !== null) {
    const exact = snapshotById(table, exactId);
    if (exact === null) throw gone(table, moment.atMs);
    return exact;
  }
  const found = snapshotAt(table, moment.atMs);
  const later = table.metadata.snapshots.find((each) => each["timestamp-ms"] > moment.atMs);
  // The rows before the next retained snapshot must be those of the found one, or something between was dropped.
  if (later !== undefined && rowsBefore(later) !== rowsIn(found)) throw gone(table, moment.atMs);
  return found;
}

/** Goes on over snapshots that finish the batches, as long as each next one does. */
function withBatches(table: Table, start: Snapshot | null, batches: ReadonlySet<string>): Snapshot | null {
  let at = start;
  for (const next of table.metadata.snapshots) {
    if (next["sequence-number"] <= (at?.["sequence-number"] ?? 0)) continue;
    const batch = next.summary[BATCH_PROPERTY];
    if (batch === undefined || !batches.has(batch) || rowsBefore(next) !== rowsIn(at)) break;
    at = next;
  }
  return at;
}

/** The newest snapshot up to this one that brought rows; compactions bring none. */
function lastAppend(table: Table, snapshot: Snapshot | null): Snapshot | null {
  if (snapshot === null) return null;
  const isCandidate = (each: Snapshot) =>
    each["sequence-number"] <= snapshot["sequence-number"] && each.summary["operation"] === "append";
  return table.metadata.snapshots.findLast(isCandidate) ?? null;
}

function rowsIn(snapshot: Snapshot | null): number {
  return snapshot === null ? 0 : countOf(snapshot, "total-records");
}

function rowsBefore(snapshot: Snapshot): number {
  const { summary } = snapshot;
  const added = Number(summary["added-records"] ?? 0);
  return countOf(snapshot, "total-records") - added + Number(summary["deleted-records"] ?? 0);
}

function countOf(snapshot: Snapshot, name: string): number {
  return Number(snapshot.summary[name] ?? Number.NaN);
}

function gone(table: Table, atMs: number): LogkeepError {
  const oldest = table.metadata.snapshots[0];
  return new LogkeepError({
    code: "query.snapshot-gone",
    message: "the state of a table at that moment is no longer retained",
    facts: {
      table: table.id,
      asOf: new Date(atMs).toISOString(),
      oldestRetained: oldest === undefined ? null : new Date(oldest["timestamp-ms"]).toISOString(),
    },
    hint: "its snapshot was expired: ask as of a later moment, or without --as-of",
  });
}
