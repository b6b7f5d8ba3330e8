import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore, StoredFile } from "../core/lake-store.ts";
import { createByteCache } from "./byte-cache.ts";
import { type FileCache, type FileCacheOptions, openFileCache } from "./lake-file-cache.ts";
import { isLakePath, lakePathParts } from "./lake-path.ts";
import { openS3Bucket, type S3Bucket, type S3BucketOptions } from "./s3-client.ts";
import { readS3Error, wrapS3LakeError } from "./s3-errors.ts";
import { contentMark, uploadFile } from "./s3-upload.ts";

// The SDK has tried several times already: these are for answers that say neither yes nor no.
const ROUNDS = 3;
const WAIT_STEP_MS = 200;
const TRANSFERS_AT_ONCE = 8;
// Every commit and every plan reads the newest ones again: some hundreds of them.
const MANIFEST_BYTES = 64 * 1024 * 1024;

const NEWEST = { ifMatch: null, versionId: null };

/** Where the lake is, and where its files are copied to for the SQL engine. */
export interface S3LakeStoreOptions extends S3BucketOptions {
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  readonly cache: FileCacheOptions;
}

/**
 * A lake in a bucket. A name is taken by a conditional PUT (`If-None-Match: *`). Whoever gets no clear answer asks who
 * wrote the object: each call leaves its own mark in it. The store must know conditional writes and list what was
 * written at once, as S3 does (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
export function openS3LakeStore(options: S3LakeStoreOptions): LakeStore {
  const bucket = openS3Bucket(options);
  const cache = openFileCache(options.cache);
  const manifests = createByteCache(MANIFEST_BYTES);
  const below = options.prefix === "" ? "" : `${options.prefix}/`;
  const keyOf = (path: string) => `${below}${lakePathParts(path).join("/")}`;
  const attempt = async <T>(path: string, action: (key: string) => Promise<T>): Promise<T> => {
    const key = keyOf(path);
    return orLakeError(`s3://${bucket.name}/${key}`, () => action(key));
  };
  return {
    rootUri: `s3://${bucket.name}${options.prefix === "" ? "" : `/${options.prefix}`}`,
    localPath: cache.locate,
    read: (path) =>
      attempt(path, async (key) => {
        const kept = manifests.get(path);
        if (kept !== null) return kept;
        const content = await readWhole(bucket, key);
        if (isManifest(path)) manifests.put(path, content);
        return content;
      }),
    createExclusive: (path, content) =>
      attempt(path, async (key) => {
        const mark = randomUUID();
        const put = () => bucket.put(key, content, { isExclusive: true, mark });
        const isCreated = await createOnce(bucket, key, mark, put);
        if (isCreated && isManifest(path)) manifests.put(path, content);
        return isCreated;
      }),
    replace: (path, content) => attempt(path, (key) => bucket.put(key, content, { isExclusive: false, mark: null })),
    exists: (path) => attempt(path, async (key) => (await bucket.head(key)) !== null),
    async sync(paths) {
      await inParallel(paths, TRANSFERS_AT_ONCE, (path) => attempt(path, (key) => publish(path, key, bucket, cache)));
    },
    async fetch(files) {
      const absent: (typeof files)[number][] = [];
      await inParallel(files, TRANSFERS_AT_ONCE, async (file) => {
        if ((await cache.use(file.path)) !== file.sizeBytes) absent.push(file);
      });
      if (absent.length === 0) return;
      await cache.makeRoom(absent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
      await inParallel(absent, TRANSFERS_AT_ONCE, ({ path, sizeBytes }) =>
        attempt(path, async (key) => {
          const { chunks } = await bucket.get(key, NEWEST);
          await cache.write(path, exactly(sizeBytes, chunks, path, `s3://${bucket.name}/${key}`));
        }),
      );
    },
    list: (folder) => listFiles(bucket, below, folder === "" ? below : `${keyOf(folder)}/`),
    remove: (path) =>
      attempt(path, async (key) => {
        await bucket.remove(key);
        manifests.remove(path);
        await cache.remove(path);
      }),
    // A bucket has no folders; the engine writes into the cache's.
    ensureFolder: cache.ensureFolder,
  };
}

/** Uploads what the engine wrote into the cache. The same content may be uploaded again. */
async function publish(path: string, key: string, bucket: S3Bucket, cache: FileCache): Promise<void> {
  if ((await cache.use(path)) === null) {
    // Nothing was written on this machine: then it must be there already.
    if ((await bucket.head(key)) === null) throw fileMissing(path);
    return;
  }
  await cache.sync(path);
  const file = cache.locate(path);
  const mark = await contentMark(file);
  if (!(await createOnce(bucket, key, mark, () => uploadFile(bucket, key, file, mark)))) throw fileTaken(path);
}

