import fc from "fast-check";
import { expect, test } from "vitest";
import { commitAppend } from "../../../lake/commit.ts";
import { type Deletion, deletionsOf, noteDeletion } from "../../../lake/deletions.ts";
import { createMetadata } from "../../../lake/metadata.ts";
import type { LiveFile } from "../../../lake/model.ts";
import { deleteExpired } from "../../../lake/retention.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const DAY_MS = 86_400_000;
const EMPTY = createMetadata(SYNTHETIC, "memory://lake/synthetic", 0);

const at = (...times: readonly number[]) => times.map((timeMs) => ({ timeMs, account: null }));
const fileOf = (day: number | null, rowCount: number) => ({ partition: { day }, rowCount }) as LiveFile;

test("default: retention leaves a word of the days and rows that went", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const nowMs = lake.clock.now();
  const today = Math.floor(nowMs / DAY_MS);
  const old = syntheticFile("old", 0, at(nowMs - 30 * DAY_MS, nowMs - 30 * DAY_MS + 1));
  const young = syntheticFile("young", 0, at(nowMs));
  await commitAppend("synthetic", [old, young], {}, lake);
  expect(deletionsOf((await loadTable("synthetic", lake.catalog)).metadata)).toEqual([]);
  await deleteExpired("synthetic", { keepDays: 10, heldAccounts: new Set() }, lake);
  const { metadata } = await loadTable("synthetic", lake.catalog);
  expect(deletionsOf(metadata)).toEqual([
    { sequence: 2, firstDay: today - 30, lastDay: today - 30, rows: old.rowCount },
  ]);
  // What comes after does not forget it.
  await commitAppend("synthetic", [syntheticFile("later", 0, at(nowMs))], {}, lake);
  expect(deletionsOf((await loadTable("synthetic", lake.catalog)).metadata)).toHaveLength(1);
});

test("behavior: however many deletions there were, their number is bounded, and no row or day is forgotten", () => {
  const given = fc.array(fc.record({ day: fc.integer({ min: 0, max: 20_000 }), rows: fc.nat(1000) }), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(given, (deletions) => {
      const metadata = deletions.reduce(
        (before, { day, rows }, index) => noteDeletion(before, [fileOf(day, rows)], index + 1),
        EMPTY,
      );
      const found = deletionsOf(metadata);
      expect(found.length).toBe(Math.min(deletions.length, 180));
      expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(deletions.reduce((sum, { rows }) => sum + rows, 0));
      for (const [index, { day }] of deletions.entries()) {
        const isTold = ({ sequence, firstDay, lastDay }: Deletion) =>
          sequence <= index + 1 && firstDay <= day && lastDay >= day;
        expect(found.some(isTold)).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});

test("behavior: files without a day are told by no day", () => {
  expect(noteDeletion(EMPTY, [fileOf(null, 5)], 1)).toBe(EMPTY);
});

test.each(["{", "{}", "[1]", "[[1,2,3]]", '[[1,2,3,"x"]]'])("error: a property that is damaged: %s", (text) => {
  const metadata = { ...EMPTY, properties: { "logkeep.deletions": text } };
  expect(() => deletionsOf(metadata)).toThrow(expect.objectContaining({ code: "lake.corrupt-metadata" }));
});
