import type { AvroSchema } from "./avro-file.ts";
import type { PartitionSpec } from "./model.ts";

/**
 * The Avro schemas of manifests and manifest lists, with the field ids of the Iceberg spec
 * (https://iceberg.apache.org/spec/#manifests, https://iceberg.apache.org/spec/#manifest-lists).
 */
type AvroType = string | AvroSchema | readonly AvroType[];

// The spec lets a day be an int; Iceberg's Java library writes and expects a date.
const DATE: AvroSchema = { type: "int", logicalType: "date" };

/** Entries of a manifest whose files have one partition spec. */
export function manifestEntrySchema(spec: PartitionSpec): AvroSchema {
  const partition = spec.fields.map((each) =>
    field(each["field-id"], each.name, optional(each.transform === "day" ? DATE : "string"), true),
  );
  const dataFile = record("r2", [
    field(134, "content", "int"),
    field(100, "file_path", "string"),
    field(101, "file_format", "string"),
    field(102, "partition", record("r102", partition)),
    field(103, "record_count", "long"),
    field(104, "file_size_in_bytes", "long"),
    field(108, "column_sizes", optional(intMap(117, 118, "long")), true),
    field(109, "value_counts", optional(intMap(119, 120, "long")), true),
    field(110, "null_value_counts", optional(intMap(121, 122, "long")), true),
    field(137, "nan_value_counts", optional(intMap(138, 139, "long")), true),
    field(125, "lower_bounds", optional(intMap(126, 127, "bytes")), true),
    field(128, "upper_bounds", optional(intMap(129, 130, "bytes")), true),
    field(131, "key_metadata", optional("bytes"), true),
    field(132, "split_offsets", optional(list(133, "long")), true),
    field(135, "equality_ids", optional(list(136, "int")), true),
    field(140, "sort_order_id", optional("int"), true),
  ]);
  return record("manifest_entry", [
    field(0, "status", "int"),
    field(1, "snapshot_id", optional("long"), true),
    field(3, "sequence_number", optional("long"), true),
    field(4, "file_sequence_number", optional("long"), true),
    field(2, "data_file", dataFile),
  ]);
}

/** Entries of a manifest list. */
export const MANIFEST_FILE_SCHEMA: AvroSchema = record("manifest_file", [
  field(500, "manifest_path", "string"),
  field(501, "manifest_length", "long"),
  field(502, "partition_spec_id", "int"),
  field(517, "content", "int"),
  field(515, "sequence_number", "long"),
  field(516, "min_sequence_number", "long"),
  field(503, "added_snapshot_id", "long"),
  field(504, "added_files_count", "int"),
  field(505, "existing_files_count", "int"),
  field(506, "deleted_files_count", "int"),
  field(512, "added_rows_count", "long"),
  field(513, "existing_rows_count", "long"),
  field(514, "deleted_rows_count", "long"),
  field(
    507,
    "partitions",
    optional(
      list(
        508,
        record("r508", [
          field(509, "contains_null", "boolean"),
          field(518, "contains_nan", optional("boolean"), true),
          field(510, "lower_bound", optional("bytes"), true),
          field(511, "upper_bound", optional("bytes"), true),
        ]),
      ),
    ),
    true,
  ),
  field(519, "key_metadata", optional("bytes"), true),
]);

function record(name: string, fields: readonly AvroSchema[]): AvroSchema {
  return { type: "record", name, fields };
}

function field(id: number, name: string, type: AvroType, isOptional = false): AvroSchema {
  return { name, type, ...(isOptional ? { default: null } : {}), "field-id": id };
}

function optional(type: AvroType): AvroType {
  return ["null", type];
}

function list(elementId: number, items: AvroType): AvroSchema {
  return { type: "array", items, "element-id": elementId };
}

/** Avro maps have string keys only, so Iceberg writes maps keyed by int as a list of pairs. */
function intMap(keyId: number, valueId: number, value: AvroType): AvroSchema {
  const pair = record(`k${keyId}_v${valueId}`, [field(keyId, "key", "int"), field(valueId, "value", value)]);
  return { type: "array", logicalType: "map", items: pair };
}
