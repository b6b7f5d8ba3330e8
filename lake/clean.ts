/**
 * Cleaning: snapshots leave the metadata by `expireSnapshots`, files leave the store by `removeOrphans`. Neither is part
 * of a commit. Both may be killed anywhere: what is left is an orphan still, and goes the next time.
 */
import { inParallel } from "../core/in-parallel.ts";
import type { Lake } from "./catalog.ts";
import { commitWithRetry } from "./commit-retry.ts";
import type { TableMetadata } from "./model.ts";
import { referencedFiles } from "./references.ts";
import { loadTable } from "./table.ts";

// A bucket has no faster way that tells for each file whether it went.
const REMOVALS_AT_ONCE = 16;

/**
 * Drops snapshots older than an instant from the metadata; the current one always stays. Returns how many went. They
 * name the batches that were committed, so no batch may be staged meanwhile.
 */
export async function expireSnapshots(tableId: string, beforeMs: number, lake: Lake): Promise<number> {
  return commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const { metadata } = table;
    const kept = metadata.snapshots.filter(
      (each) => each["timestamp-ms"] >= beforeMs || each["snapshot-id"] === metadata["current-snapshot-id"],
    );
    const dropped = metadata.snapshots.length - kept.length;
    if (dropped === 0) return 0;
    const ids = new Set(kept.map((each) => each["snapshot-id"]));
    const expired: TableMetadata = {
      ...metadata,
      "last-updated-ms": Math.max(lake.clock.now(), metadata["last-updated-ms"]),
      snapshots: kept,
      "snapshot-log": metadata["snapshot-log"].filter((each) => ids.has(each["snapshot-id"])),
    };
    return (await lake.catalog.commit(table, expired)) === null ? null : dropped;
  });
}

/** Which files no snapshot references may go. */
export interface OrphanOptions {
  /** Only files last written before this instant (milliseconds since 1970): younger ones may be about to be committed. */
  readonly beforeMs: number;
  /** File prefixes of staged batches: their files are kept at any age. */
  readonly protectedPrefixes: readonly string[];
}

/**
 * Removes files of a table that no retained snapshot needs, leftovers of killed writers included. Returns their paths.
 * The folder is listed before the table is loaded, so a file that is committed meanwhile is seen as referenced.
 */
export async function removeOrphans(tableId: string, options: OrphanOptions, lake: Lake): Promise<readonly string[]> {
  const old: string[] = [];
  for await (const file of lake.store.list(tableId)) {
    if (file.modifiedAtMs < options.beforeMs && !isProtected(file.path, options)) old.push(file.path);
  }
  const referenced = await referencedFiles(await loadTable(tableId, lake.catalog), lake.store);
  const orphans = old.filter((path) => !referenced.has(path) && !path.endsWith("/version-hint.text"));
  await inParallel(orphans, REMOVALS_AT_ONCE, (path) => lake.store.remove(path));
  return orphans;
}

function isProtected(path: string, options: OrphanOptions): boolean {
  // DuckDB's own temporary files carry the name that they will get.
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/^tmp_/, "");
  return options.protectedPrefixes.some((prefix) => name.startsWith(`${prefix}-`));
}
