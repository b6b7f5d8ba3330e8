/** `maintain`, `compact` and `relocate` over a data folder that `ingest` filled. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acquireDataFolder } from "../../adapters/data-folder-lock.ts";
import type { Command } from "../../cli/command.ts";
import { compactCommand } from "../../cli/commands/compact.ts";
import { maintainCommand } from "../../cli/commands/maintain.ts";
import { relocateCommand } from "../../cli/commands/relocate.ts";
import { openClock, openLake } from "../../cli/wire.ts";
import { type Environment, resolveConfig } from "../../core/config.ts";
import { currentSnapshot, liveFiles } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { openTestEngine } from "../support/engine.ts";
import {
  type IngestFolder,
  ingestFolder,
  queryLake,
  quietContext,
  trailEvent,
  trailKey,
  trailObject,
} from "../support/ingest-folder.ts";

const VICTIM = new URL("../support/ingest-victim.ts", import.meta.url).pathname;
const [OURS, OTHER] = ["111122223333", "444455556666"];
const ROWS = `SELECT metadata.uid AS id FROM <cloudtrail> ORDER BY id`;

test("default: maintain compacts days that are over, and what it does is said", async () => {
  await using at = await filledFolder();
  const before = await at.query(ROWS);
  const dry = await run(maintainCommand, at.data, {}, { flags: ["dry-run"] });
  expect(dry.output).toContain("cloudtrail: compact: 4 files would be rewritten, 8 rows");
  expect(await accountsOfFiles(at.data)).toEqual([undefined, undefined, undefined, undefined]);
  const { code, output } = await run(maintainCommand, at.data);
  expect(code).toBe(0);
  expect(output).toContain("cloudtrail: compact: 4 files became 2 (by day and account), 8 rows");
  expect(await accountsOfFiles(at.data)).toEqual([OURS, OTHER]);
  expect(await at.query(ROWS)).toEqual(before);
  // The ledger's day is today: it is still filling up.
  expect(output).not.toContain("ledger: compact");
  // The same objects again are known.
  expect((await at.ingest()).output).toContain("4 listed = 4 known from before");
});

test("behavior: maintenance runs beside a writer, and beside no other maintenance", async () => {
  await using at = await filledFolder();
  await using _writer = await acquireDataFolder(at.data);
  expect((await run(maintainCommand, at.data, {}, { only: "compact" })).code).toBe(0);
  await expect(run(relocateCommand, at.data)).rejects.toMatchObject({ code: "data.locked" });
  await using _maintenance = await acquireDataFolder(at.data, "maintenance");
  for (const command of [maintainCommand, compactCommand]) {
    await expect(run(command, at.data)).rejects.toMatchObject({ code: "data.locked" });
  }
  // It reads only.
  expect((await run(maintainCommand, at.data, {}, { flags: ["dry-run"] })).code).toBe(0);
});

test("behavior: relocate takes both locks", async () => {
  await using at = await filledFolder();
  await using _maintenance = await acquireDataFolder(at.data, "maintenance");
  await expect(run(relocateCommand, at.data)).rejects.toMatchObject({ code: "data.locked" });
  await using _writer = await acquireDataFolder(at.data);
});

test("behavior: what a killed ingest left open is finished after a maintenance that forgets all it may", async () => {
  for (const step of ["commit.after-cloudtrail#2", "commit.intent-written#2"]) {
    await using at = await filledFolder({ isIngested: false });
    const child = spawn(process.execPath, [VICTIM, at.data, at.logs, step, '{"LOGKEEP_INGEST_BATCH_OBJECTS":"1"}'], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(await readdir(join(at.data, "lake/intents"))).toHaveLength(1);
    const forgetful = { LOGKEEP_MAINTENANCE_SNAPSHOT_DAYS: "0", LOGKEEP_MAINTENANCE_SNAPSHOTS: "1" };
    await run(maintainCommand, at.data, forgetful);
    await run(maintainCommand, at.data, forgetful);
    await at.ingest();
    expect((await at.query(ROWS)).map(({ id }) => id)).toEqual(ids());
    expect((await at.ledger()).filter(({ state }) => state === "ingested")).toHaveLength(4);
  }
});

test("behavior: retention spares accounts under legal hold, and a fault in its file deletes nothing", async () => {
  await using at = await filledFolder();
  const file = join(at.data, "retention.yaml");
  await writeFile(file, "keep_days: { cloudtrail: 30, ledger: 30 }");
  await expect(run(maintainCommand, at.data)).rejects.toMatchObject({ code: "cli.usage" });
  await writeFile(file, `keep_days: { cloudtrail: 1 }\nlegal_hold: [{ account: "${OURS}", reason: case 17 }]`);
  // Files by day hold rows of both accounts: they wait.
  const early = await run(maintainCommand, at.data, {}, { only: "retention" });
  expect(early.output).toContain("cloudtrail: retention: 8 wait to be compacted by account");
  expect(await at.query(ROWS)).toHaveLength(8);
  const { output } = await run(maintainCommand, at.data);
  expect(output).toContain("4 rows older than 1 days were deleted, 4 kept under legal hold");
  expect(await accountsOfFiles(at.data)).toEqual([OURS]);
  // What is gone by age is not ingested again.
  expect((await at.ingest()).output).toContain("4 listed = 4 known from before");
  expect(await at.query(ROWS)).toHaveLength(4);
  const missing = { LOGKEEP_MAINTENANCE_RETENTION_FILE: join(at.data, "elsewhere.yaml") };
  await expect(run(maintainCommand, at.data, missing)).rejects.toMatchObject({ code: "cli.usage" });
});

test("behavior: a data folder that was moved is relocated, and goes on", async () => {
  await using at = await filledFolder();
  await run(compactCommand, at.data);
  const before = await at.query(ROWS);
  const moved = join(at.data, "..", "moved here");
  await mkdir(moved);
  await rename(at.data, join(moved, "data"));
  const data = join(moved, "data");
  await expect(run(maintainCommand, data)).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
  expect((await run(relocateCommand, data, {}, { flags: ["dry-run"] })).output).toContain(
    "cloudtrail: can be relocated",
  );
  expect((await run(relocateCommand, data)).output).toContain(`cloudtrail: relocated from file://${at.data}/lake`);
  const again = await run(relocateCommand, data);
  expect(
    again.output
      .trim()
      .split("\n")
      .every((line) => line.endsWith(": nothing to do")),
  ).toBe(true);
  const engine = await openTestEngine();
  const lake = await openLake(resolveConfig({}, data), openClock());
  expect(await queryLake(ROWS, lake, engine)).toEqual(before);
  engine.close();
  expect((await run(maintainCommand, data)).code).toBe(0);
});

/** Four objects in four batches of one day: each has an event of either account. */
async function filledFolder({ isIngested = true } = {}): Promise<IngestFolder> {
  const at = await ingestFolder();
  for (let object = 0; object < 4; object += 1) {
    const events = [OURS, OTHER].map((account, index) =>
      trailEvent(ids()[object * 2 + index] ?? "", {
        recipientAccountId: account,
        userIdentity: { type: "Root", accountId: account },
      }),
    );
    await at.put(trailKey(`object${object}`), trailObject(...events));
  }
  if (isIngested) await at.ingest({ LOGKEEP_INGEST_BATCH_OBJECTS: "1" });
  return at;
}

function ids(): readonly string[] {
  return Array.from({ length: 8 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
}

async function run(
  command: Command,
  data: string,
  env: Environment = {},
  given: { readonly flags?: readonly string[]; readonly only?: string } = {},
) {
  let output = "";
  const call = {
    args: [],
    text: (name: string) => (name === "only" ? (given.only ?? null) : null),
    integer: () => null,
    flag: (name: string) => given.flags?.includes(name) === true,
    list: () => [],
  };
  const context = quietContext(data, env, (text) => {
    output += text;
  });
  return { code: await command.run(call, context), output };
}

async function accountsOfFiles(data: string) {
  const lake = await openLake(resolveConfig({}, data), openClock());
  const table = await loadTable("cloudtrail", lake.catalog);
  const files = await liveFiles(table, currentSnapshot(table), lake.store);
  return files.map(({ partition }) => partition.account).sort();
}
