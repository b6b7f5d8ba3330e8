/**
 * Compaction: live files go in, one commit a day comes out, and every row is there before and after. A kill while files
 * are written leaves orphans that the next run writes again under the same names; a kill after the commit leaves
 * nothing to do. Files that a concurrent writer replaced are left to it. Appends may run meanwhile; a second compaction of
 * the same table may not, since both would write the same names (one process at a time owns a lake).
 */
import { LogkeepError } from "../core/errors.ts";
import { type SqlRow, sqlName, sqlString } from "../core/sql-engine.ts";
import type { Lake, Table } from "./catalog.ts";
import { commitReplace } from "./commit-replace.ts";
import { columnList, copyRows, sortOrder, type WritePorts } from "./copy-rows.ts";
import { schemaOf } from "./metadata.ts";
import { type DataFile, SPEC_DAY, SPEC_DAY_ACCOUNT } from "./model.ts";
import { type Layout, layoutOf, partitionFolder } from "./partition.ts";
import { type CompactionTask, planCompaction, TARGET_FILE_BYTES } from "./plan-compaction.ts";
import { scanRelation } from "./scan-relation.ts";
import { currentSnapshot, liveFiles } from "./snapshot.ts";
import { loadTable } from "./table.ts";

/** The summary property that names a compaction. */
const COMPACTION_PROPERTY = "logkeep.compaction";
const SORTED = "lake_compaction";
// First files by day become files by account; then those may join what was there; then nothing is left to do.
const MAX_ROUNDS = 3;

/** What to compact, and how much of it at a time. */
export interface CompactOptions {
  /** Days that end after this instant (milliseconds since 1970) are left out. */
  readonly untilMs?: number;
  readonly targetFileBytes?: number;
  /** Compressed bytes that are sorted at a time; the engine spills what exceeds its memory. */
  readonly chunkBytes?: number;
  readonly rowGroupRows?: number;
  readonly signal?: AbortSignal;
}

/** What a compaction did. */
export interface CompactionResult {
  readonly tasks: number;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly rows: number;
  /** Tasks given up because another writer had replaced their files. */
  readonly conflicts: number;
}

/** Merges small files of a table into files by day and account (by day where no account owns the table). */
export async function compactTable(
  tableId: string,
  options: CompactOptions,
  ports: WritePorts & Lake,
): Promise<CompactionResult> {
  let result: CompactionResult = { tasks: 0, filesBefore: 0, filesAfter: 0, rows: 0, conflicts: 0 };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const tasks = await planTasks(tableId, options, ports);
    if (tasks.length === 0) break;
    for (const task of tasks) {
      options.signal?.throwIfAborted();
      const added = await compactDay(tableId, task, options, ports);
      result = {
        tasks: result.tasks + 1,
        filesBefore: result.filesBefore + (added === null ? 0 : task.files.length),
        filesAfter: result.filesAfter + (added?.length ?? 0),
        rows: result.rows + (added === null ? 0 : task.rowCount),
        conflicts: result.conflicts + (added === null ? 1 : 0),
      };
    }
  }
  return result;
}

/** What a compaction would do now. */
export async function planTasks(
  tableId: string,
  options: CompactOptions,
  lake: Lake,
): Promise<readonly CompactionTask[]> {
  const table = await loadTable(tableId, lake.catalog);
  const { accountColumn } = layoutOf(table.metadata, schemaOf(table.metadata));
  return planCompaction(await liveFiles(table, currentSnapshot(table), lake.store), {
    byAccount: accountColumn !== null,
    ...(options.untilMs === undefined ? {} : { untilMs: options.untilMs }),
    ...(options.targetFileBytes === undefined ? {} : { targetFileBytes: options.targetFileBytes }),
  });
}

async function compactDay(
  tableId: string,
  task: CompactionTask,
  options: CompactOptions,
  ports: WritePorts & Lake,
): Promise<readonly DataFile[] | null> {
  const table = await loadTable(tableId, ports.catalog);
  const added = await writeCompacted(table, task, options, ports);
  const rows = added.reduce((sum, file) => sum + file.rowCount, 0);
  if (rows !== task.rowCount) {
    throw new LogkeepError({
      code: "lake.compaction-mismatch",
      message: "a compaction would have changed the number of rows and was given up",
      facts: { table: tableId, rowsBefore: task.rowCount, rowsAfter: rows },
    });
  }
  const committed = await commitReplace(tableId, task.files, added, { [COMPACTION_PROPERTY]: task.id }, ports);
  // After a conflict the new files stay as orphans: a rival with the same task may have committed those very names.
  return committed === null ? null : added;
}

