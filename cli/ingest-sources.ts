/** Ingest as a command does it: several stores one after the other, progress, then the alerts. */

import { deliverAlerts } from "../analyzers/alerts/deliver-alerts.ts";
import { createLakeDeliveryLog } from "../analyzers/alerts/lake-delivery-log.ts";
import { readAlerts } from "../analyzers/alerts/read-alerts.ts";
import type { BatchObserver } from "../core/batch.ts";
import type { TextSink } from "../core/destination.ts";
import { FINDINGS_TABLE } from "../core/finding.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { StepHook } from "../ingest/intent.ts";
import { type IngestSummary, ingestStore } from "../ingest/run.ts";
import { SOURCES } from "../ingest/sources.gen.ts";
import type { Lake } from "../lake/catalog.ts";
import { planScan } from "../lake/plan-scan.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { currentSnapshot } from "../lake/snapshot.ts";
import type { CommandContext } from "./command.ts";
import type { Output } from "./output.ts";
import { ProgressDisplay } from "./progress.ts";
import { lockDataFolder, makeSpillFolder, openDestinations, openIngest, openIngestEngines, openLake } from "./wire.ts";

/** One object may inflate to this much: eight times the largest Config snapshot seen. */
const MAX_INFLATED_BYTES = 8 * 1024 ** 3;
/** What any object may inflate to, however small it is: a Config snapshot of 1 GB, with room. */
const ALWAYS_INFLATED_BYTES = 1.5 * 1024 ** 3;
/** Beyond that, so many times its size. Logs inflate to 5 to 50 times, a bomb to 1,000 times. */
const MAX_INFLATE_RATIO = 100;
/** Larger as delivered: streamed to disk instead of held. Inflated they are ten to twenty times as large. */
const LARGE_OBJECT_BYTES = 8 * 1024 ** 2;
const READ_AHEAD = 8;
/** More alerts than a person reads on a screen. */
const MAX_SHOWN_ALERTS = 50;

/** What a command shows of a run. */
export interface IngestOutcome {
  readonly summaries: readonly IngestSummary[];
  readonly elapsedMs: number;
  /** Alerts that reached each destination now. */
  readonly delivered: ReadonlyMap<string, number>;
  readonly failedDeliveries: number;
}

/**
 * Ingests the stores into the configured data folder, which it holds meanwhile. `onStep` is for tests that die at a step.
 * Where not `isDetecting`, no detection looks at the records, and no alert is sent.
 */
export async function ingestSources(
  stores: readonly ObjectStore[],
  context: CommandContext,
  onStep: StepHook = () => undefined,
  isDetecting = true,
): Promise<IngestOutcome> {
  const { config, clock, signal } = context;
  await using _held = await lockDataFolder(config, clock);
  await makeSpillFolder(config);
  const lake = await openLake(config, clock);
  const engines = await openIngestEngines(config);
  const interrupt = () => engines.map((engine) => engine.interrupt());
  signal.addEventListener("abort", interrupt);
  const startedAt = clock.now();
  try {
    const opened = await openIngest(config, engines, lake);
    const ports = isDetecting ? opened : { ...opened, observer: NO_OBSERVER };
    const display = new ProgressDisplay(context.stderr, clock);
    const limits = {
      maxInflatedBytes: MAX_INFLATED_BYTES,
      alwaysInflatedBytes: ALWAYS_INFLATED_BYTES,
      maxInflateRatio: MAX_INFLATE_RATIO,
      batchBytes: config.batchMb * 1_048_576,
      batchesAtOnce: engines.length,
      batchObjects: config.batchObjects,
      largeObjectBytes: LARGE_OBJECT_BYTES,
      readAhead: READ_AHEAD,
    };
    const summaries: IngestSummary[] = [];
    try {
      for (const store of stores) {
        const onProgress = display.show.bind(display);
        const summary = await ingestStore(SOURCES, limits, { ...ports, store, onStep, onProgress }, signal).catch(
          // Whatever an interrupted step failed with, the reason is the interruption.
          (thrown: unknown) => Promise.reject(signal.aborted ? signal.reason : thrown),
        );
        context.log.info("store.ingested", { ...summary.totals, batches: summary.batches });
        summaries.push(summary);
      }
    } finally {
      await display.end();
    }
    const elapsedMs = clock.now() - startedAt;
    const sent = isDetecting ? await sendAlerts(lake, engines[0], context) : NOTHING_SENT;
    return { summaries, elapsedMs, ...sent };
  } finally {
    signal.removeEventListener("abort", interrupt);
    for (const engine of engines) engine.close();
  }
}

const NO_OBSERVER: BatchObserver = { observe: async () => [] };
const NOTHING_SENT = { delivered: new Map<string, number>(), failedDeliveries: 0 };

async function sendAlerts(
  lake: Lake,
  engine: SqlEngine,
  context: CommandContext,
): Promise<{ readonly delivered: ReadonlyMap<string, number>; readonly failedDeliveries: number }> {
  const { config, clock, stdout } = context;
  const table = await lake.catalog.load(FINDINGS_TABLE.id);
  const delivered = new Map<string, number>();
  if (table === null) return { delivered, failedDeliveries: 0 };
  const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW all_findings AS SELECT * FROM ${await scanRelation(table, files, lake.store)}`,
  );
  const alerts = await readAlerts(engine, "all_findings", config.quietMinutes, null);
  const terminal = firstLines(stdout, MAX_SHOWN_ALERTS);
  const destinations = await openDestinations(config, clock, terminal);
  const log = createLakeDeliveryLog(lake, engine);
  const outcomes = await deliverAlerts(alerts, context.signal, { destinations, log, clock });
  let failedDeliveries = 0;
  for (const outcome of outcomes) {
    delivered.set(outcome.destination, outcome.delivered);
    failedDeliveries += outcome.failures.length + outcome.untried;
    for (const { alertId, error } of outcome.failures) {
      context.log.error("alert.undelivered", { destination: outcome.destination, alert: alertId, code: error.code });
    }
  }
  if (terminal.left() > 0) await stdout.write(`... and ${terminal.left()} more: logkeep alerts\n`);
  return { delivered, failedDeliveries };
}

/** A terminal that shows the first alerts and counts the rest: a rule without its list can raise thousands. */
function firstLines(stdout: Output, most: number): TextSink & { left(): number } {
  let written = 0;
  return {
    write: async (text) => {
      written += 1;
      if (written <= most) await stdout.write(text);
    },
    left: () => Math.max(0, written - most),
  };
}
