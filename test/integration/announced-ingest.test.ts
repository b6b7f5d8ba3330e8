import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openS3ObjectStore } from "../../adapters/s3-object-store.ts";
import { openSqsQueue } from "../../adapters/sqs.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { ingestSources } from "../../cli/ingest-sources.ts";
import type { ObjectRef, ObjectStore } from "../../core/object-store.ts";
import { announcedName } from "../../ingest/notifications/announcement.ts";
import { openBucketStores } from "../../ingest/notifications/bucket-stores.ts";
import { holdMessages } from "../../ingest/notifications/hold-messages.ts";
import { pollQueue } from "../../ingest/notifications/poll-queue.ts";
import { resolveObject } from "../../ingest/notifications/resolve-object.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { ingestFolder, quietContext, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { memoryLog } from "../support/memory-log.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();
const VISIBILITY = 600_000;

if (ABSENT !== null) {
  test("default: announced objects against a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let s3: S3Client;
  let sqs: SQSClient;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    sqs = new SQSClient({ endpoint: server.endpoint });
  });
  afterAll(async () => {
    s3.destroy();
    sqs.destroy();
    await server.stop();
  });

  test.each([false, true])(
    "default: what was announced is not taken in again when it is listed (versions: %s)",
    async (isVersioned) => {
      await using at = await ingestFolder();
      const buckets = [`first-${isVersioned}`, `second-${isVersioned}`];
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: `announced-${isVersioned}` }));
      const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
      const QueueArn = found.Attributes?.["QueueArn"];
      for (const Bucket of buckets) {
        await s3.send(new CreateBucketCommand({ Bucket }));
        if (isVersioned) {
          await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
        }
        const QueueConfigurations = [{ QueueArn, Events: ["s3:ObjectCreated:*" as const] }];
        const NotificationConfiguration = { QueueConfigurations };
        await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
        for (const name of ["one", "two", "broken"]) {
          const bytes = trailObject(trailEvent(`${Bucket}-${name}`));
          const Body = name === "broken" ? bytes.subarray(0, 40) : bytes;
          await s3.send(new PutObjectCommand({ Bucket, Key: trailKey(name), Body }));
        }
        await s3.send(new PutObjectCommand({ Bucket, Key: "AWSLogs/111122223333/CloudTrail/", Body: Buffer.alloc(0) }));
      }

      const allowed = buckets.map((bucket) => ({ bucket, prefix: "" }));
      const { store, storeOf } = openBucketStores(allowed, (each) =>
        openS3ObjectStore({ ...each, endpoint: server.endpoint }),
      );
      const queue = openSqsQueue({ url: QueueUrl, endpoint: server.endpoint });
      const hold = holdMessages(VISIBILITY, { queue, clock: systemClock(), log: memoryLog(), random: Math.random });
      const refs: ObjectRef[] = [];
      const names: string[] = [];
      for (;;) {
        const options = { most: 10, waitMs: 0, visibilityMs: VISIBILITY };
        const polled = await pollQueue(allowed, options, { queue, hold, log: memoryLog() });
        if (polled.messages === 0) break;
        for (const announced of polled.objects) {
          const resolved = await resolveObject(announced, SOURCES, storeOf(announced.bucket));
          expect(resolved.kind).toBe("found");
          refs.push(resolved.object.ref);
          names.push(announcedName(announced));
        }
      }
      expect(refs).toHaveLength(8);
      const announcedOnly: ObjectStore = {
        ...store,
        async *list() {
          yield* refs;
        },
      };
      const context = quietContext(at.data, {}, () => undefined);
      const [first] = (await ingestSources([announcedOnly], context)).summaries;
      expect(first?.totals).toMatchObject({ objects: 8, ingested: 4, quarantined: 2, skipped: 2, rowsKept: 4 });
      await hold.settle(names, []);
      expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });

      const [second] = (await ingestSources([store], context)).summaries;
      expect(second).toMatchObject({ listed: 8, alreadyDecided: 8, batches: 0 });
    },
  );
}
