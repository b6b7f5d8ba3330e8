import { LogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import { type SqlEngine, sqlName, sqlString } from "../core/sql-engine.ts";
import type { Table } from "./catalog.ts";
import { dataFileFrom } from "./copy-stats.ts";
import { schemaOf } from "./metadata.ts";
import type { DataFile, IcebergField, IcebergSchema, IcebergType, PartitionTuple } from "./model.ts";
import type { Layout } from "./partition.ts";
import { isReferenced } from "./references.ts";
import { duckDbType, fieldIdsOption } from "./schema.ts";

/** What writing files needs of the world. */
export interface WritePorts {
  readonly store: LakeStore;
  readonly engine: SqlEngine;
}

/** Where a file goes and which partition its rows belong to. */
export interface FileTarget {
  readonly path: string;
  readonly specId: number;
  readonly partition: PartitionTuple;
}

/**
 * Writes a query's rows, in its order, as one Parquet file under a name that is free (`freePath`, `clearLeftover`). The
 * file is not durable yet: `LakeStore.sync`.
 */
export async function copyRows(
  table: Table,
  rows: string,
  target: FileTarget,
  options: { readonly rowGroupRows?: number },
  ports: WritePorts,
): Promise<DataFile> {
  const schema = schemaOf(table.metadata);
  const settings = [
    "FORMAT parquet",
    "COMPRESSION zstd",
    // Level 1 of zstd: a fifth less time than the default of 3, and the files are no larger.
    "COMPRESSION_LEVEL 1",
    `FIELD_IDS ${fieldIdsOption(schema)}`,
    // Iceberg's own writers put the schema here, and readers that do not look at field ids need it.
    `KV_METADATA {'iceberg.schema': ${sqlString(JSON.stringify(withoutDocs(schema)))}}`,
    "RETURN_STATS",
    // The final name must appear at once or not at all; DuckDB renames a temporary file of its own.
    "USE_TMP_FILE true",
    ...(options.rowGroupRows === undefined ? [] : [`ROW_GROUP_SIZE ${options.rowGroupRows}`]),
  ];
  const file = sqlString(ports.store.localPath(target.path));
  await ports.store.ensureFolder(target.path.slice(0, target.path.lastIndexOf("/")));
  const [stats] = await ports.engine.all(`COPY (${rows}) TO ${file} (${settings.join(", ")})`);
  if (stats === undefined) {
    throw new LogkeepError({
      code: "lake.write-failed",
      message: "the SQL engine reported no file",
      facts: { path: target.path },
    });
  }
  return dataFileFrom(stats, target.path, target.specId, target.partition, schema);
}

/** The order of rows in a file, after ORDER BY. */
export function sortOrder(layout: Layout): string {
  return layout.sortColumns.map((name) => `${sqlName(name)} NULLS LAST`).join(", ");
}

/** The table's columns by name, converted to its types. Infinite times, which Iceberg lacks, become null. */
export function columnList(schema: IcebergSchema): string {
  return schema.fields.map((field) => `${castColumn(field)} AS ${sqlName(field.name)}`).join(", ");
}

function castColumn(field: IcebergField): string {
  const cast = `CAST(${sqlName(field.name)} AS ${duckDbType(field.type)})`;
  return field.type === "timestamptz" ? `CASE WHEN isfinite(${cast}) THEN ${cast} END` : cast;
}

/** Docs are in the table's metadata; in every file they would only cost space. */
function withoutDocs(schema: IcebergSchema): IcebergSchema {
  const bareType = (type: IcebergType): IcebergType => {
    if (typeof type === "string") return type;
    if (type.type === "list") return { ...type, element: bareType(type.element) };
    return { type: "struct", fields: type.fields.map(bareField) };
  };
  const bareField = ({ id, name, type }: IcebergField): IcebergField => {
    return { id, name, required: false, type: bareType(type) };
  };
  return { ...schema, fields: schema.fields.map(bareField) };
}

/**
 * The path, or one beside it where a killed writer left a file of that name: cleaning may be about to remove that one,
 * and would remove what replaced it. Throws `lake.file-committed` when a snapshot references it.
 */
export async function freePath(table: Table, path: string, store: LakeStore): Promise<string> {
  let free = path;
  for (let number = 2; await store.exists(free); number += 1) {
    if (await isReferenced(table, free, store)) throw fileCommitted(free);
    free = path.replace(/\.parquet$/, `-${number}.parquet`);
  }
  return free;
}

/** Removes what a killed process left under a name. Only for whoever keeps cleaning out meanwhile. */
export async function clearLeftover(table: Table, path: string, store: LakeStore): Promise<void> {
  if (!(await store.exists(path))) return;
  if (await isReferenced(table, path, store)) throw fileCommitted(path);
  await store.remove(path);
}

function fileCommitted(path: string): LogkeepError {
  return new LogkeepError({
    code: "lake.file-committed",
    message: "a file of that name is part of the table and is never written again",
    facts: { path },
    hint: "the same rows were committed before: look for their batch in the table's snapshots",
  });
}
