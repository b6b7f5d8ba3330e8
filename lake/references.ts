import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import { relativePath } from "./manifest.ts";
import { readManifest, readManifestList } from "./snapshot.ts";

/** Whether any retained snapshot references a data file. Reads every retained manifest: for rare cases only. */
export async function isReferenced(table: Table, path: string, store: LakeStore): Promise<boolean> {
  return (await referencedFiles(table, store)).has(path);
}

/** Every file that the retained history needs: data files, manifests, manifest lists and metadata files. */
export async function referencedFiles(table: Table, store: LakeStore): Promise<ReadonlySet<string>> {
  const paths = new Set<string>([table.metadataPath]);
  const seen = new Set<string>();
  for (const entry of table.metadata["metadata-log"]) paths.add(relativePath(store, entry["metadata-file"]));
  for (const snapshot of table.metadata.snapshots) {
    paths.add(relativePath(store, snapshot["manifest-list"]));
    for (const manifest of await readManifestList(snapshot, store)) {
      if (seen.has(manifest.path)) continue;
      seen.add(manifest.path);
      paths.add(manifest.path);
      for (const entry of await readManifest(table, manifest, store)) {
        if (entry.status !== "deleted") paths.add(entry.file.path);
      }
    }
  }
  return paths;
}
