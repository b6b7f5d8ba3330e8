import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openS3ObjectStore } from "../../adapters/s3-object-store.ts";
import { openSqsQueue } from "../../adapters/sqs.ts";
import { COMMANDS } from "../../cli/commands.ts";
import { parseCommandLine } from "../../cli/parse-command-line.ts";
import { parseMessage } from "../../ingest/notifications/parse-message.ts";
import { announcedRef } from "../../ingest/notifications/resolve-object.ts";
import { quietContext } from "../support/ingest-folder.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { listAll } from "../support/object-store-conformance.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";
import { runSimulation } from "../support/simulation.ts";

const ABSENT = whyNoMoto();
const SIZE = ["--accounts", "1", "--days", "1", "--events-per-day", "120", "--seed", "7"];

if (ABSENT !== null) {
  test("default: a simulation into a bucket on a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let folder: string;
  let s3: S3Client;
  let sqs: SQSClient;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    folder = await mkdtemp(join(tmpdir(), "simulation-"));
    s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    sqs = new SQSClient({ endpoint: server.endpoint });
  });
  afterAll(async () => {
    s3.destroy();
    sqs.destroy();
    await rm(folder, { recursive: true, force: true });
    await server.stop();
  });
  const simulate = async (...argv: readonly string[]) => {
    const words = ["simulate", ...argv, "--endpoint", server.endpoint, ...SIZE];
    const parsed = await parseCommandLine(words, COMMANDS, "0");
    if (parsed.kind !== "call") throw new Error("not a command");
    let output = "";
    const context = quietContext(folder, {}, (text) => {
      output += text;
    });
    return { code: await parsed.command.run(parsed.call, context), output };
  };
  const contents = async (bucket: string) => {
    const store = openS3ObjectStore({ bucket, prefix: "", endpoint: server.endpoint });
    const found = new Map<string, Buffer>();
    for (const ref of await listAll(store)) found.set(ref.key, Buffer.from(await store.read(ref)));
    return found;
  };
  const sorted = (objects: ReadonlyMap<string, Uint8Array>, prefix = "") =>
    new Map(
      [...objects]
        .map(([key, bytes]) => [`${prefix}${key}`, Buffer.from(bytes)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );

  test("default: a bucket holds what a folder would, and its queue announces each object as it is listed", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "simulated" }));
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "simulated" }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    const QueueConfigurations = [{ QueueArn: found.Attributes?.["QueueArn"], Events: ["s3:ObjectCreated:*" as const] }];
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: "simulated",
        NotificationConfiguration: { QueueConfigurations },
      }),
    );
    const { code } = await simulate("--to", "s3://simulated");
    expect(code).toBe(0);
    const { objects } = await runSimulation({ accounts: 1, days: 1, eventsPerDay: 120, seed: 7 });
    expect(sorted(await contents("simulated"))).toEqual(sorted(objects));

    const queue = openSqsQueue({ url: QueueUrl, endpoint: server.endpoint });
    const refs = [];
    for (;;) {
      const messages = await queue.receive({ most: 10, waitMs: 0, visibilityMs: 600_000 });
      if (messages.length === 0) break;
      const said = messages.flatMap(
        ({ body }) => parseMessage(body, [{ bucket: "simulated", prefix: "" }]).announcements,
      );
      refs.push(...said.flatMap((each) => (each.kind === "object" ? [announcedRef(each.object)] : [])));
      expect(said.filter(({ kind }) => kind === "not-understood")).toEqual([]);
    }
    const listed = await listAll(openS3ObjectStore({ bucket: "simulated", prefix: "", endpoint: server.endpoint }));
    const byKey = (ref: { readonly key: string } | null) => ref?.key ?? "";
    expect(refs.sort((a, b) => (byKey(a) < byKey(b) ? -1 : 1))).toEqual(
      [...listed].sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  });

  test("behavior: below a prefix; what is no log goes to the folder", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "prefixed" }));
    const out = join(folder, "truth");
    expect((await simulate("--to", "s3://prefixed/run-1", "--out", out, "--rate", "100000")).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(["logkeep.yaml", "truth.jsonl"]);
    const { objects } = await runSimulation({ accounts: 1, days: 1, eventsPerDay: 120, seed: 7 });
    expect((await readFile(join(out, "truth.jsonl"))).equals(objects.get("truth.jsonl") ?? Buffer.alloc(0))).toBe(true);
    const logs = new Map([...objects].filter(([key]) => key.includes("/")));
    expect(sorted(await contents("prefixed"))).toEqual(sorted(logs, "run-1/"));
  });

  test("args: a place that is not empty, not there, or no bucket", async () => {
    const usage = { code: "cli.usage" };
    await s3.send(new CreateBucketCommand({ Bucket: "taken" }));
    expect((await simulate("--to", "s3://taken/a/")).code).toBe(0);
    await expect(simulate("--to", "s3://taken/a")).rejects.toMatchObject(usage);
    await expect(simulate("--to", "s3://taken")).rejects.toMatchObject(usage);
    await expect(simulate("--to", "s3://nothing-there")).rejects.toMatchObject(usage);
    await expect(simulate("--to", "logs")).rejects.toMatchObject(usage);
    await expect(simulate("--to", "s3://taken/b", "--out", "")).rejects.toMatchObject(usage);
  });
}
