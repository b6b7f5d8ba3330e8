/**
 * Relocation: a lake whose folder was moved or copied is made readable where it lies now. Iceberg's paths are absolute,
 * so metadata, its history, manifest lists and manifests are written anew, beside the old ones; data files are not touched. Each table
 * is one atomic commit. Killed anywhere, a table is either as it was, which this finishes the next time, or done. What
 * the old place's metadata needs stays until it is swept as orphans. No other process may have the lake open.
 */
import { LogkeepError } from "../core/errors.ts";
import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Lake } from "./catalog.ts";
import { corruptFile } from "./errors.ts";
import { readNewestVersion, writeVersion } from "./file-catalog.ts";
import { countSnapshots, type HistoryFile, historyOf, historyPath, wholeTable, withHistory } from "./history.ts";
import { absoluteUri, decodeManifest, encodeManifest, type PathRoot, relativePath } from "./manifest.ts";
import { decodeManifestList, encodeManifestList, type ManifestSummary } from "./manifest-list.ts";
import { decodeMetadata, encodeMetadata, schemaOf, specOf } from "./metadata.ts";
import type { Snapshot, TableMetadata } from "./model.ts";
import { contentName } from "./write-manifest.ts";

const AT_ONCE = 8;

/** What became of a table. */
export interface RelocateResult {
  /** The lake's place that the metadata named; null when it named this one already. */
  readonly fromUri: string | null;
  readonly snapshots: number;
  readonly manifests: number;
  readonly files: number;
}

/**
 * Makes one table of a file catalog readable at the store's own place; with `dryRun` only checks that it could. Throws
 * `lake.files-missing` before it changes anything when not all data files have come along.
 */
export async function relocateTable(
  tableId: string,
  lake: Pick<Lake, "store" | "clock">,
  options: { readonly dryRun?: boolean } = {},
): Promise<RelocateResult> {
  const { store } = lake;
  const newest = await readNewestVersion(store, tableId);
  if (newest === null) throw corruptFile(tableId, "no metadata file");
  const { metadata } = newest;
  if (metadata.location === absoluteUri(store, tableId)) {
    return { fromUri: null, snapshots: countSnapshots(metadata), manifests: 0, files: 0 };
  }
  const from = rootOf(tableId, metadata);
  const isDryRun = options.dryRun === true;
  const whole = (await wholeTable({ id: tableId, version: String(newest.version), metadataPath: "", metadata }, store))
    .metadata;
  const moved = await moveManifests(tableId, whole, from, isDryRun, store);
  await checkFiles(tableId, moved.files, store);
  const result = {
    fromUri: from.rootUri,
    snapshots: whole.snapshots.length,
    manifests: moved.manifests.size,
    files: moved.files.size,
  };
  if (isDryRun) return result;
  const snapshots = new Map<number, Snapshot>();
  await inParallel(whole.snapshots, AT_ONCE, async (snapshot) => {
    snapshots.set(snapshot["snapshot-id"], await moveSnapshot(tableId, snapshot, from, moved.manifests, store));
  });
  const place = (each: TableMetadata): TableMetadata => ({
    ...each,
    location: absoluteUri(store, tableId),
    snapshots: each.snapshots.map((snapshot) => snapshots.get(snapshot["snapshot-id"]) ?? snapshot),
    // Older metadata files name the old place: nobody can go back to them.
    "metadata-log": [],
  });
  const files = await moveHistory(tableId, metadata, place, store);
  const relocated: TableMetadata = {
    ...withHistory(place(metadata), { since: historyOf(metadata).since, files }),
    "last-updated-ms": Math.max(lake.clock.now(), metadata["last-updated-ms"]),
  };
  if (await writeVersion(store, tableId, newest.version + 1, relocated)) return result;
  throw new LogkeepError({
    code: "lake.commit-conflict",
    message: "somebody else wrote to the table while it was relocated",
    facts: { table: tableId },
    retry: "later",
    hint: "stop what writes to this lake, and run the same command again",
  });
}

