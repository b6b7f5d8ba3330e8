import { expect, test } from "vitest";
import { column } from "../../../core/table.ts";
import type { Lake } from "../../../lake/catalog.ts";
import { removeOrphans } from "../../../lake/clean.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { expireSnapshots } from "../../../lake/expire.ts";
import { fileCatalog } from "../../../lake/file-catalog.ts";
import { RETAINED_SNAPSHOTS } from "../../../lake/metadata.ts";
import {
  BATCH_PROPERTY,
  currentSnapshot,
  liveFiles,
  readManifestList,
  snapshotAt,
  snapshotById,
  snapshotOfBatch,
} from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { collect } from "../../support/collect.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const ROW = { timeMs: Date.UTC(2024, 0, 1), account: "111122223333" };

test("behavior: of many writers at once none loses a commit", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const names = Array.from({ length: 20 }, (_, index) => `w${index}`);
  await Promise.all(
    names.map((name) => commitAppend("synthetic", [syntheticFile(name, 0, [ROW])], { [BATCH_PROPERTY]: name }, lake)),
  );
  expect(await pathsOf(lake)).toEqual(names.map((name) => `synthetic/data/${name}.parquet`).sort());
  const table = await loadTable("synthetic", lake.catalog);
  expect(table.metadata.snapshots.map((each) => each["sequence-number"])).toEqual(names.map((_, index) => index + 1));
  expect(currentSnapshot(table)?.summary).toMatchObject({ "total-data-files": "20", "total-records": "20" });
});

test("behavior: two processes create the same table", async () => {
  const lake = memoryLake();
  const tables = await Promise.all([openTable(SYNTHETIC, lake), openTable(SYNTHETIC, lake)]);
  expect(tables[0]).toEqual(tables[1]);
});

test("behavior: a column that two processes add at once gets one id", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const wider = { ...SYNTHETIC, columns: [...SYNTHETIC.columns, column("extra", "string", "")] };
  const tables = await Promise.all([openTable(wider, lake), openTable(wider, lake)]);
  expect(tables.map((table) => table.metadata["last-column-id"])).toEqual([3, 3]);
  expect(tables[0].metadata.schemas).toHaveLength(2);
});

test("behavior: the newest version is found whatever the hint says", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  await append(lake, "a");
  await append(lake, "b");
  for (const hint of ["1", "999", "nonsense", "-1", ""]) {
    await lake.store.replace("synthetic/metadata/version-hint.text", Buffer.from(hint));
    expect((await loadTable("synthetic", lake.catalog)).version).toBe("3");
  }
  await lake.store.remove("synthetic/metadata/version-hint.text");
  expect((await loadTable("synthetic", lake.catalog)).version).toBe("3");
  expect(await lake.catalog.list()).toEqual(["synthetic"]);
});

test("behavior: a writer that slept through a cleaning does not take a freed version", async () => {
  const lake = memoryLake();
  const stale = await openTable(SYNTHETIC, lake);
  for (const name of ["a", "b", "c"]) await append(lake, name);
  await lake.store.remove("synthetic/metadata/v2.metadata.json");
  expect(await lake.catalog.commit(stale, stale.metadata)).toBeNull();
});

test("behavior: small manifests are merged, and files keep the sequence number that added them", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const names = Array.from({ length: 120 }, (_, index) => `f${String(index).padStart(3, "0")}`);
  for (const name of names) await append(lake, name);
  const table = await loadTable("synthetic", lake.catalog);
  const manifests = await readManifestList(currentSnapshot(table), lake.store);
  expect(manifests.length).toBeLessThanOrEqual(51);
  expect(Math.min(...manifests.map((each) => each.minSequenceNumber))).toBe(1);
  expect(await pathsOf(lake)).toEqual(names.map((name) => `synthetic/data/${name}.parquet`));
  expect(currentSnapshot(table)?.summary["total-data-files"]).toBe("120");
});

test("behavior: earlier snapshots are read by id, by time and by batch", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const first = await append(lake, "a");
  const second = await append(lake, "b");
  const table = await loadTable("synthetic", lake.catalog);
  expect(snapshotById(table, first["snapshot-id"])).toEqual(first);
  expect(snapshotAt(table, second["timestamp-ms"] - 1)).toEqual(first);
  expect(snapshotAt(table, second["timestamp-ms"])).toEqual(second);
  expect(snapshotAt(table, first["timestamp-ms"] - 1)).toBeNull();
  expect(snapshotOfBatch(table, "a")).toEqual(first);
  expect(snapshotOfBatch(table, "never")).toBeNull();
  expect(await liveFiles(table, first, lake.store)).toHaveLength(1);
});

test("behavior: the same commits give the same snapshot ids", async () => {
  const ids = async () => {
    const lake = memoryLake();
    await openTable(SYNTHETIC, lake);
    return [(await append(lake, "a"))["snapshot-id"], (await append(lake, "b"))["snapshot-id"]];
  };
  expect(await ids()).toEqual(await ids());
});