async function writeCompacted(
  table: Table,
  task: CompactionTask,
  options: CompactOptions,
  ports: WritePorts,
): Promise<readonly DataFile[]> {
  const schema = schemaOf(table.metadata);
  const layout = layoutOf(table.metadata, schema);
  const from = await scanRelation(table, task.files, ports.store);
  const added: DataFile[] = [];
  for (const accounts of await planChunks(from, layout, task, options, ports)) {
    const rows = `SELECT ${columnList(schema)} FROM ${from}${accounts.where} ORDER BY ${sortOrder(layout)}`;
    if (accounts.list === null || accounts.list.length === 1) {
      // One partition is written straight from its sort, however large it is.
      const target = targetOf(table, layout, task, accounts.list?.[0] ?? null, added.length);
      added.push(await copyRows(table, rows, target, options, ports));
    } else {
      added.push(...(await writeChunk(table, rows, layout, task, options, added.length, ports)));
    }
  }
  await ports.store.sync(added.map((file) => file.path));
  return added;
}

/** Sorts a chunk once and cuts it at its accounts: the engine's own partitioned writing does not keep the order. */
async function writeChunk(
  table: Table,
  rows: string,
  layout: Layout,
  task: CompactionTask,
  options: CompactOptions,
  firstNumber: number,
  ports: WritePorts,
): Promise<readonly DataFile[]> {
  const account = sqlName(layout.accountColumn ?? "");
  await ports.engine.run(`CREATE OR REPLACE TEMP TABLE ${SORTED} AS ${rows}`);
  try {
    const ranges = await ports.engine.all(
      `SELECT ${account} AS account, min(rowid) AS first, max(rowid) AS last FROM ${SORTED} GROUP BY ALL ORDER BY first`,
    );
    const added: DataFile[] = [];
    for (const range of ranges) {
      const part = `SELECT * FROM ${SORTED} WHERE rowid BETWEEN ${range["first"]} AND ${range["last"]}`;
      const target = targetOf(table, layout, task, textOf(range), firstNumber + added.length);
      added.push(await copyRows(table, part, target, options, ports));
    }
    return added;
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

interface Chunk {
  /** Null where no account owns the table. */
  readonly list: readonly (string | null)[] | null;
  readonly where: string;
}

/** Neighbouring accounts that together are worth one sort. */
async function planChunks(
  from: string,
  layout: Layout,
  task: CompactionTask,
  options: CompactOptions,
  ports: WritePorts,
): Promise<readonly Chunk[]> {
  if (layout.accountColumn === null) return [{ list: null, where: "" }];
  const column = sqlName(layout.accountColumn);
  const counts = await ports.engine.all(
    `SELECT ${column} AS account, count(*) AS rows FROM ${from} GROUP BY ALL ORDER BY account NULLS LAST`,
  );
  const maxRows = ((options.chunkBytes ?? TARGET_FILE_BYTES) / Math.max(task.sizeBytes, 1)) * task.rowCount;
  const groups: (string | null)[][] = [];
  let room = 0;
  for (const row of counts) {
    const rows = Number(row["rows"]);
    const group = groups.at(-1);
    if (group === undefined || rows > room) {
      groups.push([textOf(row)]);
      room = maxRows - rows;
    } else {
      group.push(textOf(row));
      room -= rows;
    }
  }
  return groups.map((list) => ({ list, where: groups.length === 1 ? "" : ` WHERE ${rangeOf(column, list)}` }));
}

function rangeOf(column: string, accounts: readonly (string | null)[]): string {
  const texts = accounts.filter((account) => account !== null);
  const isNull = texts.length < accounts.length ? [`${column} IS NULL`] : [];
  const [first, last] = [texts.at(0), texts.at(-1)];
  if (first === undefined || last === undefined) return isNull.join(" OR ");
  return [`${column} BETWEEN ${sqlString(first)} AND ${sqlString(last)}`, ...isNull].join(" OR ");
}

function textOf(row: SqlRow): string | null {
  return typeof row["account"] === "string" ? row["account"] : null;
}
