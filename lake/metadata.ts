import { createHash } from "node:crypto";
import type { TableDefinition } from "../core/table.ts";
import { corruptFile } from "./errors.ts";
import type { IcebergSchema, PartitionSpec, Snapshot, TableMetadata } from "./model.ts";
import { SPEC_DAY } from "./model.ts";
import { partitionSpecs, sortOrders } from "./partition.ts";
import { createSchema, evolveSchema } from "./schema.ts";

/**
 * Every commit rewrites the metadata file, about 600 bytes a snapshot: 200 keep it near 120 KB. Appends are counted apart,
 * because they name the batches that were committed: a long compaction must not push them out. Those that leave stay
 * readable through the table's history (`history.ts`).
 */
export const RETAINED_SNAPSHOTS = 200;
// Older metadata files are of use to nobody once the snapshots they name are gone.
const RETAINED_METADATA_FILES = 100;
const DAY_PARTITION_ONLY = 1000;

/** Metadata of a new table: no snapshot yet. The UUID is a hash of the location and the time, so nothing is random. */
export function createMetadata(definition: TableDefinition, location: string, nowMs: number): TableMetadata {
  const { schema, lastColumnId } = createSchema(definition);
  const specs = partitionSpecs(definition, schema);
  return {
    "format-version": 2,
    "table-uuid": uuidFrom(`${location}\n${nowMs}`),
    location,
    "last-sequence-number": 0,
    "last-updated-ms": nowMs,
    "last-column-id": lastColumnId,
    schemas: [schema],
    "current-schema-id": 0,
    "partition-specs": specs,
    "default-spec-id": SPEC_DAY,
    "last-partition-id": specs.flatMap((spec) => spec.fields).reduce(maxFieldId, DAY_PARTITION_ONLY),
    "sort-orders": sortOrders(definition, schema),
    "default-sort-order-id": 1,
    properties: {
      comment: definition.doc,
      "write.format.default": "parquet",
      "write.parquet.compression-codec": "zstd",
    },
    "current-snapshot-id": -1,
    snapshots: [],
    "snapshot-log": [],
    "metadata-log": [],
    refs: {},
  };
}

/** Metadata that follows the definition, or null when it already does. Throws `lake.schema-conflict`. */
export function evolveMetadata(
  metadata: TableMetadata,
  definition: TableDefinition,
  nowMs: number,
): TableMetadata | null {
  const nextId = metadata.schemas.reduce((most, each) => Math.max(most, each["schema-id"]), -1) + 1;
  const evolved = evolveSchema(schemaOf(metadata), definition, metadata["last-column-id"], nextId);
  if (evolved === null) return null;
  return {
    ...metadata,
    "last-updated-ms": Math.max(nowMs, metadata["last-updated-ms"]),
    "last-column-id": evolved.lastColumnId,
    schemas: [...metadata.schemas, evolved.schema],
    "current-schema-id": nextId,
  };
}

/**
 * Metadata with one more snapshot on `main`; the oldest ones beyond the retained numbers leave it, unless a tag names
 * them.
 */
export function addSnapshot(metadata: TableMetadata, snapshot: Snapshot): TableMetadata {
  const snapshots = [...metadata.snapshots, snapshot];
  const entry = { "snapshot-id": snapshot["snapshot-id"], "timestamp-ms": snapshot["timestamp-ms"] };
  const refs = { ...metadata.refs, main: { "snapshot-id": snapshot["snapshot-id"], type: "branch" as const } };
  const named = referredIds(refs);
  const newest = new Set(retainNewest(snapshots));
  return retainSnapshots(
    {
      ...metadata,
      "last-sequence-number": snapshot["sequence-number"],
      "last-updated-ms": snapshot["timestamp-ms"],
      "current-snapshot-id": snapshot["snapshot-id"],
      snapshots,
      "snapshot-log": [...metadata["snapshot-log"], entry],
      refs,
    },
    (each) => newest.has(each) || named.has(each["snapshot-id"]),
  );
}

/** Ids of the snapshots that branches and tags name. */
export function referredIds(refs: TableMetadata["refs"]): ReadonlySet<number> {
  return new Set(Object.values(refs).map((each) => each["snapshot-id"]));
}

/**
 * Metadata with some of its snapshots. The log of what was current loses all before the last dropped snapshot that
 * changed rows: else the one before that would seem to have been current in its time, too
 * (https://iceberg.apache.org/spec/#table-metadata-fields, `snapshot-log`).
 */
