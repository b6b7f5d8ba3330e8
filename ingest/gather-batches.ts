/**
 * Routed objects in their order -> batches. Objects are read ahead, inflated and spooled one after the other; those that
 * are framed alike gather until a limit is reached. Which objects make a batch depends on the objects to do and on the
 * limits alone; a run that was interrupted may make other batches of what is left.
 */
import { LogkeepError } from "../core/errors.ts";
import type { Source } from "../core/source.ts";
import type { Spool, SpoolFolder } from "../core/spool.ts";
import type { KnownObjects } from "./known-objects.ts";
import type { ClosedObject, OpenedObject, RoutedObject } from "./objects.ts";
import {
  type ChooseTarget,
  closed,
  inflatedLimit,
  type OpenLimits,
  type OpenPorts,
  openObject,
} from "./open-object.ts";
import type { SpoolFormat } from "./raw-relation.ts";
import type { Batch } from "./stage-batch.ts";

/** When a batch is full, and how objects are read for it. */
export interface BatchLimits extends OpenLimits {
  /** Inflated bytes of a batch at most; one larger object is a batch of its own. */
  readonly batchBytes: number;
  /** How many batches are worked on side by side: what there is is split evenly among them. */
  readonly batchesAtOnce: number;
  readonly batchObjects: number;
  /** Objects that are larger as delivered are spooled to disk and never held whole. */
  readonly largeObjectBytes: number;
  /** How many objects are fetched ahead. */
  readonly readAhead: number;
}

/** What gathering needs of the world. */
export interface GatherPorts extends OpenPorts {
  /** In memory where there is room. */
  readonly spool: Spool;
  /** On disk, for large objects, and for batches that the other has no room for. */
  readonly diskSpool: Spool;
  /** Told of an object that ended as an earlier run's attempt did: the ledger says so already. */
  readonly onUnchanged?: (object: ClosedObject) => void;
}

/** A batch that is filling. */
interface Gathering {
  readonly source: Source;
  readonly format: SpoolFormat;
  readonly folder: SpoolFolder;
  readonly objects: OpenedObject[];
  places: number;
  bytes: number;
}

/** An object that went into the batch at `key`. */
interface Gathered {
  readonly kind: "gathered";
  readonly key: string;
  readonly inflatedBytes: number;
}

/** A full batch comes at once; what is left comes at the end, in the order in which the batches were begun. */
export async function* gatherBatches(
  objects: readonly RoutedObject[],
  sources: readonly Source[],
  known: KnownObjects,
  limits: BatchLimits,
  ports: GatherPorts,
  signal?: AbortSignal,
): AsyncGenerator<Batch> {
  const gathering = new Map<string, Gathering>();
  let undecided: ClosedObject[] = [];
  const share = evenShare(objects, limits);
  try {
    for await (const { object, bytes } of readAhead(objects, limits, ports, signal)) {
      const result = await openInto(gathering, object, bytes, sources, limits, ports, signal);
      if (result.kind === "closed") {
        if (known.hasReason(result.ref, result.reason)) ports.onUnchanged?.(result);
        else undecided.push(result);
        if (undecided.length < limits.batchObjects) continue;
        yield { content: null, closed: undecided, folder: ports.spool.createFolder() };
        undecided = [];
        continue;
      }
      share.opened(object, result.inflatedBytes);
      const full = fullGroup(result.key, gathering, { ...limits, batchBytes: share.batchBytes() });
      if (full === null) continue;
      gathering.delete(full.key);
      share.finished(full.group.bytes);
      yield toBatch(full.group);
    }
    for (const [key, group] of gathering) {
      if (group.objects.length === 0) continue;
      gathering.delete(key);
      yield toBatch(group);
    }
  } finally {
    // Of objects that came to nothing, or when the work has ended early.
    for (const { folder } of gathering.values()) folder.remove();
  }
  if (undecided.length > 0) yield { content: null, closed: undecided, folder: ports.spool.createFolder() };
}

/** Smaller batches are not worth what every batch costs, whatever it holds. */
const LEAST_BATCH_BYTES = 16_777_216;

/**
 * Batches that are all alike keep all engines busy to the end; with full ones, the last would often work alone. How many
 * bytes are still to come is estimated by how far objects inflated so far.
 */
function evenShare(objects: readonly RoutedObject[], { batchBytes, batchesAtOnce }: BatchLimits) {
  let waiting = objects.reduce((sum, { ref, route }) => sum + (route.skipRule === null ? ref.sizeBytes : 0), 0);
  let delivered = 0;
  let inflated = 0;
  let batches = 0;
  let batched = 0;
  return {
    opened({ ref }: RoutedObject, inflatedBytes: number): void {
      waiting -= ref.sizeBytes;
      delivered += ref.sizeBytes;
      inflated += inflatedBytes;
    },
    finished(bytes: number): void {
      batches += 1;
      batched += bytes;
    },
    batchBytes(): number {
      const whole = inflated + Math.max(0, waiting) * (delivered === 0 ? 1 : inflated / delivered);
      const rounds = Math.ceil(whole / batchBytes / batchesAtOnce);
      const share = (whole - batched) / Math.max(1, rounds * batchesAtOnce - batches);
      return Math.min(batchBytes, Math.max(share, LEAST_BATCH_BYTES));
    },
  };
}

