import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { isLogkeepError, LogkeepError, usageError } from "../core/errors.ts";
import type { ObjectRef, ObjectStore } from "../core/object-store.ts";
import { MAX_READ_BYTES, objectError } from "./object-errors.ts";
import { wrapS3Error } from "./s3-errors.ts";
import { withDeadline } from "./with-deadline.ts";

const CONNECT_MS = 10_000;

// The longest silence of a healthy store; a page of a listing and an object's first byte come far sooner.
const SILENCE_MS = 60_000;

const ATTEMPTS = 5;

/** Where the objects are. Region and credentials come from the SDK's default chain. */
export interface S3ObjectStoreOptions {
  readonly bucket: string;
  /** Keys start with it, as written: `logs/` and `logs` are two prefixes. Empty for the whole bucket. */
  readonly prefix: string;
  /** URL of an S3-compatible store; the bucket then stands in the path. Plain HTTP is the user's choice. Null: AWS. */
  readonly endpoint?: string | null;
  /** Milliseconds without an answer or a byte after which a request is given up; tests shorten it. */
  readonly silenceMs?: number;
  /** Tries of one request; tests lower it. */
  readonly attempts?: number;
}

/**
 * Objects below a prefix of a bucket. A version is the ETag: reading asks for exactly that, so a changed object is
 * `object.missing`. Folder markers (empty keys that end in `/`) are objects like any other. Nothing is asked before the
 * first listing or read.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function openS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const client = new S3Client({
    ...(options.endpoint === undefined || options.endpoint === null
      ? {}
      : { endpoint: options.endpoint, forcePathStyle: true }),
    maxAttempts: options.attempts ?? ATTEMPTS,
    followRegionRedirects: true,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, silenceMs),
      requestTimeout: silenceMs,
      throwOnRequestTimeout: true,
      socketTimeout: silenceMs,
    },
  });
  const bucket: OpenBucket = { client, name: options.bucket, silenceMs, attempts: options.attempts ?? ATTEMPTS };
  return {
    list: (signal) => listBucket(bucket, options.prefix, signal),
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

interface OpenBucket {
  readonly client: S3Client;
  readonly name: string;
  readonly silenceMs: number;
  readonly attempts: number;
}

async function* listBucket(
  bucket: OpenBucket,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectRef> {
  const uri = `s3://${bucket.name}/${prefix}`;
  await checkRegion(bucket.client);
  let token: string | undefined;
  let before: Buffer | null = null;
  do {
    const page = await ask(bucket, uri, signal, (abortSignal) =>
      bucket.client.send(
        new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: prefix,
          // XML cannot hold every character that a key can.
          EncodingType: "url",
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
        { abortSignal },
      ),
    );
    // Every listing says whether it is whole; a proxy's sign-in page, read as one, does not.
    if (page.IsTruncated === undefined) throw objectError("unreadable", { uri, reason: "the answer is no listing" });
    for (const { Key, Size, ETag } of page.Contents ?? []) {
      if (Key === undefined || Size === undefined || ETag === undefined)
        throw listFault(uri, "an entry has no key, size or etag");
      const key = page.EncodingType === "url" ? decodeKey(uri, Key) : Key;
      const order = Buffer.from(key);
      if (before !== null && Buffer.compare(before, order) >= 0) throw listFault(uri, "keys are not in byte order");
      before = order;
      yield { uri: `s3://${bucket.name}/${key}`, key, sizeBytes: Size, version: ETag.replaceAll('"', "") };
    }
    if (page.IsTruncated && page.NextContinuationToken === undefined) throw listFault(uri, "a page has no next");
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function* streamObject(
  bucket: OpenBucket,
  ref: ObjectRef,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  await checkRegion(bucket.client);
  const answer = await ask(bucket, ref.uri, signal, (abortSignal) =>
    bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: ref.key, IfMatch: `"${ref.version}"` }), {
      abortSignal,
    }),
  );
  const body: unknown = answer.Body;
  if (!isByteStream(body)) throw objectError("unreadable", { uri: ref.uri, reason: "no body" });
  const pieces = body[Symbol.asyncIterator]();
  let readBytes = 0;
  try {
    for (;;) {
      const step = await guard(ref.uri, signal, () => withDeadline(pieces.next(), bucket.silenceMs, signal));
      if (step.done === true) break;
      readBytes += step.value.length;
      if (readBytes > ref.sizeBytes) break;
      yield step.value;
    }
    // A store that ignores If-Match, or cuts an answer: neither may pass for the object.
    if (readBytes !== ref.sizeBytes)
      throw objectError("missing", { uri: ref.uri, sizeBytes: ref.sizeBytes, readBytes });
  } finally {
    body.destroy();
  }
}

interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

function isByteStream(body: unknown): body is ByteStream {
  if (typeof body !== "object" || body === null) return false;
  return Symbol.asyncIterator in body && "destroy" in body && typeof body.destroy === "function";
}

/** One request: with a deadline of its own over all tries, because a body that stalls is nobody else's business. */
async function ask<T>(
  bucket: OpenBucket,
  uri: string,
  signal: AbortSignal | undefined,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  const either = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  try {
    return await guard(uri, signal, () => {
      signal?.throwIfAborted();
      return withDeadline(send(either), bucket.silenceMs * (bucket.attempts + 1), signal);
    });
  } catch (cause) {
    // Not after success: the abort would reach the body that is still to be read.
    giveUp.abort();
    throw cause;
  }
}

async function guard<T>(uri: string, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    throw isLogkeepError(cause) ? cause : wrapS3Error(uri, cause);
  }
}

/** The SDK says that the region is missing in words only, so it is asked for by itself. */
async function checkRegion(client: S3Client): Promise<void> {
  try {
    await client.config.region();
  } catch {
    throw usageError("no AWS region is set", "set AWS_REGION, or a region in the profile");
  }
}

function decodeKey(uri: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw listFault(uri, "a key is not UTF-8");
  }
}

function listFault(uri: string, reason: string): LogkeepError {
  return new LogkeepError({
    code: "object.bad-listing",
    message: "the store's listing cannot be relied on",
    facts: { uri, reason },
    hint: "directory buckets and some compatible stores list without order: copy the objects to a general purpose bucket",
  });
}