export function retainSnapshots(metadata: TableMetadata, isKept: (snapshot: Snapshot) => boolean): TableMetadata {
  const snapshots = metadata.snapshots.filter(isKept);
  if (snapshots.length === metadata.snapshots.length) return metadata;
  const kept = new Set(snapshots.map((each) => each["snapshot-id"]));
  const sameRows = new Set(metadata.snapshots.filter(hasSameRows).map((each) => each["snapshot-id"]));
  const log = metadata["snapshot-log"];
  const gap = log.findLastIndex(({ "snapshot-id": id }) => !kept.has(id) && !sameRows.has(id));
  return { ...metadata, snapshots, "snapshot-log": log.slice(gap + 1).filter((each) => kept.has(each["snapshot-id"])) };
}

/** Metadata whose log names the file that it replaces. */
export function logPrevious(metadata: TableMetadata, previousUri: string, previousMs: number): TableMetadata {
  const log = [...metadata["metadata-log"], { "metadata-file": previousUri, "timestamp-ms": previousMs }];
  return { ...metadata, "metadata-log": log.slice(-RETAINED_METADATA_FILES) };
}

/** The current schema. */
export function schemaOf(metadata: TableMetadata): IcebergSchema {
  const schema = metadata.schemas.find((each) => each["schema-id"] === metadata["current-schema-id"]);
  if (schema === undefined) throw corruptFile(metadata.location, "no current schema");
  return schema;
}

/** The partition spec of that id. */
export function specOf(metadata: TableMetadata, specId: number): PartitionSpec {
  const spec = metadata["partition-specs"].find((each) => each["spec-id"] === specId);
  if (spec === undefined) throw corruptFile(metadata.location, "a partition spec is missing");
  return spec;
}

/** Encodes a metadata file. */
export function encodeMetadata(metadata: TableMetadata): Uint8Array {
  return Buffer.from(`${JSON.stringify(metadata)}\n`, "utf8");
}

/** Reads a metadata file; checks what everything else relies on. Throws `lake.corrupt-metadata`. */
export function decodeMetadata(path: string, bytes: Uint8Array): TableMetadata {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw corruptFile(path, "not JSON", cause);
  }
  if (typeof parsed !== "object" || parsed === null) throw corruptFile(path, "not an object");
  // Narrowed by the checks below as far as this folder relies on it; other engines may add keys, which are kept.
  const metadata = parsed as TableMetadata;
  if (metadata["format-version"] !== 2) throw corruptFile(path, "not format version 2");
  const lists = [metadata.schemas, metadata["partition-specs"], metadata["sort-orders"], metadata.snapshots];
  const logs = [metadata["snapshot-log"], metadata["metadata-log"]];
  if (![...lists, ...logs].every(Array.isArray)) throw corruptFile(path, "a list is missing");
  for (const key of ["last-sequence-number", "last-updated-ms", "last-column-id", "current-snapshot-id"] as const) {
    if (!Number.isSafeInteger(metadata[key])) throw corruptFile(path, `${key} is no number`);
  }
  return metadata;
}

/** A positive number of 52 bits from a text: exact in every reader, also in those that hold numbers as doubles. */
export function snapshotIdFrom(text: string): number {
  return Number.parseInt(createHash("sha256").update(text).digest("hex").slice(0, 13), 16) + 1;
}

/**
 * The newest that changed rows, and of the others, which hold the same rows as the one before, the newest since the first
 * of them. So what was current at an instant is found wrong for no instant after the first retained change.
 */
function retainNewest(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const changes = snapshots.filter((each) => !hasSameRows(each));
  const dropped = changes.slice(0, -RETAINED_SNAPSHOTS).at(-1)?.["sequence-number"] ?? 0;
  const others = snapshots.filter((each) => hasSameRows(each) && each["sequence-number"] > dropped);
  const excess = new Set(others.slice(0, -RETAINED_SNAPSHOTS));
  return snapshots.filter((each) => each["sequence-number"] > dropped && !excess.has(each));
}

/** As the snapshot before: it only laid them into other files. */
function hasSameRows(snapshot: Snapshot): boolean {
  return snapshot.summary["operation"] === "replace";
}

function uuidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  // Version 8 (RFC 9562): made by the application's own rule.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

function maxFieldId(most: number, field: { readonly "field-id": number }): number {
  return Math.max(most, field["field-id"]);
}
