import type { PrimitiveType } from "../core/table.ts";

/**
 * Iceberg v2's own shapes, in the spec's spelling, as they stand in metadata files
 * (https://iceberg.apache.org/spec/#table-metadata-and-snapshots). Snapshot ids are at most 53 bits wide, so that
 * readers which hold numbers as doubles, ours included, read them exactly.
 */
export interface IcebergField {
  readonly id: number;
  readonly name: string;
  readonly required: false;
  readonly type: IcebergType;
  readonly doc?: string;
}

/** A struct type. */
export interface IcebergStruct {
  readonly type: "struct";
  readonly fields: readonly IcebergField[];
}

/** A list type; its element has a field id of its own. */
export interface IcebergList {
  readonly type: "list";
  readonly "element-id": number;
  readonly element: IcebergType;
  readonly "element-required": false;
}

/** Any type of a field. */
export type IcebergType = PrimitiveType | IcebergStruct | IcebergList;

/** A table's columns, in one of the versions that its data files were written with. */
export interface IcebergSchema extends IcebergStruct {
  readonly "schema-id": number;
}

/** How one value of the partition derives from a column. */
export interface PartitionField {
  readonly name: string;
  readonly transform: "day" | "identity";
  readonly "source-id": number;
  readonly "field-id": number;
}

/** How a file's partition derives from its rows; a table keeps several side by side. */
export interface PartitionSpec {
  readonly "spec-id": number;
  readonly fields: readonly PartitionField[];
}

/** One key of a sort order. */
export interface SortField {
  readonly transform: "identity";
  readonly "source-id": number;
  readonly direction: "asc";
  readonly "null-order": "nulls-last";
}

/** The order of rows in a file; id 0 is none. */
export interface SortOrder {
  readonly "order-id": number;
  readonly fields: readonly SortField[];
}

/** A state of the table; `summary` holds our own properties too. */
export interface Snapshot {
  readonly "snapshot-id": number;
  readonly "parent-snapshot-id"?: number;
  readonly "sequence-number": number;
  readonly "timestamp-ms": number;
  readonly "manifest-list": string;
  readonly summary: Readonly<Record<string, string>>;
  readonly "schema-id": number;
}

/** A metadata file, whole. */
export interface TableMetadata {
  readonly "format-version": 2;
  readonly "table-uuid": string;
  readonly location: string;
  readonly "last-sequence-number": number;
  readonly "last-updated-ms": number;
  readonly "last-column-id": number;
  readonly schemas: readonly IcebergSchema[];
  readonly "current-schema-id": number;
  readonly "partition-specs": readonly PartitionSpec[];
  readonly "default-spec-id": number;
  readonly "last-partition-id": number;
  readonly "sort-orders": readonly SortOrder[];
  readonly "default-sort-order-id": number;
  readonly properties: Readonly<Record<string, string>>;
  readonly "current-snapshot-id": number;
  readonly snapshots: readonly Snapshot[];
  readonly "snapshot-log": readonly { readonly "snapshot-id": number; readonly "timestamp-ms": number }[];
  readonly "metadata-log": readonly { readonly "metadata-file": string; readonly "timestamp-ms": number }[];
  readonly refs: Readonly<Record<string, { readonly "snapshot-id": number; readonly type: "branch" | "tag" }>>;
}

/** The partition of a file. `day` counts from 1970-01-01; null for rows without a time. No `account` under spec 0. */
export interface PartitionTuple {
  readonly day: number | null;
  readonly account?: string | null;
}

/** A Parquet file of a table: what reading, replacing and counting it takes. */
export interface LiveFile {
  /** Below the lake's root. */
  readonly path: string;
  readonly specId: number;
  readonly partition: PartitionTuple;
  readonly rowCount: number;
  readonly sizeBytes: number;
  /** Id of the schema of which it is known to hold every column and field. */
  readonly completeSchemaId?: number;
}

/**
 * A file about to be committed. Plain JSON: it may be kept in an intent file and committed by another process. The maps
 * are keyed by field id; bounds are Iceberg's binary single values in base64, strings cut to 16 characters.
 */
export interface DataFile extends LiveFile {
  /** Whether its rows stand in the table's sort order; else in the order in which they came. */
  readonly isSorted: boolean;
  readonly columnSizes: Readonly<Record<string, number>>;
  readonly valueCounts: Readonly<Record<string, number>>;
  readonly nullCounts: Readonly<Record<string, number>>;
  readonly lowerBounds: Readonly<Record<string, string>>;
  readonly upperBounds: Readonly<Record<string, string>>;
}

/** The spec of files as they come in: by day. */
export const SPEC_DAY = 0;
/** The spec of compacted files: by day and account. */
export const SPEC_DAY_ACCOUNT = 1;
