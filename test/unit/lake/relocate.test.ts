import { expect, test } from "vitest";
import type { LakeStore } from "../../../core/lake-store.ts";
import type { Lake } from "../../../lake/catalog.ts";
import { removeOrphans } from "../../../lake/clean.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { expireSnapshots } from "../../../lake/expire.ts";
import { fileCatalog } from "../../../lake/file-catalog.ts";
import { countSnapshots, findSnapshot, wholeTable } from "../../../lake/history.ts";
import { RETAINED_SNAPSHOTS } from "../../../lake/metadata.ts";
import { relocateTable } from "../../../lake/relocate.ts";
import { currentSnapshot, liveFiles, snapshotById } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { tagSnapshot, tagsOf } from "../../../lake/tags.ts";
import { collect } from "../../support/collect.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { memoryLakeStore } from "../../support/memory-lake-store.ts";
import { SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const ROW = { timeMs: Date.UTC(2024, 0, 1), account: "111122223333" };
const EXPIRE_ALL = { currentSinceMs: Number.MAX_SAFE_INTEGER, keepNewest: 0, batches: new Set<string>() };
const ORPHANS = { beforeMs: Number.MAX_SAFE_INTEGER };

test("default: every snapshot and tag reads as before, and the table takes commits again", async () => {
  const { store, first, expected } = await makeLake();
  const lake = lakeAt({ ...store, rootUri: "file:///elsewhere/lake" });
  await expect(loadTable("synthetic", lake.catalog)).rejects.toMatchObject({
    code: "lake.corrupt-metadata",
    hint: expect.stringContaining("relocate"),
  });
  const result = await relocateTable("synthetic", lake);
  expect(result).toMatchObject({ fromUri: store.rootUri, snapshots: 3, files: 3 });
  const table = await loadTable("synthetic", lake.catalog);
  expect(JSON.stringify(table.metadata)).not.toContain(store.rootUri);
  expect(tagsOf(table)).toEqual([{ name: "evidence", snapshotId: first }]);
  for (const [id, files] of expected) {
    expect(await liveFiles(table, snapshotById(table, id), lake.store)).toEqual(files);
  }
  await commitAppend("synthetic", [await stored(lake.store, "later")], {}, lake);
  const after = await loadTable("synthetic", lake.catalog);
  expect(await liveFiles(after, currentSnapshot(after), lake.store)).toHaveLength(3);
  // What the old place needed is needed by nobody now, and nothing else is.
  await removeOrphans("synthetic", ORPHANS, lake);
  for (const [id, files] of expected) {
    expect(await liveFiles(after, snapshotById(after, id), lake.store)).toEqual(files);
  }
  expect((await relocateTable("synthetic", lake)).fromUri).toBeNull();
});

test("behavior: killed at any write it goes on the next time, and until then the table is as it was", async () => {
  const { store, expected } = await makeLake();
  let allowed = 0;
  for (; ; allowed += 1) {
    let writes = 0;
    const count = async <T>(write: () => Promise<T>): Promise<T> => {
      if (writes >= allowed) throw new Error("killed");
      writes += 1;
      return write();
    };
    const dying: LakeStore = {
      ...store,
      rootUri: "file:///elsewhere/lake",
      createExclusive: (path, content) => count(() => store.createExclusive(path, content)),
      replace: (path, content) => count(() => store.replace(path, content)),
    };
    const done = await relocateTable("synthetic", lakeAt(dying)).catch((thrown: Error) => thrown.message);
    if (typeof done !== "string") break;
    expect(done).toBe("killed");
    // The table's next version: the commit stands, and only the hint is stale.
    if (await store.exists("synthetic/metadata/v6.metadata.json")) continue;
    const old = await loadTable("synthetic", fileCatalog(store));
    for (const [id, files] of expected) expect(await liveFiles(old, snapshotById(old, id), store)).toEqual(files);
  }
  // Manifests, manifest lists, the metadata and the hint.
  expect(allowed).toBeGreaterThan(6);
  const lake = lakeAt({ ...store, rootUri: "file:///elsewhere/lake" });
  const table = await loadTable("synthetic", lake.catalog);
  for (const [id, files] of expected) {
    expect(await liveFiles(table, snapshotById(table, id), lake.store)).toEqual(files);
  }
});

test("behavior: it can be moved again, and back", async () => {
  const { store, expected } = await makeLake();
  for (const rootUri of ["file:///a/lake", "file:///a/lake/lake", "file:///a", store.rootUri]) {
    const lake = lakeAt({ ...store, rootUri });
    await relocateTable("synthetic", lake);
    const table = await loadTable("synthetic", lake.catalog);
    for (const [id, files] of expected) {
      expect(await liveFiles(table, snapshotById(table, id), lake.store)).toEqual(files);
    }
  }
});

test("behavior: the history comes along, and nothing of the old place is needed", async () => {
  const store = memoryLakeStore();
  const old = lakeAt(store);
  await openTable(SYNTHETIC, old);
  const commits = RETAINED_SNAPSHOTS + 30;
  for (let index = 0; index < commits; index += 1) {
    await commitAppend("synthetic", [await stored(store, `f${index}`)], {}, old);
  }
  await expireSnapshots("synthetic", { ...EXPIRE_ALL, keepNewest: commits - 9 }, old);
  const { snapshots } = (await wholeTable(await loadTable("synthetic", old.catalog), store)).metadata;
  expect(snapshots).toHaveLength(commits - 9);
  const lake = lakeAt({ ...store, rootUri: "file:///elsewhere/lake" });
  expect(await relocateTable("synthetic", lake)).toMatchObject({ snapshots: commits - 9, files: commits });
  await removeOrphans("synthetic", ORPHANS, lake);
  const table = await loadTable("synthetic", lake.catalog);
  const moved = await wholeTable(table, lake.store);
  expect(moved.metadata.snapshots).toHaveLength(commits - 9);
  expect(JSON.stringify(moved.metadata)).not.toContain(store.rootUri);
  for (const [index, { "snapshot-id": id }] of snapshots.entries()) {
    const found = await findSnapshot(table, id, lake.store);
    expect(await liveFiles(moved, found, lake.store)).toHaveLength(index + 10);
  }
  expect(countSnapshots(table.metadata)).toBe(commits - 9);
});

test("error: files that have not come along, or not whole, and nothing is changed", async () => {
  for (const spoil of ["remove", "cut"]) {
    const { store } = await makeLake();
    // Needed by the tagged snapshot alone.
    if (spoil === "remove") await store.remove("synthetic/data/a.parquet");
    else await store.replace("synthetic/data/a.parquet", Buffer.from("short"));
    const lake = lakeAt({ ...store, rootUri: "file:///elsewhere/lake" });
    const before = (await collect(store.list("synthetic/metadata"))).filter(({ path }) => path.endsWith(".json"));
    const missing = { code: "lake.files-missing", facts: { missing: 1, first: "synthetic/data/a.parquet" } };
    await expect(relocateTable("synthetic", lake)).rejects.toMatchObject(missing);
    await expect(relocateTable("synthetic", lake, { dryRun: true })).rejects.toMatchObject(missing);
    const after = (await collect(store.list("synthetic/metadata"))).filter(({ path }) => path.endsWith(".json"));
    expect(after).toEqual(before);
  }
});

/** A table with a tagged snapshot whose file is in no later one. */
async function makeLake() {
  const store = memoryLakeStore();
  const lake = lakeAt(store);
  await openTable(SYNTHETIC, lake);
  const [a, b] = [await stored(store, "a"), await stored(store, "b")];
  const { snapshot } = await commitAppend("synthetic", [a], {}, lake);
  const first = snapshot["snapshot-id"];
  await commitAppend("synthetic", [b], {}, lake);
  await commitReplace("synthetic", [a], [await stored(store, "c", 1)], {}, lake);
  await tagSnapshot("synthetic", { name: "evidence", snapshotId: first }, lake);
  const table = await loadTable("synthetic", lake.catalog);
  const expected = new Map();
  for (const each of table.metadata.snapshots) {
    expected.set(each["snapshot-id"], await liveFiles(table, each, store));
  }
  return { store, first, expected };
}

function lakeAt(store: LakeStore): Lake {
  return { store, catalog: fileCatalog(store), clock: fakeClock() };
}

async function stored(store: LakeStore, name: string, specId = 0) {
  const file = syntheticFile(name, specId, [ROW]);
  await store.createExclusive(file.path, Buffer.alloc(file.sizeBytes));
  return file;
}
