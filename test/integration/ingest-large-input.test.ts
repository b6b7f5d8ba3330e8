/** Objects that want more than there is: bombs, huge records, 100,000 tiny files, a disk that is full. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { objectError } from "../../adapters/object-errors.ts";
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openClock, openLake, openObjectStore } from "../../cli/wire.ts";
import { resolveConfig } from "../../core/config.ts";
import type { ObjectStore } from "../../core/object-store.ts";
import { openTestEngine } from "../support/engine.ts";
import { ingestFolder, queryLake, quietContext, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";

const MIB = 1024 * 1024;
const TINY = Number(process.env["LOGKEEP_TEST_TINY_OBJECTS"] ?? 20_000);

/** A document whose only record goes on for `blocks` times 16 MiB; its end is missing, which nobody will see. */
function jsonBomb(blocks: number): Buffer {
  const flush = { finishFlush: 3 };
  const start = deflateRawSync('{"Records":[{"eventID":"bomb","requestParameters":{"a":"', flush);
  const block = deflateRawSync(Buffer.alloc(16 * MIB, "0"), flush);
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  return Buffer.concat([header, start, ...Array.from({ length: blocks }, () => block)]);
}

test.each([
  ["10 MB", 640],
  ["5 MB", 320],
])("error: a bomb of %s is quarantined within seconds and takes nothing with it", async (_, blocks) => {
  await using at = await ingestFolder();
  await at.put(trailKey("bomb"), jsonBomb(blocks));
  await at.put(trailKey("good"), trailObject(trailEvent("g-1")));
  const [startedAt, residentBytes] = [performance.now(), process.memoryUsage.rss()];
  const { code } = await at.ingest();
  expect(code).toBe(1);
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  expect(process.memoryUsage.rss() - residentBytes).toBeLessThan(500 * MIB);
  expect((await at.ledger()).map((row) => [row.state, row.reason, row.rows_kept])).toEqual([
    ["quarantined", "inflate.too-large", 0],
    ["ingested", null, 1],
  ]);
});

test("behavior: a record of 100 MB goes in beside others", async () => {
  await using at = await ingestFolder();
  const huge = trailEvent("huge", { requestParameters: { a: "x".repeat(100_000_000) } });
  await at.put(trailKey("huge"), trailObject(trailEvent("h-1"), huge, trailEvent("h-3")));
  await at.put(trailKey("good"), trailObject(trailEvent("g-1")));
  const { code } = await at.ingest();
  expect(code).toBe(0);
  const rows = await at.query("SELECT metadata.uid AS id, strlen(api.request.data) AS n FROM <cloudtrail> ORDER BY 1");
  expect(rows.map((row) => [row["id"], row["n"]])).toEqual([
    ["g-1", 16n],
    ["h-1", 16n],
    ["h-3", 16n],
    ["huge", 100_000_008n],
  ]);
});

test("error: a record beyond 128 MiB is quarantined with its object", async () => {
  await using at = await ingestFolder();
  const huge = trailEvent("huge", { requestParameters: { a: "x".repeat(140 * MIB) } });
  await at.put(trailKey("huge"), trailObject(huge));
  await at.ingest();
  expect((await at.ledger()).map((row) => [row.state, row.reason])).toEqual([
    ["quarantined", "frame.record-too-large"],
  ]);
});

