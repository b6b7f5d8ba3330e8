/** Alerts as Athena's text makes them of findings, on a Trino server: the same rows as on DuckDB, ids included. */
import { expect, test } from "vitest";
import { alertsSql, athenaAlertsSql } from "../../analyzers/alerts/alerts-sql.ts";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { commitAppend } from "../../lake/commit.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { prepareAnswers } from "../../queries/ask.ts";
import { prepareAthenaAnswer } from "../../queries/athena/ask-athena.ts";
import { trinoEngine } from "../support/athena-execution.ts";
import { athenaPair } from "../support/athena-test.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { HOSTILE_VALUES } from "../support/hostile-values.ts";
import { createTableOf } from "../support/table-rows.ts";
import { temporaryLake } from "../support/temporary-lake.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";

const SCHEMA = "alerts_there";
const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const ACCOUNTS = ["111122223333", "444455556666", null];

test("default: alerts have the same rows on both engines, for hostile entities, ties and missing values too", async (context) => {
  const server = trinoInTest(context);
  await using at = await temporaryLake();
  const finding = (uid: string, entity: string | null, minute: number | null, more: object = {}) => ({
    finding_uid: uid,
    rule_id: "rule-a",
    entity,
    time: minute === null ? null : START + minute * MINUTE,
    time_dt: minute === null ? null : new Date(START + minute * MINUTE).toISOString(),
    accountid: ACCOUNTS[uid.length % 3] ?? null,
    severity_id: 3,
    severity: "Medium",
    message: `m-${uid}`,
    finding_info: { title: `Title ${uid}` },
    ...more,
  });
  const rows = [
    ...HOSTILE_VALUES.filter((each) => !each.includes("\0")).map((entity, index) =>
      finding(`h${index}`, entity, index),
    ),
    ...["\\ud83d\\ude00", "\\\\ud83d\\ude00 \u{1f600}\\", "\\\u{10ffff}"].map((entity, index) =>
      finding(`e${index}`, entity, index),
    ),
    // Two bursts of one entity, a tie, a higher severity, a finding without a time, and the same finding twice.
    ...[0, 30, 90, 151, 160, 160].map((minute, index) => finding(`b${index}`, "burst", minute)),
    finding("b9", "burst", 95, {
      severity_id: 5,
      severity: "Critical",
      accountid: "444455556666",
      rule_author: "someone",
    }),
    finding("none", "burst", null),
    finding("b1", "burst", 30),
    finding("null-entity", null, 5),
    ...Array.from({ length: 30 }, (_, index) => finding(`many${index}`, "many", index, { message: null })),
  ];
  const table = await openTable(FINDINGS_TABLE, at.lake);
  await createTableOf(at.engine, FINDINGS_TABLE, rows);
  const files = await writeDataFiles(
    table,
    `"${FINDINGS_TABLE.id}"`,
    { specId: SPEC_DAY, prefix: "findings" },
    { store: at.lake.store, engine: at.engine },
  );
  await commitAppend(FINDINGS_TABLE.id, files, {}, at.lake);
  await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  const sql = "SELECT * FROM alerts ORDER BY alert_id";
  const windows = [
    { fromMs: null, toMs: null },
    { fromMs: START + 100 * MINUTE, toMs: START + 140 * MINUTE },
  ];
  for (const window of windows) {
    for (const accounts of [null, ["444455556666"]]) {
      const question = {
        sql,
        params: {},
        window,
        accounts,
        sources: SOURCES,
        alertsSql: alertsSql(60),
        parquetFile: null,
      };
      const [here, there] = [await openTestEngine(), await openTestEngine()];
      try {
        const local = await prepareAnswers(question, at.lake, here);
        const expected = (await collect((await local.stream()).chunks)).flat();
        const prepared = await prepareAthenaAnswer(
          { ...question, database: SCHEMA, reuseMinutes: null, athenaAlertsSql: athenaAlertsSql(60) },
          { lake: at.lake, local: there, athena: pair.athena },
        );
        const found = (await collect((await prepared.stream(new AbortController().signal)).chunks)).flat();
        expect(found).toEqual(expected);
        if (window.fromMs === null && accounts === null) expect(found.length).toBeGreaterThan(200);
        expect(found.length).toBeGreaterThan(0);
      } finally {
        here.close();
        there.close();
      }
    }
  }
});
