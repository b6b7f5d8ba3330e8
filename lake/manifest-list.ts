import { decodeAvroFile, encodeAvroFile } from "./avro-file.ts";
import { compareStrings } from "./bounds.ts";
import { corruptFile } from "./errors.ts";
import { absoluteUri, type ManifestEntry, type PathRoot, relativePath } from "./manifest.ts";
import { MANIFEST_FILE_SCHEMA } from "./manifest-schema.ts";
import { SPEC_DAY_ACCOUNT } from "./model.ts";

/** The range of one partition field over a manifest's live and deleted files. */
export interface FieldRange<T> {
  readonly containsNull: boolean;
  /** Null when every value is null. */
  readonly lower: T | null;
  readonly upper: T | null;
}

/** What a manifest list says of one manifest. */
export interface ManifestSummary {
  readonly path: string;
  readonly sizeBytes: number;
  readonly specId: number;
  readonly sequenceNumber: number;
  readonly minSequenceNumber: number;
  readonly addedSnapshotId: number;
  readonly addedFiles: number;
  readonly existingFiles: number;
  readonly deletedFiles: number;
  readonly addedRows: number;
  readonly existingRows: number;
  readonly deletedRows: number;
  readonly days: FieldRange<number>;
  /** Null under a spec without an account. */
  readonly accounts: FieldRange<string> | null;
}

/** Counts and ranges of a manifest that a snapshot adds. */
export function summarizeManifest(
  path: string,
  sizeBytes: number,
  specId: number,
  entries: readonly ManifestEntry[],
  commit: { readonly snapshotId: number; readonly sequenceNumber: number },
): ManifestSummary {
  const of = (status: ManifestEntry["status"]) => entries.filter((entry) => entry.status === status);
  const rows = (some: readonly ManifestEntry[]) => some.reduce((sum, entry) => sum + entry.file.rowCount, 0);
  const [added, existing, deleted] = [of("added"), of("existing"), of("deleted")];
  const live = [...added, ...existing].map((entry) => entry.sequenceNumber ?? commit.sequenceNumber);
  return {
    path,
    sizeBytes,
    specId,
    sequenceNumber: commit.sequenceNumber,
    minSequenceNumber: live.reduce((least, each) => Math.min(least, each), commit.sequenceNumber),
    addedSnapshotId: commit.snapshotId,
    addedFiles: added.length,
    existingFiles: existing.length,
    deletedFiles: deleted.length,
    addedRows: rows(added),
    existingRows: rows(existing),
    deletedRows: rows(deleted),
    days: rangeOf(
      entries.map((entry) => entry.file.partition.day),
      (left, right) => left - right,
    ),
    accounts:
      specId === SPEC_DAY_ACCOUNT
        ? rangeOf(
            entries.map((entry) => entry.file.partition.account ?? null),
            compareStrings,
          )
        : null,
  };
}

/** Encodes a manifest list; equal manifests give equal bytes. */
export function encodeManifestList(
  manifests: readonly ManifestSummary[],
  snapshot: { readonly id: number; readonly parentId: number | null; readonly sequenceNumber: number },
  root: PathRoot,
): Uint8Array {
  const header = {
    "snapshot-id": String(snapshot.id),
    "parent-snapshot-id": String(snapshot.parentId),
    "sequence-number": String(snapshot.sequenceNumber),
    "format-version": "2",
  };
  return encodeAvroFile(
    MANIFEST_FILE_SCHEMA,
    header,
    manifests.map((each) => encodeSummary(each, root)),
  );
}

/** Reads a manifest list that this lake wrote. */
export function decodeManifestList(path: string, bytes: Uint8Array, root: PathRoot): ManifestSummary[] {
  // Same as for manifests: only lists below the lake's root are read, which this module wrote.
  return (decodeAvroFile(path, bytes).records as AvroManifest[]).map((each) => decodeSummary(path, each, root));
}

