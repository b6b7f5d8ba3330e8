/**
 * Manifest merging ("rewrite manifests"): the same files under fewer manifests, neighbouring days and accounts together,
 * so that a scan reads few of them. One snapshot with the same rows; appends that come in between stay.
 */
import { compareStrings } from "./bounds.ts";
import type { Lake, Table } from "./catalog.ts";
import { commitSnapshot, nextCommit, type SnapshotContent } from "./commit.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { corruptFile } from "./errors.ts";
import { encodeManifest, type ManifestEntry } from "./manifest.ts";
import type { ManifestSummary } from "./manifest-list.ts";
import { liveCount } from "./merge-manifests.ts";
import { schemaOf, specOf } from "./metadata.ts";
import { currentSnapshot, readManifest, readManifestList } from "./snapshot.ts";
import { loadTable } from "./table.ts";
import { carriedOver, freshNames, prepareManifest } from "./write-manifest.ts";

// A query of one day and a hundred accounts reads one or two of this size.
const MANIFEST_FILES = 500;
// Rewriting is worth it when it at least halves what a scan of everything reads.
const LEAST_GAIN = 2;

const CONTENT: SnapshotContent = {
  operation: "replace",
  added: [],
  removed: [],
  properties: { "logkeep.manifests": "rewritten" },
};

/** How many manifests a table had and has now. */
export interface ManifestsResult {
  readonly before: number;
  readonly after: number;
}

/** Whether rewriting would help: the counts before and after, equal where there is nothing to do. */
export async function planManifests(tableId: string, lake: Lake): Promise<ManifestsResult> {
  const table = await loadTable(tableId, lake.catalog);
  const manifests = await readManifestList(currentSnapshot(table), lake.store);
  return { before: manifests.length, after: countAfter(manifests) };
}

/** Rewrites a table's manifests where that at least halves their number. */
export async function rewriteManifests(tableId: string, lake: Lake): Promise<ManifestsResult> {
  const names = freshNames();
  let work: Rewriting | null = null;
  return commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const manifests = await readManifestList(currentSnapshot(table), lake.store);
    const after = countAfter(manifests);
    const next = nextCommit(table, CONTENT, names);
    const there = new Set(manifests.map(({ path }) => path));
    if (work === null || work.replaced.some((path) => !there.has(path))) {
      if (after === manifests.length) return { before: after, after };
      work = await rewriteAll(table, manifests, next.snapshotId, lake);
    }
    const { parts, snapshotId } = work;
    const commit = { ...next, snapshotId };
    const replaced = new Set(work.replaced);
    const prepared = [
      ...manifests.filter(({ path }) => !replaced.has(path)).map(carriedOver),
      ...parts.map(({ specId, entries, content }) =>
        prepareManifest(table, specId, entries, commit, lake.store, content),
      ),
    ];
    const done = await commitSnapshot(table, CONTENT, commit, prepared, lake);
    return done === null ? null : { before: manifests.length, after: prepared.length };
  });
}

/** Manifests that were read and written anew, for all attempts. */
interface Rewriting {
  readonly snapshotId: number;
  readonly replaced: readonly string[];
  readonly parts: readonly {
    readonly specId: number;
    readonly entries: readonly ManifestEntry[];
    readonly content: Uint8Array;
  }[];
}

async function rewriteAll(
  table: Table,
  manifests: readonly ManifestSummary[],
  snapshotId: number,
  lake: Lake,
): Promise<Rewriting> {
  const parts: Rewriting["parts"][number][] = [];
  const { metadata } = table;
  for (const [specId, ofSpec] of Map.groupBy(manifests, (each) => each.specId)) {
    const entries: ManifestEntry[] = [];
    for (const manifest of ofSpec) {
      for (const entry of await readManifest(table, manifest, lake.store)) {
        if (entry.status !== "deleted") entries.push({ ...entry, status: "existing" });
      }
    }
    const expected = ofSpec.reduce((sum, manifest) => sum + liveCount(manifest), 0);
    if (entries.length !== expected) throw corruptFile(metadata.location, "manifests hold other files than listed");
    entries.sort(compareEntries);
    for (let from = 0; from < entries.length; from += MANIFEST_FILES) {
      const part = entries.slice(from, from + MANIFEST_FILES);
      const content = encodeManifest(part, schemaOf(metadata), specOf(metadata, specId), lake.store);
      parts.push({ specId, entries: part, content });
    }
  }
  return { snapshotId, replaced: manifests.map(({ path }) => path), parts };
}

/** The number there is, where fewer would be no gain. */
function countAfter(manifests: readonly ManifestSummary[]): number {
  let least = 0;
  for (const ofSpec of Map.groupBy(manifests, (each) => each.specId).values()) {
    least += Math.ceil(ofSpec.reduce((sum, manifest) => sum + liveCount(manifest), 0) / MANIFEST_FILES);
  }
  return least * LEAST_GAIN <= manifests.length ? least : manifests.length;
}

function compareEntries({ file: left }: ManifestEntry, { file: right }: ManifestEntry): number {
  const days = (left.partition.day ?? Infinity) - (right.partition.day ?? Infinity);
  // Two files without a day: infinity less infinity is no number.
  if (days !== 0 && !Number.isNaN(days)) return days;
  const accounts = compareStrings(left.partition.account ?? "", right.partition.account ?? "");
  return accounts === 0 ? compareStrings(left.path, right.path) : accounts;
}
