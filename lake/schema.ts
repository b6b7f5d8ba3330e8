import { sqlName, sqlString } from "../core/sql-engine.ts";
import type { Column, ColumnType, PrimitiveType, TableDefinition } from "../core/table.ts";
import { schemaConflict } from "./errors.ts";
import type { IcebergField, IcebergSchema, IcebergStruct, IcebergType } from "./model.ts";

const DUCKDB_TYPES: Readonly<Record<PrimitiveType, string>> = {
  boolean: "BOOLEAN",
  int: "INTEGER",
  long: "BIGINT",
  double: "DOUBLE",
  string: "VARCHAR",
  timestamptz: "TIMESTAMP WITH TIME ZONE",
};

/** A primitive column or struct field that is in no list: what is counted in every file. */
export interface Leaf {
  readonly id: number;
  readonly type: PrimitiveType;
  readonly path: readonly string[];
}

/** The first schema of a table and the last field id that it gave out. */
export function createSchema(definition: TableDefinition): { schema: IcebergSchema; lastColumnId: number } {
  const ids = idCounter(0);
  const fields = assignFields(definition.columns, [], ids, definition.id);
  return { schema: { type: "struct", "schema-id": 0, fields }, lastColumnId: ids.last() };
}

/**
 * The schema that follows the definition: fields that are there keep their ids, added ones (at any depth) get new ones
 * after `lastColumnId`. Null when there is nothing to add and no doc differs. Columns stand in the definition's order.
 * Throws `lake.schema-conflict` when a column was removed or has another type.
 */
export function evolveSchema(
  current: IcebergSchema,
  definition: TableDefinition,
  lastColumnId: number,
  nextSchemaId: number,
): { schema: IcebergSchema; lastColumnId: number } | null {
  const ids = idCounter(lastColumnId);
  const fields = assignFields(definition.columns, current.fields, ids, definition.id);
  if (JSON.stringify(fields) === JSON.stringify(current.fields)) return null;
  return { schema: { type: "struct", "schema-id": nextSchemaId, fields }, lastColumnId: ids.last() };
}

/** DuckDB's spelling of a type. */
export function duckDbType(type: IcebergType): string {
  if (typeof type === "string") return DUCKDB_TYPES[type];
  if (type.type === "list") return `${duckDbType(type.element)}[]`;
  return `STRUCT(${type.fields.map((field) => `${sqlName(field.name)} ${duckDbType(field.type)}`).join(", ")})`;
}

/** The `FIELD_IDS` option of DuckDB's Parquet writer, nested fields and list elements included. */
export function fieldIdsOption(schema: IcebergStruct): string {
  return `{${schema.fields.map((field) => `${sqlName(field.name)}: ${fieldIds(field.id, field.type)}`).join(", ")}}`;
}

/**
 * The `schema` option of DuckDB's `read_parquet`: top-level columns are found by field id, so a column that a file
 * lacks reads as NULL; fields inside structs are found by name (names are never reused) and read as NULL too.
 */
export function readSchemaOption(schema: IcebergSchema): string {
  const entries = schema.fields.map(
    (field) =>
      `${field.id}: {name: ${sqlString(field.name)}, type: ${sqlString(duckDbType(field.type))}, default_value: NULL}`,
  );
  return `MAP {${entries.join(", ")}}`;
}

/** All leaves outside lists, in the schema's order. */
export function leavesOf(schema: IcebergStruct, prefix: readonly string[] = []): Leaf[] {
  return schema.fields.flatMap((field): Leaf[] => {
    const path = [...prefix, field.name];
    if (typeof field.type === "string") return [{ id: field.id, type: field.type, path }];
    return field.type.type === "struct" ? leavesOf(field.type, path) : [];
  });
}

/** All lists with what is in them, as a text to be compared. */
export function listsOf(schema: IcebergStruct, prefix = ""): string {
  return schema.fields
    .flatMap((field): string[] => {
      const path = `${prefix}${field.id}`;
      if (typeof field.type === "string") return [];
      return field.type.type === "list" ? [`${path}:${duckDbType(field.type)}`] : [listsOf(field.type, `${path}.`)];
    })
    .filter((text) => text !== "")
    .sort()
    .join("\n");
}

/** The top-level field of that id or name, or undefined. */
export function findField(schema: IcebergStruct, key: number | string): IcebergField | undefined {
  return schema.fields.find((field) => field.id === key || field.name === key);
}

function fieldIds(id: number, type: IcebergType): string {
  if (typeof type === "string") return String(id);
  const inner =
    type.type === "list"
      ? [`element: ${fieldIds(type["element-id"], type.element)}`]
      : type.fields.map((field) => `${sqlName(field.name)}: ${fieldIds(field.id, field.type)}`);
  return `{__duckdb_field_id: ${id}, ${inner.join(", ")}}`;
}

interface IdCounter {
  next(): number;
  last(): number;
}

function idCounter(start: number): IdCounter {
  let last = start;
  return {
    next: () => {
      last += 1;
      return last;
    },
    last: () => last,
  };
}

/** Gives ids to a level first and then to what is below it, as Iceberg's own libraries do. */
function assignFields(
  columns: readonly Column[],
  known: readonly IcebergField[],
  ids: IdCounter,
  where: string,
): IcebergField[] {
  const removed = known.find((field) => !columns.some((each) => each.name === field.name));
  if (removed !== undefined) throw schemaConflict({ column: `${where}.${removed.name}`, change: "removed" });
  const given = columns.map((each) => {
    const old = known.find((field) => field.name === each.name);
    return { each, old, id: old?.id ?? ids.next() };
  });
  return given.map(({ each, old, id }) => ({
    id,
    name: each.name,
    required: false,
    type: assignType(each.type, old?.type, ids, `${where}.${each.name}`),
    ...(each.doc === "" ? {} : { doc: each.doc }),
  }));
}

function assignType(type: ColumnType, old: IcebergType | undefined, ids: IdCounter, where: string): IcebergType {
  if (typeof type === "string") {
    if (old !== undefined && old !== type) throw schemaConflict({ column: where, change: "retyped" });
    return type;
  }
  if (type.kind === "struct") {
    if (old !== undefined && (typeof old === "string" || old.type !== "struct")) {
      throw schemaConflict({ column: where, change: "retyped" });
    }
    return { type: "struct", fields: assignFields(type.fields, old?.fields ?? [], ids, where) };
  }
  if (old !== undefined && (typeof old === "string" || old.type !== "list")) {
    throw schemaConflict({ column: where, change: "retyped" });
  }
  const elementId = old?.["element-id"] ?? ids.next();
  return {
    type: "list",
    "element-id": elementId,
    element: assignType(type.element, old?.element, ids, `${where}.element`),
    "element-required": false,
  };
}
