import { z } from "zod";
import { httpUrl, integer, type OptionDefinition } from "./config-option.ts";

/** What is configured about the service: its queues, and where objects may come from. */
export interface ServiceConfig {
  readonly serviceQueueUrl: string | null;
  readonly serviceDlqUrl: string | null;
  /** `s3://bucket` or `s3://bucket/prefix`, at least one. Null: none, and the service does not start. */
  readonly serviceSources: readonly string[] | null;
  readonly serviceEndpoint: string | null;
  /** Null: the index of seen objects is in each worker's memory. */
  readonly serviceRedisUrl: string | null;
  readonly serviceWindowSeconds: number;
  readonly serviceRoundObjects: number;
  readonly serviceVisibilitySeconds: number;
  readonly serviceGraceSeconds: number;
  /** `host:port`. Null: no status pages. */
  readonly serviceStatusAddress: string | null;
}

const redisUrl = z.url({ protocol: /^rediss?$/, error: "must be redis://host:port or rediss://host:port" });

const address = z
  .string()
  .regex(/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}$/i, "must be host:port")
  .refine((text) => Number(text.slice(text.lastIndexOf(":") + 1)) <= 65_535, "must have a port up to 65535");

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
  serviceRedisUrl: {
    env: "LOGKEEP_SERVICE_REDIS_URL",
    help: "Redis or Valkey that the workers share: redis://host:6379. Default: none, for one worker alone",
    schema: redisUrl,
    fallback: () => null,
    // It may hold a password.
    isSecret: true,
  },
  serviceWindowSeconds: {
    env: "LOGKEEP_SERVICE_WINDOW_SECONDS",
    help: "How long a worker waits for more objects after the first of a round",
    schema: integer(0, 300),
    fallback: () => 5,
  },
  serviceRoundObjects: {
    env: "LOGKEEP_SERVICE_ROUND_OBJECTS",
    help: "Objects of a round at most; while twice as many wait, nothing is received",
    schema: integer(1, 10_000),
    fallback: () => 1_000,
  },
  serviceVisibilitySeconds: {
    env: "LOGKEEP_SERVICE_VISIBILITY_SECONDS",
    help: "How long a message stays with a worker that does not say that it lives",
    schema: integer(10, 43_200),
    fallback: () => 120,
  },
  serviceGraceSeconds: {
    env: "LOGKEEP_SERVICE_GRACE_SECONDS",
    help: "How long a stopped worker goes on with its round",
    schema: integer(0, 600),
    fallback: () => 25,
  },
  serviceStatusAddress: {
    env: "LOGKEEP_SERVICE_STATUS_ADDRESS",
    help: "Where a worker shows /metrics, /live and /ready: 127.0.0.1:9464. Default: nowhere",
    schema: address,
    fallback: () => null,
  },
};
