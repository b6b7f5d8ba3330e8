import type { Source } from "../../core/source.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import type { ColumnType } from "../../core/table.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";

/** The CloudTrail source of the catalog. */
export const CLOUDTRAIL: Source = SOURCES.find((source) => source.id === "cloudtrail") as Source;

/** A table type in the SQL engine's words. */
function sqlType(type: ColumnType): string {
  if (typeof type === "string") {
    return {
      boolean: "BOOLEAN",
      int: "INTEGER",
      long: "BIGINT",
      double: "DOUBLE",
      string: "VARCHAR",
      timestamptz: "TIMESTAMPTZ",
    }[type];
  }
  if (type.kind === "list") return `${sqlType(type.element)}[]`;
  return `STRUCT(${type.fields.map((field) => `"${field.name}" ${sqlType(field.type)}`).join(", ")})`;
}

/** An empty temporary table with a source's columns. */
export async function createEmptyTable(engine: SqlEngine, source: Source, relation: string): Promise<void> {
  const columns = source.table.columns.map((column) => `"${column.name}" ${sqlType(column.type)}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} (${columns.join(", ")})`);
}
