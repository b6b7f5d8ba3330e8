/**
 * The messages of a dead-letter queue: read whole, explained by what they say and by what the ledger says of their
 * objects, and sent back. SQS has no way to look at a message without receiving it, so what is read is invisible to
 * others until it is released, and its count of receipts grows.
 */
import type { ObjectState } from "../../core/ledger.ts";
import type { MessageOutcome, NotificationQueue, QueueMessage } from "../../core/notification-queue.ts";
import { type AllowedPrefix, type AnnouncedObject, type Announcement, announcedUri } from "./announcement.ts";
import { parseMessage } from "./parse-message.ts";

/** Long enough to ask the ledger and to send a thousand messages back; then they are visible again by themselves. */
const VISIBILITY_MS = 600_000;
/** A poll that waits asks all of the queue's servers; one that does not, some. */
const WAIT_MS = 1000;

/** What the ledger says of one version of an object. */
export interface LedgerEntry {
  readonly object: string;
  readonly version: string;
  readonly state: ObjectState;
  readonly reason: string | null;
  readonly detail: string | null;
  /** ISO 8601. */
  readonly decidedAt: string;
}

/** One record of a dead letter, and why it is there. */
export interface ExplainedRecord {
  /** Null where the record announces none. */
  readonly object: AnnouncedObject | null;
  readonly uri: string | null;
  /**
   * A code of the parser, `message.acknowledged`, `object.undecided` (the ledger does not know it: workers failed before
   * a commit), the ledger's reason of a quarantined object, or `object.decided`.
   */
  readonly explanation: string;
  readonly detail: string;
  /** Null where the ledger knows nothing of the object. */
  readonly state: ObjectState | null;
}

/** A dead letter with the explanation of each of its records. */
export interface ExplainedLetter {
  readonly message: QueueMessage;
  readonly records: readonly ExplainedRecord[];
  /** Of the record that weighs most: not understood, then undecided, then quarantined, then the rest. */
  readonly explanation: string;
}

/** Messages that were read, and are held. */
export interface DeadLetters {
  readonly messages: readonly QueueMessage[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
}

/**
 * Reads up to `most` messages, does something with them, and makes visible again what is still there, however it ends.
 * Fails as the queue and `action` do.
 */
export async function withDeadLetters<T>(
  queue: NotificationQueue,
  most: number,
  action: (letters: DeadLetters) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const byId = new Map<string, QueueMessage>();
  try {
    return await action(await readInto(byId, queue, most, signal));
  } finally {
    const receipts = [...byId.values()].map(({ receipt }) => receipt);
    // What cannot be told becomes visible by itself; it must not hide how the action ended.
    await queue.setVisibility(receipts, 0).catch(() => undefined);
  }
}

async function readInto(
  byId: Map<string, QueueMessage>,
  queue: NotificationQueue,
  most: number,
  signal: AbortSignal | undefined,
): Promise<DeadLetters> {
  while (byId.size < most) {
    const wanted = Math.min(10, most - byId.size);
    const received = await queue.receive({ most: wanted, waitMs: WAIT_MS, visibilityMs: VISIBILITY_MS }, signal);
    if (received.length === 0) return { messages: [...byId.values()], isCut: false };
    for (const message of received) byId.set(message.id, message);
  }
  const { visible } = await queue.depth(signal);
  return { messages: [...byId.values()], isCut: visible > 0 };
}

/** Addresses of all objects that the messages announce, for the ledger to be asked about. Pure. */
export function announcedUris(
  messages: readonly QueueMessage[],
  allowed: readonly AllowedPrefix[] | null,
): readonly string[] {
  const uris = new Set<string>();
  for (const { body } of messages) {
    for (const each of parseMessage(body, allowed).announcements) {
      if (each.kind === "object") uris.add(announcedUri(each.object));
    }
  }
  return [...uris];
}

/** Explains messages by the ledger's entries about `announcedUris`. Pure. */
export function explainLetters(
  messages: readonly QueueMessage[],
  allowed: readonly AllowedPrefix[] | null,
  ledger: readonly LedgerEntry[],
): readonly ExplainedLetter[] {
  const byUri = Map.groupBy(ledger, ({ object }) => object);
  return messages.map((message) => {
    const records = parseMessage(message.body, allowed).announcements.map((each) => explainRecord(each, byUri));
    const [heaviest] = [...records].sort((left, right) => weight(right) - weight(left));
    return { message, records, explanation: heaviest?.explanation ?? "" };
  });
}

/**
 * Sends messages back to the queue they came from, then deletes them here: whoever dies in between leaves a message in
 * both, and the ledger sees through duplicates. Returns how each fared: `failed` ones are still here.
 */
export async function redriveLetters(
  from: NotificationQueue,
  to: NotificationQueue,
  messages: readonly QueueMessage[],
  signal?: AbortSignal,
): Promise<readonly MessageOutcome[]> {
  const outcomes: MessageOutcome[] = [];
  for (let start = 0; start < messages.length; start += 10) {
    signal?.throwIfAborted();
    const batch = messages.slice(start, start + 10);
    const sent = await to.send(batch.map(({ body }) => body));
    const gone = batch.filter((_, at) => sent[at]?.kind === "done");
    // Without the signal: what was sent is to be deleted, else it comes twice.
    const removed = await from.delete(gone.map(({ receipt }) => receipt));
    const byId = new Map(gone.map(({ id }, at) => [id, removed[at]]));
    outcomes.push(
      ...batch.map(({ id }, at) => byId.get(id) ?? sent[at] ?? { kind: "failed" as const, code: "unknown" }),
    );
  }
  return outcomes;
}

function explainRecord(
  announcement: Announcement,
  ledger: ReadonlyMap<string, readonly LedgerEntry[]>,
): ExplainedRecord {
  const nothing = { object: null, uri: null, state: null };
  if (announcement.kind === "not-understood") {
    return { ...nothing, explanation: announcement.code, detail: announcement.detail };
  }
  if (announcement.kind === "acknowledged") {
    return { ...nothing, explanation: "message.acknowledged", detail: `done by the rule ${announcement.rule}` };
  }
  const { object } = announcement;
  const uri = announcedUri(object);
  const entry = entryOf(object, ledger.get(uri) ?? []);
  if (entry === null) {
    const detail = "the ledger does not know it: it was never read, or its batch was never committed";
    return { object, uri, state: null, explanation: "object.undecided", detail };
  }
  const { state, reason } = entry;
  if (state === "quarantined") {
    return { object, uri, state, explanation: reason ?? "object.quarantined", detail: entry.detail ?? "" };
  }
  return { object, uri, state, explanation: "object.decided", detail: `${state} at ${entry.decidedAt}` };
}

/** Of the announced version where it is told, else the newest decision about the address. */
function entryOf({ etag }: AnnouncedObject, entries: readonly LedgerEntry[]): LedgerEntry | null {
  const fitting = etag === null ? entries : entries.filter(({ version }) => version === etag);
  return fitting.reduce<LedgerEntry | null>(
    (newest, each) => (newest === null || each.decidedAt >= newest.decidedAt ? each : newest),
    null,
  );
}

function weight({ explanation, state }: ExplainedRecord): number {
  if (explanation.startsWith("notification.")) return 4;
  if (explanation === "object.undecided") return 3;
  if (state === "quarantined") return 2;
  return state === null ? 0 : 1;
}
