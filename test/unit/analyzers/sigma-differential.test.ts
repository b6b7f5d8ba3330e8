import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../../../analyzers/sigma/evaluate.ts";
import { parseRule } from "../../../analyzers/sigma/parse-rule.ts";
import { expressionSql } from "../../../analyzers/sql/expression-sql.ts";
import { matchRules } from "../../../analyzers/sql/rule-pass.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { openTestEngine } from "../../support/engine.ts";
import { loadPlainRows, PLAIN_SOURCE } from "../../support/plain-source.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

// Few distinct texts, so that rules and records meet; each is there for a trap: case at the edges of Unicode, SQL and
// LIKE metacharacters, line breaks, numbers and booleans as text, addresses, instants, JSON inside text.
const TEXTS = [
  "",
  "a",
  "A",
  "ab",
  "aXb",
  "a\nb",
  "a'b",
  "a''",
  "a\\b",
  "\\",
  "%",
  "_",
  "100%",
  "a_b",
  "a\u0000b",
  "é",
  "É",
  "İ",
  "i",
  "K",
  "k",
  "Σ",
  "ς",
  "σ",
  "ß",
  "ẞ",
  "😀",
  "true",
  "false",
  "null",
  "22",
  "-1",
  "1e3",
  "[",
  "a[b",
  '{"k":"v"}',
  '"',
  "10.0.0.1",
  "10.1.2.3",
  "::ffff:10.0.0.1",
  "2001:db8::1",
  "2001:DB8:0:0::1",
  "2024-02-29T23:59:00Z",
  "2023-01-01T12:00:00Z",
  "StopLogging",
  "stoplogging",
  "-x",
  "/x",
  "--",
];
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
);
const scalar = fc.oneof(text, text, fc.constantFrom(true, false, null, 22, -1, 0, 1000, 3));
const KEYS = ["a", "b", "k", "x y", "'q'", "é", "$", "*"];
const key = fc.constantFrom(...KEYS);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(key, tie("value"), { maxKeys: 3 }) },
  ),
})).value;
const record = fc.record(
  {
    eventName: fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: json }),
    eventTime: fc.oneof(text, scalar),
    recipientAccountId: scalar,
    readOnly: fc.oneof(fc.boolean(), scalar),
    sourceIPAddress: scalar,
    userIdentity: fc.oneof(fc.record({ type: scalar, arn: json, other: json }, { requiredKeys: [] }), json),
    requestParameters: json,
    responseElements: json,
    custom: json,
  },
  { requiredKeys: [] },
);

