import { type SqlEngine, sqlName, sqlString } from "../../core/sql-engine.ts";
import type { Column, ColumnType, TableDefinition } from "../../core/table.ts";

/** Creates a temporary table from rows in the table's own shape; what a row leaves out is NULL. */
export async function createTableOf(
  engine: SqlEngine,
  definition: TableDefinition,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const shape = sqlString(JSON.stringify([shapeOf(definition.columns)]));
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${sqlName(definition.id)} AS
     SELECT r.* FROM (SELECT unnest(json_transform(${sqlString(JSON.stringify(rows))}, ${shape})) AS r)`,
  );
}

function shapeOf(columns: readonly Column[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(columns.map((column) => [column.name, typeShape(column.type)]));
}

const TYPES = {
  boolean: "BOOLEAN",
  int: "INTEGER",
  long: "BIGINT",
  double: "DOUBLE",
  string: "VARCHAR",
  timestamptz: "TIMESTAMPTZ",
} as const;

function typeShape(type: ColumnType): unknown {
  if (typeof type === "string") return TYPES[type];
  return type.kind === "list" ? [typeShape(type.element)] : shapeOf(type.fields);
}

/** A column's type as the engine reads it from the lake. */
export function sqlTypeOf(type: ColumnType): string {
  if (typeof type === "string") return TYPES[type];
  if (type.kind === "list") return `${sqlTypeOf(type.element)}[]`;
  return `STRUCT(${type.fields.map((field) => `${sqlName(field.name)} ${sqlTypeOf(field.type)}`).join(", ")})`;
}
