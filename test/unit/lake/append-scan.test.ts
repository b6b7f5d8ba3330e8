import { expect, test } from "vitest";
import { column, list, struct, type TableDefinition } from "../../../core/table.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { SPEC_DAY, SPEC_DAY_ACCOUNT } from "../../../lake/model.ts";
import { planScan } from "../../../lake/plan-scan.ts";
import { scanRelation } from "../../../lake/scan-relation.ts";
import { BATCH_PROPERTY, currentSnapshot, liveFiles } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { temporaryLake } from "../../support/temporary-lake.ts";

const EVENTS: TableDefinition = {
  id: "events",
  doc: "Events",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: ["uid"],
  columns: [
    column("time_dt", "timestamptz", "When"),
    column("accountid", "string", "Whose"),
    column("uid", "string", "Which"),
    column("count", "long", "How many"),
    column("actor", struct(column("name", "string", "Name"), column("age", "int", "Age")), "Who"),
    column("tags", list(struct(column("key", "string", "Key"))), "Tags"),
  ],
};

const ROWS = `(SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' + INTERVAL 1 HOUR * i AS time_dt,
  '11112222333' || (i % 3) AS accountid, 'u' || i AS uid, i AS count,
  {name: 'n' || i, age: i} AS actor, [{key: 'k' || i}] AS tags FROM range(60) t(i))`;

test("default: rows that were appended are read back", async () => {
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const table = await openTable(EVENTS, lake);
  const files = await writeDataFiles(table, ROWS, { specId: SPEC_DAY, prefix: "b1" }, { store: lake.store, engine });
  expect(files.map((file) => file.rowCount)).toEqual([24, 24, 12]);
  const kept = JSON.parse(JSON.stringify(files));
  const { table: after, committed } = await commitAppend("events", kept, { [BATCH_PROPERTY]: "b1" }, lake);
  expect(committed).toBe(true);
  const plan = await planScan(after, currentSnapshot(after), {}, lake.store);
  expect(plan.files.every((file) => file.completeSchemaId === 0)).toBe(true);
  expect(files).toMatchObject(plan.files.map(({ completeSchemaId: _, ...file }) => file));
  const rows = await engine.all(
    `SELECT count(*)::INT AS rows, sum(count)::INT AS sum, max(actor.name) AS name, max(tags[1].key) AS key
     FROM ${await scanRelation(after, plan.files, lake.store)}`,
  );
  expect(rows).toEqual([{ rows: 60, sum: 1770, name: "n9", key: "k9" }]);
});

test("behavior: a file whose rows all lack a nested value is pruned by it", async () => {
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const table = await openTable(EVENTS, lake);
  const ports = { store: lake.store, engine };
  const without = `(SELECT * REPLACE (CASE WHEN count % 2 = 0 THEN NULL ELSE {name: NULL, age: 1} END AS actor) FROM ${ROWS})`;
  await commitAppend("events", await writeDataFiles(table, ROWS, { specId: SPEC_DAY, prefix: "a" }, ports), {}, lake);
  await commitAppend(
    "events",
    await writeDataFiles(table, without, { specId: SPEC_DAY, prefix: "b" }, ports),
    {},
    lake,
  );
  const after = await loadTable("events", lake.catalog);
  const plan = (notNull: string) => planScan(after, currentSnapshot(after), { notNull: [notNull] }, lake.store);
  expect((await plan("actor.name")).files.map((file) => file.path.slice(-15))).toEqual(
    Array(3).fill(expect.stringMatching(/a-0000/)),
  );
  expect((await plan("actor.age")).files).toHaveLength(6);
  expect((await plan("actor.absent")).files).toEqual([]);
});

test("behavior: a batch is committed once", async () => {
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const table = await openTable(EVENTS, lake);
  const files = await writeDataFiles(table, ROWS, { specId: SPEC_DAY, prefix: "b1" }, { store: lake.store, engine });
  const first = await commitAppend("events", files, { [BATCH_PROPERTY]: "b1" }, lake);
  const second = await commitAppend("events", files, { [BATCH_PROPERTY]: "b1" }, lake);
  expect(second.committed).toBe(false);
  expect(second.snapshot).toEqual(first.snapshot);
  const after = await loadTable("events", lake.catalog);
  expect(await liveFiles(after, currentSnapshot(after), lake.store)).toHaveLength(3);
});

