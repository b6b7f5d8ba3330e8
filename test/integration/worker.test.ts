/** A worker over a queue in memory and a real lake: what fails for a while, for good, and what is gone. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadInflater } from "../../adapters/inflater.ts";
import { createLocalSpool } from "../../adapters/local-spool.ts";
import type { Clock } from "../../core/clock.ts";
import { LogkeepError } from "../../core/errors.ts";
import { memorySeenStore } from "../../core/memory-seen-store.ts";
import type { ObjectStore } from "../../core/object-store.ts";
import { prepareEngines } from "../../ingest/ingest-batches.ts";
import { holdMessages } from "../../ingest/notifications/hold-messages.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { addTotals, NO_TOTALS } from "../../ingest/totals.ts";
import { runWorker, type WorkerOptions, type WorkerPorts } from "../../ingest/worker.ts";
import { openTestEngine } from "../support/engine.ts";
import { queryLake, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { memoryLog } from "../support/memory-log.ts";
import { memoryQueue } from "../support/memory-queue.ts";
import { s3Message } from "../support/notification-messages.ts";
import { temporaryLake } from "../support/temporary-lake.ts";

const BUCKET = "logs-111122223333";
/** So much faster than a real one: windows and pauses of seconds take milliseconds. */
const HURRY = 50;
const VISIBILITY_MS = 600_000;
const MAX_RECEIVES = 3;

function hurriedClock(): Clock {
  const startMs = Date.now();
  const sleep = (waitMs: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, waitMs / HURRY);
      signal?.addEventListener("abort", stop, { once: true });
    });
  return { now: () => startMs + (Date.now() - startMs) * HURRY, sleep };
}

async function openWorker(over: Partial<WorkerPorts> = {}, told: Partial<WorkerOptions> = {}) {
  const at = await temporaryLake();
  const clock = over.clock ?? hurriedClock();
  const lake = { ...at.lake, clock };
  const dead = memoryQueue({ clock });
  const queue = memoryQueue({ clock, deadLetters: dead, maxReceives: MAX_RECEIVES });
  const objects = new Map<string, Uint8Array>();
  const store = bucketStore(objects);
  const log = memoryLog();
  const ownEngine = await openTestEngine();
  await prepareEngines(SOURCES, [at.engine]);
  let stagings = 0;
  const ports: WorkerPorts = {
    engines: [at.engine],
    lake,
    ownEngine,
    inflater: await loadInflater(),
    spool: createLocalSpool({ dataFolder: join(at.folder, "spool") }),
    diskSpool: createLocalSpool({ dataFolder: join(at.folder, "disk"), memoryFolder: null }),
    observer: { observe: async () => [] },
    store,
    storeOf: () => store,
    queue,
    clock,
    log,
    hold: holdMessages(VISIBILITY_MS, { queue, clock, log, random: Math.random }),
    seen: memorySeenStore(),
    onStep: () => undefined,
    nameStaging: (batch) => {
      stagings += 1;
      return `${batch}-worker-${stagings}`;
    },
    ...over,
  };
  const options = {
    sources: SOURCES,
    allowed: [{ bucket: BUCKET, prefix: "" }],
    limits: {
      maxInflatedBytes: 2 ** 30,
      alwaysInflatedBytes: 2 ** 30,
      maxInflateRatio: 100,
      batchBytes: 2 ** 24,
      batchesAtOnce: 1,
      batchObjects: 100,
      largeObjectBytes: 2 ** 23,
      readAhead: 4,
    },
    visibilityMs: VISIBILITY_MS,
    windowMs: 2_000,
    roundObjects: 50,
    graceMs: 60_000,
    ...told,
  };
  const stop = new AbortController();
  const put = (name: string, bytes: Uint8Array) => {
    objects.set(trailKey(name), bytes);
    return announce(name, bytes);
  };
  const announce = (name: string, bytes: Uint8Array) =>
    queue.put(s3Message({ bucket: BUCKET, key: trailKey(name), etag: etagOf(bytes), sizeBytes: bytes.length }));
  return {
    put,
    announce,
    objects,
    queue,
    dead,
    log,
    run: () => runWorker(options, ports, stop.signal),
    stop: () => stop.abort(),
    query: (sql: string) => queryLake(sql, lake, at.engine),
    [Symbol.asyncDispose]: async () => {
      ownEngine.close();
      await at[Symbol.asyncDispose]();
    },
  };
}

