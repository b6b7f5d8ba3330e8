import type { Clock } from "../../core/clock.ts";
import {
  MAX_VISIBILITY_MS,
  type MessageOutcome,
  type NotificationQueue,
  type QueueMessage,
} from "../../core/notification-queue.ts";

/** How a queue in memory behaves. */
export interface MemoryQueueOptions {
  readonly clock: Clock;
  /** Where messages go that were received too often; null: nowhere. */
  readonly deadLetters?: MemoryQueue | null;
  readonly maxReceives?: number;
  /** Which of so many visible messages is delivered next; first come, first served where it is not given. */
  readonly pick?: (count: number) => number;
  /** What a call is to fail with; asked before each. */
  readonly fault?: (operation: keyof NotificationQueue, receipts: readonly string[]) => unknown;
}

/** A queue in memory, with what tests do behind its back. */
export interface MemoryQueue extends NotificationQueue {
  /** Puts a message in; `copies` of it have one id, as a queue that delivers at least once may do. */
  put(body: string, how?: { readonly copies?: number; readonly delayMs?: number; readonly sentAtMs?: number }): string;
  /** Everything in it, visible or not. */
  bodies(): readonly string[];
  /** Puts a message in as another queue had it. */
  take(message: MemoryMessage): void;
}

interface MemoryMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receivedAtMs: number;
  receiveCount: number;
  receipt: string | null;
}

const DONE: MessageOutcome = { kind: "done" };
const EXPIRED: MessageOutcome = { kind: "expired", code: "ReceiptHandleIsInvalid" };

/**
 * A queue with SQS's semantics: visibility timeouts on the given clock, a new receipt at each delivery, dead letters at
 * the receipt after the last allowed one, 12 hours at most from receipt. Stricter where SQS is vague: only the newest
 * receipt counts, and none once the message is visible again.
 */
export function memoryQueue(options: MemoryQueueOptions): MemoryQueue {
  const { clock, deadLetters = null, maxReceives = 3, pick = () => 0 } = options;
  let messages: MemoryMessage[] = [];
  const deleted = new Set<string>();
  let counter = 0;
  const guard = (operation: keyof NotificationQueue, receipts: readonly string[], signal?: AbortSignal): void => {
    signal?.throwIfAborted();
    const fault = options.fault?.(operation, receipts);
    if (fault !== undefined && fault !== null) throw fault;
  };
  const held = (receipt: string): MemoryMessage | undefined =>
    messages.find((message) => message.receipt === receipt && message.visibleAtMs > clock.now());
  const receiveNow = (most: number, visibilityMs: number): QueueMessage[] => {
    const nowMs = clock.now();
    const received: QueueMessage[] = [];
    const passed = new Set<MemoryMessage>();
    while (received.length < most) {
      const visible = messages.filter((message) => message.visibleAtMs <= nowMs && !passed.has(message));
      const message = visible[Math.min(visible.length - 1, pick(visible.length))];
      if (message === undefined) break;
      passed.add(message);
      if (deadLetters !== null && message.receiveCount >= maxReceives) {
        messages = messages.filter((each) => each !== message);
        deadLetters.take(message);
        continue;
      }
      counter += 1;
      message.receiveCount += 1;
      message.receipt = `receipt-${counter}`;
      message.receivedAtMs = nowMs;
      message.visibleAtMs = nowMs + visibilityMs;
      const { id, body, sentAtMs, receiveCount, receipt } = message;
      received.push({ id, body, sentAtMs, receiveCount, receipt });
    }
    return received;
  };
  const queue: MemoryQueue = {
    async receive({ most, waitMs, visibilityMs }, signal) {
      guard("receive", [], signal);
      for (const untilMs = clock.now() + waitMs; ; ) {
        const received = receiveNow(Math.min(10, most), visibilityMs);
        if (received.length > 0 || clock.now() >= untilMs) return received;
        await clock.sleep(Math.min(1000, untilMs - clock.now()), signal);
      }
    },
    async setVisibility(receipts, visibilityMs, signal) {
      guard("setVisibility", receipts, signal);
      return receipts.map((receipt) => {
        const message = held(receipt);
        if (message === undefined) return EXPIRED;
        const untilMs = clock.now() + visibilityMs;
        if (untilMs - message.receivedAtMs > MAX_VISIBILITY_MS)
          return { kind: "expired", code: "InvalidParameterValue" };
        message.visibleAtMs = untilMs;
        return DONE;
      });
    },
    async delete(receipts, signal) {
      guard("delete", receipts, signal);
      return receipts.map((receipt) => {
        const message = held(receipt);
        if (message === undefined) return deleted.has(receipt) ? DONE : EXPIRED;
        messages = messages.filter((each) => each !== message);
        deleted.add(receipt);
        return DONE;
      });
    },
    async send(bodies, signal) {
      guard("send", [], signal);
      for (const body of bodies) queue.put(body);
      return bodies.map(() => DONE);
    },
    async depth(signal) {
      guard("depth", [], signal);
      const nowMs = clock.now();
      const visible = messages.filter((message) => message.visibleAtMs <= nowMs).length;
      const delayed = messages.filter((message) => message.receipt === null && message.visibleAtMs > nowMs).length;
      const oldest = Math.min(...messages.map(({ sentAtMs }) => sentAtMs));
      const oldestAgeMs = messages.length === 0 ? null : nowMs - oldest;
      return { visible, delayed, inFlight: messages.length - visible - delayed, oldestAgeMs };
    },
    async settings(signal) {
      guard("settings", [], signal);
      const names = deadLetters === null ? NO_POLICY : { maxReceives, deadLetters: "memory" };
      return { ...names, retentionMs: 14 * 86_400_000 };
    },
    put(body, { copies = 1, delayMs = 0, sentAtMs = clock.now() } = {}) {
      counter += 1;
      const id = `message-${counter}`;
      const visibleAtMs = clock.now() + delayMs;
      for (let copy = 0; copy < copies; copy += 1) {
        messages.push({ id, body, sentAtMs, visibleAtMs, receivedAtMs: 0, receiveCount: 0, receipt: null });
      }
      return id;
    },
    bodies: () => messages.map(({ body }) => body),
    take: (message) => {
      messages.push({ ...message, visibleAtMs: clock.now() });
    },
  };
  return queue;
}

const NO_POLICY = { maxReceives: null, deadLetters: null };
