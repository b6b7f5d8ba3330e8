import { afterAll, beforeAll, expect, test } from "vitest";
import type { QueryEngineName } from "../../../core/config.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { type LiveFile, SPEC_DAY } from "../../../lake/model.ts";
import { openTable } from "../../../lake/table.ts";
import { writeDataFiles } from "../../../lake/write-files.ts";
import { addendaDays, holdsDay } from "../../../queries/addenda.ts";
import { snapshotCtes } from "../../../queries/athena/snapshot-ctes.ts";
import { readLakeState } from "../../../queries/lake-state.ts";
import { describePlan, planJson } from "../../../queries/plan/describe-plan.ts";
import { planQuery } from "../../../queries/plan/plan-query.ts";
import { viewedTables } from "../../../queries/snapshot-views.ts";
import { ALL_TIME, type TimeWindow } from "../../../queries/time-window.ts";
import { sourceOf } from "../../support/normalize-records.ts";
import { createTableOf } from "../../support/table-rows.ts";
import { type TemporaryLake, temporaryLake } from "../../support/temporary-lake.ts";

const TRAIL = sourceOf("cloudtrail").table;
const DAY_MS = 86_400_000;
const ACCOUNT = "111122223333";
let at: TemporaryLake;

/** Ten days of two files each; the third day has an addendum in one of them. */
beforeAll(async () => {
  at = await temporaryLake();
  for (let day = 1; day <= 10; day += 1) {
    for (const half of ["a", "b"]) {
      const uid = `${day}${half}`;
      const isAddendum = uid === "3b";
      const rows = [
        {
          time_dt: `2026-01-${String(day).padStart(2, "0")}T06:00:00Z`,
          accountid: ACCOUNT,
          metadata: { uid, ...(isAddendum ? { original_event_uid: "3a" } : {}) },
          ...(isAddendum ? { aws: { addendum: '{"reason":"UPDATED_DATA"}' } } : {}),
        },
      ];
      const table = await openTable(TRAIL, at.lake);
      await createTableOf(at.engine, TRAIL, rows);
      const ports = { store: at.lake.store, engine: at.engine };
      const files = await writeDataFiles(table, '"cloudtrail"', { specId: SPEC_DAY, prefix: uid }, ports);
      await commitAppend("cloudtrail", files, {}, at.lake);
    }
  }
}, 60_000);
afterAll(async () => at[Symbol.asyncDispose]());

async function plan(engine: QueryEngineName, sql: string, window: TimeWindow = ALL_TIME) {
  const state = await readLakeState(viewedTables(SOURCES), null, at.lake);
  const request = { engine, sql, params: {}, sources: SOURCES, window, accounts: null, usdPerTb: 5, isDetailed: false };
  return planQuery(request, state, at.lake.store, at.engine);
}

const LAST_DAYS = "SELECT metadata.uid FROM cloudtrail WHERE time_dt >= TIMESTAMP '2026-01-09 00:00:00 UTC'";

test("default: a bound in the text bounds the question, also where events are replaced", async () => {
  for (const engine of ["athena", "duckdb"] as const) {
    const planned = await plan(engine, LAST_DAYS);
    expect(planned.unbounded, engine).toEqual([]);
    // DuckDB opens the file that holds the addendum, Athena all files of its day.
    expect(planned.scans.map(({ purpose, files, rows }) => [purpose, files, rows])).toEqual([
      ["rows", 4, 4],
      ["addenda", engine === "athena" ? 2 : 1, engine === "athena" ? 2 : 1],
    ]);
    expect(describePlan(planned)).toContain("(its addenda, which replace events): ");
    expect(JSON.parse(planJson(planned))).toMatchObject({ scans: [{ purpose: "rows" }, { purpose: "addenda" }] });
  }
});

test("behavior: without any bound it is unbounded still, and a window after the addendum needs no addenda", async () => {
  expect((await plan("athena", "SELECT metadata.uid FROM cloudtrail")).unbounded).toEqual(["cloudtrail"]);
  const window = { fromMs: Date.UTC(2026, 0, 8), toMs: null };
  expect((await plan("athena", "SELECT metadata.uid FROM cloudtrail", window)).scans).toMatchObject([
    { purpose: "rows", files: 6 },
  ]);
  expect((await plan("athena", LAST_DAYS.replace("cloudtrail", "cloudtrail_all"))).scans).toHaveLength(1);
});

test("behavior: what Athena gets looks for addenda on their days alone", async () => {
  const state = await readLakeState(viewedTables(SOURCES), null, at.lake);
  const ctes = await snapshotCtes(
    {
      sources: SOURCES,
      window: ALL_TIME,
      accounts: [ACCOUNT],
      database: "lake",
      nameViews: [],
      athenaAlertsSql: "",
      mayName: (name) => name === "cloudtrail",
    },
    state,
    at.lake,
  );
  const sql = ctes.find(({ name }) => name === "cloudtrail")?.sql ?? "";
  expect(sql).toContain(
    `"accountid" IN ('${ACCOUNT}') AND (("time_dt" >= TIMESTAMP '2026-01-03 00:00:00.000 UTC' AND "time_dt" < TIMESTAMP '2026-01-04 00:00:00.000 UTC'))`,
  );
});

test("behavior: days become few ranges, and none is lost", () => {
  const file = (day: number | null): LiveFile => ({
    path: "",
    specId: 0,
    partition: { day },
    rowCount: 1,
    sizeBytes: 1,
  });
  const days = addendaDays([5, 3, 4, 4, 9, null].map(file));
  expect(days).toEqual({
    ranges: [
      { fromMs: 3 * DAY_MS, toMs: 6 * DAY_MS },
      { fromMs: 9 * DAY_MS, toMs: 10 * DAY_MS },
    ],
    hasTimeless: true,
  });
  expect([2, 3, 5, 6, 8, 9, 10, null].filter((day) => holdsDay(days, day))).toEqual([3, 5, 9, null]);
  const many = Array.from({ length: 120 }, (_, index) => index * 3);
  const merged = addendaDays(many.map(file));
  expect(merged).toEqual({ ranges: [{ fromMs: 0, toMs: 358 * DAY_MS }], hasTimeless: false });
  expect(many.every((day) => holdsDay(merged, day)) && !holdsDay(merged, null)).toBe(true);
  expect(addendaDays(many.slice(0, 50).map(file)).ranges).toHaveLength(50);
});
