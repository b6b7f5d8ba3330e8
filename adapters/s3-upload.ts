import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { inParallel } from "../core/in-parallel.ts";
import type { S3Bucket } from "./s3-client.ts";

// One request up to this size, else parts of it: each is tried again by itself, and held in memory meanwhile.
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 4;

/** The mark of a file's content: two uploads of the same bytes are the same object. */
export async function contentMark(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** Creates an object from a file, whole or not at all; refused with 412 where there is one. Failures are the SDK's. */
export async function uploadFile(bucket: S3Bucket, key: string, file: string, mark: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const read = async (from: number): Promise<Buffer> => {
      const bytes = Buffer.allocUnsafeSlow(Math.min(PART_BYTES, size - from));
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at);
        if (bytesRead === 0) throw new Error("the file became shorter while it was read");
        at += bytesRead;
      }
      return bytes;
    };
    if (size <= PART_BYTES) await bucket.put(key, await read(0), { isExclusive: true, mark });
    else await uploadParts(bucket, key, Math.ceil(size / PART_BYTES), (part) => read(part * PART_BYTES), mark);
  } finally {
    await handle.close();
  }
}

async function uploadParts(
  bucket: S3Bucket,
  key: string,
  count: number,
  read: (part: number) => Promise<Buffer>,
  mark: string,
): Promise<void> {
  const uploadId = await bucket.startUpload(key, mark);
  try {
    const etags = new Array<string>(count).fill("");
    await inParallel(etags.keys(), PARTS_AT_ONCE, async (part) => {
      etags[part] = await bucket.uploadPart(key, uploadId, part + 1, await read(part));
    });
    await bucket.completeUpload(key, uploadId, etags, true);
  } catch (cause) {
    // Parts are paid for until the upload is given up. Where that fails too, the first failure is the one to tell;
    // a lifecycle rule of the bucket (AbortIncompleteMultipartUpload) takes care of the rest.
    await bucket.abortUpload(key, uploadId).catch(() => undefined);
    throw cause;
  }
}
