/** What `check` tries of the service's intake: only what is configured is asked, and nothing is received or changed. */
import type { Config } from "../core/config.ts";
import { LogkeepError } from "../core/errors.ts";
import type { MessageOutcome, NotificationQueue } from "../core/notification-queue.ts";
import type { CommandContext } from "./command.ts";
import { openObjectStore, openQueue } from "./wire.ts";

/** One line of `check`. */
export interface Finding {
  readonly what: string;
  readonly isFine: boolean;
  readonly text: string;
}

type Check = (context: CommandContext) => Promise<Finding>;

/** The checks that this configuration calls for; none where no queue is named. A check's name is what its failure is shown as. */
export function serviceChecks(config: Config): readonly Check[] {
  const { serviceQueueUrl, serviceDlqUrl, serviceSources } = config;
  return [
    ...(serviceQueueUrl === null ? [] : [checkQueue, checkWhereFrom]),
    ...(serviceDlqUrl === null ? [] : [checkDlq]),
    ...(serviceSources === null ? [] : [checkSources]),
  ];
}

async function checkQueue({ config, signal }: CommandContext): Promise<Finding> {
  const queue = await openQueue(config.serviceQueueUrl ?? "", config.serviceEndpoint);
  const { maxReceives, retentionMs } = await queue.settings(signal);
  await tryReceipts(queue, signal);
  const text = await describeDepth(queue, signal);
  if (maxReceives !== null) {
    return { what: "queue", isFine: true, text: `${text}; dead letters after ${maxReceives} receipts` };
  }
  const days = Math.round(retentionMs / 86_400_000);
  const lack = `no redrive policy: what is not understood comes for ${days} days, and then is lost`;
  return { what: "queue", isFine: false, text: `${text}; ${lack}` };
}

async function checkWhereFrom({ config }: CommandContext): Promise<Finding> {
  const isFine = config.serviceSources !== null;
  const text = isFine ? "LOGKEEP_SERVICE_SOURCES is set" : "LOGKEEP_SERVICE_SOURCES is not: no object would be fetched";
  return { what: "where announced objects may lie", isFine, text };
}

async function checkDlq({ config, signal }: CommandContext): Promise<Finding> {
  const queue = await openQueue(config.serviceDlqUrl ?? "", config.serviceEndpoint);
  return { what: "dead letters", isFine: true, text: await describeDepth(queue, signal) };
}

async function checkSources({ config, signal }: CommandContext): Promise<Finding> {
  const sources = config.serviceSources ?? [];
  for (const uri of sources) {
    const store = await openObjectStore(uri, config.serviceEndpoint);
    for await (const _ of store.list(signal)) break;
  }
  return { what: "sources", isFine: true, text: `${sources.join(", ")} can be listed` };
}

/** A receipt that never was is refused after the permission was checked. To receive would count as a receipt. */
async function tryReceipts(queue: NotificationQueue, signal: AbortSignal): Promise<void> {
  const outcomes = [
    ...(await queue.setVisibility([NO_RECEIPT], 0, signal)),
    ...(await queue.delete([NO_RECEIPT], signal)),
  ];
  const failed = outcomes.find(
    (outcome): outcome is Extract<MessageOutcome, { kind: "failed" }> => outcome.kind === "failed",
  );
  if (failed === undefined) return;
  throw new LogkeepError({
    code: "queue.unavailable",
    message: "the queue could not be asked",
    facts: { reason: failed.code },
    retry: "later",
    hint: "check the network and the endpoint",
  });
}

const NO_RECEIPT = "logkeep-check";

async function describeDepth(queue: NotificationQueue, signal: AbortSignal): Promise<string> {
  const { visible, inFlight } = await queue.depth(signal);
  return `${visible} messages wait, ${inFlight} are in work`;
}
