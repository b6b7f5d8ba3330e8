import { createHash } from "node:crypto";
import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import { encodeManifest, type ManifestEntry } from "./manifest.ts";
import { type ManifestSummary, summarizeManifest } from "./manifest-list.ts";
import { schemaOf, specOf } from "./metadata.ts";
import type { DataFile } from "./model.ts";

/** The identity of the snapshot that a commit is about to make. */
export interface CommitId {
  readonly snapshotId: number;
  readonly sequenceNumber: number;
}

/** Writes the manifests of a snapshot's own files, one for each partition spec. */
export async function writeAddedManifests(
  table: Table,
  files: readonly DataFile[],
  commit: CommitId,
  store: LakeStore,
): Promise<ManifestSummary[]> {
  const specIds = [...new Set(files.map((file) => file.specId))].sort((left, right) => left - right);
  const summaries: ManifestSummary[] = [];
  for (const specId of specIds) {
    const entries = files
      .filter((file) => file.specId === specId)
      .map((file): ManifestEntry => ({ status: "added", snapshotId: null, sequenceNumber: null, file }));
    summaries.push(await writeManifest(table, specId, entries, commit, store));
  }
  return summaries;
}

/** Writes a manifest under a name that its content gives, so that doing it again changes nothing. */
export async function writeManifest(
  table: Table,
  specId: number,
  entries: readonly ManifestEntry[],
  commit: CommitId,
  store: LakeStore,
): Promise<ManifestSummary> {
  const bytes = encodeManifest(entries, schemaOf(table.metadata), specOf(table.metadata, specId), store);
  const path = `${table.id}/metadata/m-${contentName(bytes)}.avro`;
  await store.createExclusive(path, bytes);
  return summarizeManifest(path, bytes.byteLength, specId, entries, commit);
}

/** The part of a file's name that its content gives. */
export function contentName(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
