import { z } from "zod";
import { httpUrl, type OptionDefinition } from "./config-option.ts";

/** What is configured about the service: its queues, and where objects may come from. */
export interface ServiceConfig {
  readonly serviceQueueUrl: string | null;
  readonly serviceDlqUrl: string | null;
  /** `s3://bucket` or `s3://bucket/prefix`, at least one. Null: none, and the service does not start. */
  readonly serviceSources: readonly string[] | null;
  readonly serviceEndpoint: string | null;
}

const sources = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((uri) => uri !== ""))
  // A bucket's name as S3 allows it; a prefix is the beginning of keys, as written.
  .pipe(
    z
      .array(
        z
          .string()
          .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/, "must be s3://bucket or s3://bucket/prefix"),
      )
      .min(1, "must name a bucket"),
  );

/** Its options. */
export const SERVICE_OPTIONS: {
  readonly [Name in keyof ServiceConfig]: OptionDefinition<ServiceConfig[Name]>;
} = {
  serviceQueueUrl: {
    env: "LOGKEEP_SERVICE_QUEUE_URL",
    help: "URL of the SQS queue that announces objects; --queue says the same",
    schema: httpUrl,
    fallback: () => null,
  },
  serviceDlqUrl: {
    env: "LOGKEEP_SERVICE_DLQ_URL",
    help: "URL of the queue of its dead letters; --dlq says the same",
    schema: httpUrl,
    fallback: () => null,
  },
  serviceSources: {
    env: "LOGKEEP_SERVICE_SOURCES",
    help: "Where announced objects may lie: s3://bucket or s3://bucket/prefix, several with blanks between",
    schema: sources,
    fallback: () => null,
  },
  serviceEndpoint: {
    env: "LOGKEEP_SERVICE_ENDPOINT",
    help: "Address of a service that speaks SQS's and S3's protocols, for the queues and sources. Default: AWS",
    schema: httpUrl,
    fallback: () => null,
  },
};
