import type { LakeStore } from "../core/lake-store.ts";
import { sqlName, sqlString } from "../core/sql-engine.ts";
import type { Table } from "./catalog.ts";
import { schemaOf } from "./metadata.ts";
import type { LiveFile } from "./model.ts";
import { duckDbType, readSchemaOption } from "./schema.ts";

/**
 * What stands after FROM to read files with the table's current schema, whatever schema they were written with: columns
 * are found by field id, missing ones read as NULL, in files that may lack some; by name in files that are known to have all. Without files it is an empty relation of the same types. The
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
  // The files may have been planned with an older version of the table.
  const schemaId = table.metadata["current-schema-id"];
  const complete = files.filter((file) => file.completeSchemaId === schemaId);
  const others = files.filter((file) => file.completeSchemaId !== schemaId);
  const names = schema.fields.map((field) => sqlName(field.name)).join(", ");
  // Hive partitioning is off: folder names are no columns, and an account in one need not be spelled as it is.
  const options = "hive_partitioning = false";
  // With a schema the engine reads structs whole; without, the fields alone that a query names.
  const whole = `read_parquet([${pathsOf(complete, store)}], ${options})`;
  const mapped = `read_parquet([${pathsOf(others, store)}], ${options}, schema = ${readSchemaOption(schema)})`;
  if (complete.length === 0) return mapped;
  if (others.length === 0) return `(SELECT ${names} FROM ${whole})`;
  return `(SELECT ${names} FROM ${whole} UNION ALL SELECT ${names} FROM ${mapped})`;
}

function pathsOf(files: readonly LiveFile[], store: Pick<LakeStore, "localPath">): string {
  return files.map((file) => sqlString(store.localPath(file.path))).join(", ");
}
