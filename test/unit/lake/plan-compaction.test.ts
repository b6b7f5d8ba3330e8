import fc from "fast-check";
import { expect, test } from "vitest";
import { type LiveFile, SPEC_DAY, SPEC_DAY_ACCOUNT } from "../../../lake/model.ts";
import { type CompactionOptions, planCompaction } from "../../../lake/plan-compaction.ts";

const DAY_MS = 86_400_000;
const MB = 1_048_576;
const TARGET = 100 * MB;
const OPTIONS: CompactionOptions = { byAccount: true, targetFileBytes: TARGET };

test("default: a day of many files becomes tasks of bounded number and size", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => hot(`f${index}`, 1, MB / 10));
  const tasks = planCompaction(many, OPTIONS);
  expect(tasks.map((task) => task.files.length)).toEqual([2000, 2000, 2000, 2000, 2000]);
  expect(new Set(tasks.flatMap((task) => task.files.map(({ path }) => path))).size).toBe(10_000);
  const large = Array.from({ length: 10 }, (_, index) => hot(`f${index}`, 1, 150 * MB));
  expect(planCompaction(large, OPTIONS).map((task) => task.files.length)).toEqual([2, 2, 2, 2, 2]);
  // One that is larger than a task may be is a task of its own.
  expect(planCompaction([hot("huge", 1, 5000 * MB), hot("small", 1, MB)], OPTIONS)).toHaveLength(2);
});

test("behavior: files of an account are merged where fewer come out, and only there", () => {
  const sizes = (...given: number[]) => given.map((size, index) => cold(`f${index}`, 1, "a", size * MB));
  const merged = (...given: number[]) => planCompaction(sizes(...given), OPTIONS).map((task) => task.files.length);
  expect(merged(10, 10)).toEqual([2]);
  expect(merged(10)).toEqual([]);
  // Together they make two files again: rewriting them each night would gain nothing.
  expect(merged(90, 90)).toEqual([]);
  expect(merged(90, 90, 10)).toEqual([3]);
  expect(merged(10, 200)).toEqual([]);
  const other = [cold("x", 1, "a", MB), cold("y", 1, "b", MB), cold("z", 2, "a", MB)];
  expect(planCompaction(other, OPTIONS)).toEqual([]);
});

test("behavior: a day that is still filling up is left alone until it has many small files", () => {
  const files = Array.from({ length: 20 }, (_, index) => hot(`f${index}`, 10, MB));
  const at = (untilMs: number, fillingFiles?: number) =>
    planCompaction(files, { ...OPTIONS, untilMs, ...(fillingFiles === undefined ? {} : { fillingFiles }) }).length;
  expect(at(11 * DAY_MS)).toBe(1);
  expect(at(11 * DAY_MS - 1)).toBe(0);
  expect(at(11 * DAY_MS - 1, 21)).toBe(0);
  expect(at(11 * DAY_MS - 1, 20)).toBe(1);
  // Rows without a time have no day that ends.
  expect(planCompaction([hot("f", null, MB)], { ...OPTIONS, untilMs: 0 })).toHaveLength(1);
});

test("behavior: whatever the sizes, carrying plans out comes to an end and changes no account's bytes", () => {
  const sizes = fc.array(fc.record({ day: fc.integer({ min: 0, max: 2 }), size: fc.integer({ min: 1, max: 450 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(sizes, (given) => {
      let files = given.map(({ day, size }, index) => hot(`f${index}`, day, size * MB));
      const before = total(files);
      let rounds = 0;
      for (; rounds < 20; rounds += 1) {
        const tasks = planCompaction(files, { ...OPTIONS, maxTaskFiles: 7 });
        if (tasks.length === 0) break;
        for (const task of tasks) {
          expect(task.files.length).toBeLessThanOrEqual(7);
          files = files.filter((file) => !task.files.includes(file)).concat(carryOut(task.id, task.files));
        }
      }
      expect(rounds).toBeLessThan(20);
      expect(total(files)).toBe(before);
      expect(files.every((file) => file.specId === SPEC_DAY_ACCOUNT)).toBe(true);
    }),
  );
});

/** What writing a task would leave: files of the target size and a rest, all of one account. */
function carryOut(id: string, files: readonly LiveFile[]): readonly LiveFile[] {
  const bytes = total(files);
  const count = Math.ceil(bytes / TARGET);
  return Array.from({ length: count }, (_, index) => {
    const size = Math.floor(bytes / count) + (index === 0 ? bytes % count : 0);
    return cold(`${id}-${index}`, files[0]?.partition.day ?? null, "a", size);
  });
}

function total(files: readonly LiveFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

function hot(name: string, day: number | null, sizeBytes: number): LiveFile {
  return { path: name, specId: SPEC_DAY, partition: { day }, rowCount: 1, sizeBytes };
}

function cold(name: string, day: number | null, account: string, sizeBytes: number): LiveFile {
  return { path: name, specId: SPEC_DAY_ACCOUNT, partition: { day, account }, rowCount: 1, sizeBytes };
}
