import { expect, test } from "vitest";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { compactTable } from "../../lake/compact.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { momentAt } from "../../queries/as-of.ts";
import { athenaRelation } from "../../queries/athena/table-relation.ts";
import { type LakeState, readLakeState, tableState } from "../../queries/lake-state.ts";
import { collect } from "../support/collect.ts";
import { appendRange, FIRST, SECOND } from "../support/every-shape.ts";
import { sortedRows } from "../support/sorted-rows.ts";
import { temporaryLake } from "../support/temporary-lake.ts";
import { TRINO_CATALOG } from "../support/trino.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";
import { trinoRows } from "../support/trino-rows.ts";

async function staged(engine: SqlEngine, columns: string, where = "true") {
  const { chunks } = await engine.stream(`SELECT ${columns} FROM staged WHERE ${where}`);
  return sortedRows((await collect(chunks)).flat());
}

const WITHOUT_EXTRA = FIRST.columns.map(({ name }) => name).join(", ");

test("default: appends, evolution, compaction and earlier snapshots read as they were written", async (context) => {
  const server = trinoInTest(context);
  await using at = await temporaryLake();
  const { lake, engine } = at;
  const options = { catalog: TRINO_CATALOG, schema: "changing" };
  const read = async (what: string) => {
    await registerLake(server, lake, "changing");
    return sortedRows(await trinoRows(server, `SELECT ${what}`, options));
  };
  await appendRange(at, FIRST, 0, 60, "a");
  const first = currentSnapshot(await loadTable("events", lake.catalog))?.["snapshot-id"];
  await appendRange(at, FIRST, 60, 100, "b");
  expect(await read("* FROM events")).toEqual(await staged(engine, WITHOUT_EXTRA));
  await appendRange(at, SECOND, 100, 200, "c");
  expect(await read("* FROM events")).toEqual(await staged(engine, "*"));
  const before = currentSnapshot(await loadTable("events", lake.catalog))?.["snapshot-id"];
  const { tasks } = await compactTable("events", {}, { ...lake, engine });
  expect(tasks).toBeGreaterThan(2);
  expect(await read("* FROM events")).toEqual(await staged(engine, "*"));
  expect(await read(`* FROM events FOR VERSION AS OF ${before}`)).toEqual(await staged(engine, "*"));
  expect(await read(`count(*) AS n FROM events FOR VERSION AS OF ${first}`)).toEqual([{ n: 60 }]);
});

test("behavior: an older state has the columns of today, NULL where it has none", async (context) => {
  const server = trinoInTest(context);
  await using at = await temporaryLake();
  const { lake, engine } = at;
  await appendRange(at, FIRST, 0, 60, "a");
  // Known to this version of the program, stored by none yet.
  const early = await readLakeState([SECOND], null, lake);
  await appendRange(at, SECOND, 60, 100, "b");
  await registerLake(server, lake, "evolving");
  const asked = async (state: LakeState, where: string) => {
    const relation = athenaRelation(tableState(state, "events"), "evolving");
    const rows = await trinoRows(server, `SELECT * FROM ${relation}`, { catalog: TRINO_CATALOG });
    expect(sortedRows(rows)).toEqual(await staged(engine, "*", where));
  };
  await asked(early, "small > -60");
  const first = (await loadTable("events", lake.catalog)).metadata.snapshots[0]?.["snapshot-id"] ?? 0;
  await asked(
    await readLakeState([SECOND], { ...momentAt(0), named: { tableId: "events", snapshotId: first } }, lake),
    "small > -60",
  );
  await asked(await readLakeState([SECOND], null, lake), "true");
  const none = { definition: SECOND, table: tableState(early, "events").table, snapshot: null, isInHistory: false };
  expect(
    await trinoRows(server, `SELECT * FROM ${athenaRelation(none, "evolving")}`, { catalog: TRINO_CATALOG }),
  ).toEqual([]);
});

test("behavior: what Trino prunes by our statistics is what it may", async (context) => {
  const server = trinoInTest(context);
  await using at = await temporaryLake();
  const { lake, engine } = at;
  await appendRange(at, FIRST, 0, 100, "a");
  await compactTable("events", {}, { ...lake, engine });
  await appendRange(at, FIRST, 100, 160, "b");
  await registerLake(server, lake, "pruned");
  const conditions = [
    ["time_dt >= TIMESTAMP '2024-03-01 00:00:00 UTC'", "time_dt >= TIMESTAMPTZ '2024-03-01 00:00:00Z'"],
    ["time_dt IS NULL", "time_dt IS NULL"],
    ["accountid = '111122223331'", "accountid = '111122223331'"],
    ["accountid IS NULL", "accountid IS NULL"],
    ["accountid LIKE '../%'", "accountid LIKE '../%'"],
    ["uid = 'uid-with-a-long-common-prefix-77'", "uid = 'uid-with-a-long-common-prefix-77'"],
    ["uid > 'uid-with-a-long-common-prefix-9'", "uid > 'uid-with-a-long-common-prefix-9'"],
    ["count = 9007199254740999", "count = 9007199254740999"],
    ["small BETWEEN -20 AND -10", "small BETWEEN -20 AND -10"],
    ["ratio < 1.5", "ratio < 1.5"],
    ["NOT ok", "NOT ok"],
    ["actor.seen < TIMESTAMP '1970-01-01 00:00:00 UTC'", "actor.seen < TIMESTAMPTZ '1970-01-01 00:00:00Z'"],
    ["actor.name LIKE 'é%'", "actor.name LIKE 'é%'"],
    ["contains(tags, 'a')", "list_contains(tags, 'a')"],
  ] as const;
  for (const [trino, duckDb] of conditions) {
    const rows = await trinoRows(server, `SELECT uid FROM events WHERE ${trino}`, {
      catalog: TRINO_CATALOG,
      schema: "pruned",
    });
    const expected = await staged(engine, "uid", duckDb);
    expect(expected.length, duckDb).toBeGreaterThan(0);
    expect(sortedRows(rows), trino).toEqual(expected);
  }
});
