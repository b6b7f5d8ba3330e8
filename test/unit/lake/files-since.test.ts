import { expect, test } from "vitest";
import { commitAppend } from "../../../lake/commit.ts";
import { filesSince, sequenceNumberOf } from "../../../lake/files-since.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";
import { temporaryLake } from "../../support/temporary-lake.ts";

test("default: the files of the commits after a sequence number, however many manifests were merged", async () => {
  await using at = await temporaryLake();
  await openTable(SYNTHETIC, at.lake);
  expect(sequenceNumberOf(await loadTable("synthetic", at.lake.catalog))).toBe(0);
  const names = Array.from({ length: 120 }, (_, index) => `b${index + 1}`);
  for (const name of names) await commitAppend("synthetic", [syntheticFile(name, 0, [])], {}, at.lake);
  const table = await loadTable("synthetic", at.lake.catalog);
  expect(sequenceNumberOf(table)).toBe(120);
  for (const since of [0, 1, 60, 119, 120]) {
    const files = await filesSince(table, since, {}, at.lake.store);
    const wanted = names.slice(since).map((name) => syntheticFile(name, 0, []).path);
    expect(files.map(({ path }) => path).sort()).toEqual(wanted.sort());
  }
});

test("error: what a writer finds before its commit ends the commit", async () => {
  await using at = await temporaryLake();
  await openTable(SYNTHETIC, at.lake);
  const seen: number[] = [];
  const refuse = async (table: Parameters<typeof sequenceNumberOf>[0]) => {
    seen.push(sequenceNumberOf(table));
    throw new Error("not now");
  };
  await expect(commitAppend("synthetic", [syntheticFile("a", 0, [])], {}, at.lake, refuse)).rejects.toThrow("not now");
  expect(seen).toEqual([0]);
  expect(sequenceNumberOf(await loadTable("synthetic", at.lake.catalog))).toBe(0);
});
