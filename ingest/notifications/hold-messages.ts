/**
 * Received messages in; they stay invisible to others while their objects are worked on, and are deleted when all of
 * those are decided. Nothing is deleted that was not settled; what cannot be extended, deleted or returned only comes
 * again. Decisions are `hold-state.ts`'s.
 */
import type { Clock } from "../../core/clock.ts";
import { isLogkeepError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { MessageOutcome, NotificationQueue, QueueMessage } from "../../core/notification-queue.ts";
import { type AnnouncedObject, announcedName, type ParsedMessage } from "./announcement.ts";
import { openHoldBook } from "./hold-book.ts";
import {
  deleted,
  extended,
  type HeldMessage,
  letGo,
  planHold,
  returned,
  settleObjects,
  startEnding,
  takeIn,
} from "./hold-state.ts";
import { isUnderstood } from "./parse-message.ts";

/** How often is looked whether something is due: this share of the visibility, within bounds. */
const TICK_SHARE = 1 / 120;
const SHORTEST_TICK_MS = 500;
const LONGEST_TICK_MS = 10_000;
const FIRST_RETURN_MS = 10_000;
const LAST_RETURN_MS = 900_000;

/** What holding needs of the world. */
export interface HoldPorts {
  readonly queue: NotificationQueue;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1; spreads extensions. */
  readonly random: () => number;
}

/** A message with what it says. */
export interface ReceivedMessage {
  readonly message: QueueMessage;
  readonly parsed: ParsedMessage;
}

/** How messages ended so far, and what is held now. */
export interface HoldCounts {
  readonly held: number;
  /** Objects that held messages wait for. */
  readonly objects: number;
  readonly deleted: number;
  readonly returned: number;
  /** Whose receipt held nothing any more: they come again, or came already. */
  readonly lost: number;
  /** Held for as long as the queue allows. */
  readonly givenUp: number;
}

/** What holds messages. Its caller runs `run` until all work has ended, then calls `release`. */
export interface MessageHold {
  /**
   * Holds messages that were received just now with a visibility of `visibilityMs`. Returns the objects that no held
   * message waits for yet, each once: they are to be worked on, and settled.
   */
  take(received: readonly ReceivedMessage[]): readonly AnnouncedObject[];
  /**
   * Says what became of objects, by `announcedName`: decided (in the ledger, whatever their state) or failed (to be
   * tried again). Deletes and returns what waited for nothing else. Call it after the commit. Does not fail.
   */
  settle(decided: Iterable<string>, failed: Iterable<string>): Promise<void>;
  /** Extends, and tries again what failed, until the signal. Does not fail. */
  run(signal: AbortSignal): Promise<void>;
  /** Returns every message that still waits, at once: another worker gets it. */
  release(): Promise<void>;
  counts(): HoldCounts;
}

/** How long a message whose object failed stays away, by the number of its receipts: 10 s, 20 s, ... 15 minutes. Pure. */
export function returnDelayMs(receiveCount: number): number {
  return Math.min(LAST_RETURN_MS, FIRST_RETURN_MS * 2 ** Math.min(20, Math.max(0, receiveCount - 1)));
}

/** Starts with nothing held. `visibilityMs` is what messages are received with, and extended by. */
export function holdMessages(visibilityMs: number, ports: HoldPorts): MessageHold {
  const { queue, clock, log, random } = ports;
  const tickMs = Math.min(LONGEST_TICK_MS, Math.max(SHORTEST_TICK_MS, visibilityMs * TICK_SHARE));
  const sums = { deleted: 0, returned: 0, lost: 0, givenUp: 0 };
  const { state, apply } = openHoldBook();
  const moment = () => ({ nowMs: clock.now(), visibilityMs, random });

  const ask = async (
    operation: string,
    messages: readonly HeldMessage[],
    call: (receipts: readonly string[]) => Promise<readonly MessageOutcome[]>,
  ): Promise<readonly MessageOutcome[]> => {
    try {
      return await call(messages.map(({ receipt }) => receipt));
    } catch (thrown) {
      // A message that could not be told is told again, or comes again: neither may end the work on the others.
      const code = isLogkeepError(thrown) ? thrown.code : "unknown";
      log.warn("queue.call-failed", { operation, code, messages: messages.length });
      return messages.map(() => ({ kind: "failed", code }));
    }
  };
  const countLost = (operation: string, outcomes: readonly MessageOutcome[]): void => {
    const lost = outcomes.filter(({ kind }) => kind === "expired").length;
    if (lost === 0) return;
    sums.lost += lost;
    log.warn("message.lost", { operation, messages: lost });
  };
  const end = async (): Promise<void> => {
    const plan = planHold(state, clock.now(), visibilityMs);
    apply(startEnding(state, [...plan.delete, ...plan.return]));
    const byDelay = Map.groupBy(plan.return, ({ receiveCount }) => returnDelayMs(receiveCount));
    const returns = [...byDelay].map(([delayMs, messages]) => giveBack(messages, delayMs));
    const outcomes = await ask("delete", plan.delete, (receipts) => queue.delete(receipts));
    countLost("delete", outcomes);
    sums.deleted += outcomes.filter(({ kind }) => kind === "done").length;
    apply(deleted(state, plan.delete, outcomes, clock.now()));
    await Promise.all(returns);
  };
  const giveBack = async (messages: readonly HeldMessage[], delayMs: number): Promise<void> => {
    const outcomes = await ask("return", messages, (receipts) => queue.setVisibility(receipts, delayMs));
    sums.returned += outcomes.filter(({ kind }) => kind === "done").length;
    countLost("return", outcomes);
    apply(returned(state, messages));
  };
  const extend = async (): Promise<void> => {
    const plan = planHold(state, clock.now(), visibilityMs);
    if (plan.giveUp.length > 0) {
      sums.givenUp += plan.giveUp.length;
      log.warn("message.given-up", { messages: plan.giveUp.length });
      apply(letGo(state, plan.giveUp));
    }
    if (plan.extend.length === 0) return;
    // As it was asked for: an answer that comes late makes no message invisible for longer.
    const asked = moment();
    const outcomes = await ask("extend", plan.extend, (receipts) => queue.setVisibility(receipts, visibilityMs));
    countLost("extend", outcomes);
    apply(extended(state, plan.extend, outcomes, asked));
  };

  return {
    take(received) {
      const byName = new Map<string, AnnouncedObject>();
      const arrivals = received.map(({ message, parsed }) => {
        const objects = parsed.announcements.flatMap((each) => (each.kind === "object" ? [each.object] : []));
        for (const object of objects) byName.set(announcedName(object), object);
        return { message, names: objects.map(announcedName), isUnderstood: isUnderstood(parsed) };
      });
      const taken = takeIn(state, arrivals, moment());
      apply(taken.changes);
      return taken.begun.flatMap((name) => byName.get(name) ?? []);
    },
    async settle(decided, failed) {
      apply(settleObjects(state, new Set(decided), new Set(failed), clock.now()));
      await end();
    },
    async run(signal) {
      const repeat = async (action: () => Promise<void>) => {
        while (!signal.aborted) {
          await action();
          await clock.sleep(tickMs, signal).catch(() => undefined);
        }
      };
      // Side by side: a deletion that hangs must not keep others from being extended.
      await Promise.all([repeat(end), repeat(extend)]);
    },
    async release() {
      await end();
      const left = [...state.messages.values()].filter(({ isEnding }) => !isEnding);
      apply(startEnding(state, left));
      if (left.length > 0) await giveBack(left, 0);
    },
    counts: () => ({ ...sums, held: state.messages.size, objects: state.waiters.size }),
  };
}
