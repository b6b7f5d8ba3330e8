import { LogkeepError, usageError } from "../core/errors.ts";
import { objectError } from "./object-errors.ts";

const DENIED = new Set(["AccessDenied", "AllAccessDisabled", "AccountProblem"]);
const NO_BUCKET = new Set(["NoSuchBucket", "InvalidBucketName"]);
const GONE = new Set(["NoSuchKey", "NotFound", "PreconditionFailed", "NoSuchVersion"]);

// The caller's identity, not the object, is at fault: everything else would fail as well.
const CREDENTIALS = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidToken",
  "SignatureDoesNotMatch",
  "RequestTimeTooSkewed",
]);

/**
 * What the SDK threw, by the service's error code (never by its text). Throttling and network faults are worth another
 * try; a refusal is not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function wrapS3Error(uri: string, cause: unknown): LogkeepError {
  const { name, status } = readError(cause);
  const facts = { uri, reason: name, status };
  if (NO_BUCKET.has(name))
    return usageError("the bucket does not exist", "check the bucket's name and the endpoint", facts);
  if (GONE.has(name) || status === 412 || (status === 404 && name !== "NoSuchBucket")) {
    return objectError("missing", facts, cause);
  }
  if (name === "InvalidObjectState") return objectError("archived", facts, cause);
  if (CREDENTIALS.has(name)) {
    return new LogkeepError({
      code: "object.unreadable",
      message: "the store does not accept the credentials",
      facts,
      cause,
      retry: "later",
      hint: "sign in again (`aws sso login`, or new keys), check this machine's clock, and run the same command again",
    });
  }
  if (DENIED.has(name) || status === 403) return objectError("denied", facts, cause);
  return objectError("unreadable", facts, cause);
}

function readError(cause: unknown): { readonly name: string; readonly status: number | null } {
  if (!(cause instanceof Error)) return { name: "unknown", status: null };
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : null;
  // Node's own errors say nothing by their name; the SDK's are named after the service's code.
  const name = cause.name === "Error" && code !== null ? code : cause.name;
  const metadata: unknown = "$metadata" in cause ? cause.$metadata : null;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata))
    return { name, status: null };
  return { name, status: typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null };
}
