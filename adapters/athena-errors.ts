import { LogkeepError } from "../core/errors.ts";

/** Why an execution ended without a result, as the service tells it. */
export interface AthenaFailure {
  readonly executionId: string;
  readonly state: "FAILED" | "CANCELLED";
  /** Text for people; may quote rows. */
  readonly reason: string;
  readonly errorType: number | null;
  readonly isRetryable: boolean;
  readonly workgroup: string;
}

interface Ending {
  readonly code: string;
  readonly message: string;
  readonly retry: "never" | "later";
  readonly hint: string;
}

const CUT_OFF: Ending = {
  code: "athena.cut-off",
  message: "the query was stopped at the workgroup's limit of scanned bytes",
  retry: "never",
  hint: "narrow the time window or the accounts; whoever keeps the workgroup can raise its limit",
};
const FAILED: Ending = {
  code: "sql.failed",
  message: "the SQL engine refused a statement",
  retry: "never",
  hint: "the reason names the place in the text",
};
const EXHAUSTED: Ending = {
  code: "athena.exhausted",
  message: "the query needs more memory than the engine has for it",
  retry: "never",
  hint: "narrow the time window, group by fewer columns, or sort fewer rows",
};
const TIMED_OUT: Ending = {
  code: "athena.timed-out",
  message: "the query ran longer than it may",
  retry: "never",
  hint: "narrow the time window, or ask for a longer limit of DML queries in Service Quotas",
};
const CANCELLED: Ending = {
  code: "athena.cancelled",
  message: "somebody else cancelled the query",
  retry: "later",
  hint: "run it again, or ask who keeps the workgroup",
};
const DENIED: Ending = {
  code: "athena.denied",
  message: "a permission that the query needs is missing",
  retry: "never",
  hint: "the role needs glue:GetTable on the tables, s3:GetObject on the lake, and both for the results' bucket",
};
const THROTTLED: Ending = {
  code: "athena.throttled",
  message: "the service asks for fewer requests or queries at a time",
  retry: "later",
  hint: "wait a minute, or let other queries of the account end first: their number is limited for all workgroups together",
};
const UNAVAILABLE: Ending = {
  code: "athena.unavailable",
  message: "the service failed",
  retry: "later",
  hint: "run the same query again",
};
const NO_RESULT_PLACE: Ending = {
  code: "athena.no-result-place",
  message: "the query's result could not be written",
  retry: "never",
  hint: "give --output s3://bucket/prefix, or a workgroup that names one, in the query's region and writable for the role",
};
const CREDENTIALS: Ending = {
  code: "athena.credentials",
  message: "the service does not accept the credentials",
  retry: "later",
  hint: "sign in again (`aws sso login`, or new keys), check this machine's clock, and run the same command again",
};
const INVALID: Ending = {
  code: "athena.refused",
  message: "the service does not accept the request",
  retry: "never",
  hint: "check the names of workgroup, database and results' place",
};
const UNREACHABLE: Ending = {
  code: "athena.unreachable",
  message: "the service cannot be reached",
  retry: "later",
  hint: "check the network, the region and the endpoint, and run the same command again",
};
const MISSING: Ending = {
  code: "athena.missing",
  message: "the workgroup, the catalog or the execution does not exist",
  retry: "never",
  hint: "check the names of workgroup and catalog, and the region",
};
const CAPACITY: Ending = {
  code: "athena.no-capacity",
  message: "the reserved capacity is too small for the query",
  retry: "later",
  hint: "try again when other queries have ended, or in a workgroup without a reservation",
};

/** Ends by the service's error types: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html */
const ENDINGS_BY_TYPE: readonly { readonly from: number; readonly to: number; readonly ending: Ending }[] = [
  { from: 0, to: 8, ending: EXHAUSTED },
  { from: 206, to: 206, ending: TIMED_OUT },
  { from: 210, to: 210, ending: TIMED_OUT },
  { from: 234, to: 234, ending: DENIED },
  { from: 401, to: 402, ending: NO_RESULT_PLACE },
  { from: 1011, to: 1011, ending: CANCELLED },
  { from: 1014, to: 1014, ending: CANCELLED },
  { from: 1010, to: 1010, ending: UNAVAILABLE },
  { from: 1306, to: 1306, ending: NO_RESULT_PLACE },
  { from: 1400, to: 1406, ending: THROTTLED },
  { from: 1500, to: 1501, ending: DENIED },
  { from: 1602, to: 1602, ending: CAPACITY },
  { from: 1000, to: 1399, ending: FAILED },
  { from: 100, to: 400, ending: UNAVAILABLE },
  { from: 9999, to: 9999, ending: UNAVAILABLE },
];

