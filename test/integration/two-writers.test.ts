import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { CreateDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openGlueCatalog } from "../../adapters/glue-catalog.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import type { Lake } from "../../lake/catalog.ts";
import { removeOrphans } from "../../lake/clean.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { registerCatalog } from "../../lake/register-catalog.ts";
import { currentSnapshot, liveFiles } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy.ts";
import type { CommitWriterOptions } from "../support/commit-writer.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT, openS3Lake } from "../support/s3-lake.ts";

const SCRIPT = new URL("../support/commit-writer.ts", import.meta.url).pathname;
const WRITERS = ["left", "right"];
const COMMITS = 200;
const NOWHERE = { folder: null, bucket: null, endpoint: null, glueEndpoint: null, glueDatabase: null };

interface Commit {
  readonly batch: string;
  readonly id: string;
  readonly parent: string;
  readonly sequence: number;
  readonly committed: string;
}

test("behavior: file catalog in a folder: two writers, 400 commits, none lost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "two-writers-"));
  const commits = await write({ ...NOWHERE, folder });
  const store = localLakeStore(folder);
  await expectWhole(commits, { store, catalog: fileCatalog(store), clock: fakeClock() });
  await rm(folder, { recursive: true });
});

const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("behavior: two writers on S3 and Glue", (context) => context.skip(ABSENT));
} else {
  describe("on a server", () => {
    let server: MotoServer;
    let proxy: AwsProxy;
    beforeAll(async () => {
      Object.assign(process.env, AWS_ENVIRONMENT);
      server = await startMoto();
      proxy = await startAwsProxy(server.endpoint);
    });
    afterAll(async () => {
      await proxy.stop();
      await server.stop();
    });

    test("behavior: file catalog on S3: two writers, 400 commits, none lost", async () => {
      const { endpoint } = proxy;
      await using at = await openS3Lake(endpoint);
      const commits = await write({ ...NOWHERE, bucket: at.bucket, endpoint });
      await expectWhole(commits, { store: at.store, catalog: fileCatalog(at.store), clock: fakeClock() });
    });

    test("behavior: Glue: two writers, 400 commits, none lost", async () => {
      // Names in the bucket come from content, so S3 itself has nothing to decide.
      const { endpoint } = server;
      const glueEndpoint = proxy.endpoint;
      await using at = await openS3Lake(endpoint);
      const glue = new GlueClient({ endpoint });
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "logs" } }));
      glue.destroy();
      const commits = await write({ ...NOWHERE, bucket: at.bucket, endpoint, glueEndpoint, glueDatabase: "logs" });
      const catalog = registerCatalog(openGlueCatalog({ database: "logs", endpoint: glueEndpoint }), at.store);
      await expectWhole(commits, { store: at.store, catalog, clock: fakeClock() });
    });
  });
}

/** Lets both writers begin together. Returns their commits in the order of the table. */
async function write(where: Omit<CommitWriterOptions, "name" | "count">): Promise<readonly Commit[]> {
  const writers = WRITERS.map((name) => {
    const options: CommitWriterOptions = { ...where, name, count: COMMITS };
    return spawn(process.execPath, [SCRIPT, JSON.stringify(options)], { stdio: ["pipe", "pipe", "pipe"] });
  });
  const outputs = writers.map(linesOf);
  const complaints = writers.map(({ stderr }) => text(stderr));
  try {
    for (const { next } of outputs) expect(await next()).toBe("ready");
    for (const { stdin } of writers) stdin.end("go\n");
    const commits = await Promise.all(outputs.map(({ rest }) => rest()));
    for (const writer of writers) if (writer.exitCode === null) await once(writer, "exit");
    expect(await Promise.all(complaints)).toEqual(["", ""]);
    expect(writers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    // Else one had ended before the other began.
    const sequences = commits.map((each) => each.map(({ sequence }) => sequence));
    expect(Math.min(...sequences[1]!)).toBeLessThan(Math.max(...sequences[0]!));
    expect(Math.min(...sequences[0]!)).toBeLessThan(Math.max(...sequences[1]!));
    return commits.flat().sort((left, right) => left.sequence - right.sequence);
  } finally {
    for (const writer of writers) writer.kill("SIGKILL");
  }
}

function linesOf({ stdout }: ChildProcessByStdio<Writable, Readable, Readable>) {
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    next: async () => (await lines.next()).value,
    rest: async () => {
      const commits: Commit[] = [];
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const [batch = "", id = "", parent = "", sequence = "", committed = ""] = line.value.split(" ");
        commits.push({ batch, id, parent, sequence: Number(sequence), committed });
      }
      return commits;
    },
  };
}

/** Every commit stands once, each on the one before, and every file is in the newest snapshot, also after cleaning. */
async function expectWhole(commits: readonly Commit[], lake: Lake): Promise<void> {
  const batches = WRITERS.flatMap((name) =>
    Array.from({ length: COMMITS }, (_, index) => `${name}-${String(index).padStart(3, "0")}`),
  );
  expect(commits.map(({ batch }) => batch).sort()).toEqual(batches);
  expect(new Set(commits.map(({ committed }) => committed))).toEqual(new Set(["true"]));
  expect(commits.map(({ sequence }) => sequence)).toEqual(commits.map((_, index) => index + 1));
  expect(commits.map(({ parent }) => parent)).toEqual(["0", ...commits.slice(0, -1).map(({ id }) => id)]);
  await removeOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, lake);
  const table = await loadTable("synthetic", lake.catalog);
  const newest = currentSnapshot(table);
  expect(String(newest?.["snapshot-id"])).toBe(commits.at(-1)?.id);
  expect(newest?.summary["total-data-files"]).toBe(String(commits.length));
  const files = await liveFiles(table, newest, lake.store);
  expect(files.map(({ path }) => path).sort()).toEqual(batches.map((batch) => `synthetic/data/${batch}.parquet`));
  // What the table itself remembers says the same.
  const { snapshots } = table.metadata;
  const remembered = commits.slice(-snapshots.length);
  expect(snapshots.map((each) => String(each["snapshot-id"]))).toEqual(remembered.map(({ id }) => id));
  expect(snapshots.map((each) => String(each["parent-snapshot-id"]))).toEqual(remembered.map(({ parent }) => parent));
}
