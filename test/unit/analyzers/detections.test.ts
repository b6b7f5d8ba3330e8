import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDetections } from "../../../analyzers/detection.ts";
import { DETECTION_CASES } from "../../../analyzers/detection-cases.gen.ts";
import { DETECTIONS } from "../../../analyzers/detections.gen.ts";
import { createDetectionObserver } from "../../../analyzers/findings/detection-observer.ts";
import { checkCases } from "../../../analyzers/testing/check-cases.ts";
import { readCases } from "../../../analyzers/testing/read-cases.ts";
import { FINDINGS_TABLE } from "../../../core/finding.ts";
import type { SqlEngine, SqlRow } from "../../../core/sql-engine.ts";
import { CLOUDTRAIL, createEmptyTable, normalizeRecords } from "../../support/cloudtrail-rows.ts";
import { openTestEngine } from "../../support/engine.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

describe.each(DETECTIONS.map((files) => [files.id, files] as const))("%s", (id, files) => {
  const cases = readCases(id, DETECTION_CASES);

  test("default: matches match, near misses do not, each by one field", () => {
    const report = checkCases(files, cases);
    expect(report.faults).toEqual([]);
    expect(report.results.filter(({ fault }) => fault !== null)).toEqual([]);
  });

  test("behavior: the same verdicts in SQL, on rows of the real projection", async () => {
    const byLists = Map.groupBy(cases, ({ lists }) => JSON.stringify(lists));
    for (const group of byLists.values()) {
      const lists = group[0]?.lists ?? { egressAddresses: null, accounts: null };
      await normalizeRecords(
        engine,
        CLOUDTRAIL,
        "case_rows",
        group.map(({ record }) => record),
      );
      const observer = createDetectionObserver(loadDetections([files], lists), lists);
      const derived = await observer.observe({
        id: "b1",
        source: CLOUDTRAIL,
        engine,
        relation: "case_rows",
        rowCount: group.length,
      });
      const rows = derived[0] === undefined ? [] : await engine.all(`SELECT * FROM ${derived[0].relation}`);
      const found = new Map(rows.map((row) => [ordinalOf(row), row]));
      expect([...found.keys()].sort((a, b) => a - b)).toEqual(
        group.flatMap((one, ordinal) => (one.expectsMatch ? [ordinal] : [])),
      );
      for (const [ordinal, one] of group.entries()) {
        const row = found.get(ordinal);
        if (row === undefined) continue;
        if (one.entity !== null) expect(row.entity, one.name).toBe(one.entity);
        expect(JSON.parse(evidenceOf(row)), one.name).not.toEqual([]);
      }
    }
  });
});

function ordinalOf(row: SqlRow): number {
  return Number((row.rows as { items?: unknown }[] & { ordinal: bigint }[])[0]?.ordinal);
}

function evidenceOf(row: SqlRow): string {
  return String((row.evidences as { data: string }[])[0]?.data);
}

test("behavior: the SQL in the runbooks binds to the table", async () => {
  await createEmptyTable(engine, CLOUDTRAIL, "cloudtrail");
  for (const { id, runbook } of DETECTIONS) {
    const statements = [...runbook.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
    expect(statements.length, id).toBeGreaterThan(0);
    for (const sql of statements) await engine.all(sql);
  }
});

test("behavior: a batch seen again gives the same rows, and a redelivery the same ids", async () => {
  const [match] = readCases("cloudtrail-weakened", DETECTION_CASES);
  const lists = { egressAddresses: null, accounts: null };
  const observer = createDetectionObserver(loadDetections(DETECTIONS, lists), lists);
  const seen: SqlRow[][] = [];
  for (const [object, position] of [
    ["file:///a", 0],
    ["file:///a", 0],
    ["file:///b", 1],
  ] as const) {
    const padding = Array.from({ length: position }, () => ({ eventVersion: "1.11", eventName: "GetCallerIdentity" }));
    await normalizeRecords(engine, CLOUDTRAIL, "again", [...padding, match?.record], object);
    const [derived] = await observer.observe({ id: "b", source: CLOUDTRAIL, engine, relation: "again", rowCount: 2 });
    seen.push(await engine.all(`SELECT * FROM ${derived?.relation}`));
  }
  const [first = [], second = [], third = []] = seen;
  expect(first.length).toBe(1);
  expect(second).toEqual(first);
  expect(third.map((row) => row.finding_uid)).toEqual(first.map((row) => row.finding_uid));
  expect(third.map(ordinalOf)).toEqual([1]);
});

test("behavior: a finding carries rule, severity, techniques and address", async () => {
  const [match] = readCases("root-console-login", DETECTION_CASES);
  const lists = { egressAddresses: null, accounts: null };
  await normalizeRecords(engine, CLOUDTRAIL, "one_row", [match?.record]);
  const observer = createDetectionObserver(loadDetections(DETECTIONS, lists), lists);
  const [derived] = await observer.observe({ id: "b9", source: CLOUDTRAIL, engine, relation: "one_row", rowCount: 1 });
  const columns = await engine.all(`DESCRIBE ${derived?.relation}`);
  expect(columns.map((column) => column.column_name)).toEqual(FINDINGS_TABLE.columns.map(({ name }) => name));
  const [row] =
    await engine.all(`SELECT rule_id, rule_version, accountid, region, severity_id, severity, batch, table_name,
    CAST(time_dt AS VARCHAR) AS at, "rows"[1]."object" AS object, "rows"[1].record_uid AS record_uid,
    finding_info.attacks[1].technique.uid AS technique, finding_info.attacks[1].version AS attack_version,
    metadata.uid = finding_uid AS same, message, evidences[1].data AS why FROM ${derived?.relation}`);
  expect(row).toEqual({
    rule_id: "root-console-login",
    rule_version: expect.stringMatching(/^[0-9a-f]{16}$/),
    accountid: "111122223333",
    region: "eu-west-1",
    severity_id: 4,
    severity: "High",
    batch: "b9",
    table_name: "cloudtrail",
    at: "2026-03-02 10:15:00+00",
    object: "file:///logs/object.json.gz",
    record_uid: match?.record.eventID,
    technique: "T1078.004",
    attack_version: "18",
    same: true,
    message: "Root user signed in to the console: 111122223333 arn:aws:iam::111122223333:root",
    why: JSON.stringify([
      { selection: "selection", field: "eventSource", values: ["signin.amazonaws.com"] },
      { selection: "selection", field: "eventName", values: ["ConsoleLogin"] },
      { selection: "selection", field: "userIdentity.type", values: ["Root"] },
      { selection: "selection", field: "responseElements.ConsoleLogin", values: ["Success"] },
    ]),
  });
});
