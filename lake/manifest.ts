import { type AvroReaders, decodeAvroFile, encodeAvroFile } from "./avro-file.ts";
import { corruptFile } from "./errors.ts";
import { manifestEntrySchema } from "./manifest-schema.ts";
import type { DataFile, IcebergSchema, LiveFile, PartitionSpec, PartitionTuple } from "./model.ts";

/** What a manifest says of a file: still there from before, added, or deleted by the manifest's own snapshot. */
export type EntryStatus = "existing" | "added" | "deleted";

/** One line of a manifest: a file and which snapshot did what to it. */
export interface ManifestEntry {
  readonly status: EntryStatus;
  /** Null in an added entry: inherited from the manifest list, so that a retried commit can use the same manifest. */
  readonly snapshotId: number | null;
  readonly sequenceNumber: number | null;
  readonly file: DataFile;
}

/** Where paths are made absolute and relative again. */
export interface PathRoot {
  readonly rootUri: string;
}

const STATUS: readonly EntryStatus[] = ["existing", "added", "deleted"];

/** Encodes a manifest of data files of one spec; equal entries give equal bytes. */
export function encodeManifest(
  entries: readonly ManifestEntry[],
  schema: IcebergSchema,
  spec: PartitionSpec,
  root: PathRoot,
): Uint8Array {
  const header = {
    schema: JSON.stringify(schema),
    "schema-id": String(schema["schema-id"]),
    "partition-spec": JSON.stringify(spec.fields),
    "partition-spec-id": String(spec["spec-id"]),
    "format-version": "2",
    content: "data",
  };
  return encodeAvroFile(
    manifestEntrySchema(spec),
    header,
    entries.map((entry) => encodeEntry(entry, spec, root)),
  );
}

/** Reads a manifest that this lake wrote. `specId` is the manifest list's word for it. */
export function decodeManifest(path: string, bytes: Uint8Array, spec: PartitionSpec, root: PathRoot): ManifestEntry[] {
  const { records } = decodeAvroFile(path, bytes);
  // The schema in the header decides what decodes; only manifests below the lake's root are read, which this module wrote.
  return (records as AvroEntry[]).map((entry) => decodeEntry(path, entry, spec, root));
}

/** What pruning may look at before a file is taken. */
export interface FileView {
  readonly partition: PartitionTuple;
  readonly rowCount: number;
  readonly sizeBytes: number;
  lowerBound(fieldId: number): Buffer | null;
  upperBound(fieldId: number): Buffer | null;
  nullCount(fieldId: number): number | null;
  /** Null for a column that the file does not have, and for one that nobody counted. */
  valueCount(fieldId: number): number | null;
  /** Compressed bytes of a column outside lists; null where nobody noted them. */
  columnSize(fieldId: number): number | null;
  /** Whether values of exactly these fields were counted. */
  hasCounts(fieldIds: ReadonlySet<number>): boolean;
}

/** The fields of a schema of which every file with all columns has counts. */
export interface WholeSchema {
  readonly schemaId: number;
  readonly fieldIds: ReadonlySet<number>;
}

/**
 * The live files of a manifest that `matches` accepts. Statistics are only looked at, which is most of the cost.
 * `whole` names a schema and the fields that a file with all of its columns counts; null where counts do not tell.
 */
export function decodeLiveFiles(
  path: string,
  bytes: Uint8Array,
  spec: PartitionSpec,
  root: PathRoot,
  matches: (file: FileView) => boolean,
  readers: AvroReaders,
  whole: WholeSchema | null = null,
): LiveFile[] {
  const files: LiveFile[] = [];
  // As in `decodeManifest`.
  for (const { status, data_file: file } of decodeAvroFile(path, bytes, readers).records as AvroEntry[]) {
    if (STATUS[status] === "deleted") continue;
    const partition = decodePartition(path, file.partition, spec);
    const view: FileView = {
      partition,
      rowCount: file.record_count,
      sizeBytes: file.file_size_in_bytes,
      lowerBound: (fieldId) => find(file.lower_bounds, fieldId),
      upperBound: (fieldId) => find(file.upper_bounds, fieldId),
      nullCount: (fieldId) => find(file.null_value_counts, fieldId),
      valueCount: (fieldId) => find(file.value_counts, fieldId),
      columnSize: (fieldId) => find(file.column_sizes, fieldId),
      hasCounts: (fieldIds) =>
        file.value_counts?.length === fieldIds.size && file.value_counts.every(({ key }) => fieldIds.has(key)),
    };
    if (!matches(view)) continue;
    files.push({
      path: relativePath(root, file.file_path),
      specId: spec["spec-id"],
      partition,
      rowCount: file.record_count,
      sizeBytes: file.file_size_in_bytes,
      ...(whole !== null && view.hasCounts(whole.fieldIds) ? { completeSchemaId: whole.schemaId } : {}),
    });
  }
  return files;
}

/** The absolute location of a path below the lake's root. Iceberg's locations are plain text, never URL-encoded. */
export function absoluteUri(root: PathRoot, path: string): string {
  return `${root.rootUri}/${path}`;
}

