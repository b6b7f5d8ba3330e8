import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { ObjectRef, ObjectStore, WantedObject } from "../core/object-store.ts";
import { MAX_READ_BYTES, objectError } from "./object-errors.ts";
import { openS3Bucket, S3AnswerError, type S3Bucket, type S3BucketOptions } from "./s3-client.ts";
import { wrapS3Error } from "./s3-errors.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const MAX_KEY_BYTES = 1024;

/** Where the objects are. */
export interface S3ObjectStoreOptions extends S3BucketOptions {
  /** Keys start with it, as written: `logs/` and `logs` are two prefixes. Empty for the whole bucket. */
  readonly prefix: string;
}

/**
 * Objects below a prefix of a bucket. A version is the ETag, which listings, notifications and heads all tell: reading
 * asks for exactly that, so a changed object is `object.missing`. Folder markers (empty keys that end in `/`) are objects like any other. Nothing is asked before the
 * first listing or read.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function openS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  const bucket = openS3Bucket(options);
  return {
    list: (signal) => listBucket(bucket, options.prefix, signal),
    find: async (wanted, signal) =>
      isKey(wanted.key) && wanted.key.startsWith(options.prefix) ? findObject(bucket, wanted, signal) : null,
    async read(ref, signal) {
      if (ref.sizeBytes > MAX_READ_BYTES) throw objectError("too-large", { uri: ref.uri, sizeBytes: ref.sizeBytes });
      const bytes = Buffer.allocUnsafeSlow(ref.sizeBytes);
      let at = 0;
      for await (const piece of streamObject(bucket, ref, signal)) {
        bytes.set(piece, at);
        at += piece.length;
      }
      return bytes;
    },
    stream: (ref, signal) => streamObject(bucket, ref, signal),
  };
}

async function* listBucket(
  bucket: S3Bucket,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectRef> {
  const uri = `s3://${bucket.name}/${prefix}`;
  try {
    for await (const { key, sizeBytes, etag } of bucket.list(prefix, signal)) {
      yield { uri: `s3://${bucket.name}/${key}`, key, sizeBytes, version: etag };
    }
  } catch (cause) {
    throw wrap(uri, cause, signal);
  }
}

/** Others no bucket can have; S3 calls asking for one a fault of the request. */
function isKey(key: string): boolean {
  return key !== "" && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

async function findObject(
  bucket: S3Bucket,
  { key, version, versionId }: WantedObject,
  signal: AbortSignal | undefined,
): Promise<ObjectRef | null> {
  const uri = `s3://${bucket.name}/${key}`;
  try {
    const found = await bucket.head(key, versionId, signal);
    if (found === null) {
      // Nothing may pass for deleted because the bucket is absent or closed to us: a listing would say so.
      for await (const _ of bucket.list(key, signal)) break;
      return null;
    }
    if (version !== null && version !== found.etag) return null;
    const named = found.versionId === null ? {} : { versionId: found.versionId };
    return { uri, key, sizeBytes: found.sizeBytes, version: found.etag, ...named };
  } catch (cause) {
    throw wrap(uri, cause, signal);
  }
}

async function* streamObject(
  bucket: S3Bucket,
  ref: ObjectRef,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const which = { ifMatch: ref.version, versionId: ref.versionId ?? null };
  let readBytes = 0;
  try {
    for await (const piece of (await bucket.get(ref.key, which, signal)).chunks) {
      readBytes += piece.length;
      if (readBytes > ref.sizeBytes) break;
      yield piece;
    }
  } catch (cause) {
    throw wrap(ref.uri, cause, signal);
  }
  // A store that ignores If-Match, or cuts an answer: neither may pass for the object.
  if (readBytes !== ref.sizeBytes) throw objectError("missing", { uri: ref.uri, sizeBytes: ref.sizeBytes, readBytes });
}

function wrap(uri: string, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (isLogkeepError(cause)) return cause;
  if (!(cause instanceof S3AnswerError)) return wrapS3Error(uri, cause);
  if (cause.kind !== "bad-listing") return objectError("unreadable", { uri, reason: cause.reason });
  return new LogkeepError({
    code: "object.bad-listing",
    message: "the store's listing cannot be relied on",
    facts: { uri, reason: cause.reason },
    hint: "directory buckets and some compatible stores list without order: copy the objects to a general purpose bucket",
  });
}
