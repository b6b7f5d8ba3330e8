/** One poll: messages in, the objects that work has to begin on out. The messages are held meanwhile. */
import type { Log } from "../../core/log.ts";
import type { NotificationQueue, ReceiveOptions } from "../../core/notification-queue.ts";
import type { AllowedPrefix, AnnouncedObject } from "./announcement.ts";
import type { MessageHold } from "./hold-messages.ts";
import { isUnderstood, parseMessage } from "./parse-message.ts";

/** What a poll needs of the world. */
export interface PollPorts {
  readonly queue: NotificationQueue;
  readonly hold: MessageHold;
  readonly log: Log;
}

/** What a poll brought. */
export interface Polled {
  readonly messages: number;
  /** Not in work yet, each once. */
  readonly objects: readonly AnnouncedObject[];
  /** Messages that hold something that was not understood. */
  readonly notUnderstood: number;
  /** How often each rule acknowledged a record, and each code refused one. */
  readonly reasons: ReadonlyMap<string, number>;
}

/**
 * Receives once. `options.visibilityMs` must be what `hold` was made with. Objects of buckets that are not in `allowed`
 * are never given out. Fails as `receive` does.
 */
export async function pollQueue(
  allowed: readonly AllowedPrefix[],
  options: ReceiveOptions,
  ports: PollPorts,
  signal?: AbortSignal,
): Promise<Polled> {
  const messages = await ports.queue.receive(options, signal);
  const received = messages.map((message) => ({ message, parsed: parseMessage(message.body, allowed) }));
  const objects = ports.hold.take(received);
  const reasons = new Map<string, number>();
  for (const { message, parsed } of received) {
    const codes: string[] = [];
    for (const each of parsed.announcements) {
      if (each.kind === "object") continue;
      const reason = each.kind === "acknowledged" ? each.rule : each.code;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (each.kind === "not-understood") codes.push(each.code);
    }
    if (codes.length === 0) continue;
    const fields = { message: message.id, code: codes[0] ?? "", records: codes.length };
    ports.log.warn("message.not-understood", { ...fields, receiveCount: message.receiveCount });
  }
  const notUnderstood = received.filter(({ parsed }) => !isUnderstood(parsed)).length;
  return { messages: messages.length, objects, notUnderstood, reasons };
}