// A star in a field name is refused: the SQL engine reads it as a wildcard even between quotes.
const fieldKey = key.filter((name) => name !== "*");
const field = fc.oneof(
  fc.constantFrom(
    "eventName",
    "eventName",
    "eventTime",
    "readOnly",
    "sourceIPAddress",
    "userIdentity.type",
    "userIdentity.arn",
  ),
  fc.constantFrom("requestParameters", "responseElements", "custom", "userIdentity.other", "userIdentity.other.a"),
  fc
    .tuple(fc.constantFrom("requestParameters", "custom"), fc.array(fieldKey, { minLength: 1, maxLength: 3 }))
    .map(([top, path]) => [top, ...path].join(".")),
);
const pattern = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom("*", "?", "\\*", "\\\\", "\\?", "\\"), text), { maxLength: 4 })
      .map((parts) => parts.join("")),
  },
);
const values = (one: fc.Arbitrary<unknown>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 4 }));
const item: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
  fc.tuple(
    fc
      .tuple(
        field,
        fc.constantFrom(
          "",
          "|cased",
          "|neq",
          "|contains",
          "|startswith",
          "|endswith",
          "|contains|cased",
          "|neq|startswith",
          "|windash|contains",
        ),
      )
      .map(([name, mod]) => name + mod),
    values(pattern),
  ),
  fc.tuple(field, fc.constantFrom<unknown>(null, true, false, 22, -1, [22, "a", true])),
  fc.tuple(
    fc.tuple(field, fc.constantFrom("|all", "|contains|all")).map(([name, mod]) => name + mod),
    fc.array(pattern, { minLength: 1, maxLength: 2 }),
  ),
  fc.tuple(
    field.map((name) => `${name}|exists`),
    fc.boolean(),
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom("lt", "lte", "gt", "gte")).map(([name, mod]) => `${name}|${mod}`),
    fc.constantFrom(-1, 0, 22, 21.5, "1e3"),
  ),
  fc.tuple(
    fc
      .tuple(field, fc.constantFrom("minute", "hour", "day", "week", "month", "year"))
      .map(([name, mod]) => `${name}|${mod}`),
    fc.constantFrom(2, 9, 12, 23, 29, 52, 59, 2023, 2024),
  ),
  fc.tuple(
    field.map((name) => `${name}|cidr`),
    values(fc.constantFrom("10.0.0.0/8", "10.0.0.1", "2001:db8::/33", "::/0", "0.0.0.0/0")),
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom("re", "re|i", "re|s", "re|m|i")).map(([name, mod]) => `${name}|${mod}`),
    fc.constantFrom("^a", "a.b", "b$", "[0-9]+", "(a|22)$", "\\\\", "^$", "'", "a{1,2}"),
  ),
  fc.tuple(
    fc
      .tuple(field, fc.constantFrom("fieldref", "fieldref|contains", "fieldref|neq", "fieldref|cased|startswith"))
      .map(([name, mod]) => `${name}|${mod}`),
    field.filter((name) => !name.includes("*")),
  ),
);
const selection = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .uniqueArray(item, { minLength: 1, maxLength: 3, selector: ([name]) => name })
      .map((items) => Object.fromEntries(items)),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(item, { minLength: 1, maxLength: 3 })
      .map((items) => items.map(([name, value]) => ({ [name]: value }))),
  },
  {
    weight: 1,
    arbitrary: fc.array(
      text.filter((value) => value !== ""),
      { minLength: 1, maxLength: 2 },
    ),
  },
);
const condition = fc.constantFrom(
  "s1",
  "s1",
  "s1 and not s2",
  "not s1",
  "s1 or s2",
  "1 of s*",
  "all of them",
  "2 of s*",
  "not (s1 and s2) or s3",
  "s1 and not 1 of s*",
);
const rule = fc.record({ s1: selection, s2: selection, s3: selection, condition }).map((detection) =>
  // JSON is YAML: the parser is part of what is tested.
  JSON.stringify({ title: "t", logsource: { product: "test" }, detection }),
);

test("behavior: SQL and the reference evaluator agree on every rule and record", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { minLength: 6, maxLength: 6 }),
      fc.array(record, { minLength: 10, maxLength: 10 }),
      async (texts, records) => {
        const rules = texts.map((yaml, index) => ({
          condition: parseRule(`rule-${index}.yml`, yaml).condition,
          place: { file: `rule-${index}.yml` },
        }));
        await loadPlainRows(engine, "batch", records);
        await matchRules(rules, PLAIN_SOURCE, "batch", "matched", engine);
        const rows = await engine.all("SELECT row_id, rule FROM matched");
        const found = rows.map((row) => `${row.row_id}:${row.rule}`).sort();
        const expected = records
          .flatMap((one, row) =>
            rules.flatMap(({ condition: wanted }, index) => (evaluate(wanted, one) ? [`${row}:${index}`] : [])),
          )
          .sort();
        expect(found).toEqual(expected);
        // The pass leaves few rows to the full reading: here it judges all.
        for (const [index, rule] of rules.entries()) {
          const full = expressionSql(rule.condition, { source: PLAIN_SOURCE, place: rule.place, depth: "full" });
          const judged = await engine.all(`SELECT rowid || ':${index}' AS found FROM batch WHERE ${full}`);
          expect(judged.map((row) => String(row.found)).sort()).toEqual(
            expected.filter((text) => text.endsWith(`:${index}`)),
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});
