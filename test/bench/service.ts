/**
 * `node test/bench/service.ts [events] [objects] [seconds]` (no events: the second part alone): the same backlog by 1, 2 and 4 workers of the service and by
 * `ingest`, in processor time an event; then the time from an object's creation to its alert at 50 objects a second. The
 * doubles of S3 and SQS run on the same machine: its times are theirs, too, the processor time is the workers' own.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { type AnnouncedBucket, announcedBucket } from "../support/announced-bucket.ts";
import { ROOT } from "../support/catalog.ts";
import { trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { startMoto } from "../support/moto.ts";
import { startRedis } from "../support/redis-server.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";
import { runSimulation } from "../support/simulation.ts";

const [events = 200_000, objects = 400, seconds = 60] = process.argv.slice(2).map(Number);
const RATE = 50;
/** So many objects between two that raise an alert. */
const ALERT_EVERY = 25;
/** The kernel's clock ticks a second, in which it tells processor time (`getconf CLK_TCK`). */
const TICKS = 100;

Object.assign(process.env, AWS_ENVIRONMENT);
const work = mkdtempSync(join(tmpdir(), "logkeep-bench-"));
const moto = await startMoto();
await using redis = await startRedis();
try {
  print(`${cpus().length} cores, ${cpus()[0]?.model ?? ""}, Node ${process.version}`);
  if (events > 0) await backlog();
  await latency();
} finally {
  await moto.stop();
  rmSync(work, { recursive: true, force: true });
}

async function backlog(): Promise<void> {
  const { objects: made } = await runSimulation({ accounts: 10, days: 1, eventsPerDay: events, objects });
  const logs = [...made].filter(([key]) => key.startsWith("AWSLogs/"));
  using embeddedSource = await announcedBucket(moto.endpoint, "bench-embedded");
  for (const [key, bytes] of logs) await embeddedSource.put(key, bytes);
  const env = { LOGKEEP_ALERTS_FILE: join(work, "alerts.jsonl") };
  const embedded = await measured(
    ["ingest", `s3://${embeddedSource.bucket}`, "--endpoint", moto.endpoint, "--data", join(work, "embedded")],
    env,
  );
  print(`embedded, from the same S3: ${describe(embedded)}`);
  for (const count of [1, 2, 4]) {
    using source = await announcedBucket(moto.endpoint, `bench-${count}`);
    for (const [key, bytes] of logs) await source.put(key, bytes);
    const startedAt = performance.now();
    const workers = Array.from({ length: count }, () => start(source, join(work, `service-${count}`), {}));
    while ((await source.waiting()) > 0) await wait(100);
    const ms = performance.now() - startedAt;
    const used = workers.map(({ pid }) => usageOf(pid));
    await Promise.all(workers.map(stop));
    const cpuMs = used.reduce((sum, each) => sum + each.cpuMs, 0);
    const maxRssMb = Math.max(...used.map((each) => each.maxRssMb));
    const ratio = (cpuMs / embedded.cpuMs).toFixed(2);
    print(`${count} workers: ratio of processor time ${ratio} (at most 1.5), ${describe({ ms, cpuMs, maxRssMb })}`);
  }
}

