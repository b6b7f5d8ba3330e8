import { expect, test } from "vitest";
import type { Lake, Table } from "../../../lake/catalog.ts";
import { findOrphans, removeOrphans } from "../../../lake/clean.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { type ExpireOptions, expireSnapshots, planTableExpiry } from "../../../lake/expire.ts";
import { countSnapshots, findSnapshot, historyOf, historyPaths, tableAt, wholeTable } from "../../../lake/history.ts";
import { encodeMetadata, RETAINED_SNAPSHOTS } from "../../../lake/metadata.ts";
import type { Snapshot } from "../../../lake/model.ts";
import { referencedFiles } from "../../../lake/references.ts";
import { registerCatalog } from "../../../lake/register-catalog.ts";
import { BATCH_PROPERTY, snapshotAt, snapshotById } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { removeTag, tagSnapshot } from "../../../lake/tags.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { memoryRegister } from "../../support/memory-register.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const ROW = { timeMs: Date.UTC(2024, 0, 1), account: "111122223333" };
const STEP_MS = 60_000;
const MANY = 3 * RETAINED_SNAPSHOTS + 57;
const ALL: ExpireOptions = { currentSinceMs: Number.MAX_SAFE_INTEGER, keepNewest: 0, batches: new Set() };

test("default: of all commits each is found by its id and by its time, and nothing else is", async () => {
  const { lake, made } = await filledLake(MANY);
  const table = await loadTable("synthetic", lake.catalog);
  expect(table.metadata.snapshots).toHaveLength(RETAINED_SNAPSHOTS);
  // The first file has all up to the first that left; after it, one for each 200 changes.
  expect(historyOf(table.metadata).files).toHaveLength(3);
  expect(countSnapshots(table.metadata)).toBe(MANY);
  for (const snapshot of sampled(made)) {
    const atMs = snapshot["timestamp-ms"];
    for (const ms of [atMs, atMs + STEP_MS - 1]) {
      const found = await tableAt(table, ms, lake.store);
      expect(snapshotAt(found, ms)).toEqual(snapshot);
      // What comes after it is there, and what was before.
      const at = found.metadata.snapshots.findIndex((each) => each["snapshot-id"] === snapshot["snapshot-id"]);
      expect(found.metadata.snapshots.slice(at, at + 5)).toEqual(
        made.slice(made.indexOf(snapshot), made.indexOf(snapshot) + 5),
      );
    }
    expect(await findSnapshot(table, snapshot["snapshot-id"], lake.store)).toEqual(snapshot);
  }
  const first = made[0]?.["timestamp-ms"] ?? 0;
  expect(snapshotAt(await tableAt(table, first - 1, lake.store), first - 1)).toBeNull();
  expect(await findSnapshot(table, 4711, lake.store)).toBeNull();
  expect((await wholeTable(table, lake.store)).metadata.snapshots).toEqual(made);
});

test("behavior: compactions in between leave neither a gap nor a doubled snapshot", async () => {
  const lake = timedLake();
  await openTable(SYNTHETIC, lake);
  const made: Snapshot[] = [];
  let file = syntheticFile("first", 0, [ROW]);
  for (let index = 0; index < 2 * RETAINED_SNAPSHOTS; index += 1) {
    if (index % 90 === 0) made.push(await append(lake, `a${index}`, index === 0 ? [file] : undefined));
    const next = syntheticFile(`r${index}`, 0, [ROW]);
    await lake.clock.sleep(STEP_MS);
    const replaced = await commitReplace("synthetic", [file], [next], {}, lake);
    if (replaced !== null) made.push(replaced.snapshot);
    file = next;
  }
  const table = await loadTable("synthetic", lake.catalog);
  expect(table.metadata.snapshots.length).toBeLessThan(made.length);
  expect((await wholeTable(table, lake.store)).metadata.snapshots).toEqual(made);
  expect(countSnapshots(table.metadata)).toBe(made.length);
  for (const snapshot of made) {
    const found = await tableAt(table, snapshot["timestamp-ms"], lake.store, snapshot["snapshot-id"]);
    expect(snapshotById(found, snapshot["snapshot-id"])).toEqual(snapshot);
    expect(snapshotAt(found, snapshot["timestamp-ms"])?.summary["total-records"]).toBe(
      snapshot.summary["total-records"],
    );
  }
});

