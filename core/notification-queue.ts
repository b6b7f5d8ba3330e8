/** A message as it was received: held invisibly to others until its visibility ends. */
export interface QueueMessage {
  /** The same at every delivery of the message. */
  readonly id: string;
  /** Names this delivery: what extending, deleting and returning need. Older deliveries' receipts may be worthless. */
  readonly receipt: string;
  /** Whatever was sent: hostile. */
  readonly body: string;
  /** How often it was received, this time included; approximate. */
  readonly receiveCount: number;
  /** Milliseconds since 1970; null where the queue does not tell. */
  readonly sentAtMs: number | null;
}

/** How one message of a call fared. The call itself fails only where no message can be spoken of. */
export type MessageOutcome =
  | { readonly kind: "done" }
  /**
   * The receipt no longer holds the message, or cannot hold it longer: it is visible again, was received anew, or is
   * gone. Nothing can be done with this receipt.
   */
  | { readonly kind: "expired"; readonly code: string }
  /** Refused or lost; the same may succeed a moment later. */
  | { readonly kind: "failed"; readonly code: string };

/** How full a queue is; all numbers are approximate. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Age of the oldest message in milliseconds; null where the queue does not tell. */
  readonly oldestAgeMs: number | null;
}

/** How a queue is set up. */
export interface QueueSettings {
  /** Receipts after which a message goes to the dead letters; null: no redrive policy, messages come until they expire. */
  readonly maxReceives: number | null;
  /** The dead letters' queue as the service names it; null without a redrive policy. */
  readonly deadLetters: string | null;
  /** How long a message is kept. */
  readonly retentionMs: number;
}

/** One call of `receive`. */
export interface ReceiveOptions {
  /** Messages at most, 1 to 10. */
  readonly most: number;
  /** How long to wait for the first message, at most 20,000. */
  readonly waitMs: number;
  /** How long others do not see them, at most `MAX_VISIBILITY_MS`. Whole seconds: the queue knows no less. */
  readonly visibilityMs: number;
}

/** The longest that a received message can be held, counted from its receipt. */
export const MAX_VISIBILITY_MS = 12 * 3_600_000;

/**
 * A queue that delivers at least once, in no order: a message may come twice, late, and again after it was deleted.
 * What is received and neither deleted nor extended becomes visible again; after as many receipts as the queue's redrive
 * policy says, it goes to the dead letters by itself.
 *
 * Outcomes are in the order of the receipts; any number may be given, and none. Calls fail with `cli.usage` (no such
 * queue), `queue.denied`, `queue.credentials` and `queue.unavailable` (retry later: network, throttling, outage); they
 * were tried several times then. A signal rejects with its reason; what a receive had got by then becomes visible again
 * when its visibility ends.
 */
export interface NotificationQueue {
  receive(options: ReceiveOptions, signal?: AbortSignal): Promise<readonly QueueMessage[]>;
  /** Visibility ends `visibilityMs` from now: sooner or later than before. 0 returns the message at once. */
  setVisibility(
    receipts: readonly string[],
    visibilityMs: number,
    signal?: AbortSignal,
  ): Promise<readonly MessageOutcome[]>;
  /** For good. Deleting twice is `done`. */
  delete(receipts: readonly string[], signal?: AbortSignal): Promise<readonly MessageOutcome[]>;
  /** Puts bodies in as new messages. `failed` ones may have been put in all the same. */
  send(bodies: readonly string[], signal?: AbortSignal): Promise<readonly MessageOutcome[]>;
  depth(signal?: AbortSignal): Promise<QueueDepth>;
  settings(signal?: AbortSignal): Promise<QueueSettings>;
}
