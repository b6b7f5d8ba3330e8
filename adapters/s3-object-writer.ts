import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { ObjectWriter } from "../core/object-writer.ts";
import { openS3Bucket } from "./s3-client.ts";
import { readS3Error, wrapS3Error } from "./s3-errors.ts";
import type { S3ObjectStoreOptions } from "./s3-object-store.ts";

/** Puts objects below a prefix of a bucket, each in one request. Nothing is asked before the first. */
export function openS3ObjectWriter(options: S3ObjectStoreOptions): ObjectWriter {
  const bucket = openS3Bucket(options);
  return {
    async write(key, bytes) {
      const uri = `s3://${bucket.name}/${options.prefix}${key}`;
      try {
        await bucket.put(`${options.prefix}${key}`, bytes, { isExclusive: false, mark: null });
      } catch (cause) {
        throw wrapWriteError(uri, cause);
      }
    },
  };
}

/** A bucket that is absent, and credentials that are refused, are the same faults as in reading. */
function wrapWriteError(uri: string, cause: unknown): LogkeepError {
  const known = isLogkeepError(cause) ? cause : wrapS3Error(uri, cause);
  if (known.code === "cli.usage") return known;
  const { name: reason, status } = readS3Error(cause);
  return new LogkeepError({
    code: "object.unwritable",
    message: "the object could not be written",
    facts: { uri, reason, status },
    cause,
    retry: known.retry,
    hint: "allow s3:PutObject below the prefix, and kms:GenerateDataKey on the bucket's key; check the network and the endpoint",
  });
}
