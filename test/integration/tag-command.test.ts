/** `logkeep tag` and `--as-of NAME` over a data folder that ingests, compacts, expires and moves. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeOrphans } from "../../lake/clean.ts";
import { HOSTILE_VALUES } from "../support/hostile-values.ts";
import { type IngestFolder, ingestFolder, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { runCommand } from "../support/run-command.ts";

const VICTIM = new URL("../support/ingest-victim.ts", import.meta.url).pathname;
const FORGETFUL = { LOGKEEP_MAINTENANCE_SNAPSHOT_DAYS: "0", LOGKEEP_MAINTENANCE_SNAPSHOTS: "1" };
const EVENTS = "SELECT metadata.uid AS uid FROM cloudtrail ORDER BY 1";
const OBJECTS = "SELECT count(*) AS objects, sum(rows_kept) AS rows FROM ledger";

test("default: a tagged state answers the same after late data, compaction, expiry, retention and a move", async () => {
  await using at = await filledFolder();
  const added = await runCommand(["tag", "add", "case-17"], at.data);
  expect(added.output).toContain("tables cloudtrail, ledger");
  const before = await answers(at.data, "case-17");
  expect(before).toEqual([rowsOf(4), [{ objects: 4, rows: 4 }]]);
  for (let late = 4; late < 9; late += 1) await putEvent(at, late);
  await at.ingest({ LOGKEEP_INGEST_BATCH_OBJECTS: "1" });
  await writeFile(join(at.data, "retention.yaml"), "keep_days: { cloudtrail: 1 }");
  for (let round = 0; round < 2; round += 1) {
    expect((await runCommand(["maintain"], at.data, FORGETFUL)).code).toBe(0);
    for (const id of ["cloudtrail", "ledger"]) {
      await removeOrphans(id, { beforeMs: Number.MAX_SAFE_INTEGER }, at.lake);
    }
  }
  // All of it was old enough to go, and the snapshots before the deletion have expired.
  expect((await answers(at.data, null))[0]).toEqual([]);
  expect(await answers(at.data, "case-17")).toEqual(before);
  const listed = await runCommand(["tag", "list", "--format", "json"], at.data);
  expect(JSON.parse(listed.output)).toMatchObject({ tag: "case-17", state: "whole", tables: "cloudtrail ledger" });
  const moved = join(at.data, "..", "moved");
  await mkdir(moved);
  await rename(at.data, join(moved, "data"));
  const data = join(moved, "data");
  expect((await runCommand(["relocate"], data)).code).toBe(0);
  expect(await answers(data, "case-17")).toEqual(before);
  // Near miss: without the tag the same maintenance lets it go.
  expect((await runCommand(["tag", "remove", "case-17"], data)).code).toBe(0);
  await runCommand(["maintain"], data, FORGETFUL);
  await expect(answers(data, "case-17")).rejects.toMatchObject({ code: "cli.usage" });
  expect((await runCommand(["tag", "list", "--format", "json"], data)).output).toBe("");
});

test("behavior: an earlier state can be named, and a name keeps what it stands for", async () => {
  await using at = await filledFolder();
  const [, first, second] = (await at.lake.catalog.load("cloudtrail"))?.metadata.snapshots ?? [];
  const named = `cloudtrail@${first?.["snapshot-id"]}`;
  await runCommand(["tag", "add", "early", "--as-of", named], at.data);
  expect(await answers(at.data, "early")).toEqual([rowsOf(2), [{ objects: 2, rows: 2 }]]);
  // The same again says the same; another state does not get the name.
  await runCommand(["tag", "add", "early", "--as-of", named], at.data);
  for (const other of [[], ["--as-of", `cloudtrail@${second?.["snapshot-id"]}`]]) {
    await expect(runCommand(["tag", "add", "early", ...other], at.data)).rejects.toMatchObject({
      code: "lake.tag-taken",
    });
  }
  expect(await answers(at.data, "early")).toEqual([rowsOf(2), [{ objects: 2, rows: 2 }]]);
});

test("behavior: of a batch that is committed by half, a tag has nothing", async () => {
  await using at = await ingestFolder();
  for (let index = 0; index < 2; index += 1) await putEvent(at, index);
  await at.ingest({ LOGKEEP_INGEST_BATCH_OBJECTS: "1" });
  await putEvent(at, 2);
  const child = spawn(process.execPath, [VICTIM, at.data, at.logs, "commit.after-cloudtrail#1"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  // The table has it, and the ledger not yet.
  expect(await answers(at.data, null)).toEqual([rowsOf(3), [{ objects: 2, rows: 2 }]]);
  const half = (await at.lake.catalog.load("cloudtrail"))?.metadata["current-snapshot-id"];
  await expect(runCommand(["tag", "add", "half", "--as-of", `cloudtrail@${half}`], at.data)).rejects.toMatchObject({
    code: "query.batch-open",
  });
  await runCommand(["tag", "add", "sound"], at.data);
  expect(await answers(at.data, "sound")).toEqual([rowsOf(2), [{ objects: 2, rows: 2 }]]);
  await at.ingest();
  await runCommand(["tag", "add", "later"], at.data);
  expect(await answers(at.data, "later")).toEqual([rowsOf(3), [{ objects: 3, rows: 3 }]]);
  expect(await answers(at.data, "sound")).toEqual([rowsOf(2), [{ objects: 2, rows: 2 }]]);
});

test("error: hostile names, names that read as times, unknown tags, and a lake without rows", async () => {
  await using at = await ingestFolder();
  await expect(runCommand(["tag", "add", "early"], at.data)).rejects.toMatchObject({ code: "cli.usage" });
  await putEvent(at, 0);
  await at.ingest();
  for (const name of [...HOSTILE_VALUES, "24h", "2026-01-05", "4711", "main", "a/../../x"]) {
    if (/^[a-z][a-z0-9._-]*$/.test(name) && name !== "main") continue;
    for (const action of ["add", "remove"]) {
      await expect(runCommand(["tag", action, "--", name], at.data), name).rejects.toMatchObject({ code: "cli.usage" });
    }
  }
  expect((await runCommand(["tag", "list", "--format", "json"], at.data)).output).toBe("");
  await expect(runCommand(["tag", "remove", "nothing"], at.data)).rejects.toMatchObject({ code: "cli.usage" });
  await expect(answers(at.data, "nothing")).rejects.toMatchObject({ code: "cli.usage" });
  await expect(answers(at.data, "2020-01-01")).rejects.toMatchObject({ code: "cli.usage" });
});

async function filledFolder(): Promise<IngestFolder> {
  const at = await ingestFolder();
  for (let index = 0; index < 4; index += 1) await putEvent(at, index);
  await at.ingest({ LOGKEEP_INGEST_BATCH_OBJECTS: "1" });
  return at;
}

async function putEvent(at: IngestFolder, index: number): Promise<void> {
  await at.put(trailKey(`object${index}`), trailObject(trailEvent(uid(index))));
}

function uid(index: number): string {
  return `00000000-0000-4000-8000-00000000000${index}`;
}

function rowsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({ uid: uid(index) }));
}

/** The answers to both questions, as of a state. */
async function answers(data: string, asOf: string | null): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const sql of [EVENTS, OBJECTS]) {
    const options = ["--format", "json", ...(asOf === null ? [] : ["--as-of", asOf])];
    const { output } = await runCommand(["sql", ...options, "--all-time", sql], data, {}, false);
    found.push(
      output.trim() === ""
        ? []
        : output
            .trim()
            .split("\n")
            .map((line): unknown => JSON.parse(line)),
    );
  }
  return found;
}
