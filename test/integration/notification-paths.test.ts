import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openS3ObjectStore } from "../../adapters/s3-object-store.ts";
import { openSqsQueue } from "../../adapters/sqs.ts";
import type { AnnouncedObject } from "../../ingest/notifications/announcement.ts";
import { parseMessage } from "../../ingest/notifications/parse-message.ts";
import { findObject } from "../../ingest/notifications/resolve-object.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { trailMessage } from "../support/notification-messages.ts";
import { listAll } from "../support/object-store-conformance.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();
const BUCKET = "paths-logs";
const KEYS = ["AWSLogs/a b+c=%/ü.json.gz", "AWSLogs/plain.json.gz"];

if (ABSENT !== null) {
  test("default: notifications by way of SNS and EventBridge", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let s3: S3Client;
  let sqs: SQSClient;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    sqs = new SQSClient({ endpoint: server.endpoint });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterAll(async () => {
    s3.destroy();
    sqs.destroy();
    await server.stop();
  });

  /** A request to a service that nothing here has an SDK for: moto goes by the credential's scope. */
  const ask = async (service: string, headers: Readonly<Record<string, string>>, body: string) => {
    const scope = `Credential=example/20260105/us-east-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=example`;
    const response = await fetch(server.endpoint, { method: "POST", headers: { authorization, ...headers }, body });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return text;
  };
  const sns = (parameters: Readonly<Record<string, string>>) =>
    ask(
      "sns",
      { "content-type": "application/x-www-form-urlencoded" },
      new URLSearchParams({ Version: "2010-03-31", ...parameters }).toString(),
    );
  const events = (operation: string, input: object) =>
    ask(
      "events",
      { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSEvents.${operation}` },
      JSON.stringify(input),
    );
  const openQueue = async (QueueName: string) => {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    return { arn: found.Attributes?.["QueueArn"] ?? "", queue: openSqsQueue({ url: QueueUrl, endpoint: null }) };
  };
  const openTopic = async (Name: string) => {
    const text = await sns({ Action: "CreateTopic", Name });
    const arn = /<TopicArn>([^<]+)<\/TopicArn>/.exec(text)?.[1] ?? "";
    const subscribe = (Endpoint: string, isRaw: boolean) =>
      sns({
        ...{ Action: "Subscribe", TopicArn: arn, Protocol: "sqs", Endpoint },
        ...{ "Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": String(isRaw) },
      });
    return { arn, subscribe };
  };
  type Queue = Awaited<ReturnType<typeof openQueue>>["queue"];
  const announcedBy = async (queue: Queue): Promise<readonly AnnouncedObject[]> => {
    const objects = [];
    for (;;) {
      const messages = await queue.receive({ most: 10, waitMs: 0, visibilityMs: 600_000 });
      if (messages.length === 0) return objects;
      for (const { body } of messages) {
        const { announcements } = parseMessage(body, [{ bucket: BUCKET, prefix: "" }]);
        expect(
          announcements.filter(({ kind }) => kind === "not-understood"),
          body,
        ).toEqual([]);
        objects.push(...announcements.flatMap((each) => (each.kind === "object" ? [each.object] : [])));
      }
    }
  };

  test("default: by SNS, with its envelope and raw, by EventBridge, and by EventBridge through SNS", async () => {
    const [wrapped, raw, bridged, both] = [
      await openQueue("wrapped"),
      await openQueue("raw"),
      await openQueue("bridged"),
      await openQueue("both"),
    ];
    const topic = await openTopic("logs");
    await topic.subscribe(wrapped.arn, false);
    await topic.subscribe(raw.arn, true);
    const second = await openTopic("events");
    await second.subscribe(both.arn, false);
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: BUCKET,
        NotificationConfiguration: {
          TopicConfigurations: [{ TopicArn: topic.arn, Events: ["s3:ObjectCreated:*"] }],
          EventBridgeConfiguration: {},
        },
      }),
    );
    await events("PutRule", { Name: "objects", EventPattern: JSON.stringify({ source: ["aws.s3"] }) });
    await events("PutTargets", { Rule: "objects", Targets: [{ Id: "1", Arn: bridged.arn }] });
    for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: `content of ${Key}` }));

    // Moto's EventBridge has no topics for targets: what it sent is published by hand.
    const sent = await bridged.queue.receive({ most: 10, waitMs: 0, visibilityMs: 0 });
    for (const { body } of sent) await sns({ Action: "Publish", TopicArn: second.arn, Message: body });

    const store = openS3ObjectStore({ bucket: BUCKET, prefix: "", endpoint: server.endpoint });
    const listed = await listAll(store);
    for (const [name, { queue }] of Object.entries({ wrapped, raw, bridged, both })) {
      const objects = await announcedBy(queue);
      expect(objects.map(({ key }) => key).sort(), name).toEqual(KEYS);
      for (const announced of objects) {
        const resolved = await findObject(announced, SOURCES, store);
        expect(resolved.object.ref, name).toEqual(listed.find(({ key }) => key === announced.key));
      }
    }
  });

  test("default: what CloudTrail publishes to its topic", async () => {
    const { arn, queue } = await openQueue("trail");
    const topic = await openTopic("trail");
    await topic.subscribe(arn, false);
    for (const Message of ["CloudTrail validation message.", trailMessage(BUCKET, KEYS)]) {
      await sns({ Action: "Publish", TopicArn: topic.arn, Message });
    }
    expect((await announcedBy(queue)).map(({ key }) => key)).toEqual(KEYS);
  });
}
