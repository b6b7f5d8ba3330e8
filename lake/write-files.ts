import { LogkeepError } from "../core/errors.ts";
import { type SqlEngine, type SqlRow, sqlName, sqlString } from "../core/sql-engine.ts";
import type { Table } from "./catalog.ts";
import { columnList, copyRows, freePath, sortOrder, type WritePorts } from "./copy-rows.ts";
import { schemaOf } from "./metadata.ts";
import { type DataFile, type PartitionTuple, SPEC_DAY_ACCOUNT } from "./model.ts";
import { type Layout, layoutOf, partitionFolder } from "./partition.ts";

const DAY_MICROS = 86_400_000_000n;
const LAST_DAY = Number(((1n << 63n) - 1n) / DAY_MICROS);

/** How rows become files. */
export interface WriteOptions {
  /** `SPEC_DAY` as rows come in, `SPEC_DAY_ACCOUNT` when they are compacted. */
  readonly specId: number;
  /** Derived from content: the same rows give the same prefix, other rows another. */
  readonly prefix: string;
  /**
   * The rows come grouped by account already, and their order is kept: sorting wide rows takes as long as encoding them.
   */
  readonly keepOrder?: boolean;
  /** Rows held in memory before they are written; DuckDB's 122,880 where rows are small. */
  readonly rowGroupRows?: number;
}

/**
 * Writes rows as Parquet files in the table's sort order, one for each partition, durable but not yet part of the table. `from` is what
 * stands after FROM: a quoted table name, or a SELECT in brackets; it is read once to find the partitions and once for
 * each of them. It has all the table's columns, by name. No rows, no files.
 *
 * The same call after a kill leaves the killed one's files alone and writes names beside them; where a snapshot
 * references one, it fails (`lake.file-committed`).
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
    const path = await freePath(table, `${table.id}/data/${partitionFolder(partition)}/${name}`, ports.store);
    const order = options.keepOrder === true ? "" : ` ORDER BY ${sortOrder(layout)}`;
    const rows = `SELECT ${columnList(schema)} FROM ${from}${where(partitions, partition, layout)}${order}`;
    const target = { path, specId: options.specId, partition };
    files.push({ ...(await copyRows(table, rows, target, options, ports)), isSorted: order !== "" });
  }
  await ports.store.sync(files.map((file) => file.path));
  return files;
}

/**
 * The day of a timestamptz column, in days since 1970-01-01, rounded down also before it; null for null and for
 * infinities, which Iceberg lacks (`epoch_us` gives null for them).
 */
export function dayExpression(column: string): string {
  const micros = `epoch_us(${sqlName(column)})`;
  return `CASE WHEN ${micros} < 0 THEN (${micros} + 1) // ${DAY_MICROS} - 1 ELSE ${micros} // ${DAY_MICROS} END`;
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
  return rows.map((row) => ({ day: dayOf(row), account: typeof row.account === "string" ? row.account : null }));
}

function dayOf(row: SqlRow): number | null {
  return row.day === null ? null : Number(row.day);
}

/** A range of times rather than a day, because the engine skips rows by it before it reads the other columns. */
function where(partitions: readonly PartitionTuple[], partition: PartitionTuple, layout: Layout): string {
  if (partitions.length === 1) return "";
  const time = sqlName(layout.timeColumn);
  const day =
    partition.day === null
      ? `(${time} IS NULL OR NOT isfinite(${time}))`
      : `(${time} >= ${dayStart(partition.day)} AND ${dayEnd(time, partition.day)})`;
  if (partition.account === undefined || layout.accountColumn === null) return ` WHERE ${day}`;
  const account = partition.account === null ? "NULL" : sqlString(partition.account);
  return ` WHERE ${day} AND ${sqlName(layout.accountColumn)} IS NOT DISTINCT FROM ${account}`;
}

function dayEnd(time: string, day: number): string {
  // The last day that the engine knows has no start of a day after it.
  return day >= LAST_DAY ? `isfinite(${time})` : `${time} < ${dayStart(day + 1)}`;
}

function dayStart(day: number): string {
  return `make_timestamptz(${BigInt(day) * DAY_MICROS})`;
}
