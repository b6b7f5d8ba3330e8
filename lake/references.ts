import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import { historyPaths, wholeTable } from "./history.ts";
import { relativePath } from "./manifest.ts";
import type { ManifestSummary } from "./manifest-list.ts";
import { readLiveFiles, readManifestList } from "./snapshot.ts";

const READS_AT_ONCE = 16;

/** Whether any retained snapshot references a data file. Reads every retained manifest: for rare cases only. */
export async function isReferenced(table: Table, path: string, store: LakeStore): Promise<boolean> {
  return (await referencedFiles(table, store)).has(path);
}

/** Every file that the retained history needs: data files, manifests, manifest lists and metadata files. */
export async function referencedFiles(table: Table, store: LakeStore): Promise<ReadonlySet<string>> {
  const paths = new Set<string>([table.metadataPath, ...historyPaths(table)]);
  for (const entry of table.metadata["metadata-log"]) paths.add(relativePath(store, entry["metadata-file"]));
  const manifests = new Map<string, ManifestSummary>();
  const { snapshots } = (await wholeTable(table, store)).metadata;
  await inParallel(snapshots, READS_AT_ONCE, async (snapshot) => {
    paths.add(relativePath(store, snapshot["manifest-list"]));
    for (const manifest of await readManifestList(snapshot, store)) manifests.set(manifest.path, manifest);
  });
  for (const path of manifests.keys()) paths.add(path);
  for (const file of await readLiveFiles(table, [...manifests.values()], () => true, store)) paths.add(file.path);
  return paths;
}
