import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Command } from "../../cli/command.ts";
import { queryCommand } from "../../cli/commands/query.ts";
import { sqlCommand } from "../../cli/commands/sql.ts";
import { sqlString } from "../../core/sql-engine.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { type Parameter, parseSavedQuery } from "../../queries/saved-query.ts";
import { trinoEngine } from "../support/athena-execution.ts";
import { type AthenaPair, athenaPair } from "../support/athena-test.ts";
import { openTestEngine } from "../support/engine.ts";
import {
  type IngestFolder,
  ingestFolder,
  quietContext,
  trailEvent,
  trailKey,
  trailObject,
} from "../support/ingest-folder.ts";
import { runSimulation } from "../support/simulation.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";

const SCHEMA = "asked_by_command";

let at: IngestFolder;

beforeAll(async () => {
  at = await ingestFolder();
  const run = await runSimulation({ accounts: 2, days: 1, eventsPerDay: 800, seed: 5 });
  for (const [key, bytes] of run.objects) if (!key.endsWith("/")) await at.put(key, bytes);
  const replaced = trailEvent("replaced-event", { recipientAccountId: "999988887777" });
  const addendum = trailEvent("the-addendum", {
    recipientAccountId: "999988887777",
    addendum: { reason: "UPDATED_DATA", updatedFields: "userAgent", originalEventID: "replaced-event" },
  });
  await at.put(trailKey("Aaaaaaaaaaaaaaaa", "999988887777"), trailObject(replaced, addendum));
  await at.ingest();
});

afterAll(() => at[Symbol.asyncDispose]());

/** What a command prints on standard output, by an engine. */
async function printed(
  command: Command,
  args: readonly string[],
  options: Readonly<Record<string, string | readonly string[]>>,
  pair: AthenaPair,
): Promise<string> {
  let output = "";
  const text = (name: string) => {
    const value = options[name];
    return typeof value === "string" ? value : null;
  };
  const list = (name: string) => {
    const value = options[name];
    return Array.isArray(value) ? value : [];
  };
  const env = { LOGKEEP_QUERIES_ATHENA_ENDPOINT: pair.endpoint.url, LOGKEEP_QUERIES_ATHENA_DATABASE: SCHEMA };
  const context = quietContext(at.data, env, () => undefined);
  const stdout = {
    ...context.stdout,
    write: async (chunk: string | Uint8Array) => {
      output += String(chunk);
    },
  };
  await command.run(
    { args, text, list, integer: () => null, flag: (name) => name === "all-time" },
    { ...context, stdout },
  );
  return output;
}

test("default: saved queries print the same on both engines", { timeout: 900_000 }, async (context) => {
  const server = trinoInTest(context);
  await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  let filled = 0;
  for (const file of SAVED_QUERIES) {
    const query = parseSavedQuery(file);
    const param = await Promise.all(query.parameters.filter((each) => each.required).map(given));
    const on = (engine: string) => printed(queryCommand, [file.id], { engine, param, format: "json" }, pair);
    const expected = await on("duckdb");
    expect(await on("athena"), file.id).toBe(expected);
    filled += expected === "" ? 0 : 1;
  }
  // Most find something in a simulated organization, so that equal is not merely both empty.
  expect(filled).toBeGreaterThan(45);
});

test("behavior: the window, the accounts, the last decisions and addenda bind on Athena as on DuckDB", async (context) => {
  const server = trinoInTest(context);
  await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  const texts = [
    "SELECT count(*) AS n, min(time_dt) AS a, max(time_dt) AS b FROM cloudtrail",
    "SELECT count(*) AS n FROM cloudtrail_all",
    "SELECT metadata.uid AS uid FROM cloudtrail WHERE accountid = '999988887777' ORDER BY uid",
    "SELECT state, count(*) AS n FROM ledger GROUP BY state ORDER BY state",
    "SELECT count(*) AS n FROM rejects",
    "WITH cut AS (SELECT accountid FROM findings) SELECT accountid, count(*) AS n FROM cut GROUP BY accountid ORDER BY accountid",
  ];
  const windows = [{}, { from: "2026-01-05T06:00:00Z", to: "2026-01-05T12:00:00Z" }, { account: ["999988887777"] }];
  for (const window of windows) {
    for (const sql of texts) {
      const on = (engine: string) => printed(sqlCommand, [sql], { ...window, engine, format: "json" }, pair);
      expect(await on("athena"), `${sql} ${JSON.stringify(window)}`).toBe(await on("duckdb"));
    }
  }
  const kept = await printed(sqlCommand, [texts[2] ?? ""], { engine: "athena", format: "json" }, pair);
  expect(kept).toBe('{"uid":"the-addendum"}\n');
});

test("behavior: Parquet has the same columns, types and rows from both engines", async (context) => {
  const server = trinoInTest(context);
  await registerLake(server, at.lake, SCHEMA);
  await using pair = await athenaPair(trinoEngine(server), SCHEMA);
  const engine = await openTestEngine();
  try {
    for (const sql of [
      "SELECT metadata, time_dt, accountid, resources, aws.read_only AS ro FROM cloudtrail ORDER BY metadata.uid, time_dt",
      "SELECT accountid, count(*) AS n, CAST('1.250' AS decimal(10, 3)) AS d, map(ARRAY['a'], ARRAY[1]) AS m FROM cloudtrail GROUP BY 1 ORDER BY 1",
      "SELECT accountid FROM cloudtrail WHERE accountid = 'nobody'",
    ]) {
      const file = (name: string) => join(at.data, `${name}.parquet`);
      for (const name of ["duckdb", "athena"]) {
        await printed(sqlCommand, [sql], { engine: name, dialect: "athena", format: "parquet", out: file(name) }, pair);
      }
      const [here, there] = ["duckdb", "athena"].map((name) => `read_parquet(${sqlString(file(name))})`);
      expect(await engine.all(`DESCRIBE FROM ${there}`), sql).toEqual(await engine.all(`DESCRIBE FROM ${here}`));
      expect(await engine.all(`FROM ${there}`), sql).toEqual(await engine.all(`FROM ${here}`));
    }
  } finally {
    engine.close();
  }
});

/** A value that the lake has, else the parameter's example. */
async function given({ name, type, example }: Parameter): Promise<string> {
  const columns: Readonly<Record<string, string>> = {
    ip: "src_endpoint.ip",
    account: "accountid",
    arn: 'actor."user".uid',
    "access-key": 'actor."user".credential_uid',
  };
  const column = columns[type];
  if (column === undefined) return `${name}=${example}`;
  const fits = type === "access-key" ? "LIKE 'A___________%'" : type === "ip" ? "SIMILAR TO '[0-9.]+'" : "IS NOT NULL";
  const [row] = await at.query(
    `SELECT ${column} AS v FROM <cloudtrail> WHERE ${column} ${fits} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
  );
  return `${name}=${row?.["v"] ?? example}`;
}
