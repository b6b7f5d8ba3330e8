import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "vitest";
import { openClock, openLake } from "../../cli/wire.ts";
import { resolveConfig } from "../../core/config.ts";
import type { AnnouncedBucket } from "./announced-bucket.ts";
import { ROOT } from "./catalog.ts";
import { openTestEngine } from "./engine.ts";
import { queryLake } from "./ingest-folder.ts";

/** A running `logkeep serve`. */
export interface ServiceWorker {
  /** Sends a signal; resolves with the exit code, or the signal that ended it. */
  kill(signal: NodeJS.Signals): Promise<number | string | null>;
  /** Stops it where it is, and lets it go on. */
  pause(): void;
  resume(): void;
  /** What it has written to standard error. */
  log(): string;
}

/** Starts a worker over a data folder that several share. It is in `running` until it has ended. */
export function startWorker(
  data: string,
  source: AnnouncedBucket,
  env: Readonly<Record<string, string>>,
  running: Set<ChildProcess>,
): ServiceWorker {
  const worker = spawn(process.execPath, [join(ROOT, "cli/main.ts"), "serve", "--data", data], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      LOGKEEP_SERVICE_QUEUE_URL: source.queueUrl,
      LOGKEEP_SERVICE_SOURCES: `s3://${source.bucket}`,
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
  running.add(worker);
  const ended = once(worker, "exit").then(([code, signal]: (number | string | null)[]) => {
    running.delete(worker);
    return signal ?? code ?? null;
  });
  return {
    kill: (signal) => {
      worker.kill(signal);
      return ended;
    },
    pause: () => void worker.kill("SIGSTOP"),
    resume: () => void worker.kill("SIGCONT"),
    log: () => log,
  };
}

/** The tables of a data folder. */
export async function openData(data: string) {
  const lake = await openLake(resolveConfig({}, data), openClock());
  const engine = await openTestEngine();
  return { query: (sql: string) => queryLake(sql, lake, engine), [Symbol.dispose]: () => engine.close() };
}

/** Resolves when the queue is empty, held messages included. */
export async function drained(source: AnnouncedBucket, timeout = 240_000): Promise<void> {
  await expect.poll(() => source.waiting(), { timeout, interval: 500 }).toBe(0);
}
