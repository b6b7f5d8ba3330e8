import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { removeOrphans } from "../../lake/clean.ts";
import { planTasks } from "../../lake/compact.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { collect } from "../support/collect.ts";
import { type TemporaryLake, temporaryLake } from "../support/temporary-lake.ts";

const BATCHES = 30;
const KILLS = 20;
const SCRIPT = new URL("../support/append-batches.ts", import.meta.url).pathname;

test("behavior: killed at any instant, a writer that is started again ends with every batch once", async () => {
  await using at = await temporaryLake();
  const progress = new Set<number>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawn(process.execPath, [SCRIPT, `${at.folder}/lake`, String(BATCHES)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    // Primes, so that the instants fall all over a batch's steps and some of them into a compaction.
    const timer = setTimeout(() => child.kill("SIGKILL"), (kill * 97) % 419);
    await once(child, "exit");
    clearTimeout(timer);
    const counts = await batchCounts(at);
    expect(counts.every((row) => row["rows"] === 100n)).toBe(true);
    progress.add(counts.length);
  }
  // Else the kills all fell between the same two batches.
  expect(progress.size).toBeGreaterThan(2);
  const last = spawn(process.execPath, [SCRIPT, `${at.folder}/lake`, String(BATCHES)], { stdio: "ignore" });
  expect(await once(last, "exit")).toEqual([0, null]);
  expect(await batchCounts(at)).toHaveLength(BATCHES);
  expect(await planTasks("synthetic", {}, at.lake)).toEqual([]);
  await removeOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, at.lake);
  const left = await collect(at.lake.store.list("synthetic"));
  expect(left.filter((file) => /\/(\.tmp-|tmp_)/.test(file.path))).toEqual([]);
  expect((await batchCounts(at)).every((row) => row["rows"] === 100n)).toBe(true);
});

async function batchCounts(at: TemporaryLake) {
  const table = await at.lake.catalog.load("synthetic");
  if (table === null) return [];
  const plan = await planScan(table, currentSnapshot(table), {}, at.lake.store);
  return at.engine.all(
    `SELECT split_part(accountid, '-', 1) AS batch, count(*) AS rows
     FROM ${await scanRelation(table, plan.files, at.lake.store)} GROUP BY ALL ORDER BY batch`,
  );
}
