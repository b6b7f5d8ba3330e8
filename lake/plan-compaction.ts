import { createHash } from "node:crypto";
import { compareStrings } from "./bounds.ts";
import { type LiveFile, SPEC_DAY } from "./model.ts";

const DAY_MS = 86_400_000;

/** Larger files are left as they are: reading them is already cheap, and rewriting them is not. */
export const TARGET_FILE_BYTES = 256 * 1024 * 1024;

/** Which files are worth merging. */
export interface CompactionOptions {
  /** Whether files go to partitions by day and account; false for tables that no account owns. */
  readonly byAccount: boolean;
  /** Days that end after this instant (milliseconds since 1970) are still filling up and are left out. */
  readonly untilMs?: number;
  readonly targetFileBytes?: number;
}

/** Files of one day that become new files with the same rows. */
export interface CompactionTask {
  /** From the files' names: the same files give the same id. */
  readonly id: string;
  readonly day: number | null;
  readonly files: readonly LiveFile[];
  readonly rowCount: number;
  readonly sizeBytes: number;
}

/**
 * Decides what to compact, at most one task a day, in the order of days. Files by day become files by day and account;
 * where all are, small files of one account are merged when there is more than one. A compacted table gives no task.
 */
export function planCompaction(files: readonly LiveFile[], options: CompactionOptions): readonly CompactionTask[] {
  const byDay = Map.groupBy(files, (file) => file.partition.day);
  const days = [...byDay.keys()].sort((left, right) => (left ?? Infinity) - (right ?? Infinity));
  return days.flatMap((day) => {
    const end = day === null ? -Infinity : (day + 1) * DAY_MS;
    if (options.untilMs !== undefined && end > options.untilMs) return [];
    const chosen = chooseFiles(byDay.get(day) ?? [], options);
    return chosen.length === 0 ? [] : [taskOf(day, chosen)];
  });
}

function chooseFiles(files: readonly LiveFile[], options: CompactionOptions): readonly LiveFile[] {
  const hot = files.filter((file) => file.specId === SPEC_DAY);
  if (options.byAccount && hot.length > 0) return hot;
  const target = options.targetFileBytes ?? TARGET_FILE_BYTES;
  const small = files.filter((file) => file.sizeBytes < target);
  const groups = Map.groupBy(small, (file) => JSON.stringify([file.specId, file.partition.account]));
  return [...groups.values()].filter((group) => group.length > 1).flat();
}

function taskOf(day: number | null, chosen: readonly LiveFile[]): CompactionTask {
  const files = chosen.toSorted((left, right) => compareStrings(left.path, right.path));
  const names = files.map((file) => file.path).join("\n");
  return {
    id: createHash("sha256").update(names).digest("hex").slice(0, 32),
    day,
    files,
    rowCount: files.reduce((sum, file) => sum + file.rowCount, 0),
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}
