/**
 * Compaction ("rewrite data files"): live files go in, one commit for each task comes out, and every row is there before
 * and after. A kill while files are written leaves orphans that the next run writes again under the same names; a kill
 * after a commit leaves that task done. Files that a concurrent writer replaced are left to it. Appends may run
 * meanwhile; a second maintenance of the same lake may not, since both would write and clear the same names.
 */
import { LogkeepError } from "../core/errors.ts";
import type { Lake } from "./catalog.ts";
import { commitReplace } from "./commit-replace.ts";
import type { WritePorts } from "./copy-rows.ts";
import { schemaOf } from "./metadata.ts";
import type { DataFile } from "./model.ts";
import { layoutOf } from "./partition.ts";
import { type CompactionOptions, type CompactionTask, planCompaction } from "./plan-compaction.ts";
import { currentSnapshot, liveFiles } from "./snapshot.ts";
import { loadTable } from "./table.ts";
import { type WriteCompactedOptions, writeCompacted } from "./write-compacted.ts";

/** The summary property that names a compaction. */
const COMPACTION_PROPERTY = "logkeep.compaction";
// First files by day become files by account; then those join what was there; then what is left of large bins.
const MAX_ROUNDS = 3;

/** What to compact, and how much of it at a time. */
export interface CompactOptions extends Omit<CompactionOptions, "byAccount">, WriteCompactedOptions {
  readonly signal?: AbortSignal;
  /** Called after each commit. */
  readonly onProgress?: (progress: CompactionProgress) => void;
}

/** How far a compaction is. A later round may find more to do, so the plan grows. */
export interface CompactionProgress {
  readonly table: string;
  readonly filesDone: number;
  readonly filesPlanned: number;
  readonly rowsDone: number;
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
  let filesDone = 0;
  let filesPlanned = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const tasks = await planTasks(tableId, options, ports);
    if (tasks.length === 0) break;
    filesPlanned += tasks.reduce((sum, task) => sum + task.files.length, 0);
    for (const task of tasks) {
      options.signal?.throwIfAborted();
      const added = await compactTask(tableId, task, options, ports);
      result = {
        tasks: result.tasks + 1,
        filesBefore: result.filesBefore + (added === null ? 0 : task.files.length),
        filesAfter: result.filesAfter + (added?.length ?? 0),
        rows: result.rows + (added === null ? 0 : task.rowCount),
        conflicts: result.conflicts + (added === null ? 1 : 0),
      };
      filesDone += task.files.length;
      options.onProgress?.({ table: tableId, filesDone, filesPlanned, rowsDone: result.rows });
    }
  }
  return result;
}

/** What a compaction would do now. */
export async function planTasks(
  tableId: string,
  options: Omit<CompactionOptions, "byAccount">,
  lake: Lake,
): Promise<readonly CompactionTask[]> {
  const table = await loadTable(tableId, lake.catalog);
  const { accountColumn } = layoutOf(table.metadata, schemaOf(table.metadata));
  const files = await liveFiles(table, currentSnapshot(table), lake.store);
  return planCompaction(files, { ...options, byAccount: accountColumn !== null });
}

async function compactTask(
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
  // After a conflict the new files stay as orphans.
  return committed === null ? null : added;
}
