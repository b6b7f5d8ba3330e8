/** Maintenance killed at any instant, `LOGKEEP_TEST_KILLS` times: the rows stay, what evidence needs stays, and the rest goes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { systemClock } from "../../adapters/system-clock.ts";
import type { Lake } from "../../lake/catalog.ts";
import { planTasks } from "../../lake/compact.ts";
import type { Snapshot } from "../../lake/model.ts";
import { referencedFiles } from "../../lake/references.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot, liveFiles, snapshotById } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { tagSnapshot } from "../../lake/tags.ts";
import { collect } from "../support/collect.ts";
import { appendSmallFiles, SMALL_FILE_ROWS } from "../support/small-files.ts";
import { type TemporaryLake, temporaryLake } from "../support/temporary-lake.ts";

const KILLS = Number(process.env["LOGKEEP_TEST_KILLS"] ?? 12);
const VICTIM = new URL("../support/upkeep-victim.ts", import.meta.url).pathname;
const FIRST_FILES = 120;
const MORE_FILES = 40;

test("behavior: killed at any instant, maintenance neither loses nor doubles a row, and ends its work the next time", async () => {
  await using at = await temporaryLake();
  const lake = { ...at.lake, clock: systemClock() };
  await appendSmallFiles(FIRST_FILES, lake, at.engine, "first");
  const evidence = currentSnapshot(await loadTable("synthetic", lake.catalog));
  const snapshotId = evidence?.["snapshot-id"] ?? 0;
  await tagSnapshot("synthetic", { name: "evidence", snapshotId }, lake);
  const tagged = await readRows(at, lake, evidence);
  let files = FIRST_FILES;
  const states = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawn(process.execPath, [VICTIM, `${at.folder}/lake`], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    // Primes: all over the steps, whatever the machine's pace, since every kill leaves the next one less to do.
    const timer = setTimeout(() => child.kill("SIGKILL"), (kill * 131) % 1009);
    await once(child, "exit");
    clearTimeout(timer);
    const table = await loadTable("synthetic", lake.catalog);
    const rows = await readRows(at, lake, currentSnapshot(table));
    expect(total(rows)).toBe(files * SMALL_FILE_ROWS);
    expect(await readRows(at, lake, snapshotById(table, snapshotId))).toEqual(tagged);
    states.add(`${currentSnapshot(table)?.summary["total-data-files"]} ${table.metadata.snapshots.length}`);
    if (kill % 5 === 4) {
      await appendSmallFiles(MORE_FILES, lake, at.engine, `more${kill}`);
      files += MORE_FILES;
    }
  }
  // Else all kills fell between the same two steps.
  expect(states.size).toBeGreaterThan(3);
  for (let round = 0; round < 2; round += 1) {
    const last = spawn(process.execPath, [VICTIM, `${at.folder}/lake`], { stdio: ["ignore", "ignore", "inherit"] });
    expect(await once(last, "exit")).toEqual([0, null]);
  }
  const table = await loadTable("synthetic", lake.catalog);
  expect(total(await readRows(at, lake, currentSnapshot(table)))).toBe(files * SMALL_FILE_ROWS);
  expect(await readRows(at, lake, snapshotById(table, snapshotId))).toEqual(tagged);
  expect(await planTasks("synthetic", {}, lake)).toEqual([]);
  expect(table.metadata.snapshots).toHaveLength(2);
  const referenced = await referencedFiles(table, lake.store);
  const left = (await collect(lake.store.list("synthetic"))).map(({ path }) => path);
  expect(left.filter((path) => !referenced.has(path))).toEqual(["synthetic/metadata/version-hint.text"]);
});

async function readRows({ engine }: TemporaryLake, lake: Lake, snapshot: Snapshot | null) {
  const table = await loadTable("synthetic", lake.catalog);
  const files = await liveFiles(table, snapshot, lake.store);
  return engine.all(
    `SELECT time_dt, accountid, count(*) AS copies FROM ${await scanRelation(table, files, lake.store)}
     GROUP BY ALL ORDER BY ALL`,
  );
}

function total(rows: readonly Readonly<Record<string, unknown>>[]): number {
  return rows.reduce((sum, row) => sum + Number(row["copies"]), 0);
}
