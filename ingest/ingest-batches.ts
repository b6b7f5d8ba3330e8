/** Opened batches -> committed ones: staged side by side, committed in their order. */
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { StepHook } from "./intent.ts";
import type { KnownObjects } from "./known-objects.ts";
import { type Batch, isLargeBatch, type StagedBatch, type StagePorts, stageBatch } from "./stage-batch.ts";
import { stoppableEngine } from "./stoppable-engine.ts";

/** What the stages need, and what becomes of a batch whose files are written. */
export interface BatchPorts extends Omit<StagePorts, "engine"> {
  /** At least one; as many batches are staged at a time. One for each core, on one thread each, wastes the least. */
  readonly engines: readonly [SqlEngine, ...SqlEngine[]];
  /** Called between the steps; tests die there. */
  readonly onStep: StepHook;
  /** Called before a batch is staged, when its objects are open. */
  readonly beforeStaged?: (batch: Batch) => Promise<void>;
  /** Makes the batch part of the tables; false when it was given up and nothing of it is in them. `engine` staged it. */
  readonly commit: (ready: StagedBatch, batch: Batch, engine: SqlEngine) => Promise<boolean>;
}

/** Makes engines ready to normalize; once for each. */
export async function prepareEngines(sources: readonly Source[], engines: readonly SqlEngine[]): Promise<void> {
  const macros = sources.map((source) => source.macrosSql).filter((sql) => sql !== "");
  for (const engine of engines) for (const sql of macros) await engine.run(sql);
}

/**
 * Stages batches side by side, one in each engine, and commits them in their order. A batch waits for all before it
 * where it depends on what they make known, and is alone where it needs the memory.
 */
export async function ingestBatches(
  gathered: AsyncGenerator<Batch>,
  known: KnownObjects,
  ports: BatchPorts,
  signal?: AbortSignal,
): Promise<number> {
  const { engines } = ports;
  const stagings: Promise<StagedBatch>[] = [];
  const inFlight = new Set<string>();
  // Resolves when the batch before is committed, and with it all before that one.
  let committed: Promise<void> = Promise.resolve();
  let next = gathered.next();
  let isAlone = false;
  let batches = 0;
  try {
    for (;;) {
      const { value: batch, done } = await next;
      if (done === true) return batches;
      const contents = known.contentsOf(batch);
      if (isAlone || isLargeBatch(batch) || contents.some((content) => inFlight.has(content))) await committed;
      isAlone = isLargeBatch(batch);
      const lane = batches % engines.length;
      // The batch that this engine staged last: commits are in order, so its engine is the next to be free.
      await stagings[lane];
      signal?.throwIfAborted();
      next = gathered.next();
      next.catch(() => undefined);
      const before = committed;
      const engine = engines[lane] ?? engines[0];
      // A commit that has begun goes on with the engine as it is.
      const stoppable = signal === undefined ? engine : stoppableEngine(engine, signal);
      const staging = stage(batch, known, { ...ports, engine: stoppable }, before);
      stagings[lane] = staging;
      for (const content of contents) inFlight.add(content);
      committed = commitInOrder(batch, staging, before, known, { ...ports, engine }, signal).finally(() => {
        for (const content of contents) inFlight.delete(content);
      });
      committed.catch(() => undefined);
      batches += 1;
    }
  } finally {
    try {
      await committed;
    } finally {
      // After a failure: what was inflated is worthless, and a process that lives on needs its room.
      const left = await next.catch(() => undefined);
      if (left?.done === false) left.value.folder.remove();
      await gathered.return(undefined);
    }
  }
}

async function stage(
  batch: Batch,
  known: KnownObjects,
  ports: BatchPorts & StagePorts,
  before: Promise<void>,
): Promise<StagedBatch> {
  await ports.beforeStaged?.(batch);
  return stageBatch(batch, known, ports, () => before);
}

async function commitInOrder(
  batch: Batch,
  staging: Promise<StagedBatch>,
  before: Promise<void>,
  known: KnownObjects,
  ports: BatchPorts & StagePorts,
  signal?: AbortSignal,
): Promise<void> {
  // Both have to end before the run may: a statement that still runs would meet a closed engine.
  const [earlier, staged] = await Promise.allSettled([before, staging]);
  batch.folder.remove();
  if (earlier.status === "rejected") throw earlier.reason;
  if (staged.status === "rejected") throw staged.reason;
  signal?.throwIfAborted();
  const ready = staged.value;
  ports.onStep("stage.files-written");
  if (!(await ports.commit(ready, batch, ports.engine))) return;
  // Not before: another delivery of the same bytes would be the duplicate of what is in no table.
  for (const row of ready.ledger) known.add(row);
}
