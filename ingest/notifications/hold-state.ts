/**
 * Which received messages wait for which objects, and what is to be done with them next. Pure: events and the time go
 * in, changes or a plan come out; `hold-book.ts` keeps what they make of the messages. Objects are known by `announcedName`; what became of one is the ledger's to
 * remember, so nothing is kept of it here once it is decided.
 *
 * A message is deleted when all its objects are decided, and returned when one of them failed or one of its records was
 * not understood: after as many receipts as the queue allows, it is a dead letter.
 */
import { MAX_VISIBILITY_MS, type MessageOutcome, type QueueMessage } from "../../core/notification-queue.ts";

/** Before the queue's own limit, so that a request on its way does not pass it. */
const MARGIN_MS = 30_000;
/** Until a call that failed is tried again. */
const RETRY_MS = 1000;
/** An extension is due when between so much and so much of the visibility is left: messages spread out by themselves. */
const EARLIEST_SHARE = 0.6;
const LATEST_SHARE = 0.4;
/** What is due within this share of the visibility goes along: ten make one request. */
const ALONG_SHARE = 0.1;

/** A message that is held. */
export interface HeldMessage {
  readonly id: string;
  readonly receipt: string;
  readonly receiveCount: number;
  /** When this receipt was given: the queue's limit counts from there. */
  readonly receivedAtMs: number;
  /** When others see it again, unless it is extended. */
  readonly visibleAtMs: number;
  /** When that is to be done, or the ending to be tried; infinite when there is nothing to be done any more. */
  readonly nextAtMs: number;
  /** Names of the objects that are not decided. */
  readonly waiting: ReadonlySet<string>;
  /** An object failed, or a record was not understood. */
  readonly mustReturn: boolean;
  /** A request about its end is on its way. */
  readonly isEnding: boolean;
}

