import { generateKeyPairSync } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import type { CommandCall } from "../../cli/command.ts";
import { importCommand } from "../../cli/commands/import.ts";
import { type CommandRun, type IngestFolder, ingestFolder, quietContext } from "../support/ingest-folder.ts";
import { EXPORT_FOLDER, type ExportStyle, lakeExport, signFile } from "../support/lake-export.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { readRecords, runSimulation } from "../support/simulation.ts";

const run = await runSimulation({ accounts: 2, days: 1, eventsPerDay: 400, seed: 5, vpcFlow: false, config: false });
/** As a managed lake keeps them: each event once. */
const EVENTS = [
  ...new Map(
    [...readRecords(run)].map(({ record }) => [
      JSON.stringify([record["eventID"], record["recipientAccountId"]]),
      record,
    ]),
  ).values(),
].filter((record) => record["eventID"] !== undefined);

let server: MotoServer | null = null;
afterAll(() => server?.stop());

async function importFrom(
  at: IngestFolder,
  options: {
    readonly flags?: readonly string[];
    readonly key?: string;
    readonly from?: string;
    readonly endpoint?: string;
  } = {},
): Promise<CommandRun> {
  let output = "";
  const { flags = [], key = null, from = at.logs, endpoint = null } = options;
  const call: CommandCall = {
    args: [from],
    text: (name) => (name === "public-key" ? key : name === "endpoint" ? endpoint : null),
    integer: () => null,
    flag: (name) => flags.includes(name),
    list: () => [],
  };
  const context = quietContext(at.data, {}, (text) => {
    output += text;
  });
  return { code: await importCommand.run(call, context), output };
}

async function putExport(
  at: IngestFolder,
  style: ExportStyle = "rows",
  rowsPerFile = 100,
): Promise<Map<string, Buffer>> {
  const objects = lakeExport(EVENTS, { style, rowsPerFile });
  for (const [key, bytes] of objects) await at.put(key, bytes);
  return objects;
}

const counts = async (at: IngestFolder) =>
  (await at.query("SELECT count(*)::INTEGER AS n, count(DISTINCT metadata.uid)::INTEGER AS ids FROM <cloudtrail>"))[0];

test.each(["rows", "events", "csv"] as const)("default: an export of %s becomes rows, once", async (style) => {
  await using at = await ingestFolder();
  const objects = await putExport(at, style);
  const first = await importFrom(at);
  expect(first.output).toContain(`export: ${objects.size - 1} files of 1 manifest, hashes checked while reading`);
  expect(first.code).toBe(0);
  expect(await counts(at)).toEqual({ n: EVENTS.length, ids: EVENTS.length });
  expect(await at.ledger()).toHaveLength(objects.size - 1);
  const again = await importFrom(at);
  expect(again.output).toContain(`${objects.size - 1} known from before + 0 ingested`);
  expect(again.code).toBe(0);
  expect(await counts(at)).toEqual({ n: EVENTS.length, ids: EVENTS.length });
});

test.each(["trail", "export"])(
  "behavior: of the trail and an export, where the %s came first, each event stays once",
  async (first) => {
    await using at = await ingestFolder();
    const trail = async () => {
      for (const [key, bytes] of run.objects) if (/_CloudTrail/.test(key)) await at.put(key, bytes);
      await at.ingest();
      await rm(at.logs, { recursive: true });
    };
    const exported = async () => {
      await putExport(at);
      const imported = await importFrom(at);
      await rm(at.logs, { recursive: true });
      return imported;
    };
    if (first === "trail") await trail();
    const { code, output } = await exported();
    expect(code).toBe(0);
    const kept = first === "trail" ? 0 : EVENTS.length;
    expect(output).toContain(
      `records: ${EVENTS.length} in = ${kept} rows + 0 rejected + ${EVENTS.length - kept} duplicate`,
    );
    if (first === "export") await trail();
    const rows = await at.query(`SELECT count(*)::INTEGER AS n,
    count(DISTINCT (metadata.uid, accountid, region))::INTEGER AS ids FROM <cloudtrail>`);
    expect(rows[0]?.["n"]).toBe(rows[0]?.["ids"]);
  },
);

test("behavior: old events raise no alerts, unless asked for", async () => {
  await using at = await ingestFolder();
  await putExport(at);
  expect((await importFrom(at)).output).toContain("findings: 0");
  expect(await at.lake.catalog.load("findings")).toBeNull();
  await using other = await ingestFolder();
  await putExport(other);
  expect((await importFrom(other, { flags: ["detect"] })).output).toMatch(/findings: [1-9]/);
});

