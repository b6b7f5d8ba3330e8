/**
 * The only file that knows the S3 SDK: the requests on one bucket that our stores are made of. Each has a deadline over
 * all its tries. Failures are the SDK's own, a `DeadlineError`, an `S3AnswerError`, or the signal's reason; which of our
 * errors they are is the store's to say.
 */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { usageError } from "../core/errors.ts";
import { readS3Error } from "./s3-errors.ts";
import { withDeadline } from "./with-deadline.ts";

const CONNECT_MS = 10_000;

// The longest silence of a healthy store; a page of a listing and an object's first byte come far sooner.
const SILENCE_MS = 60_000;

const ATTEMPTS = 5;

/** User metadata that says which call wrote an object. */
const MARK = "logkeep-mark";

/** Which bucket. Region and credentials come from the SDK's default chain. */
export interface S3BucketOptions {
  readonly bucket: string;
  /** URL of an S3-compatible store; the bucket then stands in the path. Plain HTTP is the user's choice. Null: AWS. */
  readonly endpoint?: string | null;
  /** Milliseconds without an answer or a byte after which a request is given up; tests shorten it. */
  readonly silenceMs?: number;
  /** Tries of one request; tests lower it. */
  readonly attempts?: number;
}

/** An object as a listing names it. */
export interface S3Entry {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAtMs: number;
}

/** An object's bytes; to be read once. The request ends with the reading, also when that is broken off. */
export interface S3Body {
  /** As the store announces it; null when it does not. */
  readonly sizeBytes: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Which version of an object is read. `ifMatch`: only that ETag, else the store answers 412. */
export interface S3Version {
  readonly ifMatch: string | null;
  /** Null: the newest. */
  readonly versionId: string | null;
}

/** What is known of an object without its bytes. */
export interface S3Head {
  readonly sizeBytes: number;
  readonly etag: string;
  /** Null where the bucket keeps no versions. */
  readonly versionId: string | null;
  readonly mark: string | null;
}

/** How an object is written: `isExclusive` refuses (412) where one is; `mark` is found again by `head`. */
export interface S3Write {
  readonly isExclusive: boolean;
  readonly mark: string | null;
}

/** Requests on one bucket. Nothing is asked before the first of them. */
export interface S3Bucket {
  readonly name: string;
  /** In the order of the keys' bytes, whole or an error. */
  list(prefix: string, signal?: AbortSignal): AsyncGenerator<S3Entry>;
  get(key: string, which: S3Version, signal?: AbortSignal): Promise<S3Body>;
  /** Null when there is no such object, or no such bucket: the answer is the same. A `versionId` of null: the newest. */
  head(key: string, versionId?: string | null, signal?: AbortSignal): Promise<S3Head | null>;
  put(key: string, content: Uint8Array, write: S3Write): Promise<void>;
  /** Removing what is absent is no error. */
  remove(key: string): Promise<void>;
  startUpload(key: string, mark: string): Promise<string>;
  /** Parts count from 1. Returns the part's ETag. */
  uploadPart(key: string, uploadId: string, part: number, content: Uint8Array): Promise<string>;
  completeUpload(key: string, uploadId: string, etags: readonly string[], isExclusive: boolean): Promise<void>;
  abortUpload(key: string, uploadId: string): Promise<void>;
}

/** An answer that cannot be relied on. */
export class S3AnswerError extends Error {
  /** `not-a-listing` is what a proxy's sign-in page gives. */
  readonly kind: "not-a-listing" | "bad-listing" | "no-body";
  readonly reason: string;

