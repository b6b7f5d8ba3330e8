/** Many messages -> the service's batches of ten, and their answers -> one outcome a message. */
import { setTimeout as wait } from "node:timers/promises";
import { isLogkeepError } from "../core/errors.ts";
import { inParallel } from "../core/in-parallel.ts";
import type { MessageOutcome } from "../core/notification-queue.ts";
import { type RefusedEntry, refusedOutcome } from "./sqs-errors.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_ENTRIES = 10;
/** Half of what the oldest compatible servers take in a batch; one message may be larger, and goes alone. */
const MAX_BATCH_BYTES = 131_072;
const BATCHES_AT_ONCE = 4;
const ROUNDS = 3;

/** One entry: its place in the batch as its id, and what it is about: a receipt or a body. */
export interface BatchEntry {
  readonly Id: string;
  readonly text: string;
}

/** The service's answer to a batch. */
export interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined;
  readonly Failed?: readonly (RefusedEntry & { readonly Id?: string | undefined })[] | undefined;
}

/** How a batch is sent. */
export interface BatchOptions {
  /** Whether entries are receipts: only those expire, and equal ones are one entry. */
  readonly isReceipts: boolean;
  /** Before entries that the service failed are sent again. */
  readonly pauseMs: number;
}

/**
 * Sends all texts. A call that gets no answer (`queue.unavailable`) makes `failed` outcomes of its entries, since others
 * may have been carried out; all other errors of `send` are thrown when the calls under way have ended.
 */
export async function sendInBatches(
  texts: readonly string[],
  options: BatchOptions,
  send: (entries: readonly BatchEntry[]) => Promise<BatchAnswer>,
  signal?: AbortSignal,
): Promise<readonly MessageOutcome[]> {
  signal?.throwIfAborted();
  const wanted = options.isReceipts ? [...new Set(texts)] : texts;
  const batches = toBatches(wanted);
  const outcomes = (
    await inParallel(batches, BATCHES_AT_ONCE, (batch) => sendBatch(batch, options, send, signal))
  ).flat();
  if (!options.isReceipts) return outcomes;
  const byText = new Map(wanted.map((text, at) => [text, outcomes[at]]));
  return texts.map((text) => byText.get(text) ?? UNANSWERED);
}

const UNANSWERED: MessageOutcome = { kind: "failed", code: "no-answer" };

async function sendBatch(
  batch: readonly string[],
  { isReceipts, pauseMs }: BatchOptions,
  send: (entries: readonly BatchEntry[]) => Promise<BatchAnswer>,
  signal: AbortSignal | undefined,
): Promise<readonly MessageOutcome[]> {
  const outcomes = new Map<string, MessageOutcome>();
  let entries: readonly BatchEntry[] = batch.map((text, at) => ({ Id: String(at), text }));
  for (let round = 1; entries.length > 0; round += 1) {
    let answer: BatchAnswer;
    try {
      answer = await send(entries);
    } catch (cause) {
      if (!isLogkeepError(cause, "queue.unavailable")) throw cause;
      // The SDK has tried several times: nobody is helped by more of it.
      const code = String(cause.facts["reason"] ?? "unavailable");
      for (const { Id } of entries) outcomes.set(Id, { kind: "failed", code });
      break;
    }
    for (const { Id } of entries) outcomes.set(Id, outcomeOf(Id, answer, isReceipts));
    entries = entries.filter(({ Id }) => outcomes.get(Id)?.kind === "failed");
    if (round === ROUNDS) break;
    if (entries.length > 0) await pause(pauseMs * round, signal);
  }
  return batch.map((_, at) => outcomes.get(String(at)) ?? UNANSWERED);
}

function outcomeOf(id: string, { Successful = [], Failed = [] }: BatchAnswer, isReceipts: boolean): MessageOutcome {
  if (Successful.some(({ Id }) => Id === id)) return { kind: "done" };
  const refused = Failed.find(({ Id }) => Id === id);
  return refused === undefined ? UNANSWERED : refusedOutcome(refused, isReceipts);
}

async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(waitMs, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw signal?.aborted === true ? signal.reason : cause;
  }
}

function toBatches(texts: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let sizeBytes = 0;
  for (const text of texts) {
    const textBytes = Buffer.byteLength(text);
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_ENTRIES || sizeBytes + textBytes > MAX_BATCH_BYTES) {
      batches.push([text]);
      sizeBytes = textBytes;
    } else {
      last.push(text);
      sizeBytes += textBytes;
    }
  }
  return batches;
}
