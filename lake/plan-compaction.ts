import { createHash } from "node:crypto";
import { compareStrings } from "./bounds.ts";
import { type LiveFile, SPEC_DAY } from "./model.ts";

const DAY_MS = 86_400_000;

/** Larger files are left as they are: reading them is already cheap, and rewriting them is not. */
export const TARGET_FILE_BYTES = 256 * 1024 * 1024;
/** A task is one commit and one sort: of so many files at most, which a kill costs at most, */
const MAX_TASK_FILES = 2000;
/** and of so many times the target size, so that a day of any size is sorted on a bounded disk. */
const MAX_TASK_TARGETS = 4;

/** Which files are worth merging. */
export interface CompactionOptions {
  /** Whether files go to partitions by day and account; false for tables that no account owns. */
  readonly byAccount: boolean;
  /** Days that end after this instant (milliseconds since 1970) are still filling up and are left out. */
  readonly untilMs?: number;
  /** But not those with so many small files: waiting would cost every reader more than rewriting twice costs us. */
  readonly fillingFiles?: number;
  readonly targetFileBytes?: number;
  readonly maxTaskFiles?: number;
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
 * Decides what to compact, in the order of days. Files by day become files by day and account; where all are, small
 * files of one account are merged where fewer come out. A compacted table gives no task.
 */
export function planCompaction(files: readonly LiveFile[], options: CompactionOptions): readonly CompactionTask[] {
  const byDay = Map.groupBy(files, (file) => file.partition.day);
  const days = [...byDay.keys()].sort((left, right) => (left ?? Infinity) - (right ?? Infinity));
  return days.flatMap((day) => {
    const ofDay = byDay.get(day) ?? [];
    const small = ofDay.filter((file) => file.sizeBytes < targetOf(options)).length;
    if (isFilling(day, options) && small < (options.fillingFiles ?? Infinity)) return [];
    return chooseFiles(ofDay, options).map((chosen) => taskOf(day, chosen));
  });
}

function isFilling(day: number | null, { untilMs }: CompactionOptions): boolean {
  return day !== null && untilMs !== undefined && (day + 1) * DAY_MS > untilMs;
}

function chooseFiles(files: readonly LiveFile[], options: CompactionOptions): readonly (readonly LiveFile[])[] {
  const hot = files.filter((file) => file.specId === SPEC_DAY);
  if (options.byAccount && hot.length > 0) {
    return pack(
      sorted(hot).map((file) => [file]),
      options,
    );
  }
  const target = targetOf(options);
  const small = files.filter((file) => file.sizeBytes < target);
  const groups = Map.groupBy(small, (file) => JSON.stringify([file.specId, file.partition.account]));
  const worthwhile = [...groups.values()].flatMap((group) =>
    pack(
      sorted(group).map((file) => [file]),
      options,
    ).filter((bin) => Math.ceil(sizeOf(bin) / target) < bin.length),
  );
  return pack(worthwhile, options);
}

/** Puts groups together, in their order, as long as a task may hold them; a larger group is a task of its own. */
function pack(groups: readonly (readonly LiveFile[])[], options: CompactionOptions): readonly (readonly LiveFile[])[] {
  const maxFiles = options.maxTaskFiles ?? MAX_TASK_FILES;
  const maxBytes = targetOf(options) * MAX_TASK_TARGETS;
  const bins: { readonly files: LiveFile[]; sizeBytes: number }[] = [];
  for (const group of groups) {
    const sizeBytes = sizeOf(group);
    const bin = bins.at(-1);
    if (bin === undefined || bin.files.length + group.length > maxFiles || bin.sizeBytes + sizeBytes > maxBytes) {
      bins.push({ files: [...group], sizeBytes });
    } else {
      for (const file of group) bin.files.push(file);
      bin.sizeBytes += sizeBytes;
    }
  }
  return bins.map((bin) => bin.files);
}

function targetOf(options: CompactionOptions): number {
  return options.targetFileBytes ?? TARGET_FILE_BYTES;
}

function sizeOf(files: readonly LiveFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

function sorted(files: readonly LiveFile[]): readonly LiveFile[] {
  return files.toSorted((left, right) => compareStrings(left.path, right.path));
}

function taskOf(day: number | null, chosen: readonly LiveFile[]): CompactionTask {
  const files = sorted(chosen);
  const names = files.map((file) => file.path).join("\n");
  return {
    id: createHash("sha256").update(names).digest("hex").slice(0, 32),
    day,
    files,
    rowCount: files.reduce((sum, file) => sum + file.rowCount, 0),
    sizeBytes: sizeOf(files),
  };
}
