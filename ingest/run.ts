/**
 * The whole ingest of a store: recover, list, route, leave out what is decided, then batch after batch is staged and
 * committed. Each SQL engine works on a batch of its own while the next one is inflated; commits keep the batches'
 * order. May be killed anywhere and run again: what is decided stays decided, the rest is read again.
 */
import type { ObjectRef, ObjectStore } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import { beginRun, endRun } from "../lake/ingest-runs.ts";
import { type BatchLimits, type GatherPorts, gatherBatches } from "./gather-batches.ts";
import { type BatchPorts, ingestBatches, prepareEngines } from "./ingest-batches.ts";
import { carryOut, recoverIntents, writeIntent } from "./intent.ts";
import { loadKnownObjects } from "./known-objects.ts";
import type { ClosedObject } from "./objects.ts";
import { planObjects } from "./plan-objects.ts";
import { planRun } from "./plan-run.ts";
import type { StagedBatch } from "./stage-batch.ts";
import { addBatch, NO_TOTALS, type Totals } from "./totals.ts";

/** Everything a run needs of the world. */
export interface IngestPorts extends Omit<BatchPorts, "commit" | "beforeStaged" | "nameStaging">, GatherPorts {
  readonly store: ObjectStore;
  readonly onProgress: (progress: Progress) => void;
}

/** How far a run is, after each commit. */
export interface Progress {
  readonly totals: Totals;
  /** Objects to be decided in this run. */
  readonly objectsToDo: number;
  readonly bytesToDo: number;
}

/** What a run did. */
export interface IngestSummary {
  readonly totals: Totals;
  readonly listed: number;
  /** Objects that earlier runs decided. */
  readonly alreadyDecided: number;
  readonly batches: number;
  /** Batches of a dead process that were finished, and undone. */
  readonly recovered: { readonly finished: number; readonly undone: number };
  /** The first reason of each kind with how often it came, for quarantined and skipped objects. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Ingests all objects of the store. Errors of the world end it (`LogkeepError`), after the batch before is committed. */
export async function ingestStore(
  sources: readonly Source[],
  limits: BatchLimits,
  ports: IngestPorts,
  signal?: AbortSignal,
): Promise<IngestSummary> {
  ports.spool.clear();
  ports.diskSpool.clear();
  const recovered = await recoverIntents(ports.lake, ports.onStep);
  await prepareEngines(sources, ports.engines);
  const known = await loadKnownObjects(sources, ports.engines[0], ports.lake);
  const listed = await listObjects(ports.store.list(signal));
  const toDo = planObjects(listed, sources).filter(({ ref }) => !known.isDecided(ref));
  const bytesToDo = toDo.reduce((sum, { ref }) => sum + ref.sizeBytes, 0);
  const reasons = new Map<string, number>();
  let totals = NO_TOTALS;
  const onUnchanged = ({ ref, reason }: ClosedObject): void => {
    const { objects, quarantined, sizeBytes } = totals;
    totals = { ...totals, objects: objects + 1, quarantined: quarantined + 1, sizeBytes: sizeBytes + ref.sizeBytes };
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const commit = async (ready: StagedBatch): Promise<boolean> => {
    await writeIntent(ready.intent, ports.lake.store);
    ports.onStep("commit.intent-written");
    await carryOut(ready.intent, ports.lake, ports.onStep);
    totals = addBatch(totals, ready, reasons);
    ports.onProgress({ totals, objectsToDo: toDo.length, bytesToDo });
    return true;
  };
  const run = planRun(listed, toDo, ports.lake.clock.now());
  await beginRun(run, ports.lake.store);
  const gathered = gatherBatches(toDo, sources, known, limits, { ...ports, onUnchanged }, signal);
  let batches = 0;
  try {
    batches = await ingestBatches(gathered, known, { ...ports, commit }, signal);
    await endRun(run, ports.lake.store);
  } finally {
    // Whatever ended the run: what it had inflated is worthless now, and may lie in memory.
    ports.spool.clear();
    ports.diskSpool.clear();
  }
  return {
    totals,
    listed: listed.length,
    alreadyDecided: listed.length - toDo.length,
    batches,
    recovered: { finished: recovered.finished.length, undone: recovered.undone.length },
    reasons,
  };
}

async function listObjects(objects: AsyncIterable<ObjectRef>): Promise<ObjectRef[]> {
  const refs: ObjectRef[] = [];
  for await (const ref of objects) refs.push(ref);
  return refs;
}
