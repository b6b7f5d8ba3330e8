import { expect, test } from "vitest";
import type { Lake } from "../../../lake/catalog.ts";
import { sweepOrphans } from "../../../lake/clean.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { expireSnapshots } from "../../../lake/expire.ts";
import { fileCatalog } from "../../../lake/file-catalog.ts";
import { currentSnapshot, liveFiles, readManifestList } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { memoryLakeStore } from "../../support/memory-lake-store.ts";
import { SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const ROW = { timeMs: Date.UTC(2024, 0, 1), account: "111122223333" };
const HOUR = 3_600_000;
const DAY = { ageMs: 24 * HOUR };
const NOW = { currentSinceMs: Number.MAX_SAFE_INTEGER, keepNewest: 0, batches: new Set<string>() };

test("default: a file goes when nothing has needed it for the age, not when it is that old", async () => {
  const { lake, wait } = await openLake();
  const a = await stored(lake, "a");
  await commitAppend("synthetic", [a], {}, lake);
  // The file is a month old when the last snapshot that has it expires: a reader may have planned on it a moment ago.
  wait(30 * 24 * HOUR);
  await commitReplace("synthetic", [a], [await stored(lake, "b", 1)], {}, lake);
  await expireSnapshots("synthetic", NOW, lake);
  const first = await sweepOrphans("synthetic", DAY, lake);
  expect(first.removed).toEqual([]);
  expect(first.waiting).toContain(a.path);
  wait(23 * HOUR);
  expect((await sweepOrphans("synthetic", DAY, lake)).removed).toEqual([]);
  wait(2 * HOUR);
  const dry = await sweepOrphans("synthetic", { ...DAY, dryRun: true }, lake);
  expect(dry.removed).toContain(a.path);
  expect(await lake.store.exists(a.path)).toBe(true);
  expect((await sweepOrphans("synthetic", DAY, lake)).removed).toEqual(dry.removed);
  expect(await lake.store.exists(a.path)).toBe(false);
  expect(await lake.store.exists("synthetic/data/b.parquet")).toBe(true);
  expect(await pathsOf(lake)).toEqual(["synthetic/data/b.parquet"]);
});

test("behavior: what an open intent names stays, and what was written anew counts anew", async () => {
  const { lake, wait } = await openLake();
  for (const name of ["staged", "left", "again"]) await stored(lake, name);
  wait(1);
  const readProtected = async () => new Set(["synthetic/data/staged.parquet"]);
  const options = { ...DAY, readProtected };
  expect((await sweepOrphans("synthetic", options, lake)).waiting).toHaveLength(2);
  wait(25 * HOUR);
  await lake.store.replace("synthetic/data/again.parquet", Buffer.from("new"));
  wait(1);
  const swept = await sweepOrphans("synthetic", options, lake);
  expect(swept).toEqual({ removed: ["synthetic/data/left.parquet"], waiting: ["synthetic/data/again.parquet"] });
  expect(await lake.store.exists("synthetic/data/staged.parquet")).toBe(true);
});

test("behavior: a damaged note removes nothing early", async () => {
  for (const note of ["{", "[]", "null", '{"synthetic/data/a.parquet":"0"}', '{"synthetic/data/a.parquet":-1e99}']) {
    const { lake, wait } = await openLake();
    await stored(lake, "a");
    wait(30 * 24 * HOUR);
    await lake.store.replace("maintenance/synthetic.orphans.json", Buffer.from(note));
    expect((await sweepOrphans("synthetic", DAY, lake)).removed).toEqual([]);
  }
});

test("behavior: a commit never refers to a manifest that a killed writer left, so it may be removed meanwhile", async () => {
  const { lake } = await openLake();
  const file = await stored(lake, "a");
  const dying = { ...lake, catalog: { ...lake.catalog, commit: () => Promise.reject(new Error("killed")) } };
  await expect(commitAppend("synthetic", [file], {}, dying)).rejects.toThrow("killed");
  const left = new Set<string>();
  for await (const { path } of lake.store.list("synthetic/metadata")) if (path.endsWith(".avro")) left.add(path);
  expect(left.size).toBe(2);
  // The same commit on the same version: the same content, under names of its own.
  await commitAppend("synthetic", [file], {}, lake);
  for (const path of left) await lake.store.remove(path);
  expect(await pathsOf(lake)).toEqual([file.path]);
  const table = await loadTable("synthetic", lake.catalog);
  const manifests = await readManifestList(currentSnapshot(table), lake.store);
  expect(manifests.some(({ path }) => left.has(path))).toBe(false);
});

async function openLake() {
  let nowMs = Date.UTC(2024, 0, 15);
  const clock = { now: () => nowMs, sleep: async () => {} };
  const store = memoryLakeStore(() => nowMs);
  const lake: Lake = { store, catalog: fileCatalog(store), clock };
  await openTable(SYNTHETIC, lake);
  const wait = (ms: number) => {
    nowMs += ms;
  };
  wait(1);
  return { lake, wait };
}

/** A file that is there, not only in a manifest. */
async function stored(lake: Lake, name: string, specId = 0) {
  const file = syntheticFile(name, specId, [ROW]);
  await lake.store.createExclusive(file.path, Buffer.from(name));
  return file;
}

async function pathsOf(lake: Lake): Promise<readonly string[]> {
  const table = await loadTable("synthetic", lake.catalog);
  return (await liveFiles(table, currentSnapshot(table), lake.store)).map((file) => file.path).sort();
}
