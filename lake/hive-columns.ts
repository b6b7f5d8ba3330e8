import type { RegisteredColumn } from "../core/metadata-register.ts";
import type { PrimitiveType } from "../core/table.ts";
import type { IcebergSchema, IcebergType } from "./model.ts";

// As Iceberg's own Glue catalog spells them: Hive has no type with a zone.
const HIVE_TYPES: Readonly<Record<PrimitiveType, string>> = {
  boolean: "boolean",
  int: "int",
  long: "bigint",
  double: "double",
  string: "string",
  timestamptz: "timestamp",
};

/** A schema's columns as a Hive-like data catalog shows them. */
export function hiveColumns(schema: IcebergSchema): readonly RegisteredColumn[] {
  return schema.fields.map(({ id, name, type, doc }) => ({ name, fieldId: id, type: hiveType(type), doc: doc ?? "" }));
}

function hiveType(type: IcebergType): string {
  if (typeof type === "string") return HIVE_TYPES[type];
  if (type.type === "list") return `array<${hiveType(type.element)}>`;
  return `struct<${type.fields.map((field) => `${field.name}:${hiveType(field.type)}`).join(",")}>`;
}
