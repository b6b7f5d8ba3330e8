import fc from "fast-check";
import { expect, test } from "vitest";
import type { Lake } from "../../../lake/catalog.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { expireSnapshots } from "../../../lake/expire.ts";
import { addLakeTag, type LakeTag, listLakeTags, readLakeTag, removeLakeTag } from "../../../lake/lake-tags.ts";
import { snapshotById } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { checkedTagName, removeTag, tagSnapshot } from "../../../lake/tags.ts";
import { HOSTILE_VALUES } from "../../support/hostile-values.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const TABLES = ["one", "two"];

test("default: a tag holds a state of all tables against expiry, until it is removed", async () => {
  const lake = await filledLake();
  const tag = await stateOf(lake, "case-17");
  await addLakeTag(tag, lake);
  await addLakeTag(tag, lake);
  expect(await readLakeTag("case-17", lake.store)).toEqual(tag);
  await append(lake);
  await expire(lake);
  for (const [table, id] of tag.snapshots) {
    expect(snapshotById(await loadTable(table, lake.catalog), id)).not.toBeNull();
  }
  expect(await listLakeTags(lake)).toEqual([{ name: "case-17", tag, heldTables: TABLES, isWhole: true }]);
  expect(await removeLakeTag("case-17", lake)).toBe(true);
  expect(await removeLakeTag("case-17", lake)).toBe(false);
  expect(await listLakeTags(lake)).toEqual([]);
  expect(await readLakeTag("case-17", lake.store)).toBeNull();
  await expire(lake);
  for (const [table, id] of tag.snapshots) {
    expect(snapshotById(await loadTable(table, lake.catalog), id)).toBeNull();
  }
});

test("behavior: cut off between two tables, a tag is shown as not whole, and finished or removed by the same call", async () => {
  for (const isFinished of [true, false]) {
    const lake = await filledLake();
    const tag = await stateOf(lake, "cut");
    const commit = lake.catalog.commit.bind(lake.catalog);
    let commits = 0;
    const dying: Lake = {
      ...lake,
      catalog: {
        ...lake.catalog,
        commit: (...given) => {
          commits += 1;
          return commits > 1 ? Promise.reject(new Error("killed")) : commit(...given);
        },
      },
    };
    await expect(addLakeTag(tag, dying)).rejects.toThrow("killed");
    expect(await listLakeTags(lake)).toMatchObject([{ name: "cut", heldTables: ["one"], isWhole: false }]);
    if (isFinished) {
      await addLakeTag(tag, lake);
      expect(await listLakeTags(lake)).toMatchObject([{ heldTables: TABLES, isWhole: true }]);
      commits = 0;
      // The removal, too.
      await expect(removeLakeTag("cut", dying)).rejects.toThrow("killed");
      expect(await listLakeTags(lake)).toMatchObject([{ heldTables: ["two"], isWhole: false }]);
    }
    expect(await removeLakeTag("cut", lake)).toBe(true);
    expect(await listLakeTags(lake)).toEqual([]);
  }
});

test("behavior: a tag that another program made is listed, and can be removed", async () => {
  const lake = await filledLake();
  const { snapshots } = await stateOf(lake, "x");
  await tagSnapshot("two", { name: "theirs", snapshotId: snapshots.get("two") ?? 0 }, lake);
  await lake.store.createExclusive("tags/.tmp-1234", Buffer.from("x"));
  expect(await listLakeTags(lake)).toEqual([{ name: "theirs", tag: null, heldTables: ["two"], isWhole: false }]);
  expect(await removeLakeTag("theirs", lake)).toBe(true);
});

test("error: a name stands for one state for good, and for none that is gone", async () => {
  const lake = await filledLake();
  const old = await stateOf(lake, "t");
  await addLakeTag(old, lake);
  await append(lake);
  const next = await stateOf(lake, "t");
  await expect(addLakeTag(next, lake)).rejects.toMatchObject({ code: "lake.tag-taken" });
  await expect(addLakeTag({ ...old, atMs: old.atMs + 1 }, lake)).rejects.toMatchObject({ code: "lake.tag-taken" });
  const gone = { ...next, name: "gone", snapshots: new Map([...next.snapshots, ["two", 4711]]) };
  await expect(addLakeTag(gone, lake)).rejects.toMatchObject({ code: "lake.snapshot-missing" });
  // Nothing of it is left.
  expect((await listLakeTags(lake)).map(({ name }) => name)).toEqual(["t"]);
  expect(await readLakeTag("t", lake.store)).toEqual(old);
});

test("error: hostile names name nothing", async () => {
  const lake = await filledLake();
  const state = await stateOf(lake, "x");
  for (const name of [
    ...HOSTILE_VALUES,
    "",
    "main",
    "Main",
    ".",
    "..",
    "../x",
    "a/b",
    "4711",
    "24h",
    "2026-01-05",
    "-x",
  ]) {
    if (/^[a-z][a-z0-9._-]*$/.test(name) && name !== "main") continue;
    for (const action of [
      () => addLakeTag({ ...state, name }, lake),
      () => readLakeTag(name, lake.store),
      () => removeLakeTag(name, lake),
    ]) {
      await expect(action(), JSON.stringify(name)).rejects.toMatchObject({ code: "lake.bad-name" });
    }
  }
  expect(await listLakeTags(lake)).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const isFine = (() => {
        try {
          return checkedTagName(name) === name;
        } catch {
          return false;
        }
      })();
      expect(isFine).toBe(/^[a-z][a-z0-9._-]{0,127}$/.test(name) && !name.includes("\n") && name !== "main");
    }),
  );
});

test.each(["{", "null", "[]", '{"timestamp-ms":1}', '{"timestamp-ms":1,"tables":{"one":"x"}}'])(
  "error: a tag's file that says %s is refused",
  async (text) => {
    const lake = await filledLake();
    await lake.store.createExclusive("tags/t.json", Buffer.from(text));
    await expect(readLakeTag("t", lake.store)).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
  },
);

test("behavior: a table's tag alone is removed without a file", async () => {
  const lake = await filledLake();
  const tag = await stateOf(lake, "t");
  await addLakeTag(tag, lake);
  await removeTag("one", "t", lake);
  expect(await listLakeTags(lake)).toMatchObject([{ heldTables: ["two"], isWhole: false }]);
});

async function filledLake(): Promise<Lake> {
  const lake = memoryLake();
  for (const id of TABLES) await openTable({ ...SYNTHETIC, id }, lake);
  await append(lake);
  return lake;
}

async function append(lake: Lake): Promise<void> {
  for (const id of TABLES) {
    const file = syntheticFile(`f${lake.clock.now()}`, 0, []);
    await commitAppend(id, [{ ...file, path: file.path.replace("synthetic", id) }], {}, lake);
  }
}

async function stateOf(lake: Lake, name: string): Promise<LakeTag> {
  const snapshots = new Map<string, number>();
  for (const id of TABLES) snapshots.set(id, (await loadTable(id, lake.catalog)).metadata["current-snapshot-id"]);
  return { name, atMs: lake.clock.now(), snapshots };
}

async function expire(lake: Lake): Promise<void> {
  const options = { currentSinceMs: Number.MAX_SAFE_INTEGER, keepNewest: 0, batches: new Set<string>() };
  for (const id of TABLES) await expireSnapshots(id, options, lake);
}
