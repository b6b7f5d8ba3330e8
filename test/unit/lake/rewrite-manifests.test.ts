import { expect, test } from "vitest";
import type { Lake } from "../../../lake/catalog.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { planManifests, rewriteManifests } from "../../../lake/rewrite-manifests.ts";
import { currentSnapshot, liveFiles, readManifest, readManifestList } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

test("default: the same files, with the sequence numbers that added them, under few manifests", async () => {
  const lake = await makeLake(20);
  const before = await entriesOf(lake);
  expect(await planManifests("synthetic", lake)).toEqual({ before: 20, after: 2 });
  expect(await rewriteManifests("synthetic", lake)).toEqual({ before: 20, after: 2 });
  expect(await entriesOf(lake)).toEqual(before);
  const table = await loadTable("synthetic", lake.catalog);
  expect(currentSnapshot(table)?.summary).toMatchObject({ operation: "replace", "total-data-files": "20" });
  // Nothing is left to do, and nothing is done.
  expect(await rewriteManifests("synthetic", lake)).toEqual({ before: 2, after: 2 });
  expect((await loadTable("synthetic", lake.catalog)).version).toBe(table.version);
});

test("behavior: appends and replacements that come in between are kept", async () => {
  const lake = await makeLake(20);
  const [first] = await liveNow(lake);
  let raced = 0;
  const racing: Lake = {
    ...lake,
    catalog: {
      ...lake.catalog,
      commit: async (...given) => {
        raced += 1;
        if (raced === 1) await commitAppend("synthetic", [file("between", 0, 3)], {}, lake);
        // Takes away a manifest that is about to be replaced: all is read again.
        if (raced === 2)
          await commitReplace("synthetic", first === undefined ? [] : [first], [file("r", 1, 0)], {}, lake);
        return lake.catalog.commit(...given);
      },
    },
  };
  await rewriteManifests("synthetic", racing);
  expect(raced).toBe(3);
  const paths = (await liveNow(lake)).map(({ path }) => path);
  expect(paths).toHaveLength(21);
  expect(paths).toContain("synthetic/data/between.parquet");
  expect(paths).toContain("synthetic/data/r.parquet");
  expect(paths).not.toContain(first?.path);
});

test("behavior: a table without rows, and one with a single manifest", async () => {
  for (const count of [0, 1]) {
    const lake = await makeLake(count);
    expect(await rewriteManifests("synthetic", lake)).toEqual({ before: count, after: count });
  }
});

async function makeLake(count: number): Promise<Lake> {
  const lake = memoryLake();
  await openTable(SYNTHETIC, lake);
  for (let index = 0; index < count; index += 1) {
    await commitAppend("synthetic", [file(`f${index}`, index % 2, index % 7)], {}, lake);
  }
  return lake;
}

function file(name: string, specId: number, day: number) {
  return syntheticFile(name, specId, [{ timeMs: day === 0 ? null : day * 86_400_000, account: "111122223333" }]);
}

async function liveNow(lake: Lake) {
  const table = await loadTable("synthetic", lake.catalog);
  return liveFiles(table, currentSnapshot(table), lake.store);
}

async function entriesOf(lake: Lake) {
  const table = await loadTable("synthetic", lake.catalog);
  const manifests = await readManifestList(currentSnapshot(table), lake.store);
  const entries = await Promise.all(manifests.map((each) => readManifest(table, each, lake.store)));
  return entries
    .flat()
    .map(({ snapshotId, sequenceNumber, file: { path } }) => ({ path, snapshotId, sequenceNumber }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}
