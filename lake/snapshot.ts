import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { AvroReaders } from "./avro-file.ts";
import type { Table } from "./catalog.ts";
import {
  decodeLiveFiles,
  decodeManifest,
  type FileView,
  type ManifestEntry,
  relativePath,
  type WholeSchema,
} from "./manifest.ts";
import { decodeManifestList, type ManifestSummary } from "./manifest-list.ts";
import { schemaOf, specOf } from "./metadata.ts";
import type { LiveFile, Snapshot, TableMetadata } from "./model.ts";
import { leavesOf, listsOf } from "./schema.ts";

/** The summary property that names the batch of a snapshot. */
export const BATCH_PROPERTY = "logkeep.batch";

// A bucket answers in 20 to 50 ms, and a scan may need hundreds of manifests.
const READS_AT_ONCE = 16;

/** The newest snapshot; null for a table without rows so far. */
export function currentSnapshot(table: Table): Snapshot | null {
  return snapshotById(table, table.metadata["current-snapshot-id"]);
}

/** A retained snapshot by its id, or null. */
export function snapshotById(table: Table, snapshotId: number): Snapshot | null {
  return table.metadata.snapshots.find((each) => each["snapshot-id"] === snapshotId) ?? null;
}

/** The snapshot that was current at an instant (milliseconds since 1970); null before the first retained one. */
export function snapshotAt(table: Table, atMs: number): Snapshot | null {
  const entry = table.metadata["snapshot-log"].findLast((each) => each["timestamp-ms"] <= atMs);
  return entry === undefined ? null : snapshotById(table, entry["snapshot-id"]);
}

/** The retained snapshot that committed a batch, or null. */
export function snapshotOfBatch(table: Table, batchId: string): Snapshot | null {
  return table.metadata.snapshots.findLast((each) => each.summary[BATCH_PROPERTY] === batchId) ?? null;
}

/** The manifests of a snapshot. */
export async function readManifestList(
  snapshot: Snapshot | null,
  store: LakeStore,
): Promise<readonly ManifestSummary[]> {
  if (snapshot === null) return [];
  const path = relativePath(store, snapshot["manifest-list"]);
  return decodeManifestList(path, await store.read(path), store);
}

/** The entries of a manifest, with what added ones inherit from the manifest list filled in. */
export async function readManifest(
  table: Table,
  manifest: ManifestSummary,
  store: LakeStore,
): Promise<readonly ManifestEntry[]> {
  const spec = specOf(table.metadata, manifest.specId);
  const entries = decodeManifest(manifest.path, await store.read(manifest.path), spec, store);
  return entries.map((entry) => ({
    ...entry,
    snapshotId: entry.snapshotId ?? manifest.addedSnapshotId,
    sequenceNumber: entry.sequenceNumber ?? manifest.sequenceNumber,
  }));
}

/** The live files of some manifests that `matches` accepts. */
export async function readLiveFiles(
  table: Table,
  manifests: readonly ManifestSummary[],
  matches: (file: FileView) => boolean,
  store: LakeStore,
): Promise<readonly LiveFile[]> {
  const files: LiveFile[] = [];
  const readers: AvroReaders = new Map();
  const whole = countedFields(table.metadata);
  for (let from = 0; from < manifests.length; from += READS_AT_ONCE) {
    const some = manifests.slice(from, from + READS_AT_ONCE);
    const contents = await inParallel(some, READS_AT_ONCE, ({ path }) => store.read(path));
    for (const [index, { path, specId }] of some.entries()) {
      const spec = specOf(table.metadata, specId);
      const content = contents[index] ?? new Uint8Array();
      for (const file of decodeLiveFiles(path, content, spec, store, matches, readers, whole)) files.push(file);
    }
  }
  return files;
}

/** All live files of a snapshot. */
export async function liveFiles(
  table: Table,
  snapshot: Snapshot | null,
  store: LakeStore,
): Promise<readonly LiveFile[]> {
  return readLiveFiles(table, await readManifestList(snapshot, store), () => true, store);
}

/**
 * The fields that every file with all columns has counts of. Null where counts do not tell: nothing inside lists is
 * counted, so lists must be the same in all schemas that files were written with.
 */
function countedFields(metadata: TableMetadata): WholeSchema | null {
  const current = schemaOf(metadata);
  const lists = listsOf(current);
  if (metadata.schemas.some((schema) => listsOf(schema) !== lists)) return null;
  return {
    schemaId: metadata["current-schema-id"],
    fieldIds: new Set(leavesOf(current).map((leaf) => leaf.id)),
  };
}
