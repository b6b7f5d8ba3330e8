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

/** A manifest under a name that its content gives, so that writing it again changes nothing. */
export function prepareManifest(
  table: Table,
  specId: number,
  entries: readonly ManifestEntry[],
  commit: CommitId,
  root: PathRoot,
): PreparedManifest {
  const content = encodeManifest(entries, schemaOf(table.metadata), specOf(table.metadata, specId), root);
  const path = `${table.id}/metadata/m-${contentName(content)}.avro`;
  return { summary: summarizeManifest(path, content.byteLength, specId, entries, commit), content };
}

/** A manifest that an earlier snapshot wrote. */
export function carriedOver(summary: ManifestSummary): PreparedManifest {
  return { summary, content: null };
}

/** The part of a file's name that its content gives. */
export function contentName(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
