/**
 * A process that ingests is killed as the kernel kills, once at each named step and at random instants; the same command
 * then goes on and must end with the tables of an undisturbed run. `LOGKEEP_TEST_KILLS=100` for the full number.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openObjectStore } from "../../cli/wire.ts";
import { removeOrphans } from "../../lake/clean.ts";
import { referencedFiles } from "../../lake/references.ts";
import { collect } from "../support/collect.ts";
import { type IngestFolder, ingestFolder, quietContext, trailEvent, trailKey } from "../support/ingest-folder.ts";
import { KILL_ENVIRONMENT } from "../support/kill-environment.ts";
import { randomFrom } from "../support/random.ts";
import { runSimulation } from "../support/simulation.ts";

const VICTIM = new URL("../support/ingest-victim.ts", import.meta.url).pathname;
const KILLS = Number(process.env["LOGKEEP_TEST_KILLS"] ?? 25);
/** Kills that hit one data folder before it is compared, so that repairs are killed too. */
const KILLS_IN_A_ROW = 5;
const TABLES = ["cloudtrail", "vpc_flow", "config", "findings", "rejects", "ledger"];
/** A batch commits one source's table; these follow it. */
const STEPS = [
  "stage.files-written",
  "commit.intent-written",
  ...TABLES.flatMap((table) => [`commit.before-${table}`, `commit.after-${table}`]),
  "commit.intent-removed",
];

/** What differs between two runs by design: when, and in which batch. */
const COLUMNS: Readonly<Record<string, string>> = {
  findings: "* EXCLUDE (batch)",
  rejects: "* EXCLUDE (batch, decided_at)",
  ledger: "* EXCLUDE (batch, decided_at)",
};
const ROW_COLUMNS = "* EXCLUDE (logkeep), logkeep.object, logkeep.ordinal, logkeep.account_mismatch";

let at: IngestFolder;
let expected: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  at = await ingestFolder();
  const { objects } = await runSimulation({ accounts: 1, days: 1, eventsPerDay: 120, seed: 7 });
  for (const [key, bytes] of objects) if (!key.endsWith("/")) await at.put(key, bytes);
  await at.put(trailKey("rejects"), JSON.stringify({ Records: [trailEvent("r-1")] }).replace("]", ',{"a":}]'));
  await at.put(trailKey("none"), "");
  const steps = new Set<string>();
  await ingestSources(
    [await openObjectStore(at.logs, null)],
    quietContext(at.data, KILL_ENVIRONMENT, () => undefined),
    (step) => steps.add(step),
  );
  // A step that no kill is aimed at would be a hole in this test.
  expect([...steps].sort()).toEqual([...STEPS].sort());
  expected = await contents();
  for (const table of TABLES) expect(expected[table]?.length, table).toBeGreaterThan(0);
  expect((await at.ledger()).some((row) => row.records_duplicate > 0)).toBe(true);
});
afterAll(() => at[Symbol.asyncDispose]());

test.each(STEPS)("behavior: killed at %s", async (step) => {
  await rm(at.data, { recursive: true });
  await dieAt(`${step}#1`);
  await expectRepaired();
});

test.each([
  // The data table's commit decides: before it the batch is undone, after it the batch is finished.
  ["commit.intent-written", "recover.intent-found"],
  ["commit.intent-written", "recover.files-removed"],
  ["commit.after-cloudtrail", "recover.intent-found"],
  ["commit.after-cloudtrail", "commit.before-ledger"],
  ["commit.after-cloudtrail", "commit.after-ledger"],
  ["commit.after-vpc_flow", "commit.intent-removed"],
])("behavior: killed at %s, and again at %s of the repair", async (first, second) => {
  await rm(at.data, { recursive: true });
  await dieAt(`${first}#1`);
  await dieAt(`${second}#1`);
  await dieAt(`${second}#1`);
  await expectRepaired();
});