test("behavior: what the history needs is no orphan until it expires; then it goes, and a tag keeps its own", async () => {
  const { lake, made } = await filledLake(MANY);
  const orphans = async () =>
    (await findOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, lake)).map(({ path }) => path);
  const listOf = (snapshot: Snapshot | undefined) =>
    (snapshot?.["manifest-list"] ?? "").replace("file:///memory/lake/", "");
  let table = await loadTable("synthetic", lake.catalog);
  await removeOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, lake);
  for (const path of historyPaths(table)) expect(await lake.store.exists(path)).toBe(true);
  for (const snapshot of made) expect(await lake.store.exists(listOf(snapshot))).toBe(true);
  const tagged = made[7];
  await tagSnapshot("synthetic", { name: "kept", snapshotId: tagged?.["snapshot-id"] ?? 0 }, lake);
  const since = made[RETAINED_SNAPSHOTS]?.["timestamp-ms"] ?? 0;
  expect(await planTableExpiry("synthetic", { ...ALL, currentSinceMs: since }, lake)).toHaveLength(
    RETAINED_SNAPSHOTS - 1,
  );
  expect(await expireSnapshots("synthetic", { ...ALL, currentSinceMs: since }, lake)).toBe(RETAINED_SNAPSHOTS - 1);
  expect(await expireSnapshots("synthetic", { ...ALL, currentSinceMs: since }, lake)).toBe(0);
  table = await loadTable("synthetic", lake.catalog);
  expect(countSnapshots(table.metadata)).toBe(MANY - RETAINED_SNAPSHOTS + 1);
  expect((await wholeTable(table, lake.store)).metadata.snapshots).toEqual([tagged, ...made.slice(RETAINED_SNAPSHOTS)]);
  const needed = await referencedFiles(table, lake.store);
  const unneeded = new Set(await orphans());
  for (const snapshot of sampled(made)) {
    const index = made.indexOf(snapshot);
    const isKept = index === 7 || index >= RETAINED_SNAPSHOTS;
    const ms = snapshot["timestamp-ms"];
    expect((await findSnapshot(table, snapshot["snapshot-id"], lake.store)) !== null, String(index)).toBe(isKept);
    // By its time the tagged one is not found: what came after it is gone, so nobody could tell until when it was current.
    expect(snapshotAt(await tableAt(table, ms, lake.store), ms) !== null).toBe(index >= RETAINED_SNAPSHOTS);
    expect([needed.has(listOf(snapshot)), unneeded.has(listOf(snapshot))]).toEqual([isKept, !isKept]);
  }
  // It left the metadata long before: the tag has brought it back, and without the tag it expires.
  expect(snapshotById(table, tagged?.["snapshot-id"] ?? 0)).toEqual(tagged);
  await removeTag("synthetic", "kept", lake);
  expect(await expireSnapshots("synthetic", ALL, lake)).toBe(MANY - RETAINED_SNAPSHOTS);
  table = await loadTable("synthetic", lake.catalog);
  expect(historyOf(table.metadata).files).toEqual([]);
  expect(countSnapshots(table.metadata)).toBe(1);
});

test("behavior: a data catalog's tables have their history, too", async () => {
  const { store } = memoryLake();
  const lake = { store, catalog: registerCatalog(memoryRegister(), store), clock: fakeClock() };
  await openTable(SYNTHETIC, lake);
  const made: Snapshot[] = [];
  for (let index = 0; index < RETAINED_SNAPSHOTS + 20; index += 1) made.push(await append(lake, `b${index}`));
  await removeOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, lake);
  const table = await loadTable("synthetic", lake.catalog);
  for (const snapshot of [made[0], made[19], made[20], made.at(-1)]) {
    const atMs = snapshot?.["timestamp-ms"] ?? 0;
    expect(snapshotAt(await tableAt(table, atMs, store), atMs)).toEqual(snapshot);
    expect(await findSnapshot(table, snapshot?.["snapshot-id"] ?? 0, store)).toEqual(snapshot);
  }
});

test("behavior: a commit costs the same after many as after few, in bytes of metadata", async () => {
  const { lake } = await filledLake(RETAINED_SNAPSHOTS + 1);
  const before = encodeMetadata((await loadTable("synthetic", lake.catalog)).metadata).byteLength;
  for (let index = 0; index < 2 * RETAINED_SNAPSHOTS; index += 1) await append(lake, `more${index}`);
  const after = encodeMetadata((await loadTable("synthetic", lake.catalog)).metadata).byteLength;
  // Two names of files more.
  expect(after - before).toBeLessThan(2000);
});

test.each([
  "{",
  "[]",
  "null",
  '{"since":0}',
  '{"since":0,"files":[["../x",1,1,1]]}',
  '{"since":0,"files":[["x",1,"y",1]]}',
])("error: a history that says %s is refused", async (text) => {
  const { lake } = await filledLake(3);
  const table = await loadTable("synthetic", lake.catalog);
  const properties = { ...table.metadata.properties, "logkeep.history": text };
  const damaged: Table = { ...table, metadata: { ...table.metadata, properties } };
  await expect(wholeTable(damaged, lake.store)).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
});

/** The ones around each file's end, and every 41st. */
function sampled(made: readonly Snapshot[]): readonly Snapshot[] {
  return made.filter((_, index) => index % 41 === 7 || (index % RETAINED_SNAPSHOTS) % (RETAINED_SNAPSHOTS - 1) < 3);
}

function timedLake(): Lake {
  return { ...memoryLake(), clock: fakeClock() };
}

async function filledLake(commits: number): Promise<{ readonly lake: Lake; readonly made: readonly Snapshot[] }> {
  const lake = timedLake();
  await openTable(SYNTHETIC, lake);
  const made: Snapshot[] = [];
  for (let index = 0; index < commits; index += 1) made.push(await append(lake, `b${index}`));
  return { lake, made };
}

async function append(lake: Lake, name: string, files = [syntheticFile(name, 0, [ROW])]): Promise<Snapshot> {
  await lake.clock.sleep(STEP_MS);
  return (await commitAppend("synthetic", files, { [BATCH_PROPERTY]: name }, lake)).snapshot;
}
