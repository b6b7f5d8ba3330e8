import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DETECTION_CASES } from "../../../analyzers/detection-cases.gen.ts";
import { DETECTIONS } from "../../../analyzers/detections.gen.ts";
import { planPages } from "../../../analyzers/findings/find-hits.ts";
import { rawRowSelect, rawRowSizeSql, rebuildRecord } from "../../../analyzers/raw-row.ts";
import { readCases } from "../../../analyzers/testing/read-cases.ts";
import { actionCovers, parsePolicy } from "../../../core/iam-policy.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { CLOUDTRAIL, normalizeRecords } from "../../support/cloudtrail-rows.ts";
import { openTestEngine } from "../../support/engine.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const LISTS = { egressAddresses: null, accounts: [{ id: "111122223333", name: "prod" }] };

test("behavior: a rule's code takes any record and never throws", () => {
  const coded = DETECTIONS.flatMap(({ id, test: code }) => (code === null ? [] : [{ id, code }]));
  expect(coded.length).toBe(4);
  for (const { id, code } of coded) {
    const records = readCases(id, DETECTION_CASES).map(({ record }) => record);
    // A real case with one place replaced by anything gets further than a record that is anything.
    fc.assert(
      fc.property(fc.constantFrom(...records), fc.jsonValue({ maxDepth: 4 }), fc.nat(), (record, value, at) => {
        const paths = pathsOf(record);
        const damaged = structuredClone(record) as Record<string, unknown>;
        replaceAt(damaged, paths[at % paths.length] ?? [], value);
        const reasons = code(damaged, LISTS);
        expect(reasons === null || reasons.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  }
});

test("behavior: a row gives back its record, apart from secrets", async () => {
  const records = DETECTIONS.flatMap(({ id }) => readCases(id, DETECTION_CASES).map(({ record }) => record));
  const odd = {
    ...records[0],
    userIdentity: { type: null, arn: "a", extra: { deep: [1, null] } },
    requestParameters: { big: 1, list: [{ a: null }] },
    __proto__x: { polluted: true },
  };
  await normalizeRecords(engine, CLOUDTRAIL, "whole", [...records, odd]);
  const rows = await engine.all(
    `SELECT ${rawRowSelect(CLOUDTRAIL)}, ${rawRowSizeSql(CLOUDTRAIL)} AS size FROM whole AS logkeep_row ORDER BY rowid`,
  );
  expect(rows.map((row) => JSON.parse(JSON.stringify(rebuildRecord(CLOUDTRAIL, row))))).toEqual([...records, odd]);
});

test("behavior: pages are bounded in rows and bytes, and lose nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000_000), { maxLength: 1200 }), (sizes) => {
      const pages = planPages(sizes.map((sizeBytes, id) => ({ id, sizeBytes })));
      expect(pages.flat()).toEqual(sizes.map((_, id) => id));
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(500);
        const bytes = page.reduce((sum, id) => sum + (sizes[id] ?? 0), 0);
        expect(page.length === 1 || bytes <= 8_388_608).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test("behavior: policies in every spelling, and nothing from what is none", () => {
  const document = {
    Version: "2012-10-17",
    Statement: { effect: "allow", action: ["S3:*"], resource: "*", principal: "*" },
  };
  const expected = [
    expect.objectContaining({ isAllow: true, actions: ["S3:*"], resources: ["*"], awsPrincipals: ["*"] }),
  ];
  expect(parsePolicy(document)).toEqual(expected);
  expect(parsePolicy(JSON.stringify(document))).toEqual(expected);
  expect(parsePolicy(encodeURIComponent(JSON.stringify(document)))).toEqual(expected);
  for (const none of [null, 7, "", "{", "%7B%zz", [], `{"a":"${"x".repeat(200_000)}"}`, "[".repeat(100_000)]) {
    expect(parsePolicy(none) ?? []).toEqual([]);
  }
});

test("behavior: an action pattern covers as AWS compares, in linear time", () => {
  expect(actionCovers("iam:*", "iam:PassRole")).toBe(true);
  expect(actionCovers("IAM:pass?ole", "iam:PassRole")).toBe(true);
  expect(actionCovers("iam:Pass", "iam:PassRole")).toBe(false);
  expect(actionCovers("s3:*", "iam:PassRole")).toBe(false);
  const startedAt = performance.now();
  actionCovers(`${"*a".repeat(2000)}b`, "a".repeat(2000));
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))].filter(
    ({ length }) => length > 0,
  );
}

function replaceAt(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) record[key] = value;
  else replaceAt(record[key] as Record<string, unknown>, rest, value);
}
