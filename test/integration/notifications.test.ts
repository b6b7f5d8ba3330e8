import { setTimeout as wait } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
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
import type { ObjectRef } from "../../core/object-store.ts";
import { type AnnouncedObject, announcedName } from "../../ingest/notifications/announcement.ts";
import { holdMessages } from "../../ingest/notifications/hold-messages.ts";
import { parseMessage } from "../../ingest/notifications/parse-message.ts";
import { pollQueue } from "../../ingest/notifications/poll-queue.ts";
import { findObject, resolveObject } from "../../ingest/notifications/resolve-object.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { memoryLog } from "../support/memory-log.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { trailMessage } from "../support/notification-messages.ts";
import { HOSTILE_KEYS, listAll } from "../support/object-store-conformance.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();
const VISIBILITY = 600_000;

if (ABSENT !== null) {
  test("default: notifications of S3 against a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let s3: S3Client;
  let sqs: SQSClient;
  let counter = 0;
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

  /** A bucket whose events go to a queue. */
  const openBucket = async (isVersioned: boolean) => {
    counter += 1;
    const Bucket = `logs-${counter}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    if (isVersioned) {
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    }
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${counter}` }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    const QueueArn = found.Attributes?.["QueueArn"];
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn, Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
        },
      }),
    );
    const queue = openSqsQueue({ url: QueueUrl, endpoint: server.endpoint });
    const log = memoryLog();
    const hold = holdMessages(VISIBILITY, { queue, clock: systemClock(), log, random: Math.random });
    const put = async (Key: string, Body: string) => void (await s3.send(new PutObjectCommand({ Bucket, Key, Body })));
    const remove = async (Key: string) => void (await s3.send(new DeleteObjectCommand({ Bucket, Key })));
    /** What is announced now, and how often each rule acknowledged something. */
    const poll = async () => {
      const objects: AnnouncedObject[] = [];
      const reasons = new Map<string, number>();
      for (;;) {
        const options = { most: 10, waitMs: 0, visibilityMs: VISIBILITY };
        const polled = await pollQueue([{ bucket: Bucket, prefix: "" }], options, { queue, hold, log });
        if (polled.messages === 0) return { objects, reasons };
        objects.push(...polled.objects);
        for (const [reason, count] of polled.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
      }
    };
    const store = openS3ObjectStore({ bucket: Bucket, prefix: "", endpoint: server.endpoint });
    return { Bucket, queue, hold, log, put, remove, poll, store };
  };
  const withoutVersionId = ({ versionId: _, ...ref }: ObjectRef): ObjectRef => ref;

  for (const isVersioned of [false, true]) {
    const kind = isVersioned ? "with versions" : "without versions";

    test(`default: announced and listed, an object has one address and version, in a bucket ${kind}`, async () => {
      const at = await openBucket(isVersioned);
      const keys = HOSTILE_KEYS.filter((key) => !key.includes("\n"));
      for (const key of keys) await at.put(key, `content of ${key}`);
      const { objects, reasons } = await at.poll();
      expect(reasons).toEqual(new Map([["s3.test-event", 1]]));
      const listed = await listAll(at.store);
      expect(objects.map(({ key }) => key).sort()).toEqual([...keys].sort());
      for (const announced of objects) {
        const ref = listed.find(({ key }) => key === announced.key);
        // As S3 tells it; as it must be looked up; and as CloudTrail tells it.
        const [bare] = parseMessage(trailMessage(at.Bucket, [announced.key]), null).announcements;
        if (bare.kind !== "object") throw new Error(announced.key);
        for (const resolved of [
          await resolveObject(announced, SOURCES, at.store),
          await findObject(announced, SOURCES, at.store),
          await resolveObject(bare.object, SOURCES, at.store),
        ]) {
          if (resolved.kind !== "found") throw new Error(announced.key);
          expect(withoutVersionId(resolved.object.ref)).toEqual(ref);
          const bytes = await at.store.read(resolved.object.ref);
          expect(Buffer.from(bytes).toString()).toBe(`content of ${announced.key}`);
        }
      }
      await at.hold.settle(objects.map(announcedName), []);
      await at.hold.settle([], []);
      expect(await at.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
      expect(at.hold.counts()).toMatchObject({ held: 0, deleted: keys.length + 1 });
    });

    test(`behavior: an object that was deleted since is decided, in a bucket ${kind}`, async () => {
      const at = await openBucket(isVersioned);
      await at.put("AWSLogs/gone", "x");
      await at.remove("AWSLogs/gone");
      const { objects, reasons } = await at.poll();
      // Moto tells no deletion in a bucket with versions.
      if (!isVersioned) expect(reasons.get("s3.object-removed")).toBe(1);
      expect(objects).toHaveLength(1);
      const resolved = await findObject(objects[0]!, SOURCES, at.store);
      expect(resolved).toMatchObject({ kind: "gone", object: { state: "quarantined", reason: "object.gone" } });
    });
  }

  test("behavior: what is held on a real queue stays invisible, and is gone after it was settled", async () => {
    const at = await openBucket(false);
    await at.poll();
    await at.hold.settle([], []);
    const hold = holdMessages(2000, { queue: at.queue, clock: systemClock(), log: at.log, random: Math.random });
    const stopping = new AbortController();
    const running = hold.run(stopping.signal);
    await at.put("AWSLogs/a", "x");
    const ports = { queue: at.queue, hold, log: at.log };
    const options = { most: 10, waitMs: 0, visibilityMs: 2000 };
    const allowed = [{ bucket: at.Bucket, prefix: "AWSLogs/" }];
    const { objects } = await pollQueue(allowed, options, ports);
    expect(objects).toHaveLength(1);
    await wait(4500);
    // Were it not extended, it had become visible twice by now. A machine that slept in between may see it again.
    const again = await pollQueue(allowed, options, ports);
    expect(again.objects).toEqual([]);
    await hold.settle(objects.map(announcedName), []);
    stopping.abort();
    await running;
    expect(hold.counts().held).toBe(0);
    expect(await at.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });
}
