import fc from "fast-check";
import { expect, test } from "vitest";
import { column, list, struct, type TableDefinition } from "../../../core/table.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { commitReplace } from "../../../lake/commit-replace.ts";
import { compactTable, planTasks } from "../../../lake/compact.ts";
import { SPEC_DAY, SPEC_DAY_ACCOUNT } from "../../../lake/model.ts";
import { planCompaction } from "../../../lake/plan-compaction.ts";
import { scanRelation } from "../../../lake/scan-relation.ts";
import { currentSnapshot, liveFiles } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { syntheticFile } from "../../support/synthetic-table.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

const EVENTS: TableDefinition = {
  id: "events",
  doc: "Events",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: ["uid"],
  columns: [
    column("time_dt", "timestamptz", ""),
    column("accountid", "string", ""),
    column("uid", "long", ""),
    column("parts", list(struct(column("key", "string", ""))), ""),
  ],
};
const NO_ACCOUNT: TableDefinition = { ...EVENTS, accountColumn: null };

test("default: compaction keeps every row, in one sorted file for each day and account", async () => {
  await using at = await temporaryLake();
  for (const batch of ["a", "b", "c"]) await appendRows(at, EVENTS, batch, 400);
  const before = await multiset(at);
  const result = await compactTable("events", {}, { ...at.lake, engine: at.engine });
  expect(result).toMatchObject({ rows: 1200, conflicts: 0 });
  expect(await multiset(at)).toEqual(before);
  const files = await live(at);
  expect(files.every((file) => file.specId === SPEC_DAY_ACCOUNT)).toBe(true);
  expect(new Set(files.map((file) => JSON.stringify(file.partition))).size).toBe(files.length);
  const table = await loadTable("events", at.lake.catalog);
  for (const file of files) {
    const [row] = await at.engine.all(
      `SELECT count(*) FILTER (before > here) AS wrong, count(DISTINCT accountid) AS accounts FROM (SELECT accountid,
       (time_dt, uid) AS here, lag((time_dt, uid)) OVER (ORDER BY file_row_number) AS before
       FROM read_parquet('${at.lake.store.localPath(file.path)}', file_row_number = true, hive_partitioning = false))`,
    );
    expect(Number(row?.["wrong"])).toBe(0);
    expect(Number(row?.["accounts"])).toBeLessThanOrEqual(1);
  }
  expect(await planTasks("events", {}, at.lake)).toEqual([]);
  const again = await compactTable("events", {}, { ...at.lake, engine: at.engine });
  expect(again.tasks).toBe(0);
  expect((await loadTable("events", at.lake.catalog)).version).toBe(table.version);
});

test("behavior: late rows join their partition, and other partitions are left alone", async () => {
  await using at = await temporaryLake();
  await appendRows(at, EVENTS, "a", 400);
  await compactTable("events", {}, { ...at.lake, engine: at.engine });
  const before = new Set((await live(at)).map((file) => file.path));
  await appendRows(at, EVENTS, "late", 1);
  const expected = await multiset(at);
  const result = await compactTable("events", {}, { ...at.lake, engine: at.engine });
  expect(result.tasks).toBe(2);
  expect(await multiset(at)).toEqual(expected);
  const after = await live(at);
  expect(after).toHaveLength(before.size);
  expect(after.filter((file) => !before.has(file.path))).toHaveLength(1);
});

test("behavior: small chunks give the same rows", async () => {
  await using at = await temporaryLake();
  for (const batch of ["a", "b"]) await appendRows(at, EVENTS, batch, 400);
  const before = await multiset(at);
  await compactTable("events", { chunkBytes: 1500 }, { ...at.lake, engine: at.engine });
  expect(await multiset(at)).toEqual(before);
  expect(await planTasks("events", {}, at.lake)).toEqual([]);
});

