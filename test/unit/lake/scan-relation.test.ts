import { expect, test } from "vitest";
import { column, list, struct, type TableDefinition } from "../../../core/table.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { SPEC_DAY } from "../../../lake/model.ts";
import { planScan } from "../../../lake/plan-scan.ts";
import { scanRelation } from "../../../lake/scan-relation.ts";
import { currentSnapshot } from "../../../lake/snapshot.ts";
import { openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { createTableOf } from "../../support/table-rows.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

const FIRST: TableDefinition = {
  id: "growing",
  doc: "",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: [],
  columns: [
    column("time_dt", "timestamptz", ""),
    column("accountid", "string", ""),
    column("who", struct(column("name", "string", ""), column("age", "int", "")), ""),
    column("tags", list(struct(column("key", "string", ""))), ""),
  ],
};
const WITH_FIELD: TableDefinition = {
  ...FIRST,
  columns: FIRST.columns.map((each) =>
    each.name === "who"
      ? column("who", struct(column("city", "string", ""), column("name", "string", ""), column("age", "int", "")), "")
      : each,
  ),
};
const WITH_LIST_FIELD: TableDefinition = {
  ...WITH_FIELD,
  columns: WITH_FIELD.columns.map((each) =>
    each.name === "tags"
      ? column("tags", list(struct(column("key", "string", ""), column("value", "string", ""))), "")
      : each,
  ),
};

async function append(at: TemporaryLake, definition: TableDefinition, prefix: string, row: Record<string, unknown>) {
  const table = await openTable(definition, at.lake);
  await createTableOf(at.engine, definition, [{ time_dt: "2026-01-05T00:00:00Z", accountid: prefix, ...row }]);
  const ports = { store: at.lake.store, engine: at.engine };
  const files = await writeDataFiles(table, '"growing"', { specId: SPEC_DAY, prefix }, ports);
  await commitAppend("growing", files, {}, at.lake);
}

async function read(at: TemporaryLake, definition: TableDefinition) {
  const table = await openTable(definition, at.lake);
  const { files } = await planScan(table, currentSnapshot(table), {}, at.lake.store);
  const from = await scanRelation(table, files, at.lake.store);
  const { columns, chunks } = await at.engine.stream(`SELECT * FROM ${from} ORDER BY accountid`);
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return {
    complete: files.map((file) => file.completeSchemaId !== undefined),
    columns: columns.map(({ name }) => name),
    rows,
  };
}

test("behavior: files of older schemas are read beside those that are known to have every column", async () => {
  await using at = await temporaryLake();
  const tags = [{ key: "k" }];
  await append(at, FIRST, "a", { who: { name: "ann", age: 1 }, tags });
  expect((await read(at, FIRST)).complete).toEqual([true]);
  await append(at, WITH_FIELD, "b", { who: { city: "bonn", name: "ben", age: 2 }, tags });
  const after = await read(at, WITH_FIELD);
  expect(after.complete.sort()).toEqual([false, true]);
  expect(after.columns).toEqual(["time_dt", "accountid", "who", "tags"]);
  expect(after.rows.map((row) => [row["who"], row["tags"]])).toEqual([
    [{ city: null, name: "ann", age: 1 }, tags],
    [{ city: "bonn", name: "ben", age: 2 }, tags],
  ]);
});

test("behavior: where a list has changed, nothing is taken for complete", async () => {
  await using at = await temporaryLake();
  await append(at, WITH_FIELD, "a", { tags: [{ key: "k" }] });
  await append(at, WITH_LIST_FIELD, "b", { tags: [{ key: "k", value: "v" }] });
  const after = await read(at, WITH_LIST_FIELD);
  expect(after.complete).toEqual([false, false]);
  expect(after.rows.map((row) => row["tags"])).toEqual([[{ key: "k", value: null }], [{ key: "k", value: "v" }]]);
});

test("behavior: a field of a struct is read without its neighbours", async () => {
  await using at = await temporaryLake();
  await append(at, FIRST, "a", { who: { name: "ann", age: 1 } });
  const table = await openTable(FIRST, at.lake);
  const { files } = await planScan(table, currentSnapshot(table), {}, at.lake.store);
  const from = await scanRelation(table, files, at.lake.store);
  const plan = await at.engine.all(`EXPLAIN (FORMAT json) SELECT max(who.age) FROM ${from}`);
  expect(String(plan[0]?.["explain_value"])).toContain("who.age");
  expect(from).not.toContain("schema =");
});
