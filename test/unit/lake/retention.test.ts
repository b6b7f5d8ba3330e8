import fc from "fast-check";
import { expect, test } from "vitest";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { deleteExpired, planRetention } from "../../../lake/retention.ts";
import { currentSnapshot, liveFiles, snapshotById } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const DAY_MS = 86_400_000;
const HELD = "111122223333";
const OTHER = "444455556666";
const NOW = Date.UTC(2024, 0, 15);
const KEEP = { keepDays: 10, heldAccounts: new Set<string>() };
const HOLD = { keepDays: 10, heldAccounts: new Set([HELD]) };

test("default: days that ended longer ago than that go, the day of the limit stays", () => {
  const files = [3, 4, 5, 6].map((day) => file(`d${day}`, 1, Date.UTC(2024, 0, day), OTHER));
  // The 4th ended as the 5th began: ten days before the 15th, to the millisecond.
  expect(names(planRetention(files, true, KEEP, NOW).expired)).toEqual(["d3", "d4"]);
  expect(names(planRetention(files, true, KEEP, NOW - 1).expired)).toEqual(["d3"]);
  expect(names(planRetention(files, true, KEEP, NOW + DAY_MS).expired)).toEqual(["d3", "d4", "d5"]);
});

test("behavior: a hold keeps its account's rows, and all that may be its", () => {
  const old = Date.UTC(2023, 0, 1);
  const files = [
    file("held", 1, old, HELD),
    file("other", 1, old, OTHER),
    file("nobody", 1, old, null),
    file("strange", 1, old, ` ${HELD}`),
    file("hot", 0, old, OTHER),
    file("timeless", 1, null, OTHER),
    file("young", 1, NOW, OTHER),
  ];
  const plan = planRetention(files, true, HOLD, NOW);
  expect(names(plan.expired)).toEqual(["other"]);
  expect(names(plan.held)).toEqual(["held", "nobody", "strange"]);
  expect(names(plan.mixed)).toEqual(["hot"]);
  // Where nobody is held, all of the old ones go, but never rows without a time.
  const all = planRetention(files, true, KEEP, NOW);
  expect(names(all.expired)).toEqual(["held", "hot", "nobody", "other", "strange"]);
  // A table that does not say whose its rows are keeps all of them for the hold.
  expect(names(planRetention(files, false, HOLD, NOW).expired)).toEqual([]);
});

test("behavior: whatever there is, no file of a held account, of a young day or without a day expires", () => {
  const any = fc.record({
    day: fc.option(fc.integer({ min: -5, max: 30 })),
    account: fc.option(fc.constantFrom(HELD, OTHER, "", "x")),
    specId: fc.constantFrom(0, 1),
    keepDays: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 20 }), (given) => {
      for (const { keepDays } of given) {
        const files = given.map(({ day, account, specId }, index) =>
          file(`${index}`, specId, day === null ? null : day * DAY_MS, account),
        );
        const plan = planRetention(files, true, { ...HOLD, keepDays }, 30 * DAY_MS);
        for (const { partition } of plan.expired) {
          expect(partition.account).toBe(OTHER);
          expect(30 - ((partition.day ?? NaN) + 1)).toBeGreaterThanOrEqual(keepDays);
        }
      }
    }),
  );
});

test("behavior: rows leave the table in one snapshot, and the one before still has them", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const [old, held, young] = [
    file("old", 1, Date.UTC(2023, 0, 1), OTHER),
    file("held", 1, Date.UTC(2023, 0, 1), HELD),
    file("young", 1, Date.UTC(2024, 0, 14), OTHER),
  ];
  const { snapshot } = await commitAppend("synthetic", [old, held, young], {}, lake);
  const plan = await deleteExpired("synthetic", HOLD, lake);
  expect(names(plan.expired)).toEqual(["old"]);
  const table = await loadTable("synthetic", lake.catalog);
  expect(names(await liveFiles(table, currentSnapshot(table), lake.store))).toEqual(["held", "young"]);
  expect(currentSnapshot(table)?.summary).toMatchObject({ operation: "delete", "total-records": "2" });
  const before = snapshotById(table, snapshot["snapshot-id"]);
  expect(names(await liveFiles(table, before, lake.store))).toEqual(["held", "old", "young"]);
  expect(names((await deleteExpired("synthetic", HOLD, lake)).expired)).toEqual([]);
  expect((await loadTable("synthetic", lake.catalog)).version).toBe(table.version);
});

test("behavior: beside a compaction and an append, neither rows that stay nor new ones are lost", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const old = ["a", "b"].map((name) => file(name, 1, Date.UTC(2023, 0, 1), OTHER));
  await commitAppend("synthetic", old, {}, lake);
  await Promise.all([
    deleteExpired("synthetic", KEEP, lake),
    commitReplace("synthetic", old, [file("ab", 1, Date.UTC(2023, 0, 1), OTHER)], {}, lake),
    commitAppend("synthetic", [file("new", 1, NOW, OTHER)], {}, lake),
  ]);
  const table = await loadTable("synthetic", lake.catalog);
  expect(names(await liveFiles(table, currentSnapshot(table), lake.store))).toEqual(["new"]);
});

function file(name: string, specId: number, timeMs: number | null, account: string | null) {
  return syntheticFile(name, specId, [{ timeMs, account }]);
}

function names(files: readonly { readonly path: string }[]): string[] {
  return files.map(({ path }) => path.replace("synthetic/data/", "").replace(".parquet", "")).sort();
}
