/** A worker of the service, put together: queue, buckets, index, lake and engines around `runWorker`. */
import { createHash, randomUUID } from "node:crypto";
import type { Config } from "../core/config.ts";
import { isLogkeepError, usageError } from "../core/errors.ts";
import { FINDINGS_TABLE } from "../core/finding.ts";
import { memorySeenStore } from "../core/memory-seen-store.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import { prepareEngines } from "../ingest/ingest-batches.ts";
import { parseAllowedPrefixes } from "../ingest/notifications/allowed-prefixes.ts";
import { holdMessages } from "../ingest/notifications/hold-messages.ts";
import { SOURCES } from "../ingest/sources.gen.ts";
import type { Totals } from "../ingest/totals.ts";
import { type RoundOutcome, runWorker } from "../ingest/worker.ts";
import type { Lake } from "../lake/catalog.ts";
import { sequenceNumberOf } from "../lake/files-since.ts";
import { batchLimits } from "./batch-limits.ts";
import type { CommandContext } from "./command.ts";
import { sendAlerts } from "./send-alerts.ts";
import {
  lockDataFolder,
  makeSpillFolder,
  openDestinations,
  openEngine,
  openIngest,
  openIngestEngines,
  openLake,
  openMetrics,
  openQueue,
  openSharedRedis,
  openSources,
  openStatusPages,
  takeWorkerFolder,
} from "./wire.ts";
import { followWorker, type WorkerStatus } from "./worker-status.ts";

const ALERTS_EVERY_MS = 1_000;
/** A destination that fails is tried again after 2 s, 4 s, ... so long. */
const LONGEST_ALERT_PAUSE_MS = 60_000;
/** Alerts wait so long when the process that was sending them died. */
const ALERT_TURN_MS = 15_000;

/** What the service cannot do without. Throws `cli.usage`. */
export function readServiceConfig(config: Config) {
  const { serviceQueueUrl: queueUrl, serviceSources: sources } = config;
  if (queueUrl === null)
    throw usageError("the service needs the queue that announces objects", "set LOGKEEP_SERVICE_QUEUE_URL");
  if (sources === null)
    throw usageError("the service needs to know whose objects it may read", "set LOGKEEP_SERVICE_SOURCES=s3://bucket");
  return { queueUrl, allowed: parseAllowedPrefixes(sources) };
}

/** Takes this process's turn for work that one process does at a time, or null. */
type TakeTurn = (name: string) => Promise<AsyncDisposable | null>;

/** Who wants to know what a worker does. */
export interface WorkerFollower {
  readonly onCommitted: (totals: Totals) => void;
  readonly onRound: (round: RoundOutcome) => void;
}

