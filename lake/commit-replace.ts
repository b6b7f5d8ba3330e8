import type { LakeStore } from "../core/lake-store.ts";
import type { Lake, Table } from "./catalog.ts";
import { type CommitResult, commitSnapshot, nextCommit, type SnapshotContent } from "./commit.ts";
import { commitWithRetry } from "./commit-retry.ts";
import type { ManifestSummary } from "./manifest-list.ts";
import { liveCount, mergeManifests } from "./merge-manifests.ts";
import type { DataFile, LiveFile } from "./model.ts";
import { currentSnapshot, readManifest, readManifestList } from "./snapshot.ts";
import { loadTable } from "./table.ts";
import { type CommitId, carriedOver, type PreparedManifest, prepareAdded, prepareManifest } from "./write-manifest.ts";

/**
 * Replaces files by others that hold the same rows, in one snapshot. Appends that come in between stay: on a conflict
 * the replacement is made again on top of them. Null when one of `removed` is no longer live: somebody else replaced
 * it, and nothing is changed.
 */
export async function commitReplace(
  tableId: string,
  removed: readonly LiveFile[],
  added: readonly DataFile[],
  properties: Readonly<Record<string, string>>,
  lake: Lake,
): Promise<CommitResult | null> {
  const done = await commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const content: SnapshotContent = { operation: "replace", added, removed, properties };
    const commit = nextCommit(table, content);
    const manifests = await readManifestList(currentSnapshot(table), lake.store);
    const rest = await withoutFiles(table, manifests, removed, commit, lake.store);
    if (rest === null) return "files-gone";
    const kept = await mergeManifests(table, rest, commit, lake);
    return commitSnapshot(table, content, commit, [...prepareAdded(table, added, commit, lake.store), ...kept], lake);
  });
  return done === "files-gone" ? null : done;
}

/** The manifests with some files marked deleted; null when not all of them are live. */
async function withoutFiles(
  table: Table,
  manifests: readonly ManifestSummary[],
  removed: readonly LiveFile[],
  commit: CommitId,
  store: LakeStore,
): Promise<readonly PreparedManifest[] | null> {
  const missing = new Set(removed.map((file) => file.path));
  const prepared: PreparedManifest[] = [];
  for (const manifest of manifests) {
    if (liveCount(manifest) === 0) continue;
    if (!removed.some((file) => mayHoldFile(manifest, file))) {
      prepared.push(carriedOver(manifest));
      continue;
    }
    // A file that an earlier snapshot deleted needs no second record of it.
    const entries = (await readManifest(table, manifest, store)).filter((entry) => entry.status !== "deleted");
    const before = missing.size;
    const marked = entries.map((entry) =>
      missing.delete(entry.file.path)
        ? { ...entry, status: "deleted" as const, snapshotId: commit.snapshotId }
        : { ...entry, status: "existing" as const },
    );
    const untouched = missing.size === before;
    prepared.push(untouched ? carriedOver(manifest) : prepareManifest(table, manifest.specId, marked, commit, store));
  }
  return missing.size === 0 ? prepared : null;
}

function mayHoldFile(manifest: ManifestSummary, file: LiveFile): boolean {
  const { day } = file.partition;
  if (manifest.specId !== file.specId) return false;
  if (day === null) return manifest.days.containsNull;
  const { lower, upper } = manifest.days;
  return lower !== null && upper !== null && lower <= day && day <= upper;
}