/** A batch, the object that makes it overfull, and what the batches beside it still grow by before they are full. */
const BATCHES_OF_ROOM = 3;

interface KeyedGathering {
  readonly key: string;
  readonly group: Gathering;
}

/** The group that is to be a batch now that the one at `key` has grown; all of them share the spool's room. */
function fullGroup(key: string, gathering: ReadonlyMap<string, Gathering>, limits: BatchLimits): KeyedGathering | null {
  const group = gathering.get(key);
  if (group !== undefined && (group.bytes >= limits.batchBytes || group.objects.length >= limits.batchObjects)) {
    return { key, group };
  }
  let heldBytes = 0;
  let largest: KeyedGathering | null = null;
  for (const [each, other] of gathering) {
    heldBytes += other.bytes;
    if (other.bytes > (largest?.group.bytes ?? 0)) largest = { key: each, group: other };
  }
  return heldBytes < 2 * limits.batchBytes ? null : largest;
}

function toBatch(group: Gathering): Batch {
  const { source, format, objects, folder } = group;
  return { content: { source, format, objects }, closed: [], folder };
}

interface Fetched {
  readonly object: RoutedObject;
  /** Null for large objects, which are streamed, and for objects that are not read. */
  readonly bytes: Promise<Uint8Array> | null;
}

/** Objects in their order, with the bytes of the next few already under way. */
async function* readAhead(
  objects: readonly RoutedObject[],
  limits: BatchLimits,
  ports: GatherPorts,
  signal: AbortSignal | undefined,
): AsyncGenerator<Fetched> {
  const window: Fetched[] = [];
  const fetch = (object: RoutedObject): Fetched => {
    const isRead = object.route.skipRule === null && object.ref.sizeBytes <= limits.largeObjectBytes;
    const bytes = isRead ? ports.store.read(object.ref, signal) : null;
    // The failure is met when the object's turn comes; until then it must not count as unhandled.
    bytes?.catch(() => undefined);
    return { object, bytes };
  };
  for (const object of objects) {
    window.push(fetch(object));
    if (window.length <= limits.readAhead) continue;
    const next = window.shift();
    if (next !== undefined) yield next;
    signal?.throwIfAborted();
  }
  for (const next of window) {
    signal?.throwIfAborted();
    yield next;
  }
}

/** Opens one object into the batch of its source and framing; a large one is a batch of its own, on disk. */
async function openInto(
  gathering: Map<string, Gathering>,
  object: RoutedObject,
  bytes: Promise<Uint8Array> | null,
  sources: readonly Source[],
  limits: BatchLimits,
  ports: GatherPorts,
  signal: AbortSignal | undefined,
): Promise<ClosedObject | Gathered> {
  const { skipRule } = object.route;
  if (skipRule !== null) return closed(object, null, "skipped", skipRule, "a rule says that this is no log object");
  const mostBytes = inflatedLimit(object.ref.sizeBytes, limits);
  const isLarge = object.ref.sizeBytes > limits.largeObjectBytes;
  const first = isLarge ? mostBytes : Math.min(mostBytes, limits.batchBytes);
  const opened = await openAt(gathering, object, bytes, sources, limits, first, isLarge, ports, signal);
  // Small as delivered, large inside: it would fill the memory, or be a bomb; on the disk it is found out which.
  const isSurprise = opened.kind === "closed" && opened.reason === "inflate.too-large" && first < mostBytes;
  if (!isSurprise) return opened;
  return openAt(gathering, object, bytes, sources, limits, mostBytes, true, ports, signal);
}

async function openAt(
  gathering: Map<string, Gathering>,
  object: RoutedObject,
  bytes: Promise<Uint8Array> | null,
  sources: readonly Source[],
  limits: BatchLimits,
  maxBytes: number,
  isLarge: boolean,
  ports: GatherPorts,
  signal: AbortSignal | undefined,
): Promise<ClosedObject | Gathered> {
  let key = "";
  const choose: ChooseTarget = (source, format) => {
    key = JSON.stringify([source.id, format, isLarge ? object.ref.uri : null]);
    let group = gathering.get(key);
    if (group === undefined) {
      const hasRoom = !isLarge && ports.spool.freeBytes() >= BATCHES_OF_ROOM * limits.batchBytes;
      const folder = (hasRoom ? ports.spool : ports.diskSpool).createFolder();
      group = { source, format, folder, objects: [], places: 0, bytes: 0 };
      gathering.set(key, group);
    }
    const name = String(group.places).padStart(6, "0");
    group.places += 1;
    return { folder: group.folder, name };
  };
  const opened = await openObject(object, sources, choose, bytes, maxBytes, ports, signal);
  if (opened.kind === "closed") {
    return opened.reason === "frame.no-source" ? { ...opened, state: "skipped" } : opened;
  }
  const group = gathering.get(key);
  if (group === undefined)
    throw new LogkeepError({ code: "ingest.no-group", message: "an opened object has no batch" });
  group.objects.push(opened);
  group.bytes += isLarge ? limits.batchBytes : opened.inflatedBytes;
  return { kind: "gathered", key, inflatedBytes: opened.inflatedBytes };
}
