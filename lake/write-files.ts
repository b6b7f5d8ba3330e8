import { LogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import { type SqlEngine, type SqlRow, sqlName, sqlString } from "../core/sql-engine.ts";
import type { Table } from "./catalog.ts";
import { dataFileFrom } from "./copy-stats.ts";
import { schemaOf } from "./metadata.ts";
import type { PartitionTuple } from "./model.ts";
import { type DataFile, type IcebergField, type IcebergSchema, SPEC_DAY_ACCOUNT } from "./model.ts";
import { type Layout, layoutOf, partitionFolder } from "./partition.ts";
import { isReferenced } from "./references.ts";
import { duckDbType, fieldIdsOption } from "./schema.ts";

export interface WriteOptions {
  /** `SPEC_DAY` as rows come in, `SPEC_DAY_ACCOUNT` when they are compacted. */
  readonly specId: number;
  /** Derived from content: the same rows give the same prefix, other rows another. */
  readonly prefix: string;
  /** Rows held in memory before they are written; DuckDB's 122,880 where rows are small. */
  readonly rowGroupRows?: number;
}

export interface WritePorts {
  readonly store: LakeStore;
  readonly engine: SqlEngine;
}

/**
 * Writes rows as sorted Parquet files, one for each partition, durable but not yet part of the table. `from` is what
 * stands after FROM: a quoted table name, or a SELECT in brackets; it is read once to find the partitions and once for
 * each of them. It has all the table's columns, by name. No rows, no files.
 *
 * The same call after a kill writes the same names again: leftovers that no snapshot references are replaced; a file
 * that one does reference is never touched (`lake.file-committed`).
 */
export async function writeDataFiles(
  table: Table,
  from: string,
  options: WriteOptions,
  ports: WritePorts,
): Promise<readonly DataFile[]> {
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(options.prefix)) {
    throw new LogkeepError({
      code: "lake.bad-name",
      message: "a file prefix must be lower-case letters, digits and -",
    });
  }
  const schema = schemaOf(table.metadata);
  const layout = layoutOf(table.metadata, schema);
  const partitions = await findPartitions(from, layout, options.specId, ports.engine);
  const files: DataFile[] = [];
  for (const [index, partition] of partitions.entries()) {
    const name = `${options.prefix}-${String(index).padStart(5, "0")}.parquet`;
    const path = `${table.id}/data/${partitionFolder(partition)}/${name}`;
    await clearLeftover(table, path, ports.store);
    const rows = `SELECT ${columnList(schema)} FROM ${from}${where(partitions, partition, layout)}`;
    const stats = await copyRows(rows, path, schema, layout, options, ports);
    files.push(dataFileFrom(stats, path, options.specId, partition, schema));
  }
  await ports.store.sync(files.map((file) => file.path));
  return files;
}

/** The day of a timestamptz column, in days since 1970-01-01; null for null and for infinities, which Iceberg lacks. */
export function dayExpression(column: string): string {
  const time = sqlName(column);
  return `CASE WHEN isfinite(${time}) THEN (${time} AT TIME ZONE 'UTC')::DATE - DATE '1970-01-01' END`;
}

async function findPartitions(
  from: string,
  layout: Layout,
  specId: number,
  engine: SqlEngine,
): Promise<readonly PartitionTuple[]> {
  const day = dayExpression(layout.timeColumn);
  if (specId !== SPEC_DAY_ACCOUNT) {
    const rows = await engine.all(`SELECT DISTINCT ${day} AS day FROM ${from} ORDER BY day NULLS LAST`);
    return rows.map((row) => ({ day: dayOf(row) }));
  }
  if (layout.accountColumn === null) {
    throw new LogkeepError({ code: "lake.no-account", message: "the table has no account column to partition by" });
  }
  const rows = await engine.all(
    `SELECT DISTINCT ${day} AS day, ${sqlName(layout.accountColumn)} AS account FROM ${from} ORDER BY ALL NULLS LAST`,
  );
  return rows.map((row) => ({ day: dayOf(row), account: typeof row["account"] === "string" ? row["account"] : null }));
}

function dayOf(row: SqlRow): number | null {
  return row["day"] === null ? null : Number(row["day"]);
}

function where(partitions: readonly PartitionTuple[], partition: PartitionTuple, layout: Layout): string {
  if (partitions.length === 1) return "";
  const day = `${dayExpression(layout.timeColumn)} IS NOT DISTINCT FROM ${partition.day ?? "NULL"}`;
  if (partition.account === undefined || layout.accountColumn === null) return ` WHERE ${day}`;
  const account = partition.account === null ? "NULL" : sqlString(partition.account);
  return ` WHERE ${day} AND ${sqlName(layout.accountColumn)} IS NOT DISTINCT FROM ${account}`;
}

async function copyRows(
  rows: string,
  path: string,
  schema: IcebergSchema,
  layout: Layout,
  options: WriteOptions,
  ports: WritePorts,
): Promise<SqlRow> {
  const order = layout.sortColumns.map((name) => `${sqlName(name)} NULLS LAST`).join(", ");
  const settings = [
    "FORMAT parquet",
    "COMPRESSION zstd",
    `FIELD_IDS ${fieldIdsOption(schema)}`,
    "RETURN_STATS",
    // The final name must appear at once or not at all; DuckDB renames a temporary file of its own.
    "USE_TMP_FILE true",
    ...(options.rowGroupRows === undefined ? [] : [`ROW_GROUP_SIZE ${options.rowGroupRows}`]),
  ];
  const target = sqlString(ports.store.localPath(path));
  await ports.store.ensureFolder(path.slice(0, path.lastIndexOf("/")));
  const [stats] = await ports.engine.all(`COPY (${rows} ORDER BY ${order}) TO ${target} (${settings.join(", ")})`);
  if (stats === undefined) {
    throw new LogkeepError({ code: "lake.write-failed", message: "the SQL engine reported no file", facts: { path } });
  }
  return stats;
}

function columnList(schema: IcebergSchema): string {
  return schema.fields.map((field) => `${castColumn(field)} AS ${sqlName(field.name)}`).join(", ");
}

function castColumn(field: IcebergField): string {
  const cast = `CAST(${sqlName(field.name)} AS ${duckDbType(field.type)})`;
  return field.type === "timestamptz" ? `CASE WHEN isfinite(${cast}) THEN ${cast} END` : cast;
}

async function clearLeftover(table: Table, path: string, store: LakeStore): Promise<void> {
  if (!(await store.exists(path))) return;
  if (await isReferenced(table, path, store)) {
    throw new LogkeepError({
      code: "lake.file-committed",
      message: "a file of that name is part of the table and is never written again",
      facts: { path },
      hint: "the same rows were committed before: look for their batch in the table's snapshots",
    });
  }
  await store.remove(path);
}