test("behavior: an account comes out in files of the target size, in the order of time, and is left alone then", async () => {
  for (const definition of [EVENTS, NO_ACCOUNT]) {
    await using at = await temporaryLake();
    const table = await openTable(definition, at.lake);
    for (let batch = 0; batch < 6; batch += 1) {
      const rows = `(SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_seconds((i * 7919 + ${batch}) % 86400) AS time_dt,
        '111122223333' AS accountid, i AS uid, [{key: 'k' || i}] AS parts FROM range(1500) t(i))`;
      const options = { specId: SPEC_DAY, prefix: `b${batch}` };
      await commitAppend(
        "events",
        await writeDataFiles(table, rows, options, { ...at.lake, engine: at.engine }),
        {},
        at.lake,
      );
    }
    const before = await multiset(at);
    const sizeBytes = (await live(at)).reduce((sum, file) => sum + file.sizeBytes, 0);
    const options = { targetFileBytes: Math.ceil(sizeBytes / 3) };
    await compactTable("events", options, { ...at.lake, engine: at.engine });
    expect(await multiset(at)).toEqual(before);
    const files = await live(at);
    // Sorted rows take less than they did: what was planned as three files may fit two.
    expect([2, 3]).toContain(files.length);
    expect(Math.max(...files.map((file) => file.sizeBytes))).toBeLessThan(1.2 * options.targetFileBytes);
    const paths = files.map((file) => `'${at.lake.store.localPath(file.path)}'`);
    const [row] = await at.engine.all(
      `SELECT count(*) FILTER (before > first) AS wrong FROM (SELECT first, lag(last) OVER (ORDER BY filename) AS before
       FROM (SELECT filename, min(time_dt) AS first, max(time_dt) AS last
       FROM read_parquet([${paths.join(", ")}], filename = true, hive_partitioning = false) GROUP BY ALL))`,
    );
    expect(row).toEqual({ wrong: 0n });
    expect(await planTasks("events", options, at.lake)).toEqual([]);
  }
});

test("behavior: a column that is added while a compaction writes is in the table afterwards, NULL in old rows", async () => {
  await using at = await temporaryLake();
  await appendRows(at, EVENTS, "a", 100);
  const wider = { ...EVENTS, columns: [...EVENTS.columns, column("extra", "string", "")] };
  let isAdded = false;
  const catalog = {
    ...at.lake.catalog,
    commit: async (...given: Parameters<typeof at.lake.catalog.commit>) => {
      if (!isAdded) {
        isAdded = true;
        await openTable(wider, at.lake);
      }
      return at.lake.catalog.commit(...given);
    },
  };
  const result = await compactTable("events", {}, { ...at.lake, catalog, engine: at.engine });
  expect(result.conflicts).toBe(0);
  const table = await loadTable("events", at.lake.catalog);
  const [row] = await at.engine.all(
    `SELECT count(*) AS rows, count(extra) AS extras FROM ${await scanRelation(table, await live(at), at.lake.store)}`,
  );
  expect(row).toEqual({ rows: 100n, extras: 0n });
});

test("behavior: a table without accounts is merged by day", async () => {
  await using at = await temporaryLake();
  for (const batch of ["a", "b"]) await appendRows(at, NO_ACCOUNT, batch, 100);
  const before = await multiset(at);
  await compactTable("events", {}, { ...at.lake, engine: at.engine });
  expect(await multiset(at)).toEqual(before);
  const files = await live(at);
  expect(files.every((file) => file.specId === SPEC_DAY)).toBe(true);
  expect(new Set(files.map((file) => file.partition.day)).size).toBe(files.length);
});

test("behavior: days that are still filling up are left out", async () => {
  await using at = await temporaryLake();
  await appendRows(at, EVENTS, "a", 400);
  await compactTable("events", { untilMs: Date.UTC(2024, 0, 3) + 1 }, { ...at.lake, engine: at.engine });
  const hot = (await live(at)).filter((file) => file.specId === SPEC_DAY);
  expect(hot.map((file) => file.partition.day)).toEqual([19725, 19726, 19727]);
});

test("behavior: a compaction that dies before its commit is made again under the same names", async () => {
  await using at = await temporaryLake();
  await appendRows(at, EVENTS, "a", 400);
  const before = await multiset(at);
  const dying = { ...at.lake.catalog, commit: () => Promise.reject(new Error("killed")) };
  await expect(compactTable("events", {}, { ...at.lake, catalog: dying, engine: at.engine })).rejects.toThrow("killed");
  expect(await multiset(at)).toEqual(before);
  await compactTable("events", {}, { ...at.lake, engine: at.engine });
  expect(await multiset(at)).toEqual(before);
});