/** All held messages by id, and which of them wait for an object, by its name. */
export interface HoldState {
  readonly messages: ReadonlyMap<string, HeldMessage>;
  readonly waiters: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What messages become, by id; null: they are held no more. */
export type HoldChanges = ReadonlyMap<string, HeldMessage | null>;

/** A message that was received, with what it announces. */
export interface Arrival {
  readonly message: QueueMessage;
  /** Of its objects; may be empty. */
  readonly names: readonly string[];
  /** False when a record of it was not understood. */
  readonly isUnderstood: boolean;
}

/** When a message was received or extended, for how long, and a number from 0 to 1 that spreads extensions. */
export interface Moment {
  readonly nowMs: number;
  readonly visibilityMs: number;
  readonly random: () => number;
}

/**
 * Takes messages in. `begun` are the names of objects that no held message waits for yet: work on them begins now. Of a
 * message that is held already, the newer receipt counts. One without objects that was not understood is left alone.
 */
export function takeIn(
  state: HoldState,
  arrivals: readonly Arrival[],
  moment: Moment,
): { readonly changes: HoldChanges; readonly begun: readonly string[] } {
  const changes = new Map<string, HeldMessage>();
  const begun = new Set<string>();
  for (const { message, names, isUnderstood } of arrivals) {
    const { id, receipt, receiveCount } = message;
    const before = changes.get(id) ?? state.messages.get(id);
    const received = { id, receipt, receiveCount, receivedAtMs: moment.nowMs, isEnding: false };
    if (before !== undefined) {
      changes.set(id, scheduled({ ...before, ...received }, moment));
      continue;
    }
    if (names.length === 0 && !isUnderstood) continue;
    const held = { ...received, waiting: new Set(names), mustReturn: !isUnderstood, visibleAtMs: 0, nextAtMs: 0 };
    changes.set(id, scheduled(held, moment));
    for (const name of held.waiting) if (!state.waiters.has(name)) begun.add(name);
  }
  return { changes, begun: [...begun] };
}

/** Objects were decided, or failed: every message that waited for one waits no more. */
export function settleObjects(
  state: HoldState,
  decided: ReadonlySet<string>,
  failed: ReadonlySet<string>,
  nowMs: number,
): HoldChanges {
  const concerned = new Set([...decided, ...failed].flatMap((name) => [...(state.waiters.get(name) ?? [])]));
  const changes = new Map<string, HeldMessage>();
  for (const id of concerned) {
    const held = state.messages.get(id);
    if (held === undefined) continue;
    const waiting = new Set([...held.waiting].filter((name) => !decided.has(name) && !failed.has(name)));
    const mustReturn = held.mustReturn || [...held.waiting].some((name) => failed.has(name));
    changes.set(id, { ...held, waiting, mustReturn, ...(waiting.size === 0 ? { nextAtMs: nowMs } : {}) });
  }
  return changes;
}

/** What is to be done now. */
export interface HoldPlan {
  readonly extend: readonly HeldMessage[];
  readonly delete: readonly HeldMessage[];
  readonly return: readonly HeldMessage[];
  /** Held for as long as the queue allows: they become visible, and are not extended again. */
  readonly giveUp: readonly HeldMessage[];
}

/** Plans what is due. The caller marks with `startEnding` what it deletes or returns, and with `giveUp` what it lets go. */
export function planHold(state: HoldState, nowMs: number, visibilityMs: number): HoldPlan {
  const plan = { extend: [] as HeldMessage[], delete: [] as HeldMessage[], return: [] as HeldMessage[] };
  const giveUp: HeldMessage[] = [];
  const along: HeldMessage[] = [];
  for (const held of state.messages.values()) {
    if (held.isEnding) continue;
    const isDue = held.nextAtMs <= nowMs;
    if (held.waiting.size === 0) {
      if (isDue) plan[held.mustReturn ? "return" : "delete"].push(held);
    } else if (nowMs + visibilityMs > held.receivedAtMs + MAX_VISIBILITY_MS - MARGIN_MS) {
      if (isDue) giveUp.push(held);
    } else if (isDue) plan.extend.push(held);
    else if (held.nextAtMs <= nowMs + visibilityMs * ALONG_SHARE) along.push(held);
  }
  if (plan.extend.length > 0) {
    along.sort((left, right) => left.nextAtMs - right.nextAtMs);
    plan.extend.push(...along.slice(0, (10 - (plan.extend.length % 10)) % 10));
  }
  return { ...plan, giveUp };
}

/** A request about the end of these messages is on its way. */
export function startEnding(state: HoldState, ending: readonly HeldMessage[]): HoldChanges {
  return changed(state, ending, (held) => ({ ...held, isEnding: true }));
}

/** Nothing more is done about these until their objects are decided. */
export function letGo(state: HoldState, lost: readonly HeldMessage[]): HoldChanges {
  return changed(state, lost, (held) => ({ ...held, nextAtMs: Number.POSITIVE_INFINITY }));
}

/** How the extension of messages fared. One whose receipt holds nothing any more only waits for its objects. */
export function extended(
  state: HoldState,
  asked: readonly HeldMessage[],
  outcomes: readonly MessageOutcome[],
  moment: Moment,
): HoldChanges {
  return changed(state, asked, (held, at) => {
    const kind = outcomes[at]?.kind ?? "failed";
    // It may have been settled meanwhile: then its end is what is due.
    const nextAtMs = held.waiting.size === 0 ? held.nextAtMs : null;
    if (kind === "done") return { ...scheduled(held, moment), ...(nextAtMs === null ? {} : { nextAtMs }) };
    return { ...held, nextAtMs: nextAtMs ?? (kind === "expired" ? Number.POSITIVE_INFINITY : moment.nowMs + RETRY_MS) };
  });
}

/**
 * How the deletion of messages fared. One that failed is tried again for as long as the message is held; after that it
 * comes again by itself, its objects are found decided, and it is deleted then.
 */
export function deleted(
  state: HoldState,
  asked: readonly HeldMessage[],
  outcomes: readonly MessageOutcome[],
  nowMs: number,
): HoldChanges {
  return changed(state, asked, (held, at) => {
    const isOver = outcomes[at]?.kind !== "failed" || nowMs >= held.visibleAtMs;
    return isOver ? null : { ...held, isEnding: false, nextAtMs: nowMs + RETRY_MS };
  });
}

/** Messages were returned, or will be seen again by themselves. */
export function returned(state: HoldState, asked: readonly HeldMessage[]): HoldChanges {
  return changed(state, asked, () => null);
}

/** Changes messages that still have the receipt which was asked about: of one received anew, old answers say nothing. */
function changed(
  state: HoldState,
  asked: readonly HeldMessage[],
  change: (held: HeldMessage, at: number) => HeldMessage | null,
): HoldChanges {
  const changes = new Map<string, HeldMessage | null>();
  for (const [at, { id, receipt }] of asked.entries()) {
    const held = state.messages.get(id);
    if (held?.receipt === receipt) changes.set(id, change(held, at));
  }
  return changes;
}

function scheduled(held: HeldMessage, { nowMs, visibilityMs, random }: Moment): HeldMessage {
  const left = LATEST_SHARE + random() * (EARLIEST_SHARE - LATEST_SHARE);
  const visibleAtMs = nowMs + visibilityMs;
  return { ...held, visibleAtMs, nextAtMs: held.waiting.size === 0 ? nowMs : visibleAtMs - left * visibilityMs };
}
