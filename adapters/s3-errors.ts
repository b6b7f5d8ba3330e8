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

const SIGN_IN =
  "sign in again (`aws sso login`, or new keys), check this machine's clock, and run the same command again";

/**
 * What the SDK threw at a reader of objects, by the service's error code (never by its text). Throttling and network
 * faults are worth another try; a refusal is not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function wrapS3Error(uri: string, cause: unknown): LogkeepError {
  const { name, status } = readS3Error(cause);
  const facts = { uri, reason: name, status };
  if (NO_BUCKET.has(name)) return bucketMissing(facts);
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
      hint: SIGN_IN,
    });
  }
  if (DENIED.has(name) || status === 403) return objectError("denied", facts, cause);
  return objectError("unreadable", facts, cause);
}

/** What the SDK threw at a lake in a bucket. */
export function wrapS3LakeError(uri: string, cause: unknown): LogkeepError {
  const { name, status } = readS3Error(cause);
  const facts = { uri, reason: name, status };
  if (NO_BUCKET.has(name)) return bucketMissing(facts);
  if (status === 404) {
    return new LogkeepError({ code: "lake.file-missing", message: "a file of the lake is missing", facts, cause });
  }
  const failed = { code: "lake.store-failed", message: "the lake's bucket could not be read or written", facts, cause };
  if (CREDENTIALS.has(name)) {
    const message = "the lake's bucket does not accept the credentials";
    return new LogkeepError({ ...failed, message, retry: "later", hint: SIGN_IN });
  }
  if (DENIED.has(name) || status === 403) {
    return new LogkeepError({
      ...failed,
      message: "access to the lake's bucket was denied",
      hint: "allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload below the lake, s3:ListBucket on its bucket, and kms:Decrypt and kms:GenerateDataKey on the bucket's key",
    });
  }
  return new LogkeepError({
    ...failed,
    retry: "later",
    hint: "check the network and run the same command again: nothing is lost and nothing comes twice",
  });
}

/** The service's code (or Node's own) and the HTTP status of what the SDK threw. */
export function readS3Error(cause: unknown): { readonly name: string; readonly status: number | null } {
  if (!(cause instanceof Error)) return { name: "unknown", status: null };
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : null;
  // Node's own errors say nothing by their name; the SDK's are named after the service's code.
  const name = cause.name === "Error" && code !== null ? code : cause.name;
  const metadata: unknown = "$metadata" in cause ? cause.$metadata : null;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata))
    return { name, status: null };
  return { name, status: typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null };
}

function bucketMissing(facts: { readonly uri: string; readonly reason: string; readonly status: number | null }) {
  return usageError("the bucket does not exist", "check the bucket's name and the endpoint", facts);
}
