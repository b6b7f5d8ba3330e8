/**
 * Hostile values through every place of the library that takes a text, on DuckDB: a value that no row has must give what
 * any other text gives that no row has, and one that rows have what its literal gives. Each value is asked in a third of
 * the places, long texts (whose planning takes the time) with one value in 32; `LOGKEEP_TEST_HOSTILE=all` asks more.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../core/ledger.ts";
import type { JsonRow, SqlEngine, SqlParams } from "../../core/sql-engine.ts";
import { translateAthena } from "../../queries/dialect/translate.ts";
import { parseParameters } from "../../queries/parse-parameters.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { type Parameter, parseSavedQuery } from "../../queries/saved-query.ts";
import { openTestEngine } from "../support/engine.ts";
import { HOSTILE_VALUES } from "../support/hostile-values.ts";
import { createNormalizedTable } from "../support/normalize-records.ts";
import { FLOWS, ITEMS, RECORDS } from "../support/query-samples.ts";
import { createTableOf } from "../support/table-rows.ts";

const NOW_MS = Date.UTC(2026, 0, 10);
const LONG_TEXT = 1500;
const [STEP, LONG_STEP] = process.env["LOGKEEP_TEST_HOSTILE"] === "all" ? [1, 8] : [3, 32];
const NOWHERE = "no-row-has-this-text-4711";
/** As rows come from a lake: with names that only a log would hold. */
const NAMES = HOSTILE_VALUES.filter((each) => each.isWellFormed() && !each.includes("\0") && each.length < 100);

let engine: SqlEngine;

beforeAll(async () => {
  engine = await openTestEngine();
  const hostile = NAMES.map((name, index) => ({
    ...RECORDS[0],
    eventID: `hostile-${index}`,
    eventName: name,
    userIdentity: { type: "IAMUser", arn: name, userName: name, principalId: name, accountId: "111122223333" },
    requestParameters: { bucketName: name, roleArn: name, name },
  }));
  await createNormalizedTable(engine, "cloudtrail", "cloudtrail", [[...RECORDS, ...hostile]]);
  await createNormalizedTable(engine, "vpc_flow", "vpc_flow", [FLOWS]);
  await createNormalizedTable(engine, "config", "config", [ITEMS]);
  for (const table of [FINDINGS_TABLE, LEDGER_TABLE, REJECTS_TABLE]) await createTableOf(engine, table, []);
});

afterAll(() => engine.close());

test("args: all hostile values in every place of the library that takes a text", async () => {
  const queries = SAVED_QUERIES.map(parseSavedQuery);
  const places = queries.flatMap((query) =>
    query.parameters.filter(({ type }) => type === "string").map((parameter) => ({ query, parameter })),
  );
  expect(places.length).toBeGreaterThan(25);
  const asked = new Set<string>();
  let [runs, found] = [0, 0];
  for (const [place, { query, parameter }] of places.entries()) {
    const { sql, setup } = translateAthena(query.sql, query.parameters);
    for (const statement of setup) await engine.run(statement);
    const others = query.parameters.filter((each) => each !== parameter);
    const given = others.filter((each) => each.required).map((each) => `${each.name}=${each.example}`);
    const rest = parseParameters({ ...query, parameters: others }, given, NOW_MS);
    const rowsFor = (value: string) => rowsOf(sql, { ...rest, [parameter.name]: value });
    const nothing = await rowsFor(NOWHERE);
    const step = query.sql.length < LONG_TEXT ? STEP : LONG_STEP;
    const values = HOSTILE_VALUES.filter((_, index) => index % step === place % step);
    for (const value of values) {
      const rows = await rowsFor(value);
      runs += 1;
      asked.add(value);
      if (JSON.stringify(rows) === JSON.stringify(nothing)) continue;
      found += 1;
      expect(rows, `${query.id} ${parameter.name} ${JSON.stringify(value)}`).toEqual(
        await literalRows(query.sql, parameter, value, others, rest),
      );
    }
  }
  console.log(`${HOSTILE_VALUES.length} values in ${places.length} places: ${runs} runs, ${found} of them found rows`);
  expect(asked.size).toBe(HOSTILE_VALUES.length);
  expect(found).toBeGreaterThan(100);
  const [row] = await engine.all("SELECT count(*)::INT AS events FROM cloudtrail");
  expect(row).toEqual({ events: RECORDS.length + NAMES.length });
});

/** The same question with the value written into the text, quoted by the one rule that Trino has. */
async function literalRows(
  text: string,
  parameter: Parameter,
  value: string,
  others: readonly Parameter[],
  rest: SqlParams,
): Promise<readonly JsonRow[]> {
  const literal = `'${value.replaceAll("'", "''")}'`;
  const inPlace = text.replaceAll(new RegExp(`\\$${parameter.name}\\b`, "g"), () => literal);
  const { sql, setup } = translateAthena(inPlace, others);
  for (const statement of setup) await engine.run(statement);
  return rowsOf(sql, rest);
}

async function rowsOf(sql: string, params: SqlParams): Promise<readonly JsonRow[]> {
  const rows: JsonRow[] = [];
  for await (const chunk of (await engine.stream(sql, params)).chunks) rows.push(...chunk);
  return rows;
}