const etagOf = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** A bucket in memory, with addresses and ETags as S3 has them. */
function bucketStore(objects: ReadonlyMap<string, Uint8Array>): ObjectStore {
  const read = (key: string, version: string): Uint8Array => {
    const bytes = objects.get(key);
    if (bytes !== undefined && etagOf(bytes) === version) return bytes;
    throw new LogkeepError({ code: "object.missing", message: "it is not there", retry: "later" });
  };
  return {
    async *list() {},
    find: async ({ key, version }) => {
      const bytes = objects.get(key);
      if (bytes === undefined || (version !== null && etagOf(bytes) !== version)) return null;
      return { uri: `s3://${BUCKET}/${key}`, key, sizeBytes: bytes.length, version: etagOf(bytes) };
    },
    read: async ({ key, version }) => read(key, version),
    async *stream({ key, version }) {
      yield read(key, version);
    },
  };
}

async function untilEmpty(worker: Awaited<ReturnType<typeof openWorker>>): Promise<void> {
  await expect.poll(() => worker.queue.bodies().length, { timeout: 60_000 }).toBe(0);
}

test("behavior: an index that is out of reach for a while costs no message a receipt", async () => {
  const store = memorySeenStore();
  let failures = 3;
  const seen: typeof store = {
    ...store,
    lookUp: async (...asked) => {
      failures -= 1;
      if (failures >= 0) throw new LogkeepError({ code: "index.unreachable", message: "away", retry: "later" });
      return store.lookUp(...asked);
    },
  };
  await using worker = await openWorker({ seen });
  // The first round makes the ledger; only then is the index asked.
  worker.put("zero", trailObject(trailEvent("z-1")));
  const running = worker.run();
  await untilEmpty(worker);
  worker.put("one", trailObject(trailEvent("a-1")));
  await untilEmpty(worker);
  worker.stop();
  await running;
  expect(failures).toBeLessThan(0);
  expect(worker.log.entries.filter(({ name }) => name === "round.failed").map(({ fields }) => fields["code"])).toEqual([
    "index.unreachable",
    "index.unreachable",
    "index.unreachable",
  ]);
  expect(worker.dead.bodies()).toEqual([]);
  expect(await worker.query("SELECT metadata.uid AS id FROM <cloudtrail> ORDER BY 1")).toEqual([
    { id: "a-1" },
    { id: "z-1" },
  ]);
});

test("behavior: an object that breaks the work is found, and ends alone among the dead letters", async () => {
  const observer: WorkerPorts["observer"] = {
    observe: async ({ engine, relation }) => {
      const [found] = await engine.all(`SELECT 1 FROM ${relation} WHERE metadata.uid = 'poison' LIMIT 1`);
      if (found !== undefined) throw new TypeError("a fault of ours");
      return [];
    },
  };
  await using worker = await openWorker({ observer });
  for (let index = 0; index < 9; index += 1) worker.put(`good${index}`, trailObject(trailEvent(`g-${index}`)));
  worker.put("bad", trailObject(trailEvent("poison")));
  const running = worker.run();
  await untilEmpty(worker);
  worker.stop();
  await running;
  expect(worker.dead.bodies()).toHaveLength(1);
  expect(worker.dead.bodies()[0]).toContain("_bad.json.gz");
  expect(await worker.query("SELECT count(*)::INT AS n FROM <cloudtrail>")).toEqual([{ n: 9 }]);
  expect(await worker.query("SELECT state, count(*)::INT AS n FROM <ledger> GROUP BY ALL")).toEqual([
    { state: "ingested", n: 9 },
  ]);
});

