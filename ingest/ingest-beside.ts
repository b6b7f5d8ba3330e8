/**
 * Announced objects -> committed rows, where other workers do the same with other objects, or with the same ones. What
 * others were faster with is looked up and staged again, until each object is decided.
 */
import type { ObjectRef } from "../core/object-store.ts";
import type { SeenStore } from "../core/seen-store.ts";
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import { commitBeside } from "./commit-beside.ts";
import { type BatchLimits, type GatherPorts, gatherBatches } from "./gather-batches.ts";
import { type BatchPorts, ingestBatches } from "./ingest-batches.ts";
import { isFinal, versionKey } from "./known-objects.ts";
import type { ClosedObject } from "./objects.ts";
import { planObjects } from "./plan-objects.ts";
import { catchUp, lookUpContents, lookUpObjects } from "./seen-objects.ts";
import type { Batch } from "./stage-batch.ts";
import { addBatch, NO_TOTALS, type Totals } from "./totals.ts";

/** Everything that a worker needs of the world. */
export interface BesidePorts extends Omit<BatchPorts, "commit" | "beforeStaged">, GatherPorts {
  readonly seen: SeenStore;
  /** For the index and for comparing before a commit: small statements. */
  readonly ownEngine: SqlEngine;
  readonly nameStaging: (batch: string) => string;
  /** Told the sums of each batch when it is committed, whatever becomes of the call. */
  readonly onCommitted?: (totals: Totals) => void;
}

/** What became of announced objects. */
export interface BesideSummary {
  /** Of the batches that this call committed. */
  readonly totals: Totals;
  /** Objects of the call that were decided before, or by others meanwhile. */
  readonly alreadyDecided: number;
  /** Batches that were staged again. */
  readonly outdated: number;
  readonly batches: number;
  /** Objects that could not be read and may be later: they are to be announced again. */
  readonly unread: readonly ObjectRef[];
  readonly reasons: ReadonlyMap<string, number>;
}

/**
 * Ingests objects, each of them once in the list, and notes `closed` ones, which need no reading. When it resolves, every
 * one but the `unread` is decided in the ledger. Errors of the world end it: then some may be decided, and calling it
 * again with all of them is right.
 */
export async function ingestBeside(
  refs: readonly ObjectRef[],
  closed: readonly ClosedObject[],
  sources: readonly Source[],
  limits: BatchLimits,
  ports: BesidePorts,
  signal?: AbortSignal,
): Promise<BesideSummary> {
  const seen = { store: ports.seen, lake: ports.lake, engine: ports.ownEngine, sources };
  const reasons = new Map<string, number>();
  const unread = new Map<string, ObjectRef>();
  let [totals, outdated, batches, alreadyDecided] = [NO_TOTALS, 0, 0, 0];
  const closedByName = new Map(closed.map((object) => [nameOf(object.ref), object]));
  let toDo = [...refs, ...closed.map(({ ref }) => ref)];
  while (toDo.length > 0) {
    const known = await lookUpObjects(toDo, seen);
    const planned = planObjects(toDo, sources).filter(({ ref }) => !known.isDecided(ref));
    alreadyDecided += toDo.length - planned.length;
    const again: ObjectRef[] = [];
    const gatherPorts = {
      ...ports,
      onUnchanged: ({ ref }: { readonly ref: ObjectRef }) => unread.set(nameOf(ref), ref),
    };
    const isClosed = ({ ref }: { readonly ref: ObjectRef }) => closedByName.has(nameOf(ref));
    const toRead = planned.filter((object) => !isClosed(object));
    const gathered = bySource(
      withClosed(
        planned.flatMap(({ ref }) => closedByName.get(nameOf(ref)) ?? []),
        gatherBatches(toRead, sources, known, limits, gatherPorts, signal),
        ports,
      ),
      ports,
    );
    const commit: BatchPorts["commit"] = async (ready, batch) => {
      const committed = await commitBeside(ready.intent, { ...ports, sources, engine: ports.ownEngine });
      if (committed) ports.onCommitted?.(addBatch(NO_TOTALS, ready, new Map()));
      // Also of what others were faster with: looked up as before, it would be staged as before.
      await catchUp(seen);
      if (!committed) {
        outdated += 1;
        again.push(...refsOf(batch));
        return false;
      }
      totals = addBatch(totals, ready, reasons);
      const transient = new Set(
        ready.ledger.flatMap((row) => (isFinal(row.reason) ? [] : [versionKey(row.object, row.object_version)])),
      );
      for (const ref of refsOf(batch)) if (transient.has(nameOf(ref))) unread.set(nameOf(ref), ref);
      return true;
    };
    const beforeStaged = (batch: Batch) => lookUpContents(batch, known, seen);
    batches += await ingestBatches(gathered, known, { ...ports, beforeStaged, commit }, signal);
    toDo = again;
  }
  return { totals, alreadyDecided, outdated, batches, unread: [...unread.values()], reasons };
}

async function* withClosed(
  closed: readonly ClosedObject[],
  batches: AsyncGenerator<Batch>,
  { spool }: Pick<GatherPorts, "spool">,
): AsyncGenerator<Batch> {
  if (closed.length > 0) yield { content: null, closed, folder: spool.createFolder() };
  yield* batches;
}

/**
 * Closed objects apart by the source that their keys tell, whose table decides about them: in one order with what other
 * writers, which could read them, make of the same objects.
 */
async function* bySource(batches: AsyncGenerator<Batch>, { spool }: Pick<GatherPorts, "spool">): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    if (batch.content !== null) {
      yield batch;
      continue;
    }
    const groups = [...Map.groupBy(batch.closed, ({ route }) => route.source?.id ?? null).values()];
    for (const [index, closed] of groups.entries()) {
      yield { ...batch, closed, folder: index === 0 ? batch.folder : spool.createFolder() };
    }
  }
}

function refsOf({ content, closed }: Batch): ObjectRef[] {
  return [...(content?.objects ?? []), ...closed].map(({ ref }) => ref);
}

function nameOf({ uri, version }: ObjectRef): string {
  return versionKey(uri, version);
}