test(`behavior: killed at ${KILLS} random instants`, async () => {
  const seed = Number(process.env["LOGKEEP_TEST_SEED"] ?? Date.now() % 1_000_000);
  await rm(at.data, { recursive: true });
  const startedAt = performance.now();
  expect(await exitOf(start())).toBe(0);
  const undisturbedMs = performance.now() - startedAt;
  console.log(`LOGKEEP_TEST_SEED=${seed} repeats these ${KILLS} instants; a run takes ${Math.round(undisturbedMs)} ms`);
  const random = randomFrom(seed);
  let survived = 0;
  let rounds = 0;
  for (let kills = 0; kills < KILLS; rounds += 1) {
    await rm(at.data, { recursive: true });
    for (let row = 0; row < KILLS_IN_A_ROW && kills < KILLS; row += 1) {
      // The first part of a run only loads modules: most instants fall behind it.
      if (await dieAfter((0.15 + 0.85 * random()) * undisturbedMs)) kills += 1;
      else survived += 1;
    }
    await expectRepaired();
  }
  console.log(`${KILLS} kills in ${rounds} rounds, ${survived} more runs ended before their instant`);
}, 1_800_000);

/** Runs the victim to the step. It must die there: a step that is not reached is a fault of this test. */
async function dieAt(step: string): Promise<void> {
  const child = start(step);
  expect(await exitOf(child), step).toBe("SIGKILL");
}

/** True when the victim died; it may be done before. */
async function dieAfter(waitMs: number): Promise<boolean> {
  const child = start();
  const exited = exitOf(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), waitMs);
  const how = await exited;
  clearTimeout(timer);
  if (how !== "SIGKILL") expect(how).toBe(0);
  return how === "SIGKILL";
}

function start(step = ""): ChildProcess {
  return spawn(process.execPath, [VICTIM, at.data, at.logs, step], { stdio: ["ignore", "ignore", "inherit"] });
}

async function exitOf(child: ChildProcess): Promise<number | string | null> {
  const [code, signal]: (number | string | null)[] = await once(child, "exit");
  return signal ?? code ?? null;
}

async function expectRepaired(): Promise<void> {
  await at.ingest(KILL_ENVIRONMENT);
  const found = await contents();
  for (const table of TABLES) {
    const [rows, wanted] = [found[table] ?? [], expected[table] ?? []];
    // Sorted on both sides, so the first difference says it all; whole arrays would fill the screen.
    const at = wanted.findIndex((row, index) => row !== rows[index]);
    expect([rows.length, rows[at]], table).toEqual([wanted.length, wanted[at]]);
  }
  await expectNothingLeft();
  // Cleaning took nothing that is needed.
  expect(await contents()).toEqual(found);
}

/** After cleaning, every file of the lake belongs to a table's history. */
async function expectNothingLeft(): Promise<void> {
  const needed = new Set<string>();
  for (const id of [...TABLES, "deliveries"]) {
    const table = await at.lake.catalog.load(id);
    if (table === null) continue;
    await removeOrphans(id, { beforeMs: Number.MAX_SAFE_INTEGER }, at.lake);
    for (const path of await referencedFiles(table, at.lake.store)) needed.add(path);
  }
  const left = (await collect(at.lake.store.list(""))).map((file) => file.path);
  expect(left.filter((path) => !needed.has(path) && !path.endsWith("/version-hint.text"))).toEqual([]);
  expect([...needed].filter((path) => !left.includes(path))).toEqual([]);
}

/** Every table's rows as sorted JSON, without what may differ. */
async function contents(): Promise<Readonly<Record<string, readonly string[]>>> {
  const all: Record<string, readonly string[]> = {};
  for (const table of TABLES) {
    const rows = await at.query(
      `SELECT to_json(r)::VARCHAR AS row FROM (SELECT ${COLUMNS[table] ?? ROW_COLUMNS} FROM <${table}>) r ORDER BY 1`,
    );
    all[table] = rows.map((row) => String(row["row"]));
  }
  return all;
}