test("behavior: an object that is gone is decided, one that was replaced is read as it is announced anew", async () => {
  await using worker = await openWorker();
  const [old, young] = [trailObject(trailEvent("old")), trailObject(trailEvent("young"))];
  worker.put("gone", trailObject(trailEvent("never")));
  worker.objects.delete(trailKey("gone"));
  worker.put("replaced", old);
  worker.put("replaced", young);
  const running = worker.run();
  await untilEmpty(worker);
  worker.stop();
  await running;
  expect(worker.dead.bodies()).toEqual([]);
  expect(await worker.query("SELECT metadata.uid AS id FROM <cloudtrail>")).toEqual([{ id: "young" }]);
  const ledger = await worker.query(`SELECT DISTINCT regexp_extract(object, '_([a-z]+)\\.json', 1) AS name, reason
    FROM <ledger> WHERE reason IS DISTINCT FROM 'object.missing' ORDER BY ALL`);
  expect(ledger).toEqual([
    { name: "gone", reason: "object.gone" },
    { name: "replaced", reason: "object.gone" },
    { name: "replaced", reason: null },
  ]);
});

test("behavior: stopped, it ends its round and gives the rest back", async () => {
  let running: Promise<void> = Promise.resolve();
  const observer: WorkerPorts["observer"] = {
    observe: async () => {
      worker.stop();
      return [];
    },
  };
  await using worker = await openWorker({ observer });
  for (let index = 0; index < 70; index += 1) worker.put(`o${index}`, trailObject(trailEvent(`e-${index}`)));
  running = worker.run();
  await running;
  const [rows] = await worker.query("SELECT count(*)::INT AS n FROM <cloudtrail>");
  expect(Number(rows?.["n"]) + worker.queue.bodies().length).toBe(70);
  expect(Number(rows?.["n"])).toBeGreaterThan(0);
  // Visible at once: nobody waits for a worker that is gone.
  expect((await worker.queue.depth()).visible).toBe(worker.queue.bodies().length);
});

test("behavior: without a window, a worker that has nothing to do does nothing", async () => {
  let sleeps = 0;
  const plain = hurriedClock();
  const clock: Clock = {
    ...plain,
    sleep: (waitMs, signal) => {
      sleeps += 1;
      return plain.sleep(waitMs, signal);
    },
  };
  await using worker = await openWorker({ clock }, { windowMs: 0 });
  const running = worker.run();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const [whileIdle, _] = [sleeps, worker.put("one", trailObject(trailEvent("a-1")))];
  await untilEmpty(worker);
  worker.stop();
  await running;
  // The queue's polls, the hold's looks and the wait for objects: each of them every few seconds of that clock.
  expect(whileIdle).toBeLessThan(150);
});

test("behavior: what is committed is told, also in a round that fails or finds objects gone", async () => {
  const store = memorySeenStore();
  let appends = 0;
  const seen: typeof store = {
    ...store,
    append: async (...added) => {
      appends += 1;
      // After a commit, which then stands.
      if (appends === 1) throw new LogkeepError({ code: "index.unreachable", message: "away", retry: "later" });
      return store.append(...added);
    },
  };
  let totals = NO_TOTALS;
  const onCommitted: WorkerPorts["onCommitted"] = (added) => {
    totals = addTotals(totals, added);
  };
  await using worker = await openWorker({ seen, onCommitted });
  worker.put("zero", trailObject(trailEvent("z-1")));
  const running = worker.run();
  await untilEmpty(worker);
  worker.put("one", trailObject(trailEvent("a-1")));
  worker.put("gone", trailObject(trailEvent("never")));
  worker.objects.delete(trailKey("gone"));
  await untilEmpty(worker);
  worker.stop();
  await running;
  expect(appends).toBeGreaterThan(1);
  const states = "SELECT state, count(*)::INT AS n FROM <ledger> GROUP BY ALL ORDER BY 1";
  expect(await worker.query(states)).toEqual([
    { state: "ingested", n: totals.ingested },
    { state: "quarantined", n: totals.quarantined },
  ]);
  expect(totals).toMatchObject({ ingested: 2, recordsIn: 2, rowsKept: 2 });
});

test("behavior: stopped, it leaves no timer behind that would keep the process", async () => {
  let pending = 0;
  const plain = hurriedClock();
  const clock: Clock = {
    ...plain,
    sleep: (waitMs, signal) => {
      pending += 1;
      return plain.sleep(waitMs, signal).finally(() => {
        pending -= 1;
      });
    },
  };
  await using worker = await openWorker({ clock });
  worker.put("one", trailObject(trailEvent("a-1")));
  const running = worker.run();
  await untilEmpty(worker);
  worker.stop();
  await running;
  await new Promise(setImmediate);
  expect(pending).toBe(0);
});
