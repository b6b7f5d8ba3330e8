/**
 * The service with real processes: objects are put to a bucket, which announces them to a queue; workers ingest them
 * into one lake, and are killed meanwhile, as are Redis' contents. Afterwards every record is there once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openClock, openLake } from "../../cli/wire.ts";
import { resolveConfig } from "../../core/config.ts";
import { type AnnouncedBucket, announcedBucket } from "../support/announced-bucket.ts";
import { ROOT } from "../support/catalog.ts";
import { openTestEngine } from "../support/engine.ts";
import { flowKey, ingestFolder, queryLake, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { randomFrom } from "../support/random.ts";
import { type RedisServer, startRedis, whyNoRedis } from "../support/redis-server.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";
import { runSimulation } from "../support/simulation.ts";

const ABSENT = whyNoMoto() ?? whyNoRedis();

if (ABSENT !== null) test("default: the service", (context) => context.skip(ABSENT));
else suite();

function suite(): void {
  let moto: MotoServer;
  let redis: RedisServer;
  let folder: string;
  const workers = new Set<ChildProcess>();
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    [moto, redis, folder] = await Promise.all([startMoto(), startRedis(), mkdtemp(join(tmpdir(), "service-"))]);
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await redis[Symbol.asyncDispose]();
    await moto.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (data: string, source: AnnouncedBucket, env: Readonly<Record<string, string>> = {}) => {
    const worker = spawn(process.execPath, [join(ROOT, "cli/main.ts"), "serve", "--data", data], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        LOGKEEP_SERVICE_QUEUE_URL: source.queueUrl,
        LOGKEEP_SERVICE_SOURCES: `s3://${source.bucket}`,
        LOGKEEP_SERVICE_ENDPOINT: moto.endpoint,
        LOGKEEP_SERVICE_REDIS_URL: redis.url,
        LOGKEEP_SERVICE_WINDOW_SECONDS: "1",
        LOGKEEP_SERVICE_VISIBILITY_SECONDS: "10",
        LOGKEEP_ALERTS_FILE: join(data, "alerts.jsonl"),
        LOGKEEP_LOG_LEVEL: "info",
        ...env,
      },
    });
    let log = "";
    worker.stderr.on("data", (chunk) => {
      log += String(chunk);
    });
    workers.add(worker);
    const ended = once(worker, "exit").then(([code, signal]: (number | string | null)[]) => {
      workers.delete(worker);
      return signal ?? code;
    });
    const kill = (signal: NodeJS.Signals) => {
      worker.kill(signal);
      return ended;
    };
    return { kill, ended, log: () => log };
  };
  const openData = async (data: string) => {
    const lake = await openLake(resolveConfig({}, data), openClock());
    const engine = await openTestEngine();
    return { query: (sql: string) => queryLake(sql, lake, engine), [Symbol.dispose]: () => engine.close() };
  };
  const drained = (source: AnnouncedBucket) =>
    expect.poll(() => source.waiting(), { timeout: 240_000, interval: 500 }).toBe(0);

  test("default: what is delivered is in the tables, its alerts are sent, and a stop ends in order", async () => {
    const data = join(folder, "plain");
    using source = await announcedBucket(moto.endpoint, "logs-plain");
    const first = start(data, source);
    await source.put(trailKey("one"), trailObject(trailEvent("a-1"), trailEvent("a-2")));
    await source.put(trailKey("two"), trailObject(trailEvent("a-2"), trailEvent("a-3", STOP_LOGGING)));
    await source.put(flowKey("odd name +%25"), "version account-id\n2 111122223333\n");
    await source.put(trailKey("broken"), "no gzip");
    await drained(source);
    const alerts = () => readFile(join(data, "alerts.jsonl"), "utf8").catch(() => "");
    await expect.poll(alerts, { timeout: 30_000 }).toContain("cloudtrail-weakened");
    expect(await first.kill("SIGTERM"), first.log()).toBe(0);
    using at = await openData(data);
    expect(await at.query("SELECT metadata.uid AS id FROM <cloudtrail> ORDER BY 1")).toEqual(
      ["a-1", "a-2", "a-3"].map((id) => ({ id })),
    );
    expect(await at.query("SELECT state, count(*)::INT AS n FROM <ledger> GROUP BY ALL ORDER BY 1")).toEqual([
      { state: "ingested", n: 3 },
      { state: "quarantined", n: 1 },
    ]);
    expect((await alerts()).trim().split("\n")).toHaveLength(1);
    // What is decided stays decided, with nobody's memory but the ledger's.
    await redis.command("FLUSHALL");
    const second = start(data, source);
    await source.put(trailKey("two"), trailObject(trailEvent("a-2"), trailEvent("a-3", STOP_LOGGING)));
    await source.put(trailKey("three"), trailObject(trailEvent("a-1"), trailEvent("a-4")));
    await drained(source);
    expect(await second.kill("SIGTERM"), second.log()).toBe(0);
    expect(await at.query("SELECT count(*)::INT AS n FROM <cloudtrail>")).toEqual([{ n: 4 }]);
    expect((await alerts()).trim().split("\n")).toHaveLength(1);
  });

  test("behavior: three workers, killed at any instant, beside a Redis that forgets", async () => {
    const data = join(folder, "chaos");
    using source = await announcedBucket(moto.endpoint, "logs-chaos", 50);
    const { objects } = await runSimulation({ accounts: 1, days: 1, eventsPerDay: 150, seed: 11 });
    const delivered = [...objects].filter(([key]) => key.startsWith("AWSLogs/") && !key.endsWith("/"));
    await using embedded = await ingestFolder();
    for (const [key, bytes] of delivered) await embedded.put(key, bytes);
    await embedded.ingest();
    let running = [start(data, source), start(data, source), start(data, source)];
    let puts = 0;
    const random = randomFrom(5);
    for (const [key, bytes] of delivered) {
      await source.put(key, bytes);
      puts += 1;
      // Announced again, by a message of another kind, which tells neither version nor size.
      if (random() < 0.2) await source.send(JSON.stringify({ s3Bucket: source.bucket, s3ObjectKey: [key] }));
      if (puts % Math.ceil(delivered.length / 8) !== 0) continue;
      if (random() < 0.4) await redis.command("FLUSHALL");
      const victim = running.shift();
      await victim?.kill("SIGKILL");
      running.push(start(data, source));
    }
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await redis.start();
    await drained(source);
    const codes = await Promise.all(running.map((worker) => worker.kill("SIGTERM")));
    expect(codes, running.map((worker) => worker.log()).join("\n")).toEqual([0, 0, 0]);
    running = [];
    expect(await source.deadLetters()).toEqual([]);
    using at = await openData(data);
    for (const table of ["cloudtrail", "vpc_flow", "config"]) {
      const sql = `SELECT to_json(r)::VARCHAR AS row FROM (SELECT * EXCLUDE (logkeep) FROM <${table}>) r ORDER BY 1`;
      const [found, wanted] = [await at.query(sql), await embedded.query(sql)];
      const first = wanted.findIndex(({ row }, index) => row !== found[index]?.["row"]);
      expect([found.length, found[first]], table).toEqual([wanted.length, wanted[first]]);
    }
    const [sums] =
      await at.query(`SELECT count(DISTINCT (object, object_version))::INT AS objects, count(*)::INT AS entries,
        (sum(records_in) = sum(rows_kept) + sum(records_rejected) + sum(records_duplicate)) AS is_balanced,
        sum(rows_kept)::INT AS kept FROM <ledger>`);
    const rows = await at.query(`SELECT ((SELECT count(*) FROM <cloudtrail>) + (SELECT count(*) FROM <vpc_flow>)
        + (SELECT count(*) FROM <config>))::INT AS kept`);
    expect(sums).toEqual({ objects: delivered.length, entries: delivered.length, is_balanced: true, ...rows[0] });
    const findings = "SELECT finding_uid FROM <findings> ORDER BY 1";
    expect(await at.query(findings)).toEqual(await embedded.query(findings));
  });
}

const STOP_LOGGING = {
  eventSource: "cloudtrail.amazonaws.com",
  eventName: "StopLogging",
  readOnly: false,
  requestParameters: { name: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main" },
};
