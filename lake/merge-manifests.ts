import { compareStrings } from "./bounds.ts";
import type { Lake, Table } from "./catalog.ts";
import type { ManifestEntry } from "./manifest.ts";
import type { ManifestSummary } from "./manifest-list.ts";
import { readManifest } from "./snapshot.ts";
import { type CommitId, type PreparedManifest, prepareManifest } from "./write-manifest.ts";

// A scan reads every manifest it cannot prune: 50 small ones cost about 20 ms, and a merge each 50th commit less than 1 ms a commit.
const MAX_SMALL_MANIFESTS = 50;
// Merged ones grow up to this many files and are then left alone, so that no commit rewrites the whole table's list.
const FULL_MANIFEST_FILES = 250;

/**
 * The manifests that a commit carries over. When many small ones have piled up, those of one spec become one: entries
 * keep the snapshot and the sequence number that added them, deleted ones go.
 */
export async function mergeManifests(
  table: Table,
  manifests: readonly PreparedManifest[],
  commit: CommitId,
  lake: Pick<Lake, "store">,
): Promise<readonly PreparedManifest[]> {
  const live = manifests.filter(
    ({ summary }) => liveCount(summary) > 0 || summary.addedSnapshotId === commit.snapshotId,
  );
  const small = live.filter(isSmall);
  if (small.length <= MAX_SMALL_MANIFESTS) return live;
  const merged: PreparedManifest[] = [];
  for (const specId of new Set(small.map(({ summary }) => summary.specId))) {
    const entries: ManifestEntry[] = [];
    for (const { summary } of small.filter((each) => each.summary.specId === specId)) {
      for (const entry of await readManifest(table, summary, lake.store)) {
        if (entry.status !== "deleted") entries.push({ ...entry, status: "existing" });
      }
    }
    // Neighbouring days together, so that a full manifest covers few days and is pruned as a whole.
    entries.sort(comparePartitions);
    for (let from = 0; from < entries.length; from += FULL_MANIFEST_FILES) {
      const part = entries.slice(from, from + FULL_MANIFEST_FILES);
      merged.push(prepareManifest(table, specId, part, commit, lake.store));
    }
  }
  return [...live.filter((manifest) => !isSmall(manifest)), ...merged];
}

/** What this very commit rewrites is neither read nor written twice. */
function isSmall({ summary, content }: PreparedManifest): boolean {
  return content === null && liveCount(summary) < FULL_MANIFEST_FILES;
}

/** Files that a snapshot sees in a manifest. */
export function liveCount(manifest: ManifestSummary): number {
  return manifest.addedFiles + manifest.existingFiles;
}

function comparePartitions(left: ManifestEntry, right: ManifestEntry): number {
  const leftDay = left.file.partition.day ?? Number.MAX_SAFE_INTEGER;
  const rightDay = right.file.partition.day ?? Number.MAX_SAFE_INTEGER;
  return leftDay - rightDay || compareStrings(left.file.path, right.file.path);
}
