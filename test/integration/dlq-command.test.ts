import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { parseCommandLine } from "../../cli/parse-command-line.ts";
import type { Environment } from "../../core/config.ts";
import {
  type IngestFolder,
  ingestFolder,
  quietContext,
  trailEvent,
  trailKey,
  trailObject,
} from "../support/ingest-folder.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { s3Message, snsEnvelope, trailMessage } from "../support/notification-messages.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();
const BUCKET = "dlq-logs";
const HOSTILE = "\u001b[31m=cmd|'/c calc'!A1\u202e";

if (ABSENT !== null) {
  test("default: the dead letters of a queue on a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let s3: S3Client;
  let sqs: SQSClient;
  let at: IngestFolder;
  let counter = 0;
  let environment: Environment;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    sqs = new SQSClient({ endpoint: server.endpoint });
    at = await ingestFolder();
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const put = (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    await put(trailKey("good"), trailObject(trailEvent("a"), trailEvent("b")));
    await put(trailKey("bad"), trailObject(trailEvent("c")).subarray(0, 60));
    environment = { LOGKEEP_SERVICE_ENDPOINT: server.endpoint };
    // Before there is a ledger at all.
    await makeQueues();
    await send(trailMessage(BUCKET, [trailKey("good")]));
    expect(await rows("dlq", "explain")).toMatchObject([{ explanation: "object.undecided", state: null }]);
    expect((await logkeep("ingest", `s3://${BUCKET}`, "--endpoint", server.endpoint)).code).toBe(1);
  });
  afterAll(async () => {
    s3.destroy();
    sqs.destroy();
    await at[Symbol.asyncDispose]();
    await server.stop();
  });
  beforeEach(() => makeQueues());

  const makeQueues = async () => {
    counter += 1;
    const make = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
    environment = {
      ...environment,
      LOGKEEP_SERVICE_QUEUE_URL: await make(`queue-${counter}`),
      LOGKEEP_SERVICE_DLQ_URL: await make(`dead-${counter}`),
      LOGKEEP_SERVICE_SOURCES: `s3://${BUCKET}/AWSLogs/`,
    };
  };
  const send = (MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: environment["LOGKEEP_SERVICE_DLQ_URL"], MessageBody }));
  /** Runs a command as it would be typed, in this process. */
  const logkeep = async (...argv: readonly string[]) => {
    const parsed = await parseCommandLine(argv, COMMANDS, "0");
    if (parsed.kind !== "call") throw new Error("not a command");
    let output = "";
    const context = quietContext(at.data, environment, (text) => {
      output += text;
    });
    return { code: await parsed.command.run(parsed.call, context), output };
  };
  const rows = async (...argv: readonly string[]) => {
    const { output } = await logkeep(...argv, "--format", "json");
    return output.trim() === ""
      ? []
      : output
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const countOf = async (variable: string) => {
    const QueueUrl = environment[variable];
    const AttributeNames = ["ApproximateNumberOfMessages" as const];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Number(Attributes?.["ApproximateNumberOfMessages"]);
  };
  const sendAll = async () => {
    await send(s3Message({ bucket: BUCKET, key: trailKey("good") }));
    await send(snsEnvelope(s3Message({ bucket: BUCKET, key: trailKey("bad") })));
    await send(trailMessage(BUCKET, [trailKey("good"), trailKey("never")]));
    await send(`{"x":"${HOSTILE.replace("\u001b", "\\u001b")}"}`);
    await send(s3Message({ bucket: "elsewhere", key: HOSTILE }));
    await send(s3Message({ bucket: BUCKET, key: `AWSLogs/${HOSTILE}` }));
  };

  test("default: list counts what explains them, explain shows each, and nothing is changed", async () => {
    await sendAll();
    const listed = await rows("dlq", "list");
    expect(listed.map(({ explanation, messages }) => [explanation, messages])).toEqual([
      ["object.undecided", 2],
      ["inflate.truncated", 1],
      ["notification.foreign-bucket", 1],
      ["notification.unknown-shape", 1],
      ["object.decided", 1],
    ]);
    expect(listed[0]).toMatchObject({ oldest: expect.stringMatching(/^\d+ s$/), receives_most: 1 });
    const explained = await rows("dlq", "explain");
    expect(explained).toHaveLength(7);
    const of = (name: string) => explained.filter(({ object }) => String(object).includes(`_${name}.json`));
    expect(of("good")).toMatchObject([
      { state: "ingested", explanation: "object.decided", receives: 2 },
      { state: "ingested", explanation: "object.decided" },
    ]);
    expect(of("bad")).toMatchObject([{ state: "quarantined", object: `s3://${BUCKET}/${trailKey("bad")}` }]);
    expect(of("never")).toMatchObject([{ state: null, explanation: "object.undecided", record: 1 }]);
    expect(await countOf("LOGKEEP_SERVICE_DLQ_URL")).toBe(6);
  });

  test("behavior: text of the messages is harmless on a terminal and in a spreadsheet", async () => {
    await sendAll();
    for (const command of ["list", "explain"]) {
      const { output } = await logkeep("dlq", command);
      expect(output).not.toContain("\u001b");
      expect(output).not.toContain("\u202e");
    }
    expect((await logkeep("dlq", "explain")).output).toContain("\\x1b[31m");
    const { output } = await logkeep("dlq", "explain", "--format", "csv");
    expect(output).not.toMatch(/(?:^|,)"?[=@]/m);
  });

  test("default: redrive sends back what was chosen, after a dry run that changes nothing", async () => {
    await sendAll();
    const dry = await logkeep("dlq", "redrive", "--explanation", "object.undecided", "--dry-run");
    expect(dry).toEqual({ code: 0, output: "2 of 6 messages (2 object.undecided) would be sent back\n" });
    expect([await countOf("LOGKEEP_SERVICE_DLQ_URL"), await countOf("LOGKEEP_SERVICE_QUEUE_URL")]).toEqual([6, 0]);
    const done = await logkeep("dlq", "redrive", "--explanation", "object.undecided");
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining("2 sent back, 0 still here") });
    expect([await countOf("LOGKEEP_SERVICE_DLQ_URL"), await countOf("LOGKEEP_SERVICE_QUEUE_URL")]).toEqual([4, 2]);
    const [{ message } = {}] = await rows("dlq", "explain");
    expect((await logkeep("dlq", "redrive", "--message", String(message))).code).toBe(0);
    expect((await logkeep("dlq", "redrive", "--message", "nothing")).code).toBe(1);
    expect((await logkeep("dlq", "redrive", "--all")).code).toBe(0);
    expect([await countOf("LOGKEEP_SERVICE_DLQ_URL"), await countOf("LOGKEEP_SERVICE_QUEUE_URL")]).toEqual([0, 6]);
  });

  test("args: which queue, and which messages", async () => {
    const usage = { code: "cli.usage" };
    await expect(logkeep("dlq", "redrive")).rejects.toMatchObject(usage);
    await expect(logkeep("dlq", "redrive", "--all", "--message", "x")).rejects.toMatchObject(usage);
    await expect(logkeep("dlq", "list", "--dlq", "nonsense")).rejects.toMatchObject(usage);
    await expect(
      logkeep("dlq", "list", "--dlq", `${environment["LOGKEEP_SERVICE_DLQ_URL"]}-gone`),
    ).rejects.toMatchObject(usage);
    environment = { LOGKEEP_SERVICE_ENDPOINT: server.endpoint };
    await expect(logkeep("dlq", "list")).rejects.toMatchObject(usage);
  });
}