interface AvroRange {
  readonly contains_null: boolean;
  readonly contains_nan: boolean | null;
  readonly lower_bound: Buffer | null;
  readonly upper_bound: Buffer | null;
}

interface AvroManifest {
  readonly manifest_path: string;
  readonly manifest_length: number;
  readonly partition_spec_id: number;
  readonly content: number;
  readonly sequence_number: number;
  readonly min_sequence_number: number;
  readonly added_snapshot_id: number;
  readonly added_files_count: number;
  readonly existing_files_count: number;
  readonly deleted_files_count: number;
  readonly added_rows_count: number;
  readonly existing_rows_count: number;
  readonly deleted_rows_count: number;
  readonly partitions: readonly AvroRange[] | null;
  readonly key_metadata: null;
}

function encodeSummary(summary: ManifestSummary, root: PathRoot): AvroManifest {
  const days = encodeRange(summary.days, dayBytes);
  return {
    manifest_path: absoluteUri(root, summary.path),
    manifest_length: summary.sizeBytes,
    partition_spec_id: summary.specId,
    content: 0,
    sequence_number: summary.sequenceNumber,
    min_sequence_number: summary.minSequenceNumber,
    added_snapshot_id: summary.addedSnapshotId,
    added_files_count: summary.addedFiles,
    existing_files_count: summary.existingFiles,
    deleted_files_count: summary.deletedFiles,
    added_rows_count: summary.addedRows,
    existing_rows_count: summary.existingRows,
    deleted_rows_count: summary.deletedRows,
    partitions: summary.accounts === null ? [days] : [days, encodeRange(summary.accounts, textBytes)],
    key_metadata: null,
  };
}

function decodeSummary(path: string, entry: AvroManifest, root: PathRoot): ManifestSummary {
  if (entry.content !== 0) throw corruptFile(path, "a manifest of delete files");
  const [days, accounts] = entry.partitions ?? [];
  if (days === undefined) throw corruptFile(path, "a manifest without partition ranges");
  return {
    path: relativePath(root, entry.manifest_path),
    sizeBytes: entry.manifest_length,
    specId: entry.partition_spec_id,
    sequenceNumber: entry.sequence_number,
    minSequenceNumber: entry.min_sequence_number,
    addedSnapshotId: entry.added_snapshot_id,
    addedFiles: entry.added_files_count,
    existingFiles: entry.existing_files_count,
    deletedFiles: entry.deleted_files_count,
    addedRows: entry.added_rows_count,
    existingRows: entry.existing_rows_count,
    deletedRows: entry.deleted_rows_count,
    days: decodeRange(days, (bytes) => bytes.readInt32LE()),
    accounts: accounts === undefined ? null : decodeRange(accounts, (bytes) => bytes.toString("utf8")),
  };
}

function rangeOf<T>(values: readonly (T | null)[], compare: (left: T, right: T) => number): FieldRange<T> {
  let lower: T | null = null;
  let upper: T | null = null;
  for (const value of values) {
    if (value === null) continue;
    if (lower === null || compare(value, lower) < 0) lower = value;
    if (upper === null || compare(value, upper) > 0) upper = value;
  }
  return { containsNull: values.includes(null), lower, upper };
}

function encodeRange<T>(range: FieldRange<T>, bytesOf: (value: T) => Buffer): AvroRange {
  return {
    contains_null: range.containsNull,
    contains_nan: false,
    lower_bound: range.lower === null ? null : bytesOf(range.lower),
    upper_bound: range.upper === null ? null : bytesOf(range.upper),
  };
}

function decodeRange<T>(range: AvroRange, parse: (bytes: Buffer) => T): FieldRange<T> {
  return {
    containsNull: range.contains_null,
    lower: range.lower_bound === null ? null : parse(range.lower_bound),
    upper: range.upper_bound === null ? null : parse(range.upper_bound),
  };
}

function dayBytes(day: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(day);
  return bytes;
}

function textBytes(text: string): Buffer {
  return Buffer.from(text, "utf8");
}
