/**
 * The whole ingest of a store: recover, list, route, leave out what is decided, then batch after batch is staged and
 * committed. While the SQL engine works on one batch the next one is inflated, and the one before is committed. May be
 * killed anywhere and run again: what is decided stays decided, the rest is read again.
 */
import type { ObjectRef } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import { type BatchLimits, type GatherPorts, gatherBatches } from "./gather-batches.ts";
import { carryOut, recoverIntents, type StepHook, writeIntent } from "./intent.ts";
import { loadKnownObjects } from "./known-objects.ts";
import type { ClosedObject, RoutedObject } from "./objects.ts";
import { routeKey } from "./route.ts";
import { type StagedBatch, type StagePorts, stageBatch } from "./stage-batch.ts";

/** Everything a run needs of the world. */
export interface IngestPorts extends StagePorts, GatherPorts {
  /** Called between the steps; tests die there. */
  readonly onStep: StepHook;
  readonly onProgress: (progress: Progress) => void;
}

/** Sums over the objects of a run. `recordsIn = rowsKept + recordsRejected + recordsDuplicate`. */
export interface Totals {
  readonly objects: number;
  readonly ingested: number;
  readonly duplicate: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly recordsIn: number;
  readonly rowsKept: number;
  readonly recordsRejected: number;
  readonly recordsDuplicate: number;
  readonly sizeBytes: number;
  readonly inflatedBytes: number;
  readonly derivedRows: number;
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

const NOTHING: Totals = {
  objects: 0,
  ingested: 0,
  duplicate: 0,
  skipped: 0,
  quarantined: 0,
  recordsIn: 0,
  rowsKept: 0,
  recordsRejected: 0,
  recordsDuplicate: 0,
  sizeBytes: 0,
  inflatedBytes: 0,
  derivedRows: 0,
};

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
  for (const source of sources) if (source.macrosSql !== "") await ports.engine.run(source.macrosSql);
  const known = await loadKnownObjects(sources, ports.engine, ports.lake);
  const listed = await listObjects(ports.store.list(signal));
  const toDo = planObjects(listed, sources).filter(({ ref }) => !known.isDecided(ref));
  const bytesToDo = toDo.reduce((sum, { ref }) => sum + ref.sizeBytes, 0);
  const reasons = new Map<string, number>();
  let totals = NOTHING;
  let batches = 0;
  let committing: Promise<void> = Promise.resolve();
  const onUnchanged = ({ ref, reason }: ClosedObject): void => {
    const { objects, quarantined, sizeBytes } = totals;
    totals = { ...totals, objects: objects + 1, quarantined: quarantined + 1, sizeBytes: sizeBytes + ref.sizeBytes };
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const staged = gatherBatches(toDo, sources, known, limits, { ...ports, onUnchanged }, signal);
  let next = staged.next();
  try {
    for (;;) {
      const { value: batch, done } = await next;
      if (done === true) break;
      next = staged.next();
      next.catch(() => undefined);
      // The batch before must be in the table: this one is compared with it.
      const ready = await stageBatch(batch, known, ports, () => committing);
      signal?.throwIfAborted();
      ports.onStep("stage.files-written");
      await committing;
      for (const row of ready.ledger) known.add(row);
      totals = addBatch(totals, ready, reasons);
      batches += 1;
      const progress = { totals, objectsToDo: toDo.length, bytesToDo };
      batch.folder.remove();
      committing = commitBatch(ready, ports).then(() => ports.onProgress(progress));
      committing.catch(() => undefined);
    }
  } finally {
    try {
      await committing;
    } finally {
      // Whatever ended the run: what it had inflated is worthless now, and may lie in memory.
      await next.catch(() => undefined);
      ports.spool.clear();
      ports.diskSpool.clear();
    }
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

/** Objects in the order in which they are read: by the day in their key, then by key. Pure. */
export function planObjects(refs: readonly ObjectRef[], sources: readonly Source[]): RoutedObject[] {
  const routed = refs.map((ref) => ({ ref, route: routeKey(ref.key, sources) }));
  // Equal days keep the listing's order.
  return routed.sort((left, right) => compare(left.route.day ?? "", right.route.day ?? ""));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

async function listObjects(objects: AsyncIterable<ObjectRef>): Promise<ObjectRef[]> {
  const refs: ObjectRef[] = [];
  for await (const ref of objects) refs.push(ref);
  return refs;
}

async function commitBatch(staged: StagedBatch, ports: IngestPorts): Promise<void> {
  await writeIntent(staged.intent, ports.lake.store);
  ports.onStep("commit.intent-written");
  await carryOut(staged.intent, ports.lake, ports.onStep);
}

function addBatch(totals: Totals, staged: StagedBatch, reasons: Map<string, number>): Totals {
  const sum: { -readonly [key in keyof Totals]: number } = { ...totals };
  for (const row of staged.ledger) {
    sum.objects += 1;
    sum[row.state] += 1;
    sum.recordsIn += row.records_in ?? 0;
    sum.rowsKept += row.rows_kept;
    sum.recordsRejected += row.records_rejected;
    sum.recordsDuplicate += row.records_duplicate;
    sum.sizeBytes += row.size_bytes;
    sum.inflatedBytes += row.inflated_bytes ?? 0;
    if (row.reason !== null) reasons.set(row.reason, (reasons.get(row.reason) ?? 0) + 1);
  }
  sum.derivedRows += staged.derivedRows;
  return sum;
}
