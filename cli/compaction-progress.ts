/** How a compaction is shown: while it runs on standard error, at its end as a line. */
import type { CompactionProgress, CompactionResult } from "../lake/compact.ts";
import type { ProgressDisplay } from "./progress.ts";

/** Where the progress of a compaction goes. */
export interface CompactionProgressDisplay {
  show(progress: CompactionProgress): void;
}

/** Shows compactions on a display. */
export function compactionProgress(display: ProgressDisplay): CompactionProgressDisplay {
  return { show: (progress) => display.showLine(() => compactionProgressLine(progress)) };
}

/** `cloudtrail: 2,000/10,000 files  120,000 rows`. Pure. */
export function compactionProgressLine({ table, filesDone, filesPlanned, rowsDone }: CompactionProgress): string {
  return `${table}: ${count(filesDone)}/${count(filesPlanned)} files  ${count(rowsDone)} rows`;
}

/** What a compaction did. Pure. */
export function compactionLine({ filesBefore, filesAfter, rows, conflicts }: CompactionResult): string {
  const done = `${filesBefore} files became ${filesAfter} (by day and account), ${rows} rows`;
  return conflicts === 0 ? done : `${done}; ${conflicts} tasks left to another writer`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
