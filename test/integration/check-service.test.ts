import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceChecks } from "../../cli/check-service.ts";
import type { Environment } from "../../core/config.ts";
import { quietContext } from "../support/ingest-folder.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("default: the service's wiring on a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let sqs: SQSClient;
  const urls = { plain: "", dead: "", guarded: "" };
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    sqs = new SQSClient({ endpoint: server.endpoint });
    const s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "checked-logs" }));
    s3.destroy();
    const make = async (QueueName: string, Attributes = {}) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
    urls.plain = await make("plain");
    urls.dead = await make("dead");
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: urls.dead, AttributeNames: ["QueueArn"] }),
    );
    const policy = { deadLetterTargetArn: Attributes?.["QueueArn"], maxReceiveCount: 5 };
    urls.guarded = await make("guarded", { RedrivePolicy: JSON.stringify(policy) });
    await sqs.send(new SendMessageCommand({ QueueUrl: urls.guarded, MessageBody: "x" }));
  });
  afterAll(async () => {
    sqs.destroy();
    await server.stop();
  });
  const check = async (environment: Environment) => {
    const context = quietContext(
      "data",
      { LOGKEEP_SERVICE_ENDPOINT: server.endpoint, ...environment },
      () => undefined,
    );
    const findings = [];
    for (const each of serviceChecks(context.config)) findings.push(await each(context));
    return findings.map(({ isFine, text }) => [isFine, text]);
  };

  test("default: queue, dead letters and sources, and no message is received", async () => {
    const found = await check({
      LOGKEEP_SERVICE_QUEUE_URL: urls.guarded,
      LOGKEEP_SERVICE_DLQ_URL: urls.dead,
      LOGKEEP_SERVICE_SOURCES: "s3://checked-logs/AWSLogs/ s3://checked-logs",
    });
    expect(found).toEqual([
      [true, "1 messages wait, 0 are in work; dead letters after 5 receipts"],
      [true, "LOGKEEP_SERVICE_SOURCES is set"],
      [true, "0 messages wait, 0 are in work"],
      [true, "s3://checked-logs/AWSLogs/, s3://checked-logs can be listed"],
    ]);
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: urls.guarded,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    expect(Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe("1");
  });

  test("behavior: what is not configured is not asked; what is lacking is told", async () => {
    expect(await check({})).toEqual([]);
    const found = await check({ LOGKEEP_SERVICE_QUEUE_URL: urls.plain });
    expect(found).toEqual([
      [false, expect.stringMatching(/no redrive policy: .* for \d+ days, and then is lost$/)],
      [false, expect.stringContaining("no object would be fetched")],
    ]);
  });

  test("error: what is not there is wrong usage", async () => {
    const usage = { code: "cli.usage" };
    await expect(check({ LOGKEEP_SERVICE_QUEUE_URL: `${urls.plain}-gone` })).rejects.toMatchObject(usage);
    await expect(check({ LOGKEEP_SERVICE_SOURCES: "s3://checked-gone" })).rejects.toMatchObject(usage);
  });
}
