import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSqsQueue } from "../../adapters/sqs.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { describeNotificationQueue } from "../support/notification-queue-conformance.ts";
import { faultOf } from "../support/object-store-conformance.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();
Object.assign(process.env, AWS_ENVIRONMENT);

if (ABSENT !== null) {
  test("default: SQS against a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let client: SQSClient;
  let counter = 0;
  beforeAll(async () => {
    server = await startMoto();
    client = new SQSClient({ endpoint: server.endpoint });
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });
  const makeQueue = async (Attributes: Record<string, string> = {}) => {
    counter += 1;
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: `queue-${counter}`, Attributes }));
    const found = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    return { url: QueueUrl, arn: found.Attributes?.["QueueArn"] ?? "" };
  };

  describeNotificationQueue("SQS", async () => {
    const dead = await makeQueue();
    const policy = { deadLetterTargetArn: dead.arn, maxReceiveCount: 3 };
    const { url } = await makeQueue({ RedrivePolicy: JSON.stringify(policy) });
    return {
      // By the queue's own host, and by an endpoint.
      queue: openSqsQueue({ url, endpoint: null }),
      deadLetters: openSqsQueue({ url: dead.url, endpoint: server.endpoint }),
      pass: (ms) => wait(ms),
      close: async () => {},
    };
  });

  test("error: a queue that is not there is wrong usage", async () => {
    const { url } = await makeQueue();
    const queue = openSqsQueue({ url: `${url}-gone`, endpoint: null });
    for (const call of [
      () => queue.receive({ most: 1, waitMs: 0, visibilityMs: 1000 }),
      () => queue.delete(["a"]),
      () => queue.send(["a"]),
      () => queue.depth(),
    ]) {
      expect(await faultOf(call())).toEqual({ code: "cli.usage", retry: "never" });
    }
  });
}

describe("SQS: a service that fails", () => {
  type Answer = (operation: string, input: Record<string, unknown>) => { status?: number; body: unknown };
  interface Entries {
    readonly Entries: readonly { readonly Id: string; readonly ReceiptHandle?: string }[];
  }
  const serving = async <T>(answer: Answer, action: (endpoint: string) => Promise<T>): Promise<T> => {
    const http = createServer(async (request, response) => {
      const operation = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
      const { status = 200, body } = answer(operation, JSON.parse(await text(request)) as Record<string, unknown>);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    try {
      return await action(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
    } finally {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    }
  };
  const open = (endpoint: string) =>
    openSqsQueue({
      url: "https://sqs.eu-west-1.amazonaws.com/111122223333/logs",
      endpoint,
      attempts: 2,
      pauseMs: 1,
      silenceMs: 5000,
    });
  const refused = (type: string, status = 400) => ({ status, body: { __type: type, message: "no" } });

  test("behavior: refused entries are tried again alone, and told apart", async () => {
    const seen: string[][] = [];
    const answer: Answer = (_, input) => {
      const { Entries } = input as unknown as Entries;
      seen.push(Entries.map(({ ReceiptHandle }) => ReceiptHandle ?? ""));
      const Failed: object[] = [];
      const Successful: object[] = [];
      for (const { Id, ReceiptHandle } of Entries) {
        if (ReceiptHandle === "busy") Failed.push({ Id, Code: "InternalError", SenderFault: false });
        else if (ReceiptHandle === "busy once" && seen.length === 1)
          Failed.push({ Id, Code: "RequestThrottled", SenderFault: false });
        else if (ReceiptHandle === "old") Failed.push({ Id, Code: "InvalidParameterValue", SenderFault: true });
        else if (ReceiptHandle === "waiting") Failed.push({ Id, Code: "MessageNotInflight", SenderFault: true });
        else if (ReceiptHandle !== "lost") Successful.push({ Id });
      }
      return { body: { Successful, Failed } };
    };
    const outcomes = await serving(answer, (endpoint) =>
      open(endpoint).setVisibility(["good", "busy", "busy once", "old", "waiting", "lost"], 1000),
    );
    expect(outcomes).toEqual([
      { kind: "done" },
      { kind: "failed", code: "InternalError" },
      { kind: "done" },
      { kind: "expired", code: "InvalidParameterValue" },
      { kind: "expired", code: "MessageNotInflight" },
      { kind: "failed", code: "no-answer" },
    ]);
    expect(seen.slice(1)).toEqual([
      ["busy", "busy once", "lost"],
      ["busy", "lost"],
    ]);
  });

  test("behavior: a batch without an answer leaves the others' outcomes", async () => {
    const receipts = Array.from({ length: 15 }, (_, index) => `r${index}`);
    const answer: Answer = (_, input) => {
      const { Entries } = input as unknown as Entries;
      if (Entries[0]?.ReceiptHandle === "r10") return refused("InternalFailure", 500);
      return { body: { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] } };
    };
    const outcomes = await serving(answer, (endpoint) => open(endpoint).delete(receipts));
    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(10).fill("done"), ...Array(5).fill("failed")]);
  });

  test("behavior: throttling is retried, and then is worth another try later", async () => {
    let calls = 0;
    const poll = (endpoint: string) => open(endpoint).receive({ most: 1, waitMs: 0, visibilityMs: 1000 });
    const once: Answer = () => (++calls === 1 ? refused("RequestThrottled") : { body: { Messages: [] } });
    expect(await serving(once, poll)).toEqual([]);
    expect(calls).toBe(2);
    const always = serving(() => refused("RequestThrottled"), poll);
    expect(await faultOf(always)).toEqual({ code: "queue.unavailable", retry: "later" });
  });

  test("error: what each refusal means", async () => {
    const cases = [
      ["com.amazonaws.sqs#QueueDoesNotExist", 400, { code: "cli.usage", retry: "never" }],
      ["AccessDeniedException", 400, { code: "queue.denied", retry: "never" }],
      ["com.amazonaws.sqs#KmsAccessDenied", 400, { code: "queue.denied", retry: "never" }],
      ["ExpiredTokenException", 400, { code: "queue.credentials", retry: "later" }],
      ["InvalidClientTokenId", 403, { code: "queue.credentials", retry: "later" }],
      ["com.amazonaws.sqs#OverLimit", 400, { code: "queue.unavailable", retry: "later" }],
      ["InternalFailure", 500, { code: "queue.unavailable", retry: "later" }],
    ] as const;
    for (const [type, status, fault] of cases) {
      const depth = serving(
        () => refused(type, status),
        (endpoint) => open(endpoint).depth(),
      );
      expect(await faultOf(depth), type).toEqual(fault);
    }
    const unreachable = openSqsQueue({ url: "http://127.0.0.1:9/1/q", endpoint: null, attempts: 1, silenceMs: 2000 });
    expect(await faultOf(unreachable.depth())).toEqual({ code: "queue.unavailable", retry: "later" });
  });

  test("args: addresses that are no standard queue's", async () => {
    for (const url of ["", "logs", "ftp://x/y", "https://sqs.us-east-1.amazonaws.com/", "https://x/1/logs.fifo"]) {
      expect(await faultOf((async () => openSqsQueue({ url, endpoint: null }))())).toEqual({
        code: "cli.usage",
        retry: "never",
      });
    }
  });
});
