import { sqlName } from "../../core/sql-engine.ts";
import type { ColumnType } from "../../core/table.ts";

/** A table type in the SQL engine's words. */
export function sqlType(type: ColumnType): string {
  if (typeof type !== "string") {
    if (type.kind === "list") return `${sqlType(type.element)}[]`;
    return `STRUCT(${type.fields.map((field) => `${sqlName(field.name)} ${sqlType(field.type)}`).join(", ")})`;
  }
  switch (type) {
    case "boolean":
      return "BOOLEAN";
    case "int":
      return "INTEGER";
    case "long":
      return "BIGINT";
    case "double":
      return "DOUBLE";
    case "string":
      return "VARCHAR";
    case "timestamptz":
      return "TIMESTAMPTZ";
  }
}
