/**
 * Several workers ingest the same objects into one lake at the same time, each in its own order, and are killed as the
 * kernel kills: at each named step and at random instants. In the end every record is there once and every object is
 * decided once. `LOGKEEP_TEST_KILLS=100` for more kills, `LOGKEEP_TEST_SEED` repeats them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { openClock } from "../../cli/wire.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { openTestEngine } from "../support/engine.ts";
import { flowKey, type IngestFolder, ingestFolder, queryLake, trailEvent, trailKey } from "../support/ingest-folder.ts";
import { randomFrom } from "../support/random.ts";
import { runSimulation } from "../support/simulation.ts";

const WORKER = new URL("../support/beside-worker.ts", import.meta.url).pathname;
const KILLS = Number(process.env["LOGKEEP_TEST_KILLS"] ?? 8);
const WORKERS = 3;
const STEPS = [
  "commit.intent-written",
  "commit.after-cloudtrail",
  "commit.after-findings",
  "commit.after-ledger",
  "commit.intent-removed",
];
/** What an order of arrival decides: which of two deliveries of a record is the first. */
const EXPECTED: Readonly<Record<string, string>> = {
  cloudtrail: "SELECT * EXCLUDE (logkeep) FROM <cloudtrail>",
  config: "SELECT * EXCLUDE (logkeep) FROM <config>",
  vpc_flow: "SELECT * EXCLUDE (logkeep) FROM <vpc_flow>",
  findings: "SELECT * EXCLUDE (batch, rows) FROM <findings>",
  rejects: "SELECT * EXCLUDE (batch, decided_at) FROM <rejects>",
  ledger: "SELECT object, object_version, source, records_in, records_rejected, sha256 FROM <ledger>",
};

let at: IngestFolder;
let engine: SqlEngine;
let expected: Readonly<Record<string, readonly string[]>>;
const lakeFolder = () => join(dirname(at.data), "shared");

beforeAll(async () => {
  at = await ingestFolder();
  engine = await openTestEngine();
  const { objects } = await runSimulation({ accounts: 1, days: 1, eventsPerDay: 120, seed: 7 });
  for (const [key, bytes] of objects) if (!key.endsWith("/")) await at.put(key, bytes);
  await at.put(trailKey("rejects"), JSON.stringify({ Records: [trailEvent("r-1")] }).replace("]", ',{"a":}]'));
  await at.put(trailKey("onlyrejects"), '{"Records":[{"a":}]}');
  await at.put(trailKey("norecords"), '{"Records":[]}');
  await at.put(trailKey("none"), "");
  const flows = [...objects].filter(([key]) => key.includes("vpcflowlogs") && key.endsWith(".log.gz")).slice(0, 5);
  for (const [index, [, bytes]] of flows.entries()) await at.put(`again/${flowKey(`again${index}`)}`, bytes);
  await at.ingest();
  expected = await contents(async (sql) => at.query(sql));
  for (const [table, rows] of Object.entries(expected)) expect(rows.length, table).toBeGreaterThan(0);
});
afterAll(async () => {
  engine.close();
  await at[Symbol.asyncDispose]();
});

test("behavior: three workers at once, and none of them is killed", async () => {
  const workers = Array.from({ length: WORKERS }, (_, index) => start(index, index + 1));
  expect(await Promise.all(workers.map(exitOf))).toEqual(workers.map(() => 0));
  await expectOnce();
});

test.each(STEPS)("behavior: a worker is killed at %s, beside one that goes on", async (step) => {
  await rm(lakeFolder(), { recursive: true, force: true });
  const [victim, other] = [exitOf(start(0, 1, `${step}#2`)), exitOf(start(1, 2))];
  expect(await victim, step).toBe("SIGKILL");
  expect(await other).toBe(0);
  // The dead one's objects come again, to whoever is there.
  expect(await exitOf(start(2, 3))).toBe(0);
  await expectOnce();
});

test(`behavior: ${KILLS} kills at random instants`, async () => {
  const seed = Number(process.env["LOGKEEP_TEST_SEED"] ?? Date.now() % 1_000_000);
  console.log(`LOGKEEP_TEST_SEED=${seed} repeats these kills`);
  await rm(lakeFolder(), { recursive: true, force: true });
  const random = randomFrom(seed);
  const survivor = exitOf(start(0, seed));
  for (let kills = 0; kills < KILLS; kills += 1) {
    const victim = start(1 + (kills % 2), seed + kills);
    const exited = exitOf(victim);
    const timer = setTimeout(() => victim.kill("SIGKILL"), 700 + 2_500 * random());
    expect(["SIGKILL", 0]).toContain(await exited);
    clearTimeout(timer);
  }
  expect(await survivor).toBe(0);
  expect(await exitOf(start(1, seed + KILLS))).toBe(0);
  await expectOnce();
}, 900_000);

function start(worker: number, seed: number, step = ""): ChildProcess {
  const folder = join(dirname(at.data), `worker-${worker}`);
  return spawn(process.execPath, [WORKER, lakeFolder(), folder, at.logs, String(seed), step], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function exitOf(child: ChildProcess): Promise<number | string | null> {
  const [code, signal]: (number | string | null)[] = await once(child, "exit");
  return signal ?? code ?? null;
}

async function expectOnce(): Promise<void> {
  const store = localLakeStore(lakeFolder());
  const lake = { store, catalog: fileCatalog(store), clock: openClock() };
  const query = (sql: string) => queryLake(sql, lake, engine);
  const found = await contents(query);
  for (const [table, wanted] of Object.entries(expected)) {
    const rows = found[table] ?? [];
    const first = wanted.findIndex((row, index) => row !== rows[index]);
    // Sorted on both sides, so the first difference says it all; whole arrays would fill the screen.
    expect([rows.length, rows[first]], table).toEqual([wanted.length, wanted[first]]);
  }
  const [sums] = await query(`SELECT count(*) = count(DISTINCT (object, object_version)) AS is_once,
      sum(records_in) = sum(rows_kept) + sum(records_rejected) + sum(records_duplicate) AS is_balanced,
      sum(rows_kept) = (SELECT count(*) FROM <cloudtrail>) + (SELECT count(*) FROM <config>)
        + (SELECT count(*) FROM <vpc_flow>) AS is_kept,
      sum(records_rejected) = (SELECT count(*) FROM <rejects>) AS is_rejected FROM <ledger>`);
  expect(sums).toEqual({ is_once: true, is_balanced: true, is_kept: true, is_rejected: true });
  // Of each object as many rows are in its table as the ledger says.
  const wrong = await query(`SELECT l.object FROM <ledger> l LEFT JOIN (SELECT logkeep.object, count(*) AS n FROM (
      SELECT logkeep FROM <cloudtrail> UNION ALL SELECT logkeep FROM <config> UNION ALL SELECT logkeep FROM <vpc_flow>)
      GROUP BY ALL) r ON r.object = l.object WHERE coalesce(r.n, 0) <> l.rows_kept`);
  expect(wrong).toEqual([]);
}

async function contents(query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>) {
  const all: Record<string, readonly string[]> = {};
  for (const [table, sql] of Object.entries(EXPECTED)) {
    const rows = await query(`SELECT to_json(r)::VARCHAR AS row FROM (${sql}) r ORDER BY 1`);
    all[table] = rows.map((row) => String(row["row"]));
  }
  return all;
}