/** Works until `context.signal`, then ends as `runWorker` does. */
export async function serveWorker(context: CommandContext, follower: WorkerFollower): Promise<void> {
  const { config, clock, log, signal } = context;
  const { queueUrl, allowed } = readServiceConfig(config);
  // A destination that cannot be used is found now, not at the first alert.
  await openDestinations(config, clock, null);
  await using stack = new AsyncDisposableStack();
  stack.use(await lockDataFolder(config, clock, "worker"));
  const own = await takeWorkerFolder(config);
  stack.use(own.held);
  await makeSpillFolder(config);
  const lake = await openLake(config, clock);
  const engines = await openIngestEngines(config);
  const [ownEngine, alertEngine] = [await openEngine(config), await openEngine(config)];
  for (const engine of [...engines, ownEngine, alertEngine]) stack.defer(() => engine.close());
  await prepareEngines(SOURCES, engines);
  const redis = config.serviceRedisUrl === null ? null : stack.use(await openSharedRedis(config.serviceRedisUrl));
  const visibilityMs = config.serviceVisibilitySeconds * 1_000;
  const plainQueue = await openQueue(queueUrl, config.serviceEndpoint);
  const dead = config.serviceDlqUrl === null ? null : await openQueue(config.serviceDlqUrl, config.serviceEndpoint);
  const queues = { work: plainQueue, ...(dead === null ? {} : { dead_letters: dead }) };
  const hold = holdMessages(visibilityMs, { queue: plainQueue, clock, log, random: Math.random });
  const status = followWorker({ metrics: await openMetrics(), counts: hold.counts, queues, clock });
  const queue = status.watch(plainQueue);
  if (config.serviceStatusAddress !== null) stack.use(await openStatusPages(config.serviceStatusAddress, status.pages));
  const worker = randomUUID().slice(0, 8);
  let stagings = 0;
  const opened = await openIngest({ ...config, dataFolder: own.folder }, engines, lake);
  // What a dead worker of this folder had inflated.
  opened.spool.clear();
  opened.diskSpool.clear();
  const ports = {
    ...opened,
    ...(await openSources(allowed, config.serviceEndpoint)),
    ownEngine,
    queue,
    clock,
    log,
    hold,
    seen: redis?.seen ?? memorySeenStore(),
    onStep: () => undefined,
    onCommitted: (totals: Totals) => {
      status.committed(totals);
      follower.onCommitted(totals);
    },
    onRound: (round: RoundOutcome) => {
      status.roundEnded(round);
      follower.onRound(round);
    },
    nameStaging: (batch: string) => {
      stagings += 1;
      return `${batch}-${worker}-${stagings}`;
    },
  };
  const options = {
    sources: SOURCES,
    allowed,
    limits: batchLimits(config, engines.length),
    visibilityMs,
    windowMs: config.serviceWindowSeconds * 1_000,
    roundObjects: config.serviceRoundObjects,
    graceMs: config.serviceGraceSeconds * 1_000,
  };
  // Several lakes may share a Redis.
  const place = createHash("sha256").update(lake.store.rootUri).digest("hex").slice(0, 12);
  const takeTurn: TakeTurn = async (name) =>
    redis === null ? NO_TURN : redis.takeTurn(`${name}-${place}`, ALERT_TURN_MS);
  log.info("worker.started", { worker, folder: own.folder });
  const ended = new AbortController();
  const untilEnded = { ...context, signal: AbortSignal.any([signal, ended.signal]) };
  const sending = keepSending(lake, alertEngine, takeTurn, status, untilEnded);
  try {
    await runWorker(options, ports, signal);
  } finally {
    ended.abort();
    await sending;
  }
  log.info("worker.stopped", { worker });
}

/** Without a Redis there is one worker. */
const NO_TURN: AsyncDisposable = { [Symbol.asyncDispose]: async () => undefined };

/** Sends alerts whenever there are new findings, in whichever process has the turn. */
async function keepSending(
  lake: Lake,
  engine: SqlEngine,
  takeTurn: TakeTurn,
  status: WorkerStatus,
  context: CommandContext,
): Promise<void> {
  const { clock, signal, log } = context;
  let sent = -1;
  let pauseMs = ALERTS_EVERY_MS;
  while (!signal.aborted) {
    let hasFailed = false;
    try {
      const table = await lake.catalog.load(FINDINGS_TABLE.id);
      const sequence = table === null ? sent : sequenceNumberOf(table);
      await using turn = sequence === sent ? null : await takeTurn("alerts");
      if (turn !== null && sequence !== sent) {
        const { delivered, failedDeliveries } = await sendAlerts(lake, engine, context);
        for (const [destination, alerts] of delivered) {
          status.alertsSent(destination, "delivered", alerts);
          if (alerts > 0) log.info("alerts.sent", { destination, alerts });
        }
        hasFailed = failedDeliveries > 0;
        if (hasFailed) status.alertsSent("any", "failed", failedDeliveries);
        else sent = sequence;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      hasFailed = true;
      log.error("alerts.unsent", { code: isLogkeepError(thrown) ? thrown.code : "unknown" });
    }
    pauseMs = hasFailed ? Math.min(2 * pauseMs, LONGEST_ALERT_PAUSE_MS) : ALERTS_EVERY_MS;
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}
