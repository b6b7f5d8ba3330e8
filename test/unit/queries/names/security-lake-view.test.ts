import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlEngine } from "../../../../core/sql-engine.ts";
import { SOURCES } from "../../../../ingest/sources.gen.ts";
import { translateAthena } from "../../../../queries/dialect/translate.ts";
import { nameViews } from "../../../../queries/names/name-views.ts";
import { readSecurityLakeName } from "../../../../queries/names/security-lake-view.ts";
import { readLakeText } from "../../../../queries/names/time-literals.ts";
import { corpusFolder } from "../../../support/corpora.ts";
import { corpusRecords } from "../../../support/corpus-records.ts";
import { openTestEngine } from "../../../support/engine.ts";
import { LAKE_RECORDS } from "../../../support/lake-queries.ts";
import { createNormalizedTable } from "../../../support/normalize-records.ts";
import { type OcsfSchema, validateOcsf } from "../../../support/ocsf-validator.ts";
import { FLOWS } from "../../../support/query-samples.ts";
import { SECURITY_LAKE_QUERIES } from "../../../support/security-lake-queries.ts";
import { OCSF_EXCEPTIONS } from "../../ocsf/exceptions.ts";

const FOLDER = corpusFolder("ocsf-compiled");
const CORPORA = FOLDER === null ? [] : corpusRecords(dirname(FOLDER));

const VIEWS: Readonly<Record<string, readonly string[]>> = {
  cloudtrail: ["cloud_trail_mgmt_2_0", "s3_data_2_0"],
  vpc_flow: ["vpc_flow_2_0"],
};
const OWN_COLUMNS = ["accountid", "region", "unmapped"];
const EXCEPTIONS = new Set([
  ...OCSF_EXCEPTIONS.map((one) => `${one.sourceId} ${one.path} ${one.rule}`),
  // A service's name is a domain, as AWS's own rows have it; 1.1.0 does not count that as an endpoint's name.
  "cloudtrail src_endpoint constraint",
  // Windows without traffic have no other end.
  "vpc_flow dst_endpoint required",
]);

let engine: SqlEngine;

beforeAll(async () => {
  engine = await openTestEngine();
  await createNormalizedTable(engine, "cloudtrail", "cloudtrail", [LAKE_RECORDS]);
  await createNormalizedTable(engine, "vpc_flow", "vpc_flow", [FLOWS]);
});

afterAll(() => engine.close());

async function ask(sql: string) {
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const chunk of (await engine.stream(sql)).chunks) rows.push(...chunk);
  return rows;
}

async function createViews(...names: readonly string[]): Promise<void> {
  for (const view of nameViews(SOURCES, names)) {
    await engine.run(`CREATE OR REPLACE TEMP VIEW ${view.name} AS ${view.sql("duckdb")}`);
  }
}

test.each(SECURITY_LAKE_QUERIES)("default: $title", async ({ sql, rows }) => {
  const plain = readLakeText(sql);
  await createViews(...plain.toLowerCase().split(/[^a-z0-9_]+/));
  const translated = translateAthena(plain);
  for (const statement of translated.setup) await engine.run(statement);
  expect((await ask(translated.sql)).map((row) => Object.values(row))).toEqual(rows);
});

test("args: names of tables, and names that are none", () => {
  expect(readSecurityLakeName("amazon_security_lake_table_us_gov_west_1_vpc_flow_2_0")).toEqual({
    table: "vpc_flow",
    source: "vpc_flow",
    region: "us-gov-west-1",
  });
  expect(readSecurityLakeName("s3_data_2_0")).toMatchObject({ table: "cloudtrail", region: null });
  const others = [
    "vpc_flow",
    "vpc_flow_1_0",
    "amazon_security_lake_table_us_east_1_route53_2_0",
    "amazon_security_lake_table__vpc_flow_2_0",
    "amazon_security_lake_table_us_east_1'_vpc_flow_2_0",
    "constructor_2_0",
    "x_vpc_flow_2_0",
    "",
  ];
  for (const name of others) expect(readSecurityLakeName(name)).toBeNull();
});

test("behavior: only the database of Security Lake is taken off, and only before its tables", () => {
  expect(readLakeText('SELECT 1 FROM "amazon_security_lake_glue_db_us_east_1" . "vpc_flow_2_0" v')).toBe(
    'SELECT 1 FROM "vpc_flow_2_0" v',
  );
  const others = [
    "SELECT 1 FROM amazon_security_lake_glue_db_us_east_1.secrets",
    "SELECT 1 FROM other.vpc_flow_2_0",
    "SELECT 'amazon_security_lake_glue_db_us_east_1.vpc_flow_2_0'",
    "SELECT amazon_security_lake_glue_db.",
  ];
  for (const text of others) expect(readLakeText(text)).toBe(text);
});

test.skipIf(FOLDER === null)("behavior: every row is valid OCSF 1.1.0, apart from reviewed exceptions", async () => {
  // The compiled schema's shape is the compiler's.
  const schema = JSON.parse(readFileSync(join(FOLDER ?? "", "ocsf-1.1.0.json"), "utf8")) as OcsfSchema;
  const unmet: Record<string, string> = {};
  let rowCount = 0;
  for (const { sourceId, name, inputs } of CORPORA) {
    const views = VIEWS[sourceId] ?? [];
    for (const input of views.length === 0 ? [] : inputs) {
      await createNormalizedTable(engine, sourceId, sourceId, [input]);
      for (const view of nameViews(SOURCES, views)) {
        const rows = await ask(view.sql("duckdb"));
        rowCount += rows.length;
        for (const fault of rows.flatMap((row) => validateOcsf(numbersOf(row), schema, OWN_COLUMNS))) {
          const key = `${sourceId} ${fault.path} ${fault.rule}`;
          if (!EXCEPTIONS.has(key)) unmet[`${name}: ${key}`] = fault.detail;
        }
      }
    }
  }
  expect(rowCount).toBeGreaterThan(1000);
  expect(unmet).toEqual({});
});

/** 64-bit integers come as digits. */
function numbersOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const plain = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => plain(item, ""));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, name)]));
    }
    const isLong = /^(?:(?:\w+_)?time|type_uid|bytes|packets)$/.test(key);
    return isLong && typeof value === "string" ? Number(value) : value;
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value, name)]));
}
