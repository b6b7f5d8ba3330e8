/**
 * A worker of the service: announced objects come from a queue, rounds of them are ingested beside other workers, and
 * their messages go when the round is committed. What fails for a while is tried again with the messages held; what
 * fails for good is found by halving the round, and returned to the queue alone. Polling waits for the rounds.
 */

import type { Clock } from "../core/clock.ts";
import { isLogkeepError } from "../core/errors.ts";
import { inParallel } from "../core/in-parallel.ts";
import type { Log } from "../core/log.ts";
import type { NotificationQueue } from "../core/notification-queue.ts";
import type { ObjectRef, ObjectStore } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import type { BatchLimits } from "./gather-batches.ts";
import { type BesidePorts, ingestBeside } from "./ingest-beside.ts";
import { versionKey } from "./known-objects.ts";
import { type AllowedPrefix, type AnnouncedObject, announcedName } from "./notifications/announcement.ts";
import type { MessageHold } from "./notifications/hold-messages.ts";
import { pollQueue } from "./notifications/poll-queue.ts";
import { findObject, resolveObject } from "./notifications/resolve-object.ts";
import type { ClosedObject } from "./objects.ts";

/** What a worker is told. */
export interface WorkerOptions {
  readonly sources: readonly Source[];
  readonly allowed: readonly AllowedPrefix[];
  readonly limits: BatchLimits;
  /** What messages are received with; the hold extends it. */
  readonly visibilityMs: number;
  /** How long a round waits for more objects after its first. */
  readonly windowMs: number;
  /** A round has at most so many objects; while twice as many wait, nothing is polled. */
  readonly roundObjects: number;
  /** How long after the stop signal a round may go on. */
  readonly graceMs: number;
}

/** What a worker needs of the world. */
export interface WorkerPorts extends Omit<BesidePorts, "store"> {
  readonly queue: NotificationQueue;
  readonly hold: MessageHold;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: BesidePorts["store"];
  readonly storeOf: (bucket: string) => Pick<ObjectStore, "find">;
  readonly onRound?: (round: RoundOutcome) => void;
}

/** What a round came to. Its sums are told batch by batch (`onCommitted`), since a round that fails has some, too. */
export interface RoundOutcome {
  readonly announced: number;
  readonly failed: number;
  /** Batches that were staged again. */
  readonly outdated: number;
  /** Milliseconds from S3's event to the commit, for each object of which the message tells it. */
  readonly lagsMs: readonly number[];
}

const POLL_WAIT_MS = 20_000;
const FINDS_AT_ONCE = 16;
/** Whoever waits for objects is woken when they come; how long it sleeps at most, whatever the window is. */
const LONGEST_WAIT_MS = 5_000;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Works until the signal, then ends the round within its grace and gives everything else back. Does not fail by that. */
export async function runWorker(options: WorkerOptions, ports: WorkerPorts, stop: AbortSignal): Promise<void> {
  const waiting = new Waiting(options);
  const holding = new AbortController();
  const held = ports.hold.run(holding.signal);
  const polled = poll(waiting, options, ports, stop);
  const over = graceAfter(stop, options.graceMs, ports.clock, holding.signal);
  try {
    for (;;) {
      const round = await waiting.next(ports.clock, stop);
      if (round.length === 0) break;
      await workOn(round, options, ports, over);
    }
  } finally {
    await polled;
    await ports.hold.release();
    holding.abort();
    await held;
  }
}

