import type { Lake, Table } from "./catalog.ts";
import { type CommitResult, commitSnapshot, nextCommit, type SnapshotContent } from "./commit.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { encodeManifest, type ManifestEntry } from "./manifest.ts";
import type { ManifestSummary } from "./manifest-list.ts";
import { liveCount, mergeManifests } from "./merge-manifests.ts";
import { schemaOf, specOf } from "./metadata.ts";
import type { DataFile, LiveFile } from "./model.ts";
import { currentSnapshot, readManifest, readManifestList } from "./snapshot.ts";
import { loadTable } from "./table.ts";
import {
  type CommitId,
  carriedOver,
  freshNames,
  type PreparedManifest,
  prepareAdded,
  prepareManifest,
} from "./write-manifest.ts";

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
  return commitChange(tableId, { operation: "replace", added, removed, properties }, lake);
}

/** Takes files and their rows out of the table, in one snapshot. Null as for `commitReplace`. */
export async function commitDelete(
  tableId: string,
  removed: readonly LiveFile[],
  properties: Readonly<Record<string, string>>,
  lake: Lake,
): Promise<CommitResult | null> {
  return commitChange(tableId, { operation: "delete", added: [], removed, properties }, lake);
}

async function commitChange(tableId: string, content: SnapshotContent, lake: Lake): Promise<CommitResult | null> {
  const names = freshNames();
  const rewritten: Rewritten = new Map();
  let snapshotId: number | null = null;
  const done = await commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const next = nextCommit(table, content, names);
    // The first attempt's id stays: it stands in the rewritten manifests, which later attempts use again. No other
    // snapshot can have it, since these files can be removed but once.
    snapshotId ??= next.snapshotId;
    const commit = { ...next, snapshotId };
    const manifests = await readManifestList(currentSnapshot(table), lake.store);
    const rest = await withoutFiles(table, manifests, content.removed, rewritten, commit, lake);
    if (rest === null) return "files-gone";
    const kept = await mergeManifests(table, rest, commit, lake);
    const added = prepareAdded(table, content.added, commit, lake.store);
    return commitSnapshot(table, content, commit, [...added, ...kept], lake);
  });
  return done === "files-gone" ? null : done;
}

/**
 * What became of manifests in earlier attempts, by their paths; null for those that hold none of the files. Without it
 * an attempt takes as long as reading all manifests, and beside a busy writer each one loses.
 */
type Rewritten = Map<string, MarkedManifest | null>;

interface MarkedManifest {
  readonly entries: readonly ManifestEntry[];
  readonly content: Uint8Array;
  readonly found: readonly string[];
}

/** The manifests with some files marked deleted; null when not all of them are live. */
async function withoutFiles(
  table: Table,
  manifests: readonly ManifestSummary[],
  removed: readonly LiveFile[],
  rewritten: Rewritten,
  commit: CommitId,
  lake: Lake,
): Promise<readonly PreparedManifest[] | null> {
  const paths = new Set(removed.map((file) => file.path));
  const missing = new Set(paths);
  const partitions = removed.map(({ specId, partition: { day } }) => ({ specId, day }));
  const wanted = [...new Map(partitions.map((each) => [JSON.stringify(each), each])).values()];
  const prepared: PreparedManifest[] = [];
  for (const manifest of manifests) {
    if (liveCount(manifest) === 0) continue;
    let marked = rewritten.get(manifest.path);
    if (marked === undefined) {
      const mayHold = wanted.some(({ specId, day }) => mayHoldFile(manifest, specId, day));
      marked = mayHold ? await markDeleted(table, manifest, paths, commit, lake) : null;
      rewritten.set(manifest.path, marked);
    }
    if (marked === null) {
      prepared.push(carriedOver(manifest));
      continue;
    }
    for (const path of marked.found) missing.delete(path);
    prepared.push(prepareManifest(table, manifest.specId, marked.entries, commit, lake.store, marked.content));
  }
  return missing.size === 0 ? prepared : null;
}

async function markDeleted(
  table: Table,
  manifest: ManifestSummary,
  paths: ReadonlySet<string>,
  commit: CommitId,
  lake: Lake,
): Promise<MarkedManifest | null> {
  // A file that an earlier snapshot deleted needs no second record of it.
  const live = (await readManifest(table, manifest, lake.store)).filter((entry) => entry.status !== "deleted");
  const found = live.map(({ file }) => file.path).filter((path) => paths.has(path));
  if (found.length === 0) return null;
  const entries = live.map((entry) =>
    paths.has(entry.file.path)
      ? { ...entry, status: "deleted" as const, snapshotId: commit.snapshotId }
      : { ...entry, status: "existing" as const },
  );
  const { metadata } = table;
  const content = encodeManifest(entries, schemaOf(metadata), specOf(metadata, manifest.specId), lake.store);
  return { entries, content, found };
}

function mayHoldFile(manifest: ManifestSummary, specId: number, day: number | null): boolean {
  if (manifest.specId !== specId) return false;
  if (day === null) return manifest.days.containsNull;
  const { lower, upper } = manifest.days;
  return lower !== null && upper !== null && lower <= day && day <= upper;
}