test("behavior: a replacement keeps what was appended meanwhile and refuses files that are gone", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  const [a, b] = [syntheticFile("a", 0, [ROW]), syntheticFile("b", 0, [ROW])];
  await commitAppend("synthetic", [a, b], {}, lake);
  const merged = syntheticFile("ab", 1, [ROW, ROW]);
  const [replaced] = await Promise.all([commitReplace("synthetic", [a, b], [merged], {}, lake), append(lake, "c")]);
  expect(replaced?.snapshot.summary).toMatchObject({ operation: "replace", "deleted-data-files": "2" });
  expect(await pathsOf(lake)).toEqual(["synthetic/data/ab.parquet", "synthetic/data/c.parquet"]);
  expect(await commitReplace("synthetic", [a], [syntheticFile("x", 1, [ROW])], {}, lake)).toBeNull();
  expect(await pathsOf(lake)).toEqual(["synthetic/data/ab.parquet", "synthetic/data/c.parquet"]);
  const table = await loadTable("synthetic", lake.catalog);
  expect(currentSnapshot(table)?.summary).toMatchObject({ "total-data-files": "2", "total-records": "3" });
});

test("behavior: metadata stays bounded however many commits there are", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  for (let index = 0; index < RETAINED_SNAPSHOTS + 5; index += 1) await append(lake, `f${index}`);
  const { metadata } = await loadTable("synthetic", lake.catalog);
  expect(metadata.snapshots).toHaveLength(RETAINED_SNAPSHOTS);
  expect(metadata["snapshot-log"]).toHaveLength(RETAINED_SNAPSHOTS);
  expect(metadata["metadata-log"]).toHaveLength(100);
  expect((await pathsOf(lake)).length).toBe(RETAINED_SNAPSHOTS + 5);
});

test("behavior: a long compaction does not push a batch out of the history", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  await append(lake, "a");
  let file = syntheticFile("a", 0, [ROW]);
  for (let round = 0; round < RETAINED_SNAPSHOTS + 10; round += 1) {
    const next = syntheticFile(`r${round}`, 1, [ROW]);
    await commitReplace("synthetic", [file], [next], {}, lake);
    file = next;
  }
  const table = await loadTable("synthetic", lake.catalog);
  expect(table.metadata.snapshots).toHaveLength(RETAINED_SNAPSHOTS + 1);
  expect((await commitAppend("synthetic", [file], { [BATCH_PROPERTY]: "a" }, lake)).committed).toBe(false);
});

test("behavior: a batch without files is remembered too", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  await commitAppend("synthetic", [], { [BATCH_PROPERTY]: "none" }, lake);
  expect((await commitAppend("synthetic", [], { [BATCH_PROPERTY]: "none" }, lake)).committed).toBe(false);
  await append(lake, "a");
  expect(await pathsOf(lake)).toEqual(["synthetic/data/a.parquet"]);
});

test("behavior: cleaning removes what no retained snapshot needs, and nothing that is young or staged", async () => {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  for (const path of ["a", "b", "orphan", "staged-00000"]) {
    await lake.store.createExclusive(`synthetic/data/${path}.parquet`, Buffer.from("x"));
  }
  const a = syntheticFile("a", 0, [ROW]);
  await commitAppend("synthetic", [a], {}, lake);
  await commitReplace("synthetic", [a], [syntheticFile("b", 1, [ROW])], {}, lake);
  const before = (await collect(lake.store.list("synthetic"))).length;
  expect(await removeOrphans("synthetic", { beforeMs: 0 }, lake)).toEqual([]);
  const readProtected = async () => new Set(["synthetic/data/staged-00000.parquet"]);
  const all = { beforeMs: Number.MAX_SAFE_INTEGER, readProtected };
  expect(await removeOrphans("synthetic", all, lake)).toEqual(["synthetic/data/orphan.parquet"]);
  expect((await collect(lake.store.list("synthetic"))).length).toBe(before - 1);
  const now = { currentSinceMs: Number.MAX_SAFE_INTEGER, keepNewest: 0, batches: new Set<string>() };
  expect(await expireSnapshots("synthetic", now, lake)).toBe(1);
  expect(await expireSnapshots("synthetic", now, lake)).toBe(0);
  expect(await removeOrphans("synthetic", all, lake)).toContain("synthetic/data/a.parquet");
  expect(await lake.store.exists("synthetic/data/staged-00000.parquet")).toBe(true);
  expect(await pathsOf(lake)).toEqual(["synthetic/data/b.parquet"]);
  expect(await removeOrphans("synthetic", all, lake)).toEqual([]);
});

test("error: a table that is missing, damaged, or in a folder that was moved", async () => {
  const lake = memoryLake();
  await expect(loadTable("synthetic", lake.catalog)).rejects.toMatchObject({ code: "lake.table-missing" });
  await expect(loadTable("../synthetic", lake.catalog)).rejects.toMatchObject({ code: "lake.bad-name" });
  await openTable(SYNTHETIC, lake);
  const moved = fileCatalog({ ...lake.store, rootUri: "file:///elsewhere" });
  await expect(loadTable("synthetic", moved)).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
  await lake.store.replace("synthetic/metadata/v1.metadata.json", Buffer.from("{"));
  await expect(loadTable("synthetic", lake.catalog)).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
});

async function append(lake: Lake, name: string) {
  return (await commitAppend("synthetic", [syntheticFile(name, 0, [ROW])], { [BATCH_PROPERTY]: name }, lake)).snapshot;
}

async function pathsOf(lake: Lake): Promise<readonly string[]> {
  const table = await loadTable("synthetic", lake.catalog);
  return (await liveFiles(table, currentSnapshot(table), lake.store)).map((file) => file.path).sort();
}
