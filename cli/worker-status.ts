/** How a worker is: what its status pages and metrics say of its rounds, messages and queues. */
import type { Clock } from "../core/clock.ts";
import type { MetricLabels, Metrics } from "../core/metrics.ts";
import type { NotificationQueue } from "../core/notification-queue.ts";
import type { StatusPage } from "../core/status-page.ts";
import type { HoldCounts } from "../ingest/notifications/hold-messages.ts";
import type { Totals } from "../ingest/totals.ts";
import type { RoundOutcome } from "../ingest/worker.ts";

/** A round of large objects takes minutes; a worker that has done nothing at all for so long is stuck. */
const STUCK_MS = 30 * 60_000;
/** Depths are asked for so often at most, however often the page is read. */
const DEPTH_EVERY_MS = 15_000;

/** What the pages are made of. */
export interface StatusSources {
  readonly metrics: Metrics & { readonly contentType: string; text(): Promise<string> };
  readonly counts: () => HoldCounts;
  /** By the name that the metric gives them. */
  readonly queues: Readonly<Record<string, NotificationQueue>>;
  readonly clock: Clock;
}

/** Follows a worker. */
export interface WorkerStatus {
  /** The queue, with its polls noted. */
  watch(queue: NotificationQueue): NotificationQueue;
  /** The sums of a batch. */
  committed(totals: Totals): void;
  roundEnded(round: RoundOutcome): void;
  alertsSent(destination: string, outcome: "delivered" | "failed", alerts: number): void;
  readonly pages: Readonly<Record<string, () => Promise<StatusPage>>>;
}

/** Starts following. */
export function followWorker({ metrics, counts, queues, clock }: StatusSources): WorkerStatus {
  let aliveAtMs = clock.now();
  let isPolled = false;
  let depthsAtMs = Number.NEGATIVE_INFINITY;
  let before = NO_COUNTS;
  const tellMessages = () => {
    const now = counts();
    for (const outcome of ["deleted", "returned", "lost", "givenUp"] as const) {
      metrics.add("logkeep_messages_total", now[outcome] - before[outcome], { outcome: OUTCOMES[outcome] });
    }
    metrics.set("logkeep_messages_held", now.held);
    before = now;
  };
  const tellDepths = async () => {
    if (clock.now() - depthsAtMs < DEPTH_EVERY_MS) return;
    depthsAtMs = clock.now();
    for (const [name, queue] of Object.entries(queues)) {
      // A queue that does not answer keeps its last figures; the polls tell that it does not.
      const depth = await queue.depth().catch(() => null);
      if (depth === null) continue;
      const set = (state: string, value: number) =>
        metrics.set("logkeep_queue_messages", value, { queue: name, state });
      set("visible", depth.visible);
      set("in_flight", depth.inFlight);
      set("delayed", depth.delayed);
    }
  };
  return {
    watch: (queue) => ({
      ...queue,
      receive: async (options, signal) => {
        try {
          const messages = await queue.receive(options, signal);
          isPolled = true;
          return messages;
        } catch (thrown) {
          isPolled = false;
          throw thrown;
        } finally {
          aliveAtMs = clock.now();
        }
      },
    }),
    committed: (totals) => {
      aliveAtMs = clock.now();
      tellTotals(totals, metrics);
    },
    roundEnded: (round) => {
      aliveAtMs = clock.now();
      tellRound(round, metrics);
    },
    alertsSent: (destination, outcome, alerts) => metrics.add("logkeep_alerts_total", alerts, { destination, outcome }),
    pages: {
      "/live": async () => plain(clock.now() - aliveAtMs < STUCK_MS, "live", "nothing was done for half an hour"),
      "/ready": async () => plain(isPolled, "ready", "the queue does not answer"),
      "/metrics": async () => {
        tellMessages();
        await tellDepths();
        return { status: 200, contentType: metrics.contentType, text: await metrics.text() };
      },
    },
  };
}

const NO_COUNTS = { deleted: 0, returned: 0, lost: 0, givenUp: 0 };
const OUTCOMES = { deleted: "deleted", returned: "returned", lost: "lost", givenUp: "given_up" };

function tellTotals(totals: Totals, metrics: Metrics): void {
  const objects = (state: "ingested" | "duplicate" | "skipped" | "quarantined") =>
    metrics.add("logkeep_objects_total", totals[state], { state });
  const records = (by: number, labels: MetricLabels) => metrics.add("logkeep_records_total", by, labels);
  for (const state of ["ingested", "duplicate", "skipped", "quarantined"] as const) objects(state);
  records(totals.recordsIn, { outcome: "in" });
  records(totals.rowsKept, { outcome: "kept" });
  records(totals.recordsRejected, { outcome: "rejected" });
  records(totals.recordsDuplicate, { outcome: "duplicate" });
  metrics.add("logkeep_inflated_bytes_total", totals.inflatedBytes);
}

function tellRound({ outdated, failed, lagsMs }: RoundOutcome, metrics: Metrics): void {
  metrics.add("logkeep_rounds_total", 1);
  metrics.add("logkeep_batches_outdated_total", outdated);
  metrics.add("logkeep_objects_failed_total", failed);
  // A clock that is behind S3's makes no negative time.
  for (const lagMs of lagsMs) metrics.observe("logkeep_lag_seconds", Math.max(0, lagMs) / 1_000);
}

function plain(isGood: boolean, good: string, bad: string): StatusPage {
  const text = `${isGood ? good : bad}\n`;
  return { status: isGood ? 200 : 503, contentType: "text/plain; charset=utf-8", text };
}
