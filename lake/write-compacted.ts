/**
 * The files of a compaction task in, sorted files of the target size out, one or more for each account. Nothing of it is
 * part of the table yet. Memory is the engine's own: it sorts one chunk at a time and spills what exceeds its limit.
 */
import { type SqlRow, sqlName, sqlString } from "../core/sql-engine.ts";
import type { Table } from "./catalog.ts";
import { clearLeftover, columnList, copyRows, sortOrder, type WritePorts } from "./copy-rows.ts";
import { schemaOf } from "./metadata.ts";
import { type DataFile, SPEC_DAY, SPEC_DAY_ACCOUNT } from "./model.ts";
import { type Layout, layoutOf, partitionFolder } from "./partition.ts";
import { type CompactionTask, TARGET_FILE_BYTES } from "./plan-compaction.ts";
import { scanRelation } from "./scan-relation.ts";

const SORTED = "lake_compaction";

/** How rows become files. */
export interface WriteCompactedOptions {
  readonly targetFileBytes?: number;
  /** Compressed bytes that are sorted at a time; the engine spills what exceeds its memory. */
  readonly chunkBytes?: number;
  readonly rowGroupRows?: number;
}

/** Writes a task's rows again, durable but not committed. Names derive from the task's id. */
export async function writeCompacted(
  table: Table,
  task: CompactionTask,
  options: WriteCompactedOptions,
  ports: WritePorts,
): Promise<readonly DataFile[]> {
  const schema = schemaOf(table.metadata);
  const layout = layoutOf(table.metadata, schema);
  const from = await scanRelation(table, task.files, ports.store);
  const added: DataFile[] = [];
  for (const chunk of await planChunks(from, layout, task, options, ports)) {
    const rows = `SELECT ${columnList(schema)} FROM ${from}${chunk.where} ORDER BY ${sortOrder(layout)}`;
    const write = async (part: string, account: string | null) => {
      const target = targetOf(table, layout, task, account, added.length);
      await clearLeftover(table, target.path, ports.store);
      added.push(await copyRows(table, part, target, options, ports));
    };
    const [only] = chunk.accounts;
    if (chunk.accounts.length === 1 && only?.files === 1) {
      // One file is written straight from its sort.
      await write(rows, only.account);
    } else {
      await writeChunk(rows, layout, chunk, write, ports);
    }
  }
  await ports.store.sync(added.map((file) => file.path));
  return added;
}

/** Sorts a chunk once and cuts it at its accounts: the engine's own partitioned writing does not keep the order. */
async function writeChunk(
  rows: string,
  layout: Layout,
  chunk: Chunk,
  write: (part: string, account: string | null) => Promise<void>,
  ports: WritePorts,
): Promise<void> {
  const account = layout.accountColumn === null ? "NULL" : sqlName(layout.accountColumn);
  await ports.engine.run(`CREATE OR REPLACE TEMP TABLE ${SORTED} AS ${rows}`);
  try {
    const ranges = await ports.engine.all(
      `SELECT ${account} AS account, min(rowid) AS first, max(rowid) AS last FROM ${SORTED} GROUP BY ALL ORDER BY first`,
    );
    for (const range of ranges) {
      const files = chunk.accounts.find((each) => each.account === textOf(range))?.files ?? 1;
      const [first, last] = [Number(range["first"]), Number(range["last"])];
      const step = Math.ceil((last - first + 1) / files);
      for (let from = first; from <= last; from += step) {
        const to = Math.min(last, from + step - 1);
        await write(`SELECT * FROM ${SORTED} WHERE rowid BETWEEN ${from} AND ${to} ORDER BY rowid`, textOf(range));
      }
    }
  } finally {
    await ports.engine.run(`DROP TABLE IF EXISTS ${SORTED}`);
  }
}

function targetOf(table: Table, layout: Layout, task: CompactionTask, account: string | null, number: number) {
  const partition = layout.accountColumn === null ? { day: task.day } : { day: task.day, account };
  const name = `c-${task.id}-${String(number).padStart(5, "0")}.parquet`;
  return {
    path: `${table.id}/data/${partitionFolder(partition)}/${name}`,
    specId: layout.accountColumn === null ? SPEC_DAY : SPEC_DAY_ACCOUNT,
    partition,
  };
}

/** Neighbouring accounts that together are worth one sort. `account` is null where no account owns the table, too. */
interface Chunk {
  readonly accounts: readonly { readonly account: string | null; readonly files: number }[];
  readonly where: string;
}

async function planChunks(
  from: string,
  layout: Layout,
  task: CompactionTask,
  options: WriteCompactedOptions,
  ports: WritePorts,
): Promise<readonly Chunk[]> {
  const targetBytes = options.targetFileBytes ?? TARGET_FILE_BYTES;
  if (layout.accountColumn === null) {
    return [{ accounts: [{ account: null, files: Math.max(1, Math.ceil(task.sizeBytes / targetBytes)) }], where: "" }];
  }
  const column = sqlName(layout.accountColumn);
  const counts = await ports.engine.all(
    `SELECT ${column} AS account, count(*) AS rows FROM ${from} GROUP BY ALL ORDER BY account NULLS LAST`,
  );
  const bytesPerRow = rowSizes(task);
  const chunkBytes = options.chunkBytes ?? TARGET_FILE_BYTES;
  const groups: { readonly accounts: { account: string | null; files: number }[]; sizeBytes: number }[] = [];
  for (const row of counts) {
    const account = textOf(row);
    const sizeBytes = Number(row["rows"]) * bytesPerRow(account);
    const each = { account, files: Math.max(1, Math.ceil(sizeBytes / targetBytes)) };
    const group = groups.at(-1);
    if (group === undefined || group.sizeBytes + sizeBytes > chunkBytes) {
      groups.push({ accounts: [each], sizeBytes });
    } else {
      group.accounts.push(each);
      group.sizeBytes += sizeBytes;
    }
  }
  return groups.map(({ accounts }) => ({
    accounts,
    where: groups.length === 1 ? "" : ` WHERE ${rangeOf(column, accounts)}`,
  }));
}

/** What a row of an account takes: in its own files where it has some, so that what was planned comes out. */
function rowSizes(task: CompactionTask): (account: string | null) => number {
  const own = Map.groupBy(
    task.files.filter((file) => file.specId === SPEC_DAY_ACCOUNT),
    (file) => file.partition.account ?? null,
  );
  return (account) => {
    const files = own.get(account) ?? task.files;
    const rows = files.reduce((sum, file) => sum + file.rowCount, 0);
    return files.reduce((sum, file) => sum + file.sizeBytes, 0) / Math.max(rows, 1);
  };
}

function rangeOf(column: string, accounts: Chunk["accounts"]): string {
  const texts = accounts.flatMap(({ account }) => account ?? []);
  const isNull = texts.length < accounts.length ? [`${column} IS NULL`] : [];
  const [first, last] = [texts.at(0), texts.at(-1)];
  if (first === undefined || last === undefined) return isNull.join(" OR ");
  return [`${column} BETWEEN ${sqlString(first)} AND ${sqlString(last)}`, ...isNull].join(" OR ");
}

function textOf(row: SqlRow): string | null {
  return typeof row["account"] === "string" ? row["account"] : null;
}
