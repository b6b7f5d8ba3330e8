import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDuckDb } from "../../../adapters/duckdb.ts";
import { claimSpillFolder } from "../../../adapters/spill-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "logkeep-test-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;

test("default: an engine can spill where nothing made the folder before it, and leaves nothing there", async () => {
  const folder = join(root, "tmp");
  const spillFolder = await claimSpillFolder(folder, Date.now());
  const engine = await openDuckDb({ threads: 1, memoryLimitBytes: 64 * 1_048_576, spillFolder });
  try {
    await engine.run("CREATE TABLE large AS SELECT random()::VARCHAR || i AS text, i FROM range(3000000) AS many(i)");
    expect(existsSync(spillFolder)).toBe(true);
  } finally {
    engine.close();
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("behavior: what killed processes left is removed, and nothing else", async () => {
  const dead = spawnSync(process.execPath, ["--version"]).pid;
  const names = { old: `engine-${dead}-0`, young: `engine-${dead}-1`, living: `engine-${process.ppid}-0` };
  for (const name of Object.values(names)) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "duckdb_temp_storage_DEFAULT-0.tmp"), "spilled");
  }
  writeFileSync(join(root, "answer-1.parquet"), "an answer");
  const past = new Date(Date.now() - 2 * HOUR_MS);
  for (const name of [names.old, names.living]) utimesSync(join(root, name), past, past);
  await claimSpillFolder(root, Date.now());
  expect(readdirSync(root).sort()).toEqual(["answer-1.parquet", names.living, names.young].sort());
});

test("behavior: a data folder that is not there is not made, and each engine has a folder of its own", async () => {
  const missing = join(root, "missing", "tmp");
  const folders = [await claimSpillFolder(missing, Date.now()), await claimSpillFolder(missing, Date.now())];
  expect(new Set(folders).size).toBe(2);
  expect(readdirSync(root)).toEqual([]);
});
