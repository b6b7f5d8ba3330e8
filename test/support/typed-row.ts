import type { JsonRow } from "../../core/sql-engine.ts";
import type { Column, ColumnType, TableDefinition } from "../../core/table.ts";

/** A row of a JSON stream with its 64-bit integers as numbers again (bigint where a number would round). */
export function typedRow(row: JsonRow, table: TableDefinition): Readonly<Record<string, unknown>> {
  return typedStruct(row, table.columns);
}

function typedStruct(value: JsonRow, fields: readonly Column[]): Readonly<Record<string, unknown>> {
  const types = new Map(fields.map((field) => [field.name, field.type]));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const fieldType = types.get(name);
      if (fieldType === undefined) throw new Error(`the table has no column ${name}`);
      return [name, typedValue(inner, fieldType)];
    }),
  );
}

function typedValue(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (type === "long") return Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(String(value));
  if (typeof type === "string") return value;
  // The stream renders structs as objects and lists as arrays.
  if (type.kind === "struct") return typedStruct(value as JsonRow, type.fields);
  return (value as readonly unknown[]).map((element) => typedValue(element, type.element));
}