  constructor(kind: S3AnswerError["kind"], reason: string) {
    super(reason);
    this.name = "S3AnswerError";
    this.kind = kind;
    this.reason = reason;
  }
}

/** Opens a bucket. */
export function openS3Bucket(options: S3BucketOptions): S3Bucket {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const attempts = options.attempts ?? ATTEMPTS;
  const client = new S3Client({
    ...(options.endpoint === undefined || options.endpoint === null
      ? {}
      : { endpoint: options.endpoint, forcePathStyle: true }),
    maxAttempts: attempts,
    followRegionRedirects: true,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, silenceMs),
      requestTimeout: silenceMs,
      throwOnRequestTimeout: true,
      socketTimeout: silenceMs,
    },
  });
  const Bucket = options.bucket;
  const ask = <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>, signal?: AbortSignal) =>
    askOnce(client, silenceMs * (attempts + 1), signal, send);
  const bucket: S3Bucket = {
    name: Bucket,
    list: (prefix, signal) =>
      listPages((ContinuationToken) => {
        // XML cannot hold every character that a key can.
        const page = { Bucket, Prefix: prefix, EncodingType: "url" as const, ContinuationToken };
        return ask((how) => client.send(new ListObjectsV2Command(page), how), signal);
      }),
    async get(key, { ifMatch, versionId }, signal) {
      const condition = ifMatch === null ? {} : { IfMatch: `"${ifMatch}"` };
      const input = { Bucket, Key: key, ...condition, ...versionOf(versionId) };
      const answer = await ask((how) => client.send(new GetObjectCommand(input), how), signal);
      const body: unknown = answer.Body;
      if (!isByteStream(body)) throw new S3AnswerError("no-body", "no body");
      return { sizeBytes: answer.ContentLength ?? null, chunks: readBody(body, silenceMs, signal) };
    },
    async head(key, versionId = null, signal) {
      const input = { Bucket, Key: key, ...versionOf(versionId) };
      try {
        const answer = await ask((how) => client.send(new HeadObjectCommand(input), how), signal);
        return {
          sizeBytes: answer.ContentLength ?? 0,
          etag: bareEtag(answer.ETag ?? ""),
          // "null" is the version of objects that were put while the bucket kept none: it names no bytes.
          versionId: answer.VersionId === "null" ? null : (answer.VersionId ?? null),
          mark: answer.Metadata?.[MARK] ?? null,
        };
      } catch (cause) {
        const { status } = readS3Error(cause);
        // An answer to HEAD has no body, so a bucket that is absent looks the same. 405: the version is a delete marker.
        if (status === 404 || (status === 405 && versionId !== null)) return null;
        if (status !== 400 || versionId === null) throw cause;
        // Either the text is no version id at all, or the fault lies elsewhere: then it is one without it, too.
        await bucket.head(key, null, signal);
        return null;
      }
    },
    async put(key, content, { isExclusive, mark }) {
      const condition = isExclusive ? { IfNoneMatch: "*" } : {};
      const metadata = mark === null ? {} : { Metadata: { [MARK]: mark } };
      const input = { Bucket, Key: key, Body: content, ContentLength: content.byteLength, ...condition, ...metadata };
      await ask((how) => client.send(new PutObjectCommand(input), how));
    },
    async remove(key) {
      await ask((how) => client.send(new DeleteObjectCommand({ Bucket, Key: key }), how));
    },
    async startUpload(key, mark) {
      const input = { Bucket, Key: key, Metadata: { [MARK]: mark } };
      const { UploadId } = await ask((how) => client.send(new CreateMultipartUploadCommand(input), how));
      if (UploadId === undefined) throw new S3AnswerError("no-body", "an upload without an id");
      return UploadId;
    },
    async uploadPart(key, UploadId, PartNumber, content) {
      const input = { Bucket, Key: key, UploadId, PartNumber, Body: content, ContentLength: content.byteLength };
      const { ETag } = await ask((how) => client.send(new UploadPartCommand(input), how));
      if (ETag === undefined) throw new S3AnswerError("no-body", "a part without an ETag");
      return ETag;
    },
    async completeUpload(key, UploadId, etags, isExclusive) {
      const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      const condition = isExclusive ? { IfNoneMatch: "*" } : {};
      const input = { Bucket, Key: key, UploadId, MultipartUpload: { Parts }, ...condition };
      await ask((how) => client.send(new CompleteMultipartUploadCommand(input), how));
    },
    async abortUpload(key, UploadId) {
      await ask((how) => client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }), how));
    },
  };
  return bucket;
}

interface ListingPage {
  readonly IsTruncated?: boolean | undefined;
  readonly NextContinuationToken?: string | undefined;
  readonly EncodingType?: string | undefined;
  readonly Contents?:
    | readonly {
        readonly Key?: string | undefined;
        readonly Size?: number | undefined;
        readonly ETag?: string | undefined;
        readonly LastModified?: Date | undefined;
      }[]
    | undefined;
}

async function* listPages(read: (token: string | undefined) => Promise<ListingPage>): AsyncGenerator<S3Entry> {
  let token: string | undefined;
  let before: Buffer | null = null;
  do {
    const page = await read(token);
    // Every listing says whether it is whole; a proxy's sign-in page, read as one, does not.
    if (page.IsTruncated === undefined) throw new S3AnswerError("not-a-listing", "the answer is no listing");
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      if (Key === undefined || Size === undefined || ETag === undefined)
        throw badListing("an entry has no key, size or etag");
      const key = page.EncodingType === "url" ? decodeKey(Key) : Key;
      const order = Buffer.from(key);
      if (before !== null && Buffer.compare(before, order) >= 0) throw badListing("keys are not in byte order");
      before = order;
      // Without a time it counts as new: too young to be cleaned up.
      const modifiedAtMs = LastModified?.getTime() ?? Number.MAX_SAFE_INTEGER;
      yield { key, sizeBytes: Size, etag: bareEtag(ETag), modifiedAtMs };
    }
    if (page.IsTruncated && page.NextContinuationToken === undefined) throw badListing("a page has no next");
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

function versionOf(VersionId: string | null) {
  return VersionId === null ? {} : { VersionId };
}

function bareEtag(etag: string): string {
  return etag.replaceAll('"', "");
}

function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw badListing("a key is not UTF-8");
  }
}

function badListing(reason: string): S3AnswerError {
  return new S3AnswerError("bad-listing", reason);
}

interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

function isByteStream(body: unknown): body is ByteStream {
  if (typeof body !== "object" || body === null) return false;
  return Symbol.asyncIterator in body && "destroy" in body && typeof body.destroy === "function";
}

async function* readBody(
  body: ByteStream,
  silenceMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await orReason(signal, () => withDeadline(pieces.next(), silenceMs, signal));
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    body.destroy();
  }
}

/** One request: with a deadline of its own over all tries, because a body that stalls is nobody else's business. */
async function askOnce<T>(
  client: S3Client,
  waitMs: number,
  signal: AbortSignal | undefined,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  const abortSignal = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  await checkRegion(client);
  try {
    return await orReason(signal, () => {
      signal?.throwIfAborted();
      return withDeadline(send({ abortSignal }), waitMs, signal);
    });
  } catch (cause) {
    // Not after success: the abort would reach the body that is still to be read.
    giveUp.abort();
    throw cause;
  }
}

async function orReason<T>(signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw signal?.aborted === true ? signal.reason : cause;
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