/** The path below the lake's root, or `lake.corrupt-metadata` when the location lies elsewhere. */
export function relativePath(root: PathRoot, uri: string): string {
  if (uri.startsWith(`${root.rootUri}/`)) return uri.slice(root.rootUri.length + 1);
  throw corruptFile(uri, "a location outside the lake: was the lake's folder moved or renamed?");
}

interface AvroPair<T> {
  readonly key: number;
  readonly value: T;
}

interface AvroEntry {
  readonly status: number;
  readonly snapshot_id: number | null;
  readonly sequence_number: number | null;
  readonly file_sequence_number: number | null;
  readonly data_file: {
    readonly content: number;
    readonly file_path: string;
    readonly file_format: string;
    readonly partition: Readonly<Record<string, number | string | null>>;
    readonly record_count: number;
    readonly file_size_in_bytes: number;
    readonly column_sizes: readonly AvroPair<number>[] | null;
    readonly value_counts: readonly AvroPair<number>[] | null;
    readonly null_value_counts: readonly AvroPair<number>[] | null;
    readonly nan_value_counts: null;
    readonly lower_bounds: readonly AvroPair<Buffer>[] | null;
    readonly upper_bounds: readonly AvroPair<Buffer>[] | null;
    readonly key_metadata: null;
    readonly split_offsets: null;
    readonly equality_ids: null;
    readonly sort_order_id: number | null;
  };
}

function encodeEntry(entry: ManifestEntry, spec: PartitionSpec, root: PathRoot): AvroEntry {
  const { file } = entry;
  const values = [file.partition.day, file.partition.account ?? null];
  return {
    status: STATUS.indexOf(entry.status),
    snapshot_id: entry.snapshotId,
    sequence_number: entry.sequenceNumber,
    file_sequence_number: entry.sequenceNumber,
    data_file: {
      content: 0,
      file_path: absoluteUri(root, file.path),
      file_format: "PARQUET",
      partition: Object.fromEntries(spec.fields.map((field, index) => [field.name, values[index] ?? null])),
      record_count: file.rowCount,
      file_size_in_bytes: file.sizeBytes,
      column_sizes: pairs(file.columnSizes, identity),
      value_counts: pairs(file.valueCounts, identity),
      null_value_counts: pairs(file.nullCounts, identity),
      nan_value_counts: null,
      lower_bounds: pairs(file.lowerBounds, fromBase64),
      upper_bounds: pairs(file.upperBounds, fromBase64),
      key_metadata: null,
      split_offsets: null,
      equality_ids: null,
      // 0 is the id of "unsorted" (Iceberg spec, "Sorting").
      sort_order_id: file.isSorted ? 1 : 0,
    },
  };
}

function decodeEntry(path: string, entry: AvroEntry, spec: PartitionSpec, root: PathRoot): ManifestEntry {
  const status = STATUS[entry.status];
  const file = entry.data_file;
  if (status === undefined || file.content !== 0) throw corruptFile(path, "an entry that is no data file");
  return {
    status,
    snapshotId: entry.snapshot_id,
    sequenceNumber: entry.sequence_number,
    file: {
      path: relativePath(root, file.file_path),
      specId: spec["spec-id"],
      partition: decodePartition(path, file.partition, spec),
      rowCount: file.record_count,
      sizeBytes: file.file_size_in_bytes,
      isSorted: file.sort_order_id === 1,
      columnSizes: unpair(file.column_sizes, identity),
      valueCounts: unpair(file.value_counts, identity),
      nullCounts: unpair(file.null_value_counts, identity),
      lowerBounds: unpair(file.lower_bounds, toBase64),
      upperBounds: unpair(file.upper_bounds, toBase64),
    },
  };
}

function decodePartition(
  path: string,
  partition: Readonly<Record<string, number | string | null>>,
  spec: PartitionSpec,
): PartitionTuple {
  const [day, account] = spec.fields.map((field) => partition[field.name] ?? null);
  if (typeof day === "string" || typeof account === "number") throw corruptFile(path, "a partition of other types");
  return spec.fields.length === 1 ? { day: day ?? null } : { day: day ?? null, account: account ?? null };
}

function find<T>(list: readonly AvroPair<T>[] | null, fieldId: number): T | null {
  return list?.find(({ key }) => key === fieldId)?.value ?? null;
}

function pairs<T, R>(map: Readonly<Record<string, T>>, convert: (value: T) => R): AvroPair<R>[] {
  return Object.entries(map).map(([key, value]) => ({ key: Number(key), value: convert(value) }));
}

function unpair<T, R>(list: readonly AvroPair<T>[] | null, convert: (value: T) => R): Record<string, R> {
  const map: Record<string, R> = {};
  for (const { key, value } of list ?? []) map[key] = convert(value);
  return map;
}

function identity(value: number): number {
  return value;
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, "base64");
}

function toBase64(bytes: Buffer): string {
  return bytes.toString("base64");
}
