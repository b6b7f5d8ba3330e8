import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDetections } from "../../../analyzers/detection.ts";
import { parseDetectionLists } from "../../../analyzers/detection-lists.ts";
import { DETECTIONS } from "../../../analyzers/detections.gen.ts";
import { createDetectionObserver } from "../../../analyzers/findings/detection-observer.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { CLOUDTRAIL, normalizeRecords } from "../../support/cloudtrail-rows.ts";
import { openTestEngine } from "../../support/engine.ts";
import { readRecords, readTruth, runSimulation, textOf } from "../../support/simulation.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test("behavior: the detections find the simulated attacks, and nothing in the ordinary noise", async () => {
  const run = await runSimulation({ accounts: 6, days: 1, eventsPerDay: 3000, seed: 11 });
  const lists = parseDetectionLists("logkeep.yaml", textOf(run, "logkeep.yaml"));
  const records = new Map([...readRecords(run)].map(({ record }) => [record.eventID, record]));
  await normalizeRecords(engine, CLOUDTRAIL, "simulated", [...records.values()]);
  const observer = createDetectionObserver(loadDetections(DETECTIONS, lists), lists);
  const [derived] = await observer.observe({
    id: "b1",
    source: CLOUDTRAIL,
    engine,
    relation: "simulated",
    rowCount: records.size,
  });
  const rows = await engine.all(
    `SELECT DISTINCT rule_id || ' ' || "rows"[1].record_uid AS found FROM ${derived?.relation}`,
  );
  const expected = readTruth(run).flatMap(({ rule, eventID }) => (rule === null ? [] : [`${rule} ${eventID}`]));
  expect(rows.map((row) => String(row.found)).sort()).toEqual([...new Set(expected)].sort());
  expect(new Set(expected.map((text) => text.split(" ")[0])).size).toBeGreaterThanOrEqual(10);
});
