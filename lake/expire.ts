/**
 * Snapshot expiry: snapshots leave the metadata and the history. Their files stay until `removeOrphans` finds that nothing
 * needs them.
 */
import type { Lake, Table } from "./catalog.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { expireHistory, wholeTable } from "./history.ts";
import { referredIds, retainSnapshots } from "./metadata.ts";
import type { Snapshot } from "./model.ts";
import { BATCH_PROPERTY } from "./snapshot.ts";
import { loadTable } from "./table.ts";

/** Which snapshots stay, besides the current one and those that branches and tags name. */
export interface ExpireOptions {
  /** Those that were current at this instant (milliseconds since 1970) or later. */
  readonly currentSinceMs: number;
  /** The newest, however old they are. */
  readonly keepNewest: number;
  /** Those that committed one of these batches: an open intent is decided by them. */
  readonly batches: ReadonlySet<string>;
}

/** Drops the other snapshots, in one commit. Returns how many went. May run beside writers, tags and readers. */
export async function expireSnapshots(tableId: string, options: ExpireOptions, lake: Lake): Promise<number> {
  return commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const whole = await wholeTable(table, lake.store);
    const expired = planExpiry(whole, options);
    const newest = expired.at(-1);
    if (newest === undefined) return 0;
    const ids = new Set(expired.map((each) => each["snapshot-id"]));
    const { metadata } = table;
    const rest = {
      ...retainSnapshots(metadata, (each) => !ids.has(each["snapshot-id"])),
      "last-updated-ms": Math.max(lake.clock.now(), metadata["last-updated-ms"]),
    };
    // Whatever is spared before the newest that goes is in the metadata itself: what tags name, and what was just committed.
    const next = expireHistory(rest, whole.metadata.snapshots, newest["sequence-number"] + 1);
    return (await lake.catalog.commit(table, next)) === null ? null : expired.length;
  });
}

/** The snapshots that `expireSnapshots` would drop now, oldest first. */
export async function planTableExpiry(
  tableId: string,
  options: ExpireOptions,
  lake: Lake,
): Promise<readonly Snapshot[]> {
  return planExpiry(await wholeTable(await loadTable(tableId, lake.catalog), lake.store), options);
}

/** The snapshots of a table's metadata that would go, oldest first. Pure. */
export function planExpiry({ metadata }: Table, options: ExpireOptions): readonly Snapshot[] {
  const named = referredIds(metadata.refs);
  const ordered = metadata.snapshots.toSorted((left, right) => left["sequence-number"] - right["sequence-number"]);
  const newest = new Set(ordered.slice(Math.max(0, ordered.length - options.keepNewest)));
  return ordered.filter((snapshot, index) => {
    const { "snapshot-id": id, summary } = snapshot;
    // A snapshot is of use as long as it is current, however long ago it was made.
    const supersededMs = ordered[index + 1]?.["timestamp-ms"] ?? Infinity;
    if (id === metadata["current-snapshot-id"] || named.has(id) || newest.has(snapshot)) return false;
    if (supersededMs > options.currentSinceMs) return false;
    const batch = summary[BATCH_PROPERTY];
    return batch === undefined || !options.batches.has(batch);
  });
}
