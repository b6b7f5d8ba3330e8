import { type Facts, LogkeepError, type Retry } from "../core/errors.ts";

/** What can go wrong when an object is read. */
export type ObjectFault = "missing" | "unreadable" | "denied" | "too-large" | "not-a-file" | "archived";

interface FaultText {
  readonly code: string;
  readonly message: string;
  readonly retry: Retry;
  readonly hint: string;
}

const TEXTS: Readonly<Record<ObjectFault, FaultText>> = {
  missing: {
    code: "object.missing",
    message: "the object was deleted or changed since it was listed",
    retry: "later",
    hint: "run the same command again: it lists anew",
  },
  unreadable: {
    code: "object.unreadable",
    message: "the object could not be read",
    retry: "later",
    hint: "check permissions, disk and network, then run the same command again",
  },
  denied: {
    code: "object.unreadable",
    message: "access to the object was denied",
    retry: "never",
    hint: "allow s3:GetObject, s3:GetObjectVersion and s3:ListBucket, and kms:Decrypt on the bucket's key, for the identity that runs this",
  },
  "too-large": {
    code: "object.too-large",
    message: "the object is too large to be held whole",
    retry: "never",
    hint: "objects of this size can only be streamed",
  },
  "not-a-file": {
    code: "object.not-a-file",
    message: "the folder's entry is no regular file",
    retry: "never",
    hint: "links, pipes, sockets and devices are not read: put the file itself there, or give the link's target as source",
  },
  archived: {
    code: "object.archived",
    message: "the object is in an archive storage class",
    retry: "never",
    hint: "restore it from the archive, then replay it",
  },
};

/** What `read` holds at most; callers stream long before. */
export const MAX_READ_BYTES = 1024 ** 3;

/** The error for an object that cannot be read; facts hold its address, never a signed URL. */
export function objectError(fault: ObjectFault, facts: Facts, cause?: unknown): LogkeepError {
  return new LogkeepError({ ...TEXTS[fault], facts, cause });
}
