/** The only file that knows the SQS SDK: one queue as a notification queue. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { LogkeepError, usageError } from "../core/errors.ts";
import { MAX_VISIBILITY_MS, type NotificationQueue, type QueueMessage } from "../core/notification-queue.ts";
import { sendInBatches } from "./sqs-batches.ts";
import { wrapSqsError } from "./sqs-errors.ts";
import { withDeadline } from "./with-deadline.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const MAX_WAIT_MS = 20_000;
const SILENCE_MS = 30_000;
const ATTEMPTS = 5;
const PAUSE_MS = 200;

/** `sqs.eu-west-1.amazonaws.com`, of any partition, or the older `eu-west-1.queue.amazonaws.com`. */
const HOST_WITH_REGION = /^(?:sqs(?:-fips)?\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?$/;

const DEPTH: readonly QueueAttributeName[] = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
];
const SETTINGS: readonly QueueAttributeName[] = ["RedrivePolicy", "MessageRetentionPeriod"];

/** Which queue. Credentials come from the SDK's default chain, the region from the URL where it names one. */
export interface SqsQueueOptions {
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>`. */
  readonly url: string;
  /** URL of a service that speaks SQS's protocol; null: the queue's own host. */
  readonly endpoint: string | null;
  /** Milliseconds without an answer after which a request is given up, beside a poll's wait; tests shorten it. */
  readonly silenceMs?: number;
  readonly attempts?: number;
  /** Between tries of entries that the service failed. */
  readonly pauseMs?: number;
}

/**
 * A standard queue of SQS. Throttling and outages are retried by the SDK, failed entries of a batch three times. The age
 * of the oldest message is a metric of CloudWatch's, not the queue's to tell. Nothing is asked before the first call.
 * @throws LogkeepError `cli.usage` for a URL that is none, or names a FIFO queue: those hold a whole group of messages
 *   back for one, and S3 cannot send to them.
 */
export function openSqsQueue(options: SqsQueueOptions): NotificationQueue {
  const { origin, region } = readUrl(options.url);
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const attempts = options.attempts ?? ATTEMPTS;
  const client = new SQSClient({
    // Else the SDK writes to the console when the queue's host is not the one it would have thought of.
    endpoint: options.endpoint ?? origin,
    ...(region === null ? {} : { region }),
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: Math.min(10_000, silenceMs),
      requestTimeout: MAX_WAIT_MS + silenceMs,
      throwOnRequestTimeout: true,
    },
  });
  const QueueUrl = options.url;
  // Whoever holds messages must know soon that a call is lost; a poll has all the time.
  const patienceMs = { poll: (MAX_WAIT_MS + silenceMs) * attempts, other: silenceMs * 2 };
  const ask = async <T>(
    operation: string,
    send: (how: { readonly abortSignal: AbortSignal }) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    const giveUp = new AbortController();
    const abortSignal = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
    try {
      signal?.throwIfAborted();
      await checkRegion(client);
      return await withDeadline(
        send({ abortSignal }),
        patienceMs[operation === "ReceiveMessage" ? "poll" : "other"],
        signal,
      );
    } catch (cause) {
      giveUp.abort();
      throw signal?.aborted === true ? signal.reason : wrapSqsError(operation, QueueUrl, cause);
    }
  };
  const attributes = async (names: readonly QueueAttributeName[], signal: AbortSignal | undefined) => {
    const input = { QueueUrl, AttributeNames: [...names] };
    const answer = await ask(
      "GetQueueAttributes",
      (how) => client.send(new GetQueueAttributesCommand(input), how),
      signal,
    );
    return answer.Attributes ?? {};
  };
  const receipts = { isReceipts: true, pauseMs: options.pauseMs ?? PAUSE_MS };
  return {
    async receive({ most, waitMs, visibilityMs }, signal) {
      const input = {
        QueueUrl,
        MaxNumberOfMessages: Math.min(10, Math.max(1, most)),
        WaitTimeSeconds: seconds(waitMs, MAX_WAIT_MS),
        VisibilityTimeout: seconds(visibilityMs, MAX_VISIBILITY_MS),
        MessageSystemAttributeNames: ["ApproximateReceiveCount" as const, "SentTimestamp" as const],
      };
      const answer = await ask("ReceiveMessage", (how) => client.send(new ReceiveMessageCommand(input), how), signal);
      return (answer.Messages ?? []).map((message) => readMessage(message, QueueUrl));
    },
    setVisibility: (texts, visibilityMs, signal) => {
      const VisibilityTimeout = seconds(visibilityMs, MAX_VISIBILITY_MS);
      return sendInBatches(
        texts,
        receipts,
        (entries) => {
          const Entries = entries.map(({ Id, text: ReceiptHandle }) => ({ Id, ReceiptHandle, VisibilityTimeout }));
          const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
          return ask("ChangeMessageVisibilityBatch", (how) => client.send(command, how), signal);
        },
        signal,
      );
    },
    delete: (texts, signal) =>
      sendInBatches(
        texts,
        receipts,
        (entries) => {
          const Entries = entries.map(({ Id, text: ReceiptHandle }) => ({ Id, ReceiptHandle }));
          const command = new DeleteMessageBatchCommand({ QueueUrl, Entries });
          return ask("DeleteMessageBatch", (how) => client.send(command, how), signal);
        },
        signal,
      ),
    send: (texts, signal) =>
      sendInBatches(
        texts,
        { ...receipts, isReceipts: false },
        (entries) => {
          const Entries = entries.map(({ Id, text: MessageBody }) => ({ Id, MessageBody }));
          const command = new SendMessageBatchCommand({ QueueUrl, Entries });
          return ask("SendMessageBatch", (how) => client.send(command, how), signal);
        },
        signal,
      ),
    async depth(signal) {
      const found = await attributes(DEPTH, signal);
      const [visible = 0, inFlight = 0, delayed = 0] = DEPTH.map((name) => Number(found[name] ?? 0));
      return { visible, inFlight, delayed, oldestAgeMs: null };
    },
    async settings(signal) {
      const { RedrivePolicy = "", MessageRetentionPeriod = "0" } = await attributes(SETTINGS, signal);
      return { ...readRedrivePolicy(RedrivePolicy), retentionMs: Number(MessageRetentionPeriod) * 1000 };
    },
  };
}

function readUrl(url: string): { readonly origin: string; readonly region: string | null } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.pathname === "/") {
    throw usageError("the queue's address is no URL of a queue", QUEUE_HINT, { queue: url });
  }
  if (parsed.pathname.endsWith(".fifo")) throw usageError("the queue is a FIFO queue", QUEUE_HINT, { queue: url });
  const [, region, older] = HOST_WITH_REGION.exec(parsed.hostname) ?? [];
  return { origin: parsed.origin, region: region ?? older ?? null };
}

const QUEUE_HINT = "give a standard queue, as in https://sqs.us-east-1.amazonaws.com/111122223333/logs";

/** The SDK says that the region is missing in words only, so it is asked for by itself. */
async function checkRegion(client: SQSClient): Promise<void> {
  try {
    await client.config.region();
  } catch {
    throw usageError("no AWS region is set", "set AWS_REGION, or a region in the profile");
  }
}

function seconds(ms: number, mostMs: number): number {
  return Math.ceil(Math.min(mostMs, Math.max(0, ms)) / 1000);
}

function readMessage({ MessageId, ReceiptHandle, Body, Attributes }: Message, queue: string): QueueMessage {
  if (MessageId === undefined || ReceiptHandle === undefined) {
    throw new LogkeepError({
      code: "queue.unavailable",
      message: "the queue's answer cannot be relied on",
      facts: { operation: "ReceiveMessage", queue, reason: "message without an id", status: null },
      retry: "later",
    });
  }
  const sentAtMs = Number(Attributes?.SentTimestamp ?? Number.NaN);
  return {
    id: MessageId,
    receipt: ReceiptHandle,
    body: Body ?? "",
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    sentAtMs: Number.isNaN(sentAtMs) ? null : sentAtMs,
  };
}

function readRedrivePolicy(text: string): { readonly maxReceives: number | null; readonly deadLetters: string | null } {
  try {
    const policy: unknown = JSON.parse(text);
    if (
      typeof policy === "object" &&
      policy !== null &&
      "maxReceiveCount" in policy &&
      "deadLetterTargetArn" in policy
    ) {
      return { maxReceives: Number(policy.maxReceiveCount), deadLetters: String(policy.deadLetterTargetArn) };
    }
  } catch {
    // No policy is an empty text.
  }
  return { maxReceives: null, deadLetters: null };
}
