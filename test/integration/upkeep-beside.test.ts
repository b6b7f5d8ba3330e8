/**
 * Maintenance of many small files while one process appends and another counts. `LOGKEEP_TEST_SMALL_FILES=10000` for the
 * full number.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { systemClock } from "../../adapters/system-clock.ts";
import { sweepOrphans } from "../../lake/clean.ts";
import { type CompactionProgress, compactTable } from "../../lake/compact.ts";
import { expireSnapshots } from "../../lake/expire.ts";
import { rewriteManifests } from "../../lake/rewrite-manifests.ts";
import { currentSnapshot, liveFiles } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { appendSmallFiles, SMALL_FILE_ROWS } from "../support/small-files.ts";
import { temporaryLake } from "../support/temporary-lake.ts";

const FILES = Number(process.env["LOGKEEP_TEST_SMALL_FILES"] ?? 1500);
const CLEANINGS = 8;
const PEER = new URL("../support/upkeep-peer.ts", import.meta.url).pathname;

test("behavior: compaction beside a writer and a reader: the count never dips, doubles or fails", async () => {
  await using at = await temporaryLake();
  const lake = { ...at.lake, clock: systemClock() };
  await appendSmallFiles(FILES, lake, at.engine);
  const rows = FILES * SMALL_FILE_ROWS;
  const folder = `${at.folder}/lake`;
  const writer = startPeer("append", folder);
  const reader = startPeer("count", folder);
  const commits: CompactionProgress[] = [];
  let tookMs = 0;
  try {
    await Promise.all([writer.ready, reader.ready]);
    const startedAt = Date.now();
    const onProgress = (progress: CompactionProgress) => commits.push(progress);
    // Small tasks, so that there are many commits for the others to meet.
    const options = { maxTaskFiles: Math.ceil(FILES / 5), onProgress };
    const result = await compactTable("synthetic", options, { ...lake, engine: at.engine });
    tookMs = Date.now() - startedAt;
    expect(result.conflicts).toBe(0);
    expect(result.filesBefore).toBeGreaterThanOrEqual(FILES);
    for (let round = 0; round < CLEANINGS; round += 1) {
      await rewriteManifests("synthetic", lake);
      await expireSnapshots("synthetic", { currentSinceMs: Date.now(), keepNewest: 1, batches: new Set() }, lake);
      // The reader planned on snapshots that are gone now: their files are noted, not removed.
      const { removed, waiting } = await sweepOrphans("synthetic", { ageMs: 3_600_000 }, lake);
      expect(removed).toEqual([]);
      expect(waiting.length).toBeGreaterThan(FILES);
      await compactTable("synthetic", {}, { ...lake, engine: at.engine });
    }
  } finally {
    await Promise.all([writer.stop(), reader.stop()]);
  }
  expect(commits.length).toBeGreaterThanOrEqual(5);
  const appended = Number(writer.lines.at(-1));
  const counts = reader.lines.map((line) => line.split(" ").map(Number));
  console.info(
    `${FILES} files in ${tookMs} ms and ${commits.length} commits; ${writer.lines.length} appends, ${counts.length} counts,` +
      ` ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
  expect(writer.lines.length).toBeGreaterThan(3);
  expect(counts.length).toBeGreaterThan(3);
  let before = rows;
  for (const [count = NaN, total, times] of counts) {
    // What the snapshot says it has, no row of it missing or twice, and only whole batches on top.
    expect(count).toBe(total);
    expect(times).toBe(total);
    expect(count).toBeGreaterThanOrEqual(before);
    expect((count - rows) % 100).toBe(0);
    before = count;
  }
  expect(before).toBeLessThanOrEqual(rows + appended);
  const table = await loadTable("synthetic", lake.catalog);
  expect(currentSnapshot(table)?.summary["total-records"]).toBe(String(rows + appended));
  const files = await liveFiles(table, currentSnapshot(table), lake.store);
  expect(files.reduce((sum, file) => sum + file.rowCount, 0)).toBe(rows + appended);
  expect(files.filter(({ path }) => path.includes("/small"))).toEqual([]);
});

function startPeer(role: string, folder: string) {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [PEER, role, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  child.once("exit", () => reject(new Error(`${role} ended before it was ready`)));
  output.on("line", (line) => (line === "ready" ? resolve() : lines.push(line)));
  return {
    lines,
    ready,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
      expect(child.exitCode, role).toBe(0);
    },
  };
}