async function latency(): Promise<void> {
  const createdAt = new Map<string, number>();
  const tookMs: number[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      response.end();
      const trail = /bench-trail-\d+/.exec(body)?.[0] ?? "";
      const at = createdAt.get(trail);
      if (at !== undefined) tookMs.push(performance.now() - at);
      createdAt.delete(trail);
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port } = receiver.address() as AddressInfo;
  using source = await announcedBucket(moto.endpoint, "bench-latency");
  const worker = start(source, join(work, "latency"), {
    LOGKEEP_SERVICE_WINDOW_SECONDS: "5",
    LOGKEEP_ALERTS_WEBHOOK_SECRET: "a secret for a bench",
    LOGKEEP_ALERTS_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
  });
  await source.put(trailKey("warm"), trailObject(trailEvent("warm")));
  while ((await source.waiting()) > 0) await wait(200);
  const startedAt = performance.now();
  const total = seconds * RATE;
  for (let index = 0; index < total; index += 1) {
    const trail = `bench-trail-${index}`;
    const isAlert = index % ALERT_EVERY === 0;
    const over = isAlert ? stopLogging(trail) : {};
    const id = createHash("sha256").update(`bench ${index}`).digest("hex").slice(0, 32);
    const quiet = Array.from({ length: 9 }, (_, event) => trailEvent(`${id}-${event}`));
    const bytes = trailObject(...quiet, trailEvent(id, over));
    if (isAlert) createdAt.set(trail, performance.now());
    await source.put(trailKey(`o${index}`), bytes);
    const aheadMs = (index * 1_000) / RATE - (performance.now() - startedAt);
    if (aheadMs > 0) await wait(aheadMs);
  }
  const putSeconds = (performance.now() - startedAt) / 1_000;
  for (const untilMs = performance.now() + 120_000; createdAt.size > 0 && performance.now() < untilMs; )
    await wait(200);
  await stop(worker);
  receiver.closeAllConnections();
  receiver.close();
  tookMs.sort((left, right) => left - right);
  const at = (share: number) => ((tookMs[Math.ceil(share * tookMs.length) - 1] ?? Number.NaN) / 1_000).toFixed(1);
  print(
    `${(total / putSeconds).toFixed(0)} objects/s for ${putSeconds.toFixed(0)} s, ${tookMs.length} alerts, ${createdAt.size} missing: ` +
      `created to delivered p50 ${at(0.5)} s, p99 ${at(0.99)} s (aim: below 20), most ${at(1)} s`,
  );
}

function stopLogging(trail: string): Readonly<Record<string, unknown>> {
  return {
    eventSource: "cloudtrail.amazonaws.com",
    eventName: "StopLogging",
    readOnly: false,
    requestParameters: { name: `arn:aws:cloudtrail:eu-west-1:111122223333:trail/${trail}` },
  };
}

interface Usage {
  readonly cpuMs: number;
  readonly maxRssMb: number;
}

interface Process {
  readonly pid: number;
  readonly ended: Promise<unknown>;
}

function start(source: AnnouncedBucket, data: string, env: Readonly<Record<string, string>>): Process {
  return run(["serve", "--data", data], {
    LOGKEEP_SERVICE_QUEUE_URL: source.queueUrl,
    LOGKEEP_SERVICE_SOURCES: `s3://${source.bucket}`,
    LOGKEEP_SERVICE_ENDPOINT: moto.endpoint,
    LOGKEEP_SERVICE_REDIS_URL: redis.url,
    LOGKEEP_SERVICE_WINDOW_SECONDS: "1",
    ...env,
  });
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Process {
  const child = spawn(process.execPath, [join(ROOT, "cli/main.ts"), ...args], {
    stdio: "ignore",
    env: { ...process.env, ...env },
  });
  return { pid: child.pid ?? 0, ended: once(child, "exit") };
}

async function measured(args: readonly string[], env: Readonly<Record<string, string>>) {
  const startedAt = performance.now();
  const child = run(args, env);
  let isRunning = true;
  const ended = child.ended.then(() => {
    isRunning = false;
  });
  let used: Usage = { cpuMs: 0, maxRssMb: 0 };
  while (isRunning) {
    try {
      const now = usageOf(child.pid);
      // Of one that has just ended the kernel tells no memory any more.
      if (!Number.isNaN(now.maxRssMb)) used = now;
    } catch {
      // It ended between two looks.
    }
    await Promise.race([ended, wait(20)]);
  }
  return { ...used, ms: performance.now() - startedAt };
}

async function stop({ pid, ended }: Process): Promise<void> {
  process.kill(pid, "SIGTERM");
  await ended;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function usageOf(pid: number): Usage {
  const [, stat = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = stat.split(" ");
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS, maxRssMb: Number(peak) / 1024 };
}

function describe({ ms, cpuMs, maxRssMb }: Usage & { readonly ms: number }): string {
  const rate = Math.round(events / (ms / 1_000));
  const eventUs = ((cpuMs * 1_000) / events).toFixed(0);
  return `${(ms / 1_000).toFixed(1)} s, ${rate} events/s, ${(cpuMs / 1_000).toFixed(1)} s CPU, ${eventUs} us an event, ${maxRssMb.toFixed(0)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