/** Objects between the queue and a round. */
class Waiting {
  readonly #options: WorkerOptions;
  readonly #objects: AnnouncedObject[] = [];
  #firstAtMs: number | null = null;
  #changed = Promise.withResolvers<void>();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#objects.length >= 2 * this.#options.roundObjects;
  }

  add(objects: readonly AnnouncedObject[], nowMs: number): void {
    if (objects.length === 0) return;
    this.#objects.push(...objects);
    this.#firstAtMs ??= nowMs;
    this.#wake();
  }

  /** Resolves when something was added or taken. */
  async change(clock: Clock, mostMs: number, stop: AbortSignal): Promise<void> {
    const woken = new AbortController();
    await Promise.race([
      this.#changed.promise,
      clock.sleep(mostMs, AbortSignal.any([stop, woken.signal])).catch(() => undefined),
    ]);
    woken.abort();
  }

  /** The objects of the next round, when its window is over or it is full; none after the stop. */
  async next(clock: Clock, stop: AbortSignal): Promise<readonly AnnouncedObject[]> {
    const { windowMs, roundObjects } = this.#options;
    while (!stop.aborted) {
      const leftMs = this.#firstAtMs === null ? Number.POSITIVE_INFINITY : this.#firstAtMs + windowMs - clock.now();
      if (this.#objects.length >= roundObjects || leftMs <= 0) {
        const round = this.#objects.splice(0, roundObjects);
        this.#firstAtMs = this.#objects.length === 0 ? null : clock.now();
        this.#wake();
        return round;
      }
      await this.change(clock, Math.min(leftMs, LONGEST_WAIT_MS), stop);
    }
    return [];
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

async function poll(waiting: Waiting, options: WorkerOptions, ports: WorkerPorts, stop: AbortSignal): Promise<void> {
  const { clock, log } = ports;
  let pauseMs = SHORTEST_PAUSE_MS;
  while (!stop.aborted) {
    if (waiting.isFull) {
      await waiting.change(clock, LONGEST_WAIT_MS, stop);
      continue;
    }
    const receive = { most: 10, waitMs: POLL_WAIT_MS, visibilityMs: options.visibilityMs };
    try {
      const { objects } = await pollQueue(options.allowed, receive, ports, stop);
      waiting.add(objects, clock.now());
      pauseMs = SHORTEST_PAUSE_MS;
    } catch (thrown) {
      if (stop.aborted) return;
      log.error("queue.poll-failed", { code: codeOf(thrown), pauseMs });
      await clock.sleep(pauseMs, stop).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

/** Until all objects of a round are decided, or known to fail alone, or the grace is over. */
async function workOn(
  round: readonly AnnouncedObject[],
  options: WorkerOptions,
  ports: WorkerPorts,
  over: AbortSignal,
): Promise<void> {
  const { clock, log, hold } = ports;
  const parts: (readonly AnnouncedObject[])[] = [round];
  let pauseMs = SHORTEST_PAUSE_MS;
  for (let part = parts.shift(); part !== undefined && !over.aborted; part = parts.shift()) {
    try {
      await ingestRound(part, options, ports, over);
      pauseMs = SHORTEST_PAUSE_MS;
    } catch (thrown) {
      if (over.aborted) break;
      const isPassing = isLogkeepError(thrown) && thrown.retry === "later";
      log.error("round.failed", { code: codeOf(thrown), objects: part.length, isPassing });
      if (isPassing) {
        // The world is at fault: the messages stay held, and nothing counts against them.
        parts.unshift(part);
        await clock.sleep(pauseMs, over).catch(() => undefined);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      } else if (part.length > 1) {
        const half = Math.ceil(part.length / 2);
        parts.unshift(part.slice(0, half), part.slice(half));
      } else {
        await hold.settle([], part.map(announcedName));
      }
    }
  }
}

async function ingestRound(
  round: readonly AnnouncedObject[],
  options: WorkerOptions,
  ports: WorkerPorts,
  signal: AbortSignal,
): Promise<void> {
  const { sources, limits } = options;
  const resolve = (announced: AnnouncedObject, how: typeof resolveObject) =>
    how(announced, sources, ports.storeOf(announced.bucket), signal).then((resolved) => ({ announced, resolved }));
  const first = await inParallel(round, FINDS_AT_ONCE, (announced) => resolve(announced, resolveObject));
  const summary = await ingestBeside(...split(first), sources, limits, ports, signal);
  // What could not be read as announced may be gone: then that is its end.
  const unread = new Set(summary.unread.map(({ uri, version }) => versionKey(uri, version)));
  const missed = first.filter(({ resolved }) => resolved.kind === "found" && unread.has(nameOf(resolved.object.ref)));
  const again = await inParallel(missed, FINDS_AT_ONCE, ({ announced }) => resolve(announced, findObject));
  const gone = again.filter(({ resolved }) => resolved.kind === "gone");
  if (gone.length > 0) await ingestBeside(...split(gone), sources, limits, ports, signal);
  const failed = new Set(again.filter(({ resolved }) => resolved.kind === "found").map(({ announced }) => announced));
  const nowMs = ports.clock.now();
  await ports.hold.settle(round.filter((each) => !failed.has(each)).map(announcedName), [...failed].map(announcedName));
  const lagsMs = round.flatMap((each) => (failed.has(each) || each.eventAtMs === null ? [] : [nowMs - each.eventAtMs]));
  ports.onRound?.({ announced: round.length, failed: failed.size, outdated: summary.outdated, lagsMs });
  ports.log.info("round.ended", { objects: round.length, failed: failed.size, rows: summary.totals.rowsKept });
}

/** What is to be read, and what is gone; each once, however often it was announced. */
function split(
  all: readonly { readonly resolved: Awaited<ReturnType<typeof resolveObject>> }[],
): [readonly ObjectRef[], readonly ClosedObject[]] {
  const refs = new Map<string, ObjectRef>();
  const closed = new Map<string, ClosedObject>();
  for (const { resolved } of all) {
    if (resolved.kind === "found") refs.set(nameOf(resolved.object.ref), resolved.object.ref);
    else closed.set(nameOf(resolved.object.ref), resolved.object);
  }
  return [[...refs.values()], [...closed.values()].filter(({ ref }) => !refs.has(nameOf(ref)))];
}

function nameOf({ uri, version }: ObjectRef): string {
  return versionKey(uri, version);
}

/** Aborts some time after another signal did, unless all has ended by then: a timer would keep the process for as long. */
function graceAfter(stop: AbortSignal, graceMs: number, clock: Clock, ended: AbortSignal): AbortSignal {
  const over = new AbortController();
  const start = () =>
    void clock.sleep(graceMs, ended).then(
      () => over.abort(stop.reason),
      () => undefined,
    );
  if (stop.aborted) start();
  else stop.addEventListener("abort", start, { once: true });
  return over.signal;
}

function codeOf(thrown: unknown): string {
  return isLogkeepError(thrown) ? thrown.code : "unknown";
}
