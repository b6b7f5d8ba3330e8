/**
 * A state of the lake to answer from: `--as-of` in, an instant out, and for each table the snapshot that was current
 * then. What a snapshot id of one table means for the others is defined in `docs/adr/017-as-of.md`.
 */
import { LogkeepError, usageError } from "../core/errors.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import type { Snapshot } from "../lake/model.ts";
import { BATCH_PROPERTY, currentSnapshot, snapshotAt, snapshotById } from "../lake/snapshot.ts";
import { parseTime } from "./time-window.ts";

/** A moment of the lake's history. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The snapshot that named it, where one did: that table is read as of exactly this one. */
  readonly named: { readonly tableId: string; readonly snapshotId: number } | null;
}

/**
 * Reads `--as-of`: a snapshot id (`4711`, or `cloudtrail@4711` as answers print it), else a time as `--from` takes it.
 * Throws `cli.usage` for what is neither, and for the future; `query.snapshot-gone` for a snapshot that no table retains.
 */
export async function resolveMoment(text: string, lake: Lake): Promise<Moment> {
  const nowMs = lake.clock.now();
  const named = /^(?:([a-z][a-z0-9_]{0,63})@)?([0-9]{1,16})$/.exec(text.trim());
  if (named === null) {
    const atMs = parseTime(text, nowMs, "--as-of");
    if (atMs > nowMs) throw usageError("--as-of lies in the future", "a state of the lake is one that it has had");
    return { atMs, named: null };
  }
  const snapshotId = Number(named[2]);
  const tableIds = named[1] === undefined ? await lake.catalog.list() : [named[1]];
  for (const tableId of tableIds) {
    const table = await lake.catalog.load(tableId);
    const snapshot = table === null ? null : snapshotById(table, snapshotId);
    if (snapshot !== null) return { atMs: snapshot["timestamp-ms"], named: { tableId, snapshotId } };
  }
  throw new LogkeepError({
    code: "query.snapshot-gone",
    message: "no table retains a snapshot of this id",
    facts: { asOf: text.trim() },
    hint: "it was expired, or never was; `--as-of TIME` takes an instant, and `logkeep tables` tells how many snapshots are retained",
  });
}

/**
 * The snapshot of each table at a moment; without a moment, the newest. Null for a table that had no rows then. Throws
 * `query.snapshot-gone` where what was current then is no longer retained: other rows are never given in its place.
 */
export function snapshotsAt(tables: readonly Table[], moment: Moment | null): ReadonlyMap<string, Snapshot | null> {
  if (moment === null) return new Map(tables.map((table) => [table.id, currentSnapshot(table)]));
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
  if (moment.named?.tableId === table.id) {
    const exact = snapshotById(table, moment.named.snapshotId);
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
