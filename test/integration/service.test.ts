/** The service with real processes: objects are put to a bucket, which announces them to a queue; a worker ingests them. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnnouncedBucket, announcedBucket } from "../support/announced-bucket.ts";
import { freePort } from "../support/free-port.ts";
import { flowKey, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { type RedisServer, startRedis, whyNoRedis } from "../support/redis-server.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";
import { drained, openData, startWorker } from "../support/service-worker.ts";

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
    const servers = { LOGKEEP_SERVICE_ENDPOINT: moto.endpoint, LOGKEEP_SERVICE_REDIS_URL: redis.url };
    return startWorker(data, source, { ...servers, ...env }, workers);
  };

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

  test("behavior: status pages, whose sums balance", async () => {
    const data = join(folder, "status");
    using source = await announcedBucket(moto.endpoint, "logs-status");
    const status = `127.0.0.1:${await freePort()}`;
    const worker = start(data, source, {
      LOGKEEP_SERVICE_STATUS_ADDRESS: status,
      LOGKEEP_SERVICE_DLQ_URL: source.deadLettersUrl,
    });
    const page = async (path: string) => {
      const answer = await fetch(`http://${status}${path}`).catch(() => null);
      return { status: answer?.status, text: (await answer?.text()) ?? "" };
    };
    await expect.poll(async () => (await page("/ready")).status, { timeout: 60_000 }).toBe(200);
    expect(await page("/live")).toEqual({ status: 200, text: "live\n" });
    expect((await page("/../etc/passwd")).status).toBe(404);
    expect((await fetch(`http://${status}/metrics`, { method: "POST" })).status).toBe(405);
    await source.put(trailKey("one"), trailObject(trailEvent("s-1"), trailEvent("s-2")));
    await source.put(trailKey("two"), trailObject(trailEvent("s-2")));
    await source.send("no message of anybody's");
    const figure = async (name: string) =>
      Number(
        (await page("/metrics")).text
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.split(" ")
          .at(-1),
      );
    await expect.poll(() => figure('logkeep_records_total{outcome="in"}'), { timeout: 60_000 }).toBe(3);
    expect(await figure('logkeep_records_total{outcome="kept"}')).toBe(2);
    expect(await figure('logkeep_records_total{outcome="duplicate"}')).toBe(1);
    expect(await figure('logkeep_objects_total{state="quarantined"}')).toBe(0);
    // Told when the round has ended, not with each batch.
    await expect.poll(() => figure("logkeep_lag_seconds_count"), { timeout: 30_000 }).toBe(2);
    // The third is what S3 sends when notifications are set up.
    await expect.poll(() => figure('logkeep_messages_total{outcome="deleted"}'), { timeout: 30_000 }).toBe(3);
    expect(await figure('logkeep_queue_messages{queue="dead_letters",state="visible"}')).toBe(0);
    // Two that want the same address.
    const second = start(data, source, { LOGKEEP_SERVICE_STATUS_ADDRESS: status });
    expect(await second.kill("SIGCONT")).toBe(1);
    expect(second.log()).toContain("LOGKEEP_SERVICE_STATUS_ADDRESS");
    expect(await worker.kill("SIGTERM"), worker.log()).toBe(0);
  });
}

const STOP_LOGGING = {
  eventSource: "cloudtrail.amazonaws.com",
  eventName: "StopLogging",
  readOnly: false,
  requestParameters: { name: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main" },
};
