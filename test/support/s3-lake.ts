import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { openS3LakeStore, type S3LakeStoreOptions } from "../../adapters/s3-lake-store.ts";
import type { LakeStore } from "../../core/lake-store.ts";
import type { StoreUnderTest } from "./lake-store-conformance.ts";

/** What the SDK's default chain finds first; the names are its own. */
export const AWS_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "example",
  AWS_SECRET_ACCESS_KEY: "example",
  AWS_REGION: "us-east-1",
} as const;

/** A lake in a new bucket. */
export interface S3Lake extends StoreUnderTest {
  readonly bucket: string;
  /** The copies on this machine. */
  readonly cacheFolder: string;
  /** Another machine's view of it. */
  elsewhere(options?: Partial<S3LakeStoreOptions>): Promise<LakeStore>;
}

let counter = 0;

/** Makes a bucket; `await using` removes the copies on this machine. */
export async function openS3Lake(
  endpoint: string,
  options: Partial<S3LakeStoreOptions> = {},
  bucketEndpoint = endpoint,
): Promise<S3Lake> {
  counter += 1;
  const bucket = `lake-${process.pid}-${counter}`;
  const client = new S3Client({ endpoint: bucketEndpoint, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const folder = await mkdtemp(join(tmpdir(), "s3-lake-"));
  const open = (name: string, more: Partial<S3LakeStoreOptions>) => {
    const clock = { now: Date.now, sleep: async () => {} };
    const cache = { folder: join(folder, name), maxBytes: 1 << 30, clock };
    return openS3LakeStore({ bucket, prefix: "org/lake", endpoint, cache, ...more });
  };
  return {
    bucket,
    cacheFolder: join(folder, "cache"),
    store: open("cache", options),
    elsewhere: async (more = {}) => open("other", more),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