// The service gives the workgroup's limit no error type; this sentence is all there is to know it by.
const CUT_OFF_REASON = /\bbytes scanned limit\b/i;

/** An execution that failed or was cancelled by somebody else. The reason's text, which may quote rows, is the cause. */
export function executionFailed(failure: AthenaFailure): LogkeepError {
  const { executionId, state, errorType, workgroup } = failure;
  const ending = endingOf(failure);
  return new LogkeepError({
    code: ending.code,
    message: ending.message,
    facts: { executionId, state, errorType, workgroup, kind: kindOf(failure.reason) },
    cause: new Error(failure.reason),
    retry: ending.retry,
    hint: ending.hint,
  });
}

function endingOf({ state, reason, errorType, isRetryable }: AthenaFailure): Ending {
  if (CUT_OFF_REASON.test(reason)) return CUT_OFF;
  const known = ENDINGS_BY_TYPE.find(({ from, to }) => errorType !== null && errorType >= from && errorType <= to);
  if (known !== undefined) return known.ending;
  if (state === "CANCELLED") return CANCELLED;
  return isRetryable ? UNAVAILABLE : FAILED;
}

/** The engine's own name of the fault (`SYNTAX_ERROR`), which is no log content. */
function kindOf(reason: string): string | null {
  return /^(?:Query failed[^:]*: |line \d+:\d+: )?(?<kind>[A-Z][A-Z_]{2,60}):/.exec(reason)?.groups?.["kind"] ?? null;
}

const THROTTLES = new Set(["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded"]);
const REFUSED_CREDENTIALS = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "IncompleteSignature",
  "MissingAuthenticationToken",
]);
const NO_PERMISSION = new Set(["AccessDeniedException", "AccessDenied", "NotAuthorized", "OptInRequired"]);
const OUTAGES = new Set(["InternalServerException", "InternalFailure", "ServiceUnavailable", "MetadataException"]);

/** Whether a request was refused for coming too soon. */
export function isThrottle(cause: unknown): boolean {
  return cause instanceof Error && THROTTLES.has(cause.name);
}

/** What the SDK threw, by the service's error code. The texts stay in the cause. */
export function wrapAthenaError(operation: string, cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const name = cause instanceof Error ? cause.name : "unknown";
  const status = statusOf(cause);
  const ending = requestEnding(name, status, textField(cause, "AthenaErrorCode"), cause);
  // What Node says of a connection has its name in the code.
  const detail = textField(cause, "Reason") ?? textField(cause, "AthenaErrorCode") ?? textField(cause, "code");
  return new LogkeepError({
    code: ending.code,
    message: ending.message,
    facts: { operation, reason: name, status, detail },
    cause,
    retry: ending.retry,
    hint: ending.hint,
  });
}

function requestEnding(name: string, status: number | null, errorCode: string | null, cause: unknown): Ending {
  if (THROTTLES.has(name) || status === 429) return THROTTLED;
  if (REFUSED_CREDENTIALS.has(name)) return CREDENTIALS;
  if (NO_PERMISSION.has(name) || status === 403) return DENIED;
  if (name === "ResourceNotFoundException") return MISSING;
  if (name === "InvalidRequestException") return invalidEnding(errorCode, cause);
  if (OUTAGES.has(name) || (status !== null && status >= 500)) return UNAVAILABLE;
  return status === null ? UNREACHABLE : INVALID;
}

/** The service has one name for every fault of a request; these two need another step of the reader. */
function invalidEnding(errorCode: string | null, cause: unknown): Ending {
  const text = cause instanceof Error ? cause.message : "";
  if (/output location|output bucket/i.test(text)) return NO_RESULT_PLACE;
  if (/workgroup is not found|workgroup .* not found/i.test(text)) return MISSING;
  return errorCode === "MALFORMED_QUERY" ? FAILED : INVALID;
}

function statusOf(cause: unknown): number | null {
  const metadata = typeof cause === "object" && cause !== null && "$metadata" in cause ? cause.$metadata : null;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return null;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null;
}

function textField(cause: unknown, key: string): string | null {
  if (typeof cause !== "object" || cause === null || !(key in cause)) return null;
  const value: unknown = Object.entries(cause).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : null;
}
