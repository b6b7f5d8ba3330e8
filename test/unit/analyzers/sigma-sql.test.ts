import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseRule } from "../../../analyzers/sigma/parse-rule.ts";
import { explanationSql } from "../../../analyzers/sql/expression-sql.ts";
import { rulePassSql } from "../../../analyzers/sql/rule-pass.ts";
import { witnessesOf } from "../../../analyzers/sql/witness.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { CLOUDTRAIL, createEmptyTable } from "../../support/cloudtrail-rows.ts";
import { corpusFolder } from "../../support/corpora.ts";
import { openTestEngine } from "../../support/engine.ts";
import { loadPlainRows, PLAIN_SOURCE } from "../../support/plain-source.ts";

const AWS = corpusFolder("sigma-aws-rules");
let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test.skipIf(AWS === null)("behavior: all 57 CloudTrail rules compile to SQL that the engine takes", async () => {
  const folder = join(AWS ?? "", "rules/cloud/aws/cloudtrail");
  const rules = readdirSync(folder).map((file) => ({
    condition: parseRule(file, readFileSync(join(folder, file), "utf8")).condition,
    place: { file },
  }));
  expect(rules.length).toBe(57);
  await createEmptyTable(engine, CLOUDTRAIL, "empty_rows");
  expect(await engine.all(rulePassSql(rules, CLOUDTRAIL, "empty_rows"))).toEqual([]);
  for (const rule of rules) {
    await engine.all(`SELECT ${explanationSql(rule.condition, CLOUDTRAIL, rule.place)} AS why FROM empty_rows`);
  }
  expect(rules.filter((rule) => witnessesOf(rule.condition, "eventName") !== null).length).toBeGreaterThanOrEqual(50);
});

test("behavior: an explanation names the items that hold and the values that passed", async () => {
  const rule = parseRule(
    "rule.yml",
    `
title: t
logsource: { product: test }
detection:
  selection:
    eventName: [StopLogging, DeleteTrail]
    requestParameters.items.name|startswith: prod
  other:
    userIdentity.type: Root
  filter:
    userIdentity.arn|contains: breakglass
  condition: (selection or other) and not filter
`,
  );
  await loadPlainRows(engine, "explained", [
    {
      eventName: "DeleteTrail",
      requestParameters: { items: [{ name: "prod-1" }, { name: "dev" }, { name: `prod-${"x".repeat(500)}` }] },
    },
  ]);
  const [row] = await engine.all(
    `SELECT ${explanationSql(rule.condition, PLAIN_SOURCE, { file: "rule.yml" })} AS why FROM explained`,
  );
  expect(JSON.parse(String(row?.why))).toEqual([
    { selection: "selection", field: "eventName", values: ["DeleteTrail"] },
    {
      selection: "selection",
      field: "requestParameters.items.name",
      values: ["prod-1", `prod-${"x".repeat(251)}`],
    },
  ]);
});

test("behavior: rule text is data, whatever it holds", async () => {
  const hostile = ["'", "''; DROP TABLE hostile; --", "\\'", "a\u0000b", "%", "_", "$1", "\u202e", "😀"];
  await loadPlainRows(
    engine,
    "hostile",
    hostile.map((text) => ({ eventName: text, requestParameters: { k: text } })),
  );
  for (const [index, text] of hostile.entries()) {
    for (const field of ["eventName", "requestParameters.k", "eventName|contains", "requestParameters.k|endswith"]) {
      const escaped = text.replace(/[\\*?]/g, "\\$&");
      const yaml = JSON.stringify({
        title: "t",
        logsource: { product: "p" },
        detection: { s: { [field]: escaped }, condition: "s" },
      });
      const rules = [{ condition: parseRule("r.yml", yaml).condition, place: { file: "r.yml" } }];
      const rows = await engine.all(rulePassSql(rules, PLAIN_SOURCE, "hostile"));
      expect(
        rows.map((row) => Number(row.row_id)),
        `${field}: ${text}`,
      ).toContain(index);
    }
  }
});

test("error: an object that is spread over columns cannot be compared, only asked for", async () => {
  const yaml = (key: string, value: unknown): string =>
    JSON.stringify({ title: "t", logsource: { product: "p" }, detection: { s: { [key]: value }, condition: "s" } });
  const compile = (text: string): string =>
    rulePassSql([{ condition: parseRule("r.yml", text).condition, place: { file: "r.yml" } }], PLAIN_SOURCE, "spread");
  expect(() => compile(yaml("userIdentity|contains", "x"))).toThrow(
    expect.objectContaining({ code: "rule.not-comparable" }),
  );
  await loadPlainRows(engine, "spread", [{ userIdentity: { type: "Root" } }, {}, { userIdentity: null }]);
  const rows = await engine.all(compile(yaml("userIdentity|exists", true)));
  expect(rows.map((row) => Number(row.row_id)).sort()).toEqual([0, 2]);
});