test("behavior: an append and a replacement that come in between are both kept", async () => {
  await using at = await temporaryLake();
  await appendRows(at, EVENTS, "a", 100);
  const [victim, ...rest] = await live(at);
  let raced = false;
  const racing = {
    ...at.lake.catalog,
    commit: async (...given: Parameters<typeof at.lake.catalog.commit>) => {
      if (!raced) {
        raced = true;
        await appendRows(at, EVENTS, "b", 50);
        const table = await loadTable("events", at.lake.catalog);
        const from = await scanRelation(table, victim === undefined ? [] : [victim], at.lake.store);
        const options = { specId: SPEC_DAY, prefix: "other" };
        const files = await writeDataFiles(table, from, options, { store: at.lake.store, engine: at.engine });
        await commitReplace("events", victim === undefined ? [] : [victim], files, {}, at.lake);
      }
      return at.lake.catalog.commit(...given);
    },
  };
  expect(rest.length).toBeGreaterThan(0);
  const result = await compactTable("events", {}, { ...at.lake, catalog: racing, engine: at.engine });
  expect(result.conflicts).toBe(1);
  expect((await multiset(at)).reduce((sum, row) => sum + Number(row["copies"]), 0)).toBe(150);
  expect(await planTasks("events", {}, at.lake)).toEqual([]);
});

test("behavior: a plan never mixes days, never takes large files, and is empty after it was carried out", () => {
  const file = fc.record({
    day: fc.option(fc.integer({ min: 0, max: 4 })),
    account: fc.option(fc.constantFrom("a", "b", "c")),
    specId: fc.constantFrom(SPEC_DAY, SPEC_DAY_ACCOUNT),
    large: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 30 }), (given) => {
      const files = given.map((each, index) => ({
        ...syntheticFile(String(index), each.specId, [
          { timeMs: each.day === null ? null : each.day * 86_400_000, account: each.account },
        ]),
        sizeBytes: each.large ? 1 << 30 : 1000,
      }));
      const tasks = planCompaction(files, { byAccount: true });
      for (const task of tasks) {
        expect(new Set(task.files.map((each) => each.partition.day))).toEqual(new Set([task.day]));
        const byAccount = task.files.filter((each) => each.specId === SPEC_DAY_ACCOUNT);
        expect(byAccount.every((each) => each.sizeBytes < 1 << 30)).toBe(true);
      }
      const taken = new Set(tasks.flatMap((task) => task.files.map((each) => each.path)));
      const left = files.filter((each) => !taken.has(each.path));
      expect(left.every((each) => each.specId === SPEC_DAY_ACCOUNT)).toBe(true);
      expect(planCompaction(left, { byAccount: true }).every((task) => tasks.some((one) => one.day === task.day))).toBe(
        true,
      );
    }),
  );
});

/** Rows over five days, of five accounts and none, some without a time; each batch has the same ones. */
async function appendRows(at: TemporaryLake, definition: TableDefinition, batch: string, count: number) {
  const table = await openTable(definition, at.lake);
  const rows = `(SELECT CASE WHEN i % 41 = 40 THEN NULL
      ELSE TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_seconds((i * 7919) % 432000) END AS time_dt,
    CASE WHEN i % 37 = 36 THEN NULL WHEN i % 29 = 28 THEN '../..' ELSE '11112222333' || (i % 4) END AS accountid,
    i % 50 AS uid, [{key: 'k' || i}] AS parts FROM range(${count}) t(i))`;
  const options = { specId: SPEC_DAY, prefix: batch };
  const files = await writeDataFiles(table, rows, options, { store: at.lake.store, engine: at.engine });
  await commitAppend("events", files, {}, at.lake);
}

async function live(at: TemporaryLake) {
  const table = await loadTable("events", at.lake.catalog);
  return liveFiles(table, currentSnapshot(table), at.lake.store);
}

async function multiset(at: TemporaryLake) {
  const table = await loadTable("events", at.lake.catalog);
  return at.engine.all(
    `SELECT *, count(*) AS copies FROM ${await scanRelation(table, await live(at), at.lake.store)} GROUP BY ALL ORDER BY ALL`,
  );
}
