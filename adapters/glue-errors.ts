import { type Facts, LogkeepError } from "../core/errors.ts";
import { readS3Error } from "./s3-errors.ts";

/** What an error of Glue's means to a commit. `unclear`: the request may have been carried out. */
export type GlueFault = "conflict" | "taken" | "missing" | "denied" | "unclear" | "other";

// The service's codes: https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html and its common errors.
const FAULTS: Readonly<Record<string, GlueFault>> = {
  ConcurrentModificationException: "conflict",
  VersionMismatchException: "conflict",
  AlreadyExistsException: "taken",
  EntityNotFoundException: "missing",
  AccessDeniedException: "denied",
  UnrecognizedClientException: "denied",
  InvalidClientTokenId: "denied",
  InvalidSignatureException: "denied",
  ExpiredTokenException: "denied",
  CredentialsProviderError: "denied",
  TokenProviderError: "denied",
  // A refusal of Lake Formation's, and a key's.
  PermissionTypeMismatchException: "denied",
  GlueEncryptionException: "denied",
  // Refused before anything was done.
  ThrottlingException: "other",
  ResourceNumberLimitExceededException: "other",
  InvalidInputException: "other",
  // Glue gave up in the middle.
  OperationTimeoutException: "unclear",
  InternalServiceException: "unclear",
};

/** Reads what the SDK threw, by its code and status. */
export function glueFaultOf(cause: unknown): GlueFault {
  const { name, status } = readS3Error(cause);
  const known = FAULTS[name];
  if (known !== undefined) return known;
  // No answer at all, or one of something between here and Glue.
  return status === null || status >= 500 ? "unclear" : "other";
}

/** The error for what cannot be gone on from. */
export function wrapGlueError(facts: Facts, cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const { name, status } = readS3Error(cause);
  if (glueFaultOf(cause) === "denied") {
    return new LogkeepError({
      code: "lake.catalog-denied",
      message: "access to the Glue database was denied",
      facts: { ...facts, reason: name, status },
      cause,
      hint: "allow glue:GetDatabase, GetTable, GetTables, CreateTable and UpdateTable on catalog, database and tables (and in Lake Formation, where it rules), or sign in again",
    });
  }
  const isLimit = name === "ResourceNumberLimitExceededException";
  return new LogkeepError({
    code: "lake.catalog-failed",
    message: "the Glue database could not be read or written",
    facts: { ...facts, reason: name, status },
    cause,
    retry: name === "InvalidInputException" || isLimit ? "never" : "later",
    hint: isLimit
      ? "Glue's limit of tables, or of archived versions of a table, is reached: delete some"
      : "run the same command again: nothing is lost and nothing comes twice",
  });
}
