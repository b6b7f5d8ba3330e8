import { createHash } from "node:crypto";
import type { Table } from "./catalog.ts";
import { encodeManifest, type ManifestEntry, type PathRoot } from "./manifest.ts";
import { type ManifestSummary, summarizeManifest } from "./manifest-list.ts";
import { schemaOf, specOf } from "./metadata.ts";
import type { DataFile } from "./model.ts";

/** The identity of the snapshot that a commit is about to make. */
export interface CommitId {
  readonly snapshotId: number;
  readonly sequenceNumber: number;
  readonly names: CommitNames;
}

/**
 * The metadata files that one commit has written, over all its attempts. A commit refers to such files alone, and to
 * those of the snapshot before: never to a leftover of the same name, which cleaning may be about to remove.
 */
export interface CommitNames {
  readonly written: Set<string>;
  /** How often a name turned out to be taken: part of the names that are tried then. */
  taken: number;
}

/** The names of a commit that begins. */
export function freshNames(): CommitNames {
  return { written: new Set(), taken: 0 };
}

/** A manifest of a snapshot that is being made; `content` is null when an earlier snapshot wrote it. */
export interface PreparedManifest {
  readonly summary: ManifestSummary;
  readonly content: Uint8Array | null;
}

/** The manifests of a snapshot's own files, one for each partition spec. */
export function prepareAdded(
  table: Table,
  files: readonly DataFile[],
  commit: CommitId,
  root: PathRoot,
): readonly PreparedManifest[] {
  const specIds = [...new Set(files.map((file) => file.specId))].sort((left, right) => left - right);
  return specIds.map((specId) => {
    const entries = files
      .filter((file) => file.specId === specId)
      .map((file): ManifestEntry => ({ status: "added", snapshotId: null, sequenceNumber: null, file }));
    return prepareManifest(table, specId, entries, commit, root);
  });
}

/** A manifest under a name that its content gives. `content` where the entries are encoded already. */
export function prepareManifest(
  table: Table,
  specId: number,
  entries: readonly ManifestEntry[],
  commit: CommitId,
  root: PathRoot,
  content = encodeManifest(entries, schemaOf(table.metadata), specOf(table.metadata, specId), root),
): PreparedManifest {
  const path = `${table.id}/metadata/m-${contentName(content)}${nameSuffix(commit)}.avro`;
  return { summary: summarizeManifest(path, content.byteLength, specId, entries, commit), content };
}

/** What a name has behind the content's part: nothing, unless that was taken. */
export function nameSuffix({ names }: CommitId): string {
  return names.taken === 0 ? "" : `-${names.taken}`;
}

/** A manifest that an earlier snapshot wrote. */
export function carriedOver(summary: ManifestSummary): PreparedManifest {
  return { summary, content: null };
}

/** The part of a file's name that its content gives. */
export function contentName(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
