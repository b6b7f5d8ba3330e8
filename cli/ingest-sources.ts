/** Ingest as a command does it: several stores one after the other, progress, then the alerts. */

import type { BatchObserver } from "../core/batch.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { StepHook } from "../ingest/intent.ts";
import { type IngestSummary, ingestStore } from "../ingest/run.ts";
import { SOURCES } from "../ingest/sources.gen.ts";
import { batchLimits } from "./batch-limits.ts";
import type { CommandContext } from "./command.ts";
import { ProgressDisplay } from "./progress.ts";
import { type SentAlerts, sendAlerts } from "./send-alerts.ts";
import { lockDataFolder, makeSpillFolder, openIngest, openIngestEngines, openLake } from "./wire.ts";

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
    const limits = batchLimits(config, engines.length);
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
const NOTHING_SENT: SentAlerts = { delivered: new Map(), failedDeliveries: 0 };
