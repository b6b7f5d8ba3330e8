import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { explain } from "../../../analyzers/sigma/explain.ts";
import { parseRule } from "../../../analyzers/sigma/parse-rule.ts";
import { expressionSql } from "../../../analyzers/sql/expression-sql.ts";
import { matchRules, type PassRule } from "../../../analyzers/sql/rule-pass.ts";
import { witnessesOf } from "../../../analyzers/sql/witness.ts";
import type { Source } from "../../../core/source.ts";
import type { SqlEngine, SqlRow } from "../../../core/sql-engine.ts";
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

async function match(rules: readonly PassRule[], source: Source, relation: string): Promise<SqlRow[]> {
  await matchRules(rules, source, relation, "matched", engine);
  return engine.all("SELECT row_id, rule FROM matched ORDER BY ALL");
}

test.skipIf(AWS === null)("behavior: all 57 CloudTrail rules compile to SQL that the engine takes", async () => {
  const folder = join(AWS ?? "", "rules/cloud/aws/cloudtrail");
  const rules = readdirSync(folder).map((file) => ({
    condition: parseRule(file, readFileSync(join(folder, file), "utf8")).condition,
    place: { file },
  }));
  expect(rules.length).toBe(57);
  await createEmptyTable(engine, CLOUDTRAIL, "empty_rows");
  expect(await match(rules, CLOUDTRAIL, "empty_rows")).toEqual([]);
  for (const rule of rules) {
    const full = expressionSql(rule.condition, { source: CLOUDTRAIL, place: rule.place, depth: "full" });
    await engine.all(`SELECT 1 FROM empty_rows WHERE ${full}`);
  }
  expect(rules.filter((rule) => witnessesOf(rule.condition, "eventName") !== null).length).toBeGreaterThanOrEqual(50);
});

test("behavior: an explanation names the items that hold and the values that passed", () => {
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
  const record = {
    eventName: "DeleteTrail",
    requestParameters: { items: [{ name: "prod-1" }, { name: "dev" }, { name: "prod-2" }] },
  };
  expect(explain(rule.condition, record)).toEqual([
    { selection: "selection", field: "eventName", values: ["DeleteTrail"] },
    { selection: "selection", field: "requestParameters.items.name", values: ["prod-1", "prod-2"] },
  ]);
  expect(explain(rule.condition, { eventName: "Other" })).toEqual([]);
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
      const rows = await match(rules, PLAIN_SOURCE, "hostile");
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
  const compile = (text: string) =>
    match([{ condition: parseRule("r.yml", text).condition, place: { file: "r.yml" } }], PLAIN_SOURCE, "spread");
  await loadPlainRows(engine, "spread", [{ userIdentity: { type: "Root" } }, {}, { userIdentity: null }]);
  await expect(compile(yaml("userIdentity|contains", "x"))).rejects.toMatchObject({ code: "rule.not-comparable" });
  const rows = await compile(yaml("userIdentity|exists", true));
  expect(rows.map((row) => Number(row.row_id)).sort()).toEqual([0, 2]);
});
