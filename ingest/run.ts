/**
 * The whole ingest of a store: recover, list, route, leave out what is decided, then batch after batch is staged and
 * committed. Each SQL engine works on a batch of its own while the next one is inflated; commits keep the batches'
 * order. May be killed anywhere and run again: what is decided stays decided, the rest is read again.
 */
import type { ObjectRef } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import { type BatchLimits, type GatherPorts, gatherBatches } from "./gather-batches.ts";
import { carryOut, recoverIntents, type StepHook, writeIntent } from "./intent.ts";
import { type KnownObjects, loadKnownObjects } from "./known-objects.ts";
import type { ClosedObject, RoutedObject } from "./objects.ts";
import { routeKey } from "./route.ts";
import { type Batch, isLargeBatch, type StagedBatch, type StagePorts, stageBatch } from "./stage-batch.ts";

/** Everything a run needs of the world. */
export interface IngestPorts extends Omit<StagePorts, "engine">, GatherPorts {
  /** At least one; as many batches are staged at a time. One for each core, on one thread each, wastes the least. */
  readonly engines: readonly [SqlEngine, ...SqlEngine[]];
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
  const macros = sources.map((source) => source.macrosSql).filter((sql) => sql !== "");
  for (const engine of ports.engines) for (const sql of macros) await engine.run(sql);
  const known = await loadKnownObjects(sources, ports.engines[0], ports.lake);
  const listed = await listObjects(ports.store.list(signal));
  const toDo = planObjects(listed, sources).filter(({ ref }) => !known.isDecided(ref));
  const bytesToDo = toDo.reduce((sum, { ref }) => sum + ref.sizeBytes, 0);
  const reasons = new Map<string, number>();
  let totals = NOTHING;
  const onUnchanged = ({ ref, reason }: ClosedObject): void => {
    const { objects, quarantined, sizeBytes } = totals;
    totals = { ...totals, objects: objects + 1, quarantined: quarantined + 1, sizeBytes: sizeBytes + ref.sizeBytes };
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const onCommitted = (ready: StagedBatch): void => {
    totals = addBatch(totals, ready, reasons);
    ports.onProgress({ totals, objectsToDo: toDo.length, bytesToDo });
  };
  const gathered = gatherBatches(toDo, sources, known, limits, { ...ports, onUnchanged }, signal);
  let batches = 0;
  try {
    batches = await ingestBatches(gathered, known, { ...ports, onCommitted }, signal);
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

/**
 * Stages batches side by side, one in each engine, and commits them in their order. A batch waits for all before it
 * where it depends on what they make known, and is alone where it needs the memory.
 */
async function ingestBatches(
  gathered: AsyncGenerator<Batch>,
  known: KnownObjects,
  ports: IngestPorts & { readonly onCommitted: (ready: StagedBatch) => void },
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
      const staging = stageBatch(batch, known, { ...ports, engine }, () => before);
      stagings[lane] = staging;
      for (const content of contents) inFlight.add(content);
      committed = commitInOrder(batch, staging, before, known, ports, signal).finally(() => {
        for (const content of contents) inFlight.delete(content);
      });
      committed.catch(() => undefined);
      batches += 1;
    }
  } finally {
    try {
      await committed;
    } finally {
      await next.catch(() => undefined);
    }
  }
}

async function commitInOrder(
  batch: Batch,
  staging: Promise<StagedBatch>,
  before: Promise<void>,
  known: KnownObjects,
  ports: IngestPorts & { readonly onCommitted: (ready: StagedBatch) => void },
  signal?: AbortSignal,
): Promise<void> {
  // Both have to end before the run may: a statement that still runs would meet a closed engine.
  const [earlier, staged] = await Promise.allSettled([before, staging]);
  if (earlier.status === "rejected") throw earlier.reason;
  if (staged.status === "rejected") throw staged.reason;
  signal?.throwIfAborted();
  const ready = staged.value;
  ports.onStep("stage.files-written");
  for (const row of ready.ledger) known.add(row);
  batch.folder.remove();
  await writeIntent(ready.intent, ports.lake.store);
  ports.onStep("commit.intent-written");
  await carryOut(ready.intent, ports.lake, ports.onStep);
  ports.onCommitted(ready);
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
