import type { LakeStore } from "../core/lake-store.ts";
import { sqlName, sqlString } from "../core/sql-engine.ts";
import type { Table } from "./catalog.ts";
import { schemaOf } from "./metadata.ts";
import type { LiveFile } from "./model.ts";
import { duckDbType, readSchemaOption } from "./schema.ts";

/**
 * What stands after FROM to read files with the table's current schema, whatever schema they were written with: columns
 * are found by field id, missing ones read as NULL. Without files it is an empty relation of the same types. The
 * files are brought to where the engine opens them.
 */
export async function scanRelation(
  table: Table,
  files: readonly LiveFile[],
  store: Pick<LakeStore, "localPath" | "fetch">,
): Promise<string> {
  const schema = schemaOf(table.metadata);
  if (files.length === 0) {
    const columns = schema.fields.map((field) => `CAST(NULL AS ${duckDbType(field.type)}) AS ${sqlName(field.name)}`);
    return `(SELECT ${columns.join(", ")} WHERE false)`;
  }
  await store.fetch(files);
  const paths = files.map((file) => sqlString(store.localPath(file.path)));
  // Hive partitioning is off: folder names are no columns, and an account in one need not be spelled as it is.
  return `read_parquet([${paths.join(", ")}], hive_partitioning = false, schema = ${readSchemaOption(schema)})`;
}