/**
 * Whether the caller created the object. A refusal proves nothing by itself: the SDK may have written in a try before,
 * whose answer was lost. So what is there then is asked for its mark.
 */
async function createOnce(bucket: S3Bucket, key: string, mark: string, put: () => Promise<void>): Promise<boolean> {
  for (let round = 1; ; round += 1) {
    try {
      await put();
      return true;
    } catch (cause) {
      if (!isUndecided(cause)) throw cause;
      const found = await bucket.head(key);
      if (found !== null) return found.mark === mark;
      // Not there (yet): the same call again is decided by the same name, whichever arrives first.
      if (round === ROUNDS) throw cause;
      await sleep(round * WAIT_STEP_MS);
    }
  }
}

/** 409 is a conflict with another writer of the name that is still under way; 404 an upload that was completed before. */
function isUndecided(cause: unknown): boolean {
  if (isLogkeepError(cause)) return false;
  const { name, status } = readS3Error(cause);
  return status === null || status >= 500 || status === 409 || status === 412 || name === "NoSuchUpload";
}

/** Manifests and manifest lists are named by their content, so what was read once is right for ever. */
function isManifest(path: string): boolean {
  return path.endsWith(".avro");
}

async function readWhole(bucket: S3Bucket, key: string): Promise<Uint8Array> {
  const body = await bucket.get(key, NEWEST);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (body.sizeBytes !== null && bytes.length !== body.sizeBytes) throw new Error("the answer was cut");
  return bytes;
}

/** An object's bytes; an error at their end unless they are as many as they should be. */
async function* exactly(
  sizeBytes: number,
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  uri: string,
): AsyncGenerator<Uint8Array> {
  let copiedBytes = 0;
  try {
    for await (const chunk of chunks) {
      copiedBytes += chunk.byteLength;
      if (copiedBytes > sizeBytes) break;
      yield chunk;
    }
  } catch (cause) {
    throw isLogkeepError(cause) ? cause : wrapS3LakeError(uri, cause);
  }
  if (copiedBytes !== sizeBytes) throw sizeDiffers(path, sizeBytes, copiedBytes);
}

async function* listFiles(bucket: S3Bucket, below: string, prefix: string): AsyncGenerator<StoredFile> {
  try {
    for await (const { key, sizeBytes, modifiedAtMs } of bucket.list(prefix)) {
      const path = key.slice(below.length);
      // Folder markers and other keys that are no paths are not the lake's.
      if (isLakePath(path)) yield { path, sizeBytes, modifiedAtMs };
    }
  } catch (cause) {
    throw isLogkeepError(cause) ? cause : wrapS3LakeError(`s3://${bucket.name}/${prefix}`, cause);
  }
}

async function orLakeError<T>(uri: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw isLogkeepError(cause) ? cause : wrapS3LakeError(uri, cause);
  }
}

function fileMissing(path: string): LogkeepError {
  return new LogkeepError({ code: "lake.file-missing", message: "a file of the lake is missing", facts: { path } });
}

function fileTaken(path: string): LogkeepError {
  return new LogkeepError({
    code: "lake.file-taken",
    message: "another writer has put a different file there",
    facts: { path },
    retry: "later",
    hint: "one process at a time writes to a lake: look for another one, then run the same command again",
  });
}

function sizeDiffers(path: string, sizeBytes: number, copiedBytes: number): LogkeepError {
  return new LogkeepError({
    code: "lake.file-changed",
    message: "a file of the lake has not the size that its manifest says",
    facts: { path, sizeBytes, copiedBytes },
    hint: "restore the file: the lake never changes a file that it has written",
  });
}
