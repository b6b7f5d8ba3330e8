/** One state of a lake asked through Athena's path, on a Trino server: the same rows as on DuckDB, whatever happens to the lake. */
import { expect, test } from "vitest";
import { removeOrphans } from "../../lake/clean.ts";
import { openAsOfLab, SMALL_BATCHES, SUMS } from "../support/as-of-lab.ts";
import { trinoEngine } from "../support/athena-execution.ts";
import { athenaPair } from "../support/athena-test.ts";
import { runCommand } from "../support/run-command.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";

const FORGETFUL = { LOGKEEP_MAINTENANCE_SNAPSHOT_DAYS: "0", LOGKEEP_MAINTENANCE_SNAPSHOTS: "1" };

test("default: --as-of on Athena before and after compaction, late data, addenda and expiry", async (context) => {
  const server = trinoInTest(context);
  await using lab = await openAsOfLab({ accounts: 3, days: 3, eventsPerDay: 400, seed: 12 });
  const { at } = lab;
  await runCommand(["tag", "add", "before"], at.data);
  const time = new Date().toISOString();
  let stages = 0;
  /** The answers of both engines as of a state, from the tables as they stand now. */
  const answers = async (asOf: string): Promise<readonly string[]> => {
    stages += 1;
    const schema = `as_of_${stages}`;
    await registerLake(server, at.lake, schema);
    await using pair = await athenaPair(trinoEngine(server), schema);
    const env = { LOGKEEP_QUERIES_ATHENA_ENDPOINT: pair.endpoint.url, LOGKEEP_QUERIES_ATHENA_DATABASE: schema };
    const found: string[] = [];
    for (const sql of SUMS) {
      const on = async (engine: string) =>
        (
          await runCommand(
            ["sql", "--format", "json", "--all-time", "--as-of", asOf, "--engine", engine, "--dialect", "athena", sql],
            at.data,
            env,
            false,
          )
        ).output;
      const here = await on("duckdb");
      expect(await on("athena"), `${asOf}: ${sql}`).toBe(here);
      found.push(here);
    }
    return found;
  };
  const before = await answers("before");
  expect(before.every((each) => each !== "")).toBe(true);
  await runCommand(["compact"], at.data);
  expect(await answers(time)).toEqual(before);
  await lab.putLate();
  await at.ingest(SMALL_BATCHES);
  await runCommand(["compact"], at.data);
  expect(await answers("before")).toEqual(before);
  for (let round = 0; round < 2; round += 1) {
    await runCommand(["maintain"], at.data, FORGETFUL);
    for (const table of await at.lake.catalog.list()) {
      await removeOrphans(table, { beforeMs: Number.MAX_SAFE_INTEGER }, at.lake);
    }
  }
  expect(await answers("before")).toEqual(before);
  // Near miss: the newest state has other rows.
  await runCommand(["tag", "add", "after"], at.data);
  expect(await answers("after")).not.toEqual(before);
});
