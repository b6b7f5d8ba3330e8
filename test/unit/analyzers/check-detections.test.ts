import { afterAll, beforeAll, expect, test } from "vitest";
import { checkDetections } from "../../../analyzers/check-detections.ts";
import { loadDetections } from "../../../analyzers/detection.ts";
import { NO_LISTS } from "../../../analyzers/detection-lists.ts";
import { DETECTIONS } from "../../../analyzers/detections.gen.ts";
import { isClean } from "../../../analyzers/testing/check-cases.ts";
import { testDetections } from "../../../analyzers/testing/test-detections.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { openTestEngine } from "../../support/engine.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

function detection(detectionPart: object, logsource = { product: "aws", service: "cloudtrail" }) {
  const ruleText = JSON.stringify({ title: "t", logsource, detection: { ...detectionPart, condition: "s" } });
  return loadDetections([{ id: "made-up", ruleText, codeHash: null, test: null, runbook: "" }], NO_LISTS);
}

test("default: the engine takes every shipped rule", async () => {
  await expect(checkDetections(loadDetections(DETECTIONS, NO_LISTS), SOURCES, engine)).resolves.toBeUndefined();
});

test("error: a log source without a table, an expression that RE2 refuses, an object spread over columns", async () => {
  const check = (rules: ReturnType<typeof detection>) => checkDetections(rules, SOURCES, engine);
  await expect(check(detection({ s: { a: "b" } }, { product: "windows", service: "security" }))).rejects.toMatchObject({
    code: "rule.no-source",
    facts: { file: "made-up/rule.yml", what: "windows security" },
  });
  // JavaScript takes it, RE2 does not: more repetitions than it compiles.
  await expect(check(detection({ s: { "eventName|re": "(a{900}){900}" } }))).rejects.toMatchObject({
    code: "rule.bad-sql",
  });
  await expect(check(detection({ s: { userIdentity: "x" } }))).rejects.toMatchObject({ code: "rule.not-comparable" });
});

test("behavior: testing one detection, all, or none of that name", () => {
  expect(testDetections("root-console-login").map(({ id }) => id)).toEqual(["root-console-login"]);
  expect(testDetections("no-such-rule")).toEqual([]);
  const reports = testDetections(null);
  expect(reports).toHaveLength(DETECTIONS.length);
  expect(reports.every(isClean)).toBe(true);
});