test("error: a changed, a missing and an added file are each told, and the others imported", async () => {
  await using at = await ingestFolder();
  const objects = await putExport(at);
  const name = (index: number) => `${EXPORT_FOLDER}/result_${index}.json.gz`;
  await at.put(name(1), gzipSync(`${JSON.stringify({ eventJson: JSON.stringify(EVENTS[0]) })}\n`));
  await at.put(name(2), (objects.get(name(2)) ?? Buffer.alloc(0)).subarray(0, -20));
  await rm(join(at.logs, name(3)));
  await at.put(`${EXPORT_FOLDER}/result_99\u001b[31m.json.gz`, gzipSync("{}"));
  const { code, output } = await importFrom(at);
  expect(code).toBe(1);
  expect(output).toContain(`missing: result_3.json.gz, named in ${EXPORT_FOLDER}/result_sign.json`);
  expect(output).toContain("in no manifest, not imported:");
  expect(output).not.toContain("\u001b");
  expect(output).toContain("object.wrong-hash: 2");
  expect(await counts(at)).toMatchObject({ n: EVENTS.length - 300 });
  const states = (await at.ledger()).map(({ key, state, reason }) => [key, state, reason]);
  expect(states).toContainEqual([name(1), "quarantined", "object.wrong-hash"]);
  for (const [key, bytes] of objects) await at.put(key, bytes);
  await rm(join(at.logs, `${EXPORT_FOLDER}/result_99\u001b[31m.json.gz`));
  expect((await importFrom(at)).code).toBe(0);
  expect(await counts(at)).toEqual({ n: EVENTS.length, ids: EVENTS.length });
});

test("error: hashes that were made to fit a broken file do not make it whole", async () => {
  await using at = await ingestFolder();
  const { createHash } = await import("node:crypto");
  const bytes = gzipSync(Buffer.from(`${JSON.stringify({ eventJson: JSON.stringify(EVENTS[0]) })}\n`)).subarray(0, -9);
  const fileHashValue = createHash("sha256").update(bytes).digest("hex");
  await at.put(`${EXPORT_FOLDER}/result_1.json.gz`, bytes);
  await at.put(`${EXPORT_FOLDER}/result_sign.json`, signFile([{ fileName: "result_1.json.gz", fileHashValue }]));
  const { code, output } = await importFrom(at);
  expect(code).toBe(1);
  expect(output).toMatch(/inflate\.(truncated|corrupt): 1/);
});

test("error: without a manifest nothing is imported, unless asked for", async () => {
  await using at = await ingestFolder();
  await putExport(at);
  await rm(join(at.logs, `${EXPORT_FOLDER}/result_sign.json`));
  await expect(importFrom(at)).rejects.toMatchObject({ code: "import.no-manifest" });
  const { code, output } = await importFrom(at, { flags: ["unverified"] });
  expect(output).toContain("not verified");
  expect(code).toBe(0);
  expect(await counts(at)).toMatchObject({ n: EVENTS.length });
});

test("behavior: a signature is checked before anything is imported", async () => {
  await using at = await ingestFolder();
  const [good, bad] = [0, 1].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  const privateKey = good?.privateKey.export({ type: "pkcs8", format: "pem" }).toString() ?? "";
  for (const [key, bytes] of lakeExport(EVENTS, { privateKey })) await at.put(key, bytes);
  const pem = (pair: typeof good) => pair?.publicKey.export({ type: "spki", format: "pem" }).toString() ?? "";
  const file = join(at.data, "..", "key.pem");
  await writeFile(file, pem(bad));
  await expect(importFrom(at, { key: file })).rejects.toMatchObject({ code: "import.bad-signature" });
  expect(await at.lake.catalog.load("cloudtrail")).toBeNull();
  await writeFile(file, pem(good));
  expect((await importFrom(at, { key: file })).output).toContain("signature verified");
  await expect(importFrom(at, { key: `${file}.no` })).rejects.toMatchObject({ code: "import.no-key" });
  await expect(importFrom(at, { key: file, flags: ["unverified"] })).rejects.toMatchObject({ code: "cli.usage" });
});

test("default: an export in a bucket", async (context) => {
  const reason = whyNoMoto();
  if (reason !== null) context.skip(reason);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "example",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_REGION: "us-east-1",
  });
  server = await startMoto();
  const { endpoint } = server;
  const client = new S3Client({ endpoint, forcePathStyle: true, region: "us-east-1" });
  await client.send(new CreateBucketCommand({ Bucket: "exports" }));
  for (const [Key, Body] of lakeExport(EVENTS, { rowsPerFile: 200 })) {
    await client.send(new PutObjectCommand({ Bucket: "exports", Key: `shared/${Key}`, Body }));
  }
  client.destroy();
  await using at = await ingestFolder();
  const { code } = await importFrom(at, { from: "s3://exports/shared/", endpoint });
  expect(code).toBe(0);
  expect(await counts(at)).toMatchObject({ n: EVENTS.length });
});
