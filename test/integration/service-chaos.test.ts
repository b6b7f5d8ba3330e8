/**
 * The service in trouble: objects are announced one to five times, out of order, by messages of two kinds, some long
 * after; meanwhile workers are killed and paused, Redis is flushed, killed and started again, and S3 refuses or hangs up.
 * Afterwards every record is there once. `LOGKEEP_TEST_SERVICE_DAYS=40 LOGKEEP_TEST_SERVICE_ACCOUNTS=3` for about
 * 20,000 objects, `LOGKEEP_TEST_SEED` repeats a run as far as the machine's pace allows.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { announcedBucket } from "../support/announced-bucket.ts";
import { startAwsProxy } from "../support/aws-proxy.ts";
import { ingestFolder } from "../support/ingest-folder.ts";
import { startMoto, whyNoMoto } from "../support/moto.ts";
import { randomFrom } from "../support/random.ts";
import { startRedis, whyNoRedis } from "../support/redis-server.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";
import { drained, openData, type ServiceWorker, startWorker } from "../support/service-worker.ts";
import { runSimulation } from "../support/simulation.ts";

const ABSENT = whyNoMoto() ?? whyNoRedis();
const WORKERS = 4;
const DAYS = Number(process.env["LOGKEEP_TEST_SERVICE_DAYS"] ?? 1);
const ACCOUNTS = Number(process.env["LOGKEEP_TEST_SERVICE_ACCOUNTS"] ?? 1);
/** moto looks through its whole queue for every message: more would make it the bottleneck. */
const MOST_WAITING = 300;
/** So that a troubled message is no dead letter. */
const MAX_RECEIVES = 100;