test("error: a committed file is never written again", async () => {
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const table = await openTable(EVENTS, lake);
  const options = { specId: SPEC_DAY, prefix: "b1" };
  await writeDataFiles(table, ROWS, options, { store: lake.store, engine });
  const files = await writeDataFiles(table, ROWS, options, { store: lake.store, engine });
  const { table: after } = await commitAppend("events", files, {}, lake);
  await expect(writeDataFiles(after, ROWS, options, { store: lake.store, engine })).rejects.toMatchObject({
    code: "lake.file-committed",
  });
});

test("behavior: a table without rows reads as an empty relation of its types", async () => {
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const table = await openTable(EVENTS, lake);
  const none = await writeDataFiles(
    table,
    `(SELECT * FROM ${ROWS} WHERE false)`,
    { specId: SPEC_DAY, prefix: "b" },
    {
      store: lake.store,
      engine,
    },
  );
  expect(none).toEqual([]);
  const plan = await planScan(table, currentSnapshot(table), {}, lake.store);
  const described = await engine.all(`DESCRIBE SELECT * FROM ${await scanRelation(table, plan.files, lake.store)}`);
  expect(described.map((row) => row["column_type"])).toEqual([
    "TIMESTAMP WITH TIME ZONE",
    "VARCHAR",
    "VARCHAR",
    "BIGINT",
    'STRUCT("name" VARCHAR, age INTEGER)',
    'STRUCT("key" VARCHAR)[]',
  ]);
});

test("behavior: hostile and null partition values stay inside the table's folder and read back", async () => {
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const table = await openTable(EVENTS, lake);
  const accounts = ["../..", "a/b%2F='", "no-account", "x".repeat(5000), "é\u0000☃", "", "111122223333"];
  const values = accounts.map((_, index) => `($a${index}, ${index})`).join(", ");
  const params = Object.fromEntries(accounts.map((text, index) => [`a${index}`, text]));
  await engine.run(
    `CREATE TEMP TABLE hostile AS SELECT CASE WHEN i % 2 = 0 THEN TIMESTAMPTZ '1677-09-21 00:12:43.145225Z'
       WHEN i = 1 THEN 'infinity'::TIMESTAMPTZ WHEN i = 3 THEN TIMESTAMPTZ '9999-12-31 23:59:59.999999Z' END AS time_dt,
     a AS accountid, a AS uid, i::BIGINT AS count, NULL AS actor, NULL AS tags
     FROM (VALUES ${values}, (NULL, 7)) v(a, i)`,
    params,
  );
  const ports = { store: lake.store, engine };
  const files = await writeDataFiles(table, '"hostile"', { specId: SPEC_DAY_ACCOUNT, prefix: "h" }, ports);
  expect(files).toHaveLength(8);
  for (const file of files)
    expect(file.path).toMatch(/^events\/data\/day=[a-z0-9-]+\/account=[a-z0-9-]+\/h-0000[0-7]\.parquet$/);
  const { table: after } = await commitAppend("events", files, {}, lake);
  const all = await planScan(after, currentSnapshot(after), {}, lake.store);
  const rows = await engine.all(
    `SELECT accountid, count, epoch_us(time_dt) AS us FROM ${await scanRelation(after, all.files, lake.store)} ORDER BY count`,
  );
  expect(rows.map((row) => row["accountid"])).toEqual([...accounts, null]);
  expect(rows[1]?.["us"]).toBeNull();
  expect(rows[3]?.["us"]).toBe(253402300799999999n);
  for (const account of accounts) {
    const one = await planScan(after, currentSnapshot(after), { accounts: [account] }, lake.store);
    expect(one.files.map((file) => file.partition.account)).toEqual([account]);
  }
  const timed = await planScan(after, currentSnapshot(after), { fromMs: -1e16 }, lake.store);
  expect(timed.rowCount).toBe(5);
});