test(`behavior: a folder of ${TINY} tiny objects`, async () => {
  await using at = await ingestFolder();
  const key = (index: number) => trailKey(String(index).padStart(6, "0"));
  await at.put(key(0), trailObject(trailEvent("tiny-0")));
  for (let from = 1; from < TINY; from += 500) {
    const batch = Array.from({ length: Math.min(500, TINY - from) }, (_, offset) => from + offset);
    await Promise.all(
      batch.map((index) => writeFile(join(at.logs, key(index)), trailObject(trailEvent(`tiny-${index}`)))),
    );
  }
  const startedAt = performance.now();
  const { code } = await at.ingest();
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${TINY} objects: ${seconds.toFixed(1)} s, ${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`);
  expect(code).toBe(0);
  const [row] = await at.query("SELECT count(*) AS n, count(DISTINCT metadata.uid) AS ids FROM <cloudtrail>");
  expect(row).toEqual({ n: BigInt(TINY), ids: BigInt(TINY) });
  expect(await at.ledger()).toHaveLength(TINY);
  expect(process.memoryUsage.rss()).toBeLessThan(1500 * 1e6);
});

test("behavior: an object that cannot be read is tried again by the next run, and never stops the others", async () => {
  await using at = await ingestFolder();
  await at.put(trailKey("stubborn"), trailObject(trailEvent("s-1")));
  await at.put(trailKey("willing"), trailObject(trailEvent("s-2")));
  const folder = await openObjectStore(at.logs, null);
  const run = async (fault: "unreadable" | "missing" | null) => {
    const outcome = await ingestSources(
      [fault === null ? folder : failing(folder, fault)],
      quietContext(at.data, {}, () => undefined),
    );
    return outcome.summaries[0]?.totals;
  };
  expect(await run("unreadable")).toMatchObject({ ingested: 1, quarantined: 1 });
  // Each other reason is a decision of its own, also one that was there before.
  for (const fault of ["unreadable", "missing", "unreadable", "missing"] as const) {
    expect(await run(fault)).toMatchObject({ ingested: 0, quarantined: 1 });
  }
  expect(await run(null)).toMatchObject({ ingested: 1, quarantined: 0 });
  expect(await run(null)).toMatchObject({ objects: 0 });
  const [row] = await at.query("SELECT count(*) AS n FROM <cloudtrail>");
  expect(row).toEqual({ n: 2n });
});

/** The same store, in which one object cannot be read. */
function failing(store: ObjectStore, fault: "unreadable" | "missing"): ObjectStore {
  return {
    ...store,
    read: async (ref, signal) => {
      if (ref.key.includes("stubborn")) throw objectError(fault, { uri: ref.uri });
      return store.read(ref, signal);
    },
  };
}

test("error: a full disk ends the run, and with room the same command ends with the same tables", async (context) => {
  const disk = await mkdtemp(join(tmpdir(), "disk-"));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", disk]).status !== 0) {
    await rm(disk, { recursive: true });
    return context.skip("a small file system cannot be mounted here");
  }
  try {
    await using at = await ingestFolder();
    for (let object = 0; object < 40; object += 1) {
      const events = Array.from({ length: 100 }, (_, index) =>
        trailEvent(`f-${object}-${index}`, { requestID: noise() }),
      );
      await at.put(trailKey(`f${object}`), trailObject(...events));
    }
    const spool = join(at.logs, "../spool");
    const env = { LOGKEEP_INGEST_BATCH_OBJECTS: "8", LOGKEEP_SPOOL_FOLDER: spool };
    await at.ingest(env);
    const small = join(disk, "data");
    const ballast = join(disk, "ballast");
    await writeFile(ballast, Buffer.alloc(5 * MIB));
    const store = await openObjectStore(at.logs, null);
    const run = () =>
      ingestSources(
        [store],
        quietContext(small, env, () => undefined),
      );
    const full = { code: expect.stringMatching(/^(?:lake\.store-full|spool\.full|sql\.disk-full)$/), retry: "later" };
    await expect(run()).rejects.toMatchObject(full);
    // What was inflated may lie in memory, and goes with the run.
    const left = await readdir(spool, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
    await rm(ballast);
    const { summaries } = await run();
    expect(summaries[0]).toMatchObject({ listed: 40, totals: { quarantined: 0 } });
    // Some batches were in before the disk was full.
    expect(summaries[0]?.alreadyDecided).toBeGreaterThan(0);
    const engine = await openTestEngine();
    const rows = async (data: string) =>
      queryLake(
        "SELECT * EXCLUDE (logkeep), logkeep.object, logkeep.ordinal FROM <cloudtrail> ORDER BY metadata.uid",
        await openLake(resolveConfig({}, data), openClock()),
        engine,
      );
    const ledger = async (data: string) =>
      queryLake(
        "SELECT * EXCLUDE (batch, decided_at) FROM <ledger> ORDER BY object",
        await openLake(resolveConfig({}, data), openClock()),
        engine,
      );
    expect(await rows(small)).toEqual(await rows(at.data));
    expect(await ledger(small)).toEqual(await ledger(at.data));
    engine.close();
  } finally {
    spawnSync("umount", [disk]);
    await rm(disk, { recursive: true, force: true });
  }
});

/** Text that does not compress. */
function noise(): string {
  return Array.from({ length: 40 }, () => Math.random().toString(36).slice(2)).join("");
}