test("behavior: nothing is lost and nothing comes twice, whatever dies", async (context) => {
  if (ABSENT !== null) return context.skip(ABSENT);
  Object.assign(process.env, AWS_ENVIRONMENT);
  const seed = Number(process.env["LOGKEEP_TEST_SEED"] ?? Date.now() % 1_000_000);
  console.log(`LOGKEEP_TEST_SEED=${seed}`);
  const random = randomFrom(seed);
  const folder = await mkdtemp(join(tmpdir(), "chaos-"));
  const data = join(folder, "data");
  const moto = await startMoto();
  await using redis = await startRedis();
  let isS3Sick = false;
  const proxy = await startAwsProxy(moto.endpoint, ({ path, headers }) => {
    if (!isS3Sick || headers["x-amz-target"] !== undefined || !path.includes("AWSLogs")) return null;
    return random() < 0.5 ? "unavailable" : random() < 0.5 ? "lose-answer" : null;
  });
  using source = await announcedBucket(moto.endpoint, "logs-chaos", MAX_RECEIVES);
  const running = new Set<ChildProcess>();
  const env = { LOGKEEP_SERVICE_ENDPOINT: proxy.endpoint, LOGKEEP_SERVICE_REDIS_URL: redis.url };
  const start = () => startWorker(data, source, env, running);
  try {
    const { objects } = await runSimulation({ accounts: ACCOUNTS, days: DAYS, eventsPerDay: 150, seed: 11 });
    const delivered = [...objects].filter(([key]) => key.startsWith("AWSLogs/") && !key.endsWith("/"));
    await using embedded = await ingestFolder();
    for (const [key, bytes] of delivered) await embedded.put(key, bytes);
    await embedded.ingest({ LOGKEEP_ALERTS_FILE: join(folder, "alerts.jsonl") });
    let workers: ServiceWorker[] = Array.from({ length: WORKERS }, start);
    const counts = new Map<string, number>();
    const troubles: Readonly<Record<string, () => Promise<void>>> = {
      "kill -9": async () => {
        await workers.shift()?.kill("SIGKILL");
        workers.push(start());
      },
      pause: async () => {
        const [worker] = workers;
        worker?.pause();
        // Longer than messages stay invisible: others take them over.
        void wait(14_000).then(() => worker?.resume());
      },
      flush: async () => void (await redis.command("FLUSHALL")),
      "redis killed": async () => {
        await redis.kill();
        await wait(3_000 * random());
        await redis.start();
      },
      "S3 sick": async () => {
        isS3Sick = true;
        void wait(8_000).then(() => {
          isS3Sick = false;
        });
      },
    };
    const late: string[] = [];
    for (const [index, [key, bytes]] of delivered.entries()) {
      await source.put(key, bytes);
      const again = JSON.stringify({ s3Bucket: source.bucket, s3ObjectKey: [key] });
      for (let copies = Math.floor(5 * random() ** 3); copies > 0; copies -= 1) await source.send(again);
      if (random() < 0.03) late.push(again);
      if (index % 20 === 19) while ((await source.waiting()) > MOST_WAITING) await wait(200);
      if (index % Math.ceil(delivered.length / (8 * DAYS)) !== 0) continue;
      const names = Object.keys(troubles);
      const name = names[Math.floor(random() * names.length)] ?? "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
      await troubles[name]?.();
    }
    await drained(source, 600_000);
    for (const body of late) await source.send(body);
    await drained(source, 600_000);
    isS3Sick = false;
    const wanted = await alertsIn(join(folder, "alerts.jsonl"));
    const sent = () => alertsIn(join(data, "alerts.jsonl"));
    // Whoever was killed while it sent some keeps the turn for a while.
    await expect
      .poll(async () => [...new Set(await sent())].sort(), { timeout: 120_000 })
      .toEqual([...new Set(wanted)].sort());
    // A paused one may still sleep; it ends in order all the same.
    for (const worker of workers) worker.resume();
    const codes = await Promise.all(workers.map((worker) => worker.kill("SIGTERM")));
    expect(codes, workers.map((worker) => worker.log()).join("\n")).toEqual(workers.map(() => 0));
    workers = [];
    console.log(`${wanted.length} alerts, ${(await sent()).length} times sent`);
    console.log(
      `${delivered.length} objects, ${late.length} announced late, ${JSON.stringify(Object.fromEntries(counts))}`,
    );
    expect(await source.deadLetters()).toEqual([]);
    using at = await openData(data);
    for (const table of ["cloudtrail", "vpc_flow", "config"]) {
      const sql = `SELECT to_json(r)::VARCHAR AS row FROM (SELECT * EXCLUDE (logkeep) FROM <${table}>) r ORDER BY 1`;
      const [found, wanted] = [await at.query(sql), await embedded.query(sql)];
      const first = wanted.findIndex(({ row }, index) => row !== found[index]?.["row"]);
      expect([found.length, found[first]], table).toEqual([wanted.length, wanted[first]]);
    }
    const [sums] = await at.query(`SELECT
        (SELECT count(DISTINCT object)::INT FROM <ledger> WHERE reason IS NULL OR state <> 'quarantined') AS decided,
        (SELECT count(*)::INT FROM <ledger> WHERE state <> 'quarantined') AS entries,
        (sum(records_in) = sum(rows_kept) + sum(records_rejected) + sum(records_duplicate)) AS is_balanced,
        sum(rows_kept)::INT AS kept FROM <ledger>`);
    const rows = await at.query(`SELECT ((SELECT count(*) FROM <cloudtrail>) + (SELECT count(*) FROM <vpc_flow>)
        + (SELECT count(*) FROM <config>))::INT AS kept`);
    expect(sums).toEqual({ decided: delivered.length, entries: delivered.length, is_balanced: true, ...rows[0] });
    const findings = "SELECT finding_uid FROM <findings> ORDER BY 1";
    expect(await at.query(findings)).toEqual(await embedded.query(findings));
  } finally {
    for (const worker of running) worker.kill("SIGKILL");
    await proxy.stop();
    await moto.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 3_600_000);

/** Rule and entity of each alert that was sent: what an alert is called depends on which finding came first. */
async function alertsIn(file: string): Promise<readonly string[]> {
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  return lines.map((line) => {
    // Written by our own destination.
    const { rule_id, entity } = JSON.parse(line) as { readonly rule_id: string; readonly entity: string };
    return `${rule_id} ${entity}`;
  });
}
