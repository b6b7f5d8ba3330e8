import { expect, test } from "vitest";
import type { Lake } from "../../../lake/catalog.ts";
import { findOrphans } from "../../../lake/clean.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { type ExpireOptions, expireSnapshots, planExpiry } from "../../../lake/expire.ts";
import { RETAINED_SNAPSHOTS } from "../../../lake/metadata.ts";
import { BATCH_PROPERTY, liveFiles, snapshotAt, snapshotById } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { removeTag, tagSnapshot, tagsOf } from "../../../lake/tags.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const ROW = { timeMs: Date.UTC(2024, 0, 1), account: "111122223333" };
const ALL: ExpireOptions = { currentSinceMs: Number.MAX_SAFE_INTEGER, keepNewest: 0, batches: new Set() };

test("default: expiry never drops a tagged snapshot, and its files are no orphans", async () => {
  const lake = await openLake();
  const a = syntheticFile("a", 0, [ROW]);
  const first = await append(lake, "a", [a]);
  await append(lake, "b");
  await commitReplace("synthetic", [a], [syntheticFile("merged", 1, [ROW])], {}, lake);
  await lake.store.createExclusive(a.path, Buffer.from("x"));
  await tagSnapshot("synthetic", { name: "case-17", snapshotId: first }, lake);
  expect(await expireSnapshots("synthetic", ALL, lake)).toBe(1);
  const table = await loadTable("synthetic", lake.catalog);
  expect(tagsOf(table)).toEqual([{ name: "case-17", snapshotId: first }]);
  expect(await liveFiles(table, snapshotById(table, first), lake.store)).toMatchObject([{ path: a.path }]);
  expect(await orphans(lake)).not.toContain(a.path);
  // Near miss: without the tag both go.
  expect(await removeTag("synthetic", "case-17", lake)).toBe(true);
  expect(await removeTag("synthetic", "case-17", lake)).toBe(false);
  expect(await expireSnapshots("synthetic", ALL, lake)).toBe(1);
  expect(await orphans(lake)).toContain(a.path);
});

test("behavior: however many commits follow, a tagged snapshot stays, and no time is answered wrongly by it", async () => {
  const lake = await openLake();
  const first = await append(lake, "a");
  const second = await append(lake, "b");
  await tagSnapshot("synthetic", { name: "evidence", snapshotId: first }, lake);
  const before = await loadTable("synthetic", lake.catalog);
  const secondAt = snapshotById(before, second)?.["timestamp-ms"] ?? 0;
  expect(snapshotAt(before, secondAt - 1)?.["snapshot-id"]).toBe(first);
  for (let index = 0; index < RETAINED_SNAPSHOTS; index += 1) await append(lake, `f${index}`);
  const table = await loadTable("synthetic", lake.catalog);
  expect(snapshotById(table, first)).not.toBeNull();
  expect(snapshotById(table, second)).toBeNull();
  expect(table.metadata.snapshots).toHaveLength(RETAINED_SNAPSHOTS + 1);
  // The second one was current then; the first one would be the wrong answer.
  expect(snapshotAt(table, secondAt)).toBeNull();
});

test("behavior: what stays by age, by number and for an open intent", async () => {
  const lake = await openLake();
  const ids: number[] = [];
  for (const name of ["a", "b", "c", "d"]) ids.push(await append(lake, name));
  const table = await loadTable("synthetic", lake.catalog);
  const expired = (options: Partial<ExpireOptions>) =>
    planExpiry(table, { ...ALL, ...options }).map((each) => ids.indexOf(each["snapshot-id"]));
  expect(expired({})).toEqual([0, 1, 2]);
  expect(expired({ keepNewest: 3 })).toEqual([0]);
  expect(expired({ keepNewest: 9 })).toEqual([]);
  expect(expired({ batches: new Set(["b"]) })).toEqual([0, 2]);
  // Made long ago, but current until the next one: what was current then can still be read.
  const thirdAt = table.metadata.snapshots[2]?.["timestamp-ms"] ?? 0;
  expect(expired({ currentSinceMs: thirdAt })).toEqual([0, 1]);
  expect(expired({ currentSinceMs: thirdAt - 1 })).toEqual([0]);
});

test("behavior: tags and commits at once lose nothing", async () => {
  const lake = await openLake();
  const first = await append(lake, "first");
  await Promise.all([
    ...["x", "y", "z"].map((name) => tagSnapshot("synthetic", { name, snapshotId: first }, lake)),
    ...["p", "q", "r"].map((name) => append(lake, name)),
  ]);
  const table = await loadTable("synthetic", lake.catalog);
  expect(tagsOf(table).map(({ name }) => name)).toEqual(["x", "y", "z"]);
  expect(table.metadata.snapshots).toHaveLength(4);
});

test("error: a tag never moves, and names nothing that is gone", async () => {
  const lake = await openLake();
  const [first, second] = [await append(lake, "a"), await append(lake, "b")];
  await tagSnapshot("synthetic", { name: "t", snapshotId: first }, lake);
  await tagSnapshot("synthetic", { name: "t", snapshotId: first }, lake);
  const tag = (name: string, snapshotId: number) => tagSnapshot("synthetic", { name, snapshotId }, lake);
  await expect(tag("t", second)).rejects.toMatchObject({ code: "lake.tag-taken" });
  await expect(tag("u", 1)).rejects.toMatchObject({ code: "lake.snapshot-missing" });
  for (const name of ["", "main", "../x", "A", "x'y", "-x"]) {
    await expect(tag(name, first)).rejects.toMatchObject({ code: "lake.bad-name" });
  }
});

async function openLake(): Promise<Lake> {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  return lake;
}

async function append(lake: Lake, name: string, files = [syntheticFile(name, 0, [ROW])]): Promise<number> {
  const { snapshot } = await commitAppend("synthetic", files, { [BATCH_PROPERTY]: name }, lake);
  return snapshot["snapshot-id"];
}

async function orphans(lake: Lake): Promise<readonly string[]> {
  const found = await findOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, lake);
  return found.map(({ path }) => path);
}
