import { LogkeepError, usageError } from "../core/errors.ts";
import type { MessageOutcome } from "../core/notification-queue.ts";
import { readS3Error } from "./s3-errors.ts";

// The service's codes, as its JSON protocol and its query protocol spell them:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
const NO_QUEUE = new Set(["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "InvalidAddress"]);
const CREDENTIALS = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "InvalidSecurity",
]);
const DENIED = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "OptInRequired",
  "KmsAccessDenied",
  "KmsDisabled",
  "KmsInvalidKeyUsage",
  "KmsInvalidState",
  "KmsNotFound",
  "KmsOptInRequired",
]);

/** What the SDK threw, by the service's error code. Throttling, outages and the network are worth another try. */
export function wrapSqsError(operation: string, queue: string, cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const { name, status } = readS3Error(cause);
  const facts = { operation, queue, reason: name, status };
  if (NO_QUEUE.has(name) || status === 404) {
    return usageError(
      "the queue does not exist",
      "check the queue's URL, its account and region, and the endpoint",
      facts,
    );
  }
  if (CREDENTIALS.has(name)) {
    return new LogkeepError({
      code: "queue.credentials",
      message: "the queue does not accept the credentials",
      facts,
      cause,
      retry: "later",
      hint: "sign in again (`aws sso login`, or new keys), and check this machine's clock",
    });
  }
  if (DENIED.has(name) || status === 403) {
    return new LogkeepError({
      code: "queue.denied",
      message: "access to the queue was denied",
      facts,
      cause,
      hint: "allow sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility and GetQueueAttributes (to redrive, SendMessage) on the queue, and kms:Decrypt (to redrive, GenerateDataKey) on its key",
    });
  }
  return new LogkeepError({
    code: "queue.unavailable",
    message: "the queue could not be asked",
    facts,
    cause,
    retry: "later",
    hint: "check the network and the endpoint; messages stay in the queue meanwhile",
  });
}

/** One refused entry of a batch, as the service tells it. */
export interface RefusedEntry {
  readonly Code?: string | undefined;
  readonly SenderFault?: boolean | undefined;
}

/** Every other parameter of an entry is ours and valid, so what the service calls our fault is the receipt's age. */
const RECEIPT_FAULTS = new Set([
  "ReceiptHandleIsInvalid",
  "InvalidParameterValue",
  "InvalidParameterValueException",
  "MessageNotInflight",
  "AWS.SimpleQueueService.MessageNotInflight",
]);

/** What a refusal means for the message. `hasReceipt`: the entry named a received message. */
export function refusedOutcome(
  { Code = "unknown", SenderFault = false }: RefusedEntry,
  hasReceipt: boolean,
): MessageOutcome {
  return hasReceipt && SenderFault && RECEIPT_FAULTS.has(Code)
    ? { kind: "expired", code: Code }
    : { kind: "failed", code: Code };
}
