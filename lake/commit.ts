import type { Lake, Table } from "./catalog.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { noteDeletion } from "./deletions.ts";
import { keepHistory } from "./history.ts";
import { absoluteUri } from "./manifest.ts";
import { encodeManifestList, type ManifestSummary } from "./manifest-list.ts";
import { mergeManifests } from "./merge-manifests.ts";
import { addSnapshot, snapshotIdFrom } from "./metadata.ts";
import type { DataFile, LiveFile, Snapshot } from "./model.ts";
import { BATCH_PROPERTY, currentSnapshot, readManifestList, snapshotOfBatch } from "./snapshot.ts";
import { loadTable } from "./table.ts";
import {
  type CommitId,
  type CommitNames,
  carriedOver,
  contentName,
  freshNames,
  nameSuffix,
  type PreparedManifest,
  prepareAdded,
} from "./write-manifest.ts";

/** What a commit did. `committed` is false when a retained snapshot already names the batch: nothing was changed. */
export interface CommitResult {
  readonly table: Table;
  readonly snapshot: Snapshot;
  readonly committed: boolean;
}

/** A snapshot's manifests and the counts for its summary. */
export interface SnapshotContent {
  readonly operation: "append" | "replace" | "overwrite" | "delete";
  readonly added: readonly DataFile[];
  readonly removed: readonly LiveFile[];
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Adds files to a table in one snapshot. With `logkeep.batch` among the properties it happens once however often it is
 * called. Files need not come from this process. On a conflict the commit is made again on top of the other one.
 * A kill leaves either nothing visible (manifests that no metadata names: orphans) or the whole commit.
 *
 * `beforeCommit` sees the version of the table that the commit is made on top of, for each attempt anew; what it throws
 * ends the call with nothing committed. So a writer may rely on what it found there.
 */
export async function commitAppend(
  tableId: string,
  files: readonly DataFile[],
  properties: Readonly<Record<string, string>>,
  lake: Lake,
  beforeCommit?: (table: Table) => Promise<void>,
): Promise<CommitResult> {
  const names = freshNames();
  return commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const batch = properties[BATCH_PROPERTY];
    const done = batch === undefined ? null : snapshotOfBatch(table, batch);
    if (done !== null) return { table, snapshot: done, committed: false };
    await beforeCommit?.(table);
    const content: SnapshotContent = { operation: "append", added: files, removed: [], properties };
    const commit = nextCommit(table, content, names);
    const before = (await readManifestList(currentSnapshot(table), lake.store)).map(carriedOver);
    const kept = await mergeManifests(table, before, commit, lake);
    const added = prepareAdded(table, files, commit, lake.store);
    return commitSnapshot(table, content, commit, [...added, ...kept], lake);
  });
}

/** The id of the next snapshot: a hash of what it is based on and what it holds. */
export function nextCommit(table: Table, content: SnapshotContent, names: CommitNames): CommitId {
  const sequenceNumber = table.metadata["last-sequence-number"] + 1;
  const parts = [
    table.metadata["table-uuid"],
    table.metadata["current-snapshot-id"],
    sequenceNumber,
    content.operation,
    Object.entries(content.properties).sort(([left], [right]) => (left < right ? -1 : 1)),
    content.added.map((file) => file.path),
    content.removed.map((file) => file.path),
  ];
  return { snapshotId: snapshotIdFrom(JSON.stringify(parts)), sequenceNumber, names };
}

/**
 * Writes manifests and manifest list, then commits the metadata. Null when somebody else was first, or when a name was
 * taken: then another try has other names.
 */
export async function commitSnapshot(
  table: Table,
  content: SnapshotContent,
  commit: CommitId,
  manifests: readonly PreparedManifest[],
  lake: Lake,
): Promise<CommitResult | null> {
  const parent = currentSnapshot(table);
  const parentId = parent?.["snapshot-id"] ?? null;
  const summaries = manifests.map((manifest) => manifest.summary);
  const bytes = encodeManifestList(
    summaries,
    { id: commit.snapshotId, parentId, sequenceNumber: commit.sequenceNumber },
    lake.store,
  );
  const path = `${table.id}/metadata/snap-${commit.snapshotId}-${contentName(bytes)}${nameSuffix(commit)}.avro`;
  // They may become durable in any order, since only the metadata makes them part of the table.
  const created = await Promise.all([
    create(path, bytes, commit, lake),
    ...manifests.map(({ summary, content }) => content === null || create(summary.path, content, commit, lake)),
  ]);
  if (created.includes(false)) {
    commit.names.taken += 1;
    return null;
  }
  const snapshot: Snapshot = {
    "snapshot-id": commit.snapshotId,
    ...(parentId === null ? {} : { "parent-snapshot-id": parentId }),
    "sequence-number": commit.sequenceNumber,
    // The spec wants the log in order, whatever the system's clock does.
    "timestamp-ms": Math.max(lake.clock.now(), table.metadata["last-updated-ms"]),
    "manifest-list": absoluteUri(lake.store, path),
    summary: summaryOf(content, summaries, parent),
    "schema-id": table.metadata["current-schema-id"],
  };
  const added = addSnapshot(table.metadata, snapshot);
  const told = content.operation === "delete" ? noteDeletion(added, content.removed, commit.sequenceNumber) : added;
  const committed = await lake.catalog.commit(table, keepHistory(table, told));
  return committed === null ? null : { table: committed, snapshot, committed: true };
}

async function create(path: string, content: Uint8Array, { names }: CommitId, lake: Lake): Promise<boolean> {
  if (names.written.has(path)) return true;
  if (!(await lake.store.createExclusive(path, content))) return false;
  names.written.add(path);
  return true;
}

function summaryOf(
  content: SnapshotContent,
  manifests: readonly ManifestSummary[],
  parent: Snapshot | null,
): Record<string, string> {
  const { added, removed } = content;
  const partitions = new Set([...added, ...removed].map((file) => JSON.stringify([file.specId, file.partition])));
  const total = (count: (manifest: ManifestSummary) => number) =>
    String(manifests.reduce((sum, manifest) => sum + count(manifest), 0));
  const sizeBytes = (files: readonly LiveFile[]) => files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const rows = (files: readonly LiveFile[]) => files.reduce((sum, file) => sum + file.rowCount, 0);
  const sizeBefore = Number(parent?.summary["total-files-size"] ?? 0);
  return {
    ...content.properties,
    operation: content.operation,
    "added-data-files": String(added.length),
    "added-records": String(rows(added)),
    "added-files-size": String(sizeBytes(added)),
    "deleted-data-files": String(removed.length),
    "deleted-records": String(rows(removed)),
    "removed-files-size": String(sizeBytes(removed)),
    "changed-partition-count": String(partitions.size),
    "total-data-files": total((manifest) => manifest.addedFiles + manifest.existingFiles),
    "total-records": total((manifest) => manifest.addedRows + manifest.existingRows),
    "total-files-size": String(sizeBefore + sizeBytes(added) - sizeBytes(removed)),
    "total-delete-files": "0",
    "total-position-deletes": "0",
    "total-equality-deletes": "0",
  };
}
