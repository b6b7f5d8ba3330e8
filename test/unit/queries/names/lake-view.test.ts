import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlEngine } from "../../../../core/sql-engine.ts";
import { translateAthena } from "../../../../queries/dialect/translate.ts";
import { LAKE_COLUMNS } from "../../../../queries/names/lake-columns.ts";
import { LAKE_VIEW, lakeView } from "../../../../queries/names/lake-view.ts";
import { readLakeText } from "../../../../queries/names/time-literals.ts";
import { openTestEngine } from "../../../support/engine.ts";
import { LAKE_QUERIES, LAKE_RECORDS } from "../../../support/lake-queries.ts";
import { createNormalizedTable, sourceOf } from "../../../support/normalize-records.ts";

const ODD = [
  { ...LAKE_RECORDS[0], eventID: "odd-1", requestParameters: "", responseElements: "text", resources: { ARN: "x" } },
  {
    ...LAKE_RECORDS[0],
    eventID: "odd-2",
    requestParameters: ["a"],
    tlsDetails: { tlsVersion: { a: 1 }, cipherSuite: "c" },
  },
  { ...LAKE_RECORDS[0], eventID: "odd-3", requestParameters: { 'k"ey': "1", "a.b": [null], "": { z: 1, a: 2 } } },
  {
    ...LAKE_RECORDS[0],
    eventID: "odd-4",
    resources: [null, "x", { ARN: 5, accountId: "111122223333" }],
    userIdentity: {},
  },
  { ...LAKE_RECORDS[0], eventID: undefined, annotation: { a: 1 } },
];
const DUPLICATE = `{"Records":[{"eventID":"dup","eventTime":"2026-01-05T10:00:00Z","eventName":"X","requestParameters":{"a":"1","a":"2"}}]}`;

let engine: SqlEngine;

beforeAll(async () => {
  engine = await openTestEngine();
  await createNormalizedTable(engine, "most", "cloudtrail", [[...LAKE_RECORDS, ...ODD]]);
  await createNormalizedTable(engine, "last", "cloudtrail", [DUPLICATE]);
  await engine.run("CREATE TEMP VIEW cloudtrail AS SELECT * FROM most UNION ALL SELECT * FROM last");
  await engine.run(`CREATE TEMP VIEW ${LAKE_VIEW} AS ${lakeView(sourceOf("cloudtrail"), "duckdb", "cloudtrail")}`);
});

afterAll(() => engine.close());

async function ask(sql: string) {
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const chunk of (await engine.stream(sql)).chunks) rows.push(...chunk);
  return rows;
}

test("default: columns stand in the managed lake's order, with its types", async () => {
  const columns = await ask(`DESCRIBE ${LAKE_VIEW}`);
  expect(columns.map((row) => row["column_name"])).toEqual(LAKE_COLUMNS.map(({ name }) => name));
  const types = Object.fromEntries(columns.map((row) => [row["column_name"], row["column_type"]]));
  expect(types).toMatchObject({
    eventTime: "TIMESTAMP WITH TIME ZONE",
    requestParameters: "MAP(VARCHAR, VARCHAR)",
    readOnly: "BOOLEAN",
    resources: 'STRUCT(accountId VARCHAR, "type" VARCHAR, arn VARCHAR, arnPrefix VARCHAR)[]',
    tlsDetails: "STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, clientProvidedHostHeader VARCHAR)",
  });
});

test.each(LAKE_QUERIES)("default: $title", async ({ sql, rows }) => {
  const own = await openTestEngine();
  try {
    await createNormalizedTable(own, "cloudtrail", "cloudtrail", [LAKE_RECORDS]);
    await own.run(`CREATE TEMP VIEW ${LAKE_VIEW} AS ${lakeView(sourceOf("cloudtrail"), "duckdb", "cloudtrail")}`);
    const translated = translateAthena(readLakeText(sql));
    for (const statement of translated.setup) await own.run(statement);
    const answer: unknown[][] = [];
    for await (const chunk of (await own.stream(translated.sql)).chunks)
      answer.push(...chunk.map((row) => Object.values(row)));
    expect(answer).toEqual(rows);
  } finally {
    own.close();
  }
});

test("behavior: eventTime is compared with plain strings, as UTC", async () => {
  const rows = await ask(
    `SELECT eventID FROM ${LAKE_VIEW} WHERE eventTime > '2026-01-06 08:02:00' AND eventTime < '2026-01-07'`,
  );
  expect(rows).toEqual([{ eventID: "x3" }]);
});

test("behavior: payloads that are no objects are NULL, values of maps are texts or JSON", async () => {
  const rows = await ask(`SELECT eventID, requestParameters AS p, responseElements AS r, resources AS s, tlsDetails AS t
    FROM ${LAKE_VIEW} WHERE eventID LIKE 'odd%' ORDER BY eventID`);
  expect(rows).toMatchObject([
    { p: null, r: null, s: null },
    { p: null, t: { tlsVersion: null, cipherSuite: "c", clientProvidedHostHeader: null } },
    { p: { 'k"ey': "1", "a.b": "[null]", "": '{"z":1,"a":2}' } },
    {
      s: [
        { accountId: null, type: null, arn: null, arnPrefix: null },
        { accountId: null, type: null, arn: null, arnPrefix: null },
        { accountId: "111122223333", type: null, arn: "5", arnPrefix: null },
      ],
    },
  ]);
});

test("behavior: an object with two values under one key is NULL, as Trino has it", async () => {
  expect(await ask(`SELECT requestParameters AS p FROM ${LAKE_VIEW} WHERE eventID = 'dup'`)).toEqual([{ p: null }]);
});

test("behavior: rows without any value are NULL, an event without an id has none", async () => {
  const [row] = await ask(`SELECT userIdentity AS u, annotation FROM ${LAKE_VIEW} WHERE eventID IS NULL`);
  expect(row).toMatchObject({
    u: { type: "IAMUser", sessionContext: null, onBehalfOf: null, inScopeOf: null },
    annotation: null,
  });
  const [empty] = await ask(`SELECT userIdentity AS u FROM ${LAKE_VIEW} WHERE eventID = 'odd-4'`);
  expect(empty).toMatchObject({ u: { type: null, arn: null } });
});
