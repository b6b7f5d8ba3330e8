import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDetections } from "../../../analyzers/detection.ts";
import { NO_LISTS } from "../../../analyzers/detection-lists.ts";
import { DETECTIONS } from "../../../analyzers/detections.gen.ts";
import { createDetectionObserver } from "../../../analyzers/findings/detection-observer.ts";
import { evaluate } from "../../../analyzers/sigma/evaluate.ts";
import type { RawRecord } from "../../../core/raw-record.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { CLOUDTRAIL, normalizeRecords } from "../../support/cloudtrail-rows.ts";
import { corpusFolder } from "../../support/corpora.ts";
import { openTestEngine } from "../../support/engine.ts";

const FOLDER = corpusFolder("cloudtrail-attack-run");
let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test.skipIf(FOLDER === null)("behavior: on a real attack run the SQL finds what the evaluator finds", async () => {
  const files = readdirSync(FOLDER ?? "", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".json"),
  );
  const records = files.flatMap(
    (file): RawRecord[] => JSON.parse(readFileSync(join(FOLDER ?? "", file), "utf8")).Records ?? [],
  );
  expect(records.length).toBe(2900);
  await normalizeRecords(engine, CLOUDTRAIL, "attack_run", records);
  const detections = loadDetections(DETECTIONS, NO_LISTS);
  const observer = createDetectionObserver(detections, NO_LISTS);
  const batch = { id: "b1", source: CLOUDTRAIL, engine, relation: "attack_run", rowCount: records.length };
  const [derived] = await observer.observe(batch);
  const rows = await engine.all(`SELECT rule_id || ' ' || "rows"[1].record_uid AS found FROM ${derived?.relation}`);
  const expected = records.flatMap((record) =>
    detections
      .filter(
        ({ rule, test: code }) =>
          evaluate(rule.condition, record) && (code === null || code(record, NO_LISTS) !== null),
      )
      .map(({ id }) => `${id} ${record.eventID}`),
  );
  expect(rows.map((row) => String(row.found)).sort()).toEqual(expected.sort());
  const counts = Object.fromEntries(
    [...Map.groupBy(expected, (text) => text.split(" ")[0] ?? "")].map(([id, found]) => [id, found.length]),
  );
  // An account that attacks itself for practice: eight of the twelve have something to find.
  expect(counts).toEqual({
    "access-key-created-for-other-user": 2,
    "admin-policy-attached": 2,
    "bucket-made-public": 1,
    "cloudtrail-weakened": 3,
    "console-login-without-mfa": 1,
    "instance-credentials-outside": 1,
    "security-group-opened": 1,
    "snapshot-shared-outside": 3,
  });
});