interface MovedManifests {
  /** By the path of the old one. */
  readonly manifests: ReadonlyMap<string, { readonly path: string; readonly sizeBytes: number }>;
  /** Sizes of data files that a retained snapshot needs, by their paths. */
  readonly files: ReadonlyMap<string, number>;
}

async function moveManifests(
  tableId: string,
  metadata: TableMetadata,
  from: PathRoot,
  isDryRun: boolean,
  store: LakeStore,
): Promise<MovedManifests> {
  const old = new Map<string, ManifestSummary>();
  for (const snapshot of metadata.snapshots) {
    for (const manifest of await readList(snapshot, from, store)) old.set(manifest.path, manifest);
  }
  const manifests = new Map<string, { readonly path: string; readonly sizeBytes: number }>();
  const files = new Map<string, number>();
  await inParallel(old.values(), AT_ONCE, async (manifest) => {
    const spec = specOf(metadata, manifest.specId);
    // As they stand: what an added entry inherits stays inherited, from a list that says the same.
    const entries = decodeManifest(manifest.path, await store.read(manifest.path), spec, from);
    for (const { status, file } of entries) if (status !== "deleted") files.set(file.path, file.sizeBytes);
    const content = encodeManifest(entries, schemaOf(metadata), spec, store);
    const path = `${tableId}/metadata/m-${contentName(content)}.avro`;
    if (!isDryRun) await store.createExclusive(path, content);
    manifests.set(manifest.path, { path, sizeBytes: content.byteLength });
  });
  return { manifests, files };
}

async function moveSnapshot(
  tableId: string,
  snapshot: Snapshot,
  from: PathRoot,
  moved: MovedManifests["manifests"],
  store: LakeStore,
): Promise<Snapshot> {
  const summaries = (await readList(snapshot, from, store)).map((each) => ({ ...each, ...moved.get(each.path) }));
  const { "snapshot-id": id, "parent-snapshot-id": parentId = null, "sequence-number": sequenceNumber } = snapshot;
  const bytes = encodeManifestList(summaries, { id, parentId, sequenceNumber }, store);
  const path = `${tableId}/metadata/snap-${id}-${contentName(bytes)}.avro`;
  await store.createExclusive(path, bytes);
  return { ...snapshot, "manifest-list": absoluteUri(store, path) };
}

/** The files of the history, each with the snapshots as they lie now. */
async function moveHistory(
  tableId: string,
  metadata: TableMetadata,
  place: (each: TableMetadata) => TableMetadata,
  store: LakeStore,
): Promise<readonly HistoryFile[]> {
  return inParallel(historyOf(metadata).files, AT_ONCE, async (file) => {
    const path = historyPath(tableId, file.name);
    const bytes = encodeMetadata(place(decodeMetadata(path, await store.read(path))));
    // Not named as catalogs name a table's versions: it is none of this place.
    const name = `history-${contentName(bytes)}.json`;
    await store.createExclusive(historyPath(tableId, name), bytes);
    return { ...file, name };
  });
}

async function readList(snapshot: Snapshot, from: PathRoot, store: LakeStore): Promise<readonly ManifestSummary[]> {
  const path = relativePath(from, snapshot["manifest-list"]);
  return decodeManifestList(path, await store.read(path), from);
}

/** The place that a table's metadata names, without the table. */
function rootOf(tableId: string, { location }: TableMetadata): PathRoot {
  if (location.endsWith(`/${tableId}`)) return { rootUri: location.slice(0, -tableId.length - 1) };
  throw corruptFile(location, "the table's location does not end in its name");
}

async function checkFiles(tableId: string, files: ReadonlyMap<string, number>, store: LakeStore): Promise<void> {
  const missing = new Set(files.keys());
  for await (const { path, sizeBytes } of store.list(tableId)) {
    if (files.get(path) === sizeBytes) missing.delete(path);
  }
  if (missing.size === 0) return;
  throw new LogkeepError({
    code: "lake.files-missing",
    message: "data files of the table have not come along, or not whole",
    facts: { table: tableId, missing: missing.size, first: [...missing].sort()[0] ?? "" },
    hint: "copy the lake's folder again, whole, and run the same command",
  });
}
