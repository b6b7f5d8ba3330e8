import { randomBytes } from "node:crypto";
import { readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAppend } from "../../lake/commit.ts";
import { compactTable } from "../../lake/compact.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable, openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { type AwsProxy, type Fault, type ProxiedRequest, startAwsProxy } from "../support/aws-proxy.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { lakeStoreConformance } from "../support/lake-store-conformance.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT, openS3Lake } from "../support/s3-lake.ts";
import { SYNTHETIC } from "../support/synthetic-table.ts";

const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("default: a lake on S3 against a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let proxy: AwsProxy;
  let requests: string[] = [];
  let fault: (request: ProxiedRequest) => Fault | Promise<Fault> = () => null;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    proxy = await startAwsProxy(server.endpoint, (request) => {
      requests.push(`${request.method} ${request.path}`);
      return fault(request);
    });
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });
  const open = async () => {
    const lake = await openS3Lake(proxy.endpoint, { attempts: 1, silenceMs: 5_000 }, server.endpoint);
    requests = [];
    fault = () => null;
    return lake;
  };

  describe("a lake on S3", () => lakeStoreConformance(() => openS3Lake(proxy.endpoint, {}, server.endpoint)));

  describe("a lake on S3: answers that say neither yes nor no", () => {
    test("behavior: a write whose answer is lost is found to be one's own", async () => {
      await using at = await open();
      const fates: Fault[] = ["lose-answer"];
      fault = ({ method }) => (method === "PUT" ? (fates.shift() ?? null) : null);
      expect(await at.store.createExclusive("t/v1", Buffer.from("mine"))).toBe(true);
      expect(Buffer.from(await at.store.read("t/v1")).toString()).toBe("mine");
      expect(requests.filter((each) => each.startsWith("PUT"))).toHaveLength(1);
    });

    test("behavior: the SDK's own second try is refused because the first one went through", async () => {
      await using at = await open();
      const store = await at.elsewhere({ attempts: 3 });
      const fates: Fault[] = ["lose-answer"];
      fault = ({ method }) => (method === "PUT" ? (fates.shift() ?? null) : null);
      expect(await store.createExclusive("t/v1", Buffer.from("mine"))).toBe(true);
      expect(requests.filter((each) => each.startsWith("PUT"))).toHaveLength(2);
    });

    test("behavior: equal content of another writer is not one's own", async () => {
      await using at = await open();
      await at.store.createExclusive("t/v1", Buffer.from("same"));
      const fates: Fault[] = ["lose-answer"];
      fault = ({ method }) => (method === "PUT" ? (fates.shift() ?? null) : null);
      expect(await (await at.elsewhere()).createExclusive("t/v1", Buffer.from("same"))).toBe(false);
    });

    test("behavior: a refused write is tried again, and an unavailable store is an error", async () => {
      await using at = await open();
      const fates: Fault[] = ["unavailable", "throttle"];
      fault = ({ method }) => (method === "PUT" ? (fates.shift() ?? null) : null);
      expect(await at.store.createExclusive("t/v1", Buffer.from("x"))).toBe(true);
      fault = () => "unavailable";
      const failed = { code: "lake.store-failed", retry: "later" };
      await expect(at.store.createExclusive("t/v2", Buffer.from("x"))).rejects.toMatchObject(failed);
      await expect(at.store.read("t/v1")).rejects.toMatchObject(failed);
      await expect(collect(at.store.list(""))).rejects.toMatchObject(failed);
      fault = () => null;
      expect(await at.store.exists("t/v2")).toBe(false);
    });
  });

  describe("a lake on S3: files of the engine", () => {
    test("behavior: a large file goes up in parts, again without harm, and comes down elsewhere", async () => {
      await using at = await open();
      const content = randomBytes(40 * 1024 * 1024 + 1);
      await at.store.ensureFolder("t/data");
      await writeFile(at.store.localPath("t/data/x.parquet"), content);
      await at.store.sync(["t/data/x.parquet"]);
      expect(requests.filter((each) => /^PUT .*partNumber=/.test(each))).toHaveLength(3);
      await at.store.sync(["t/data/x.parquet"]);
      const other = await at.elsewhere();
      await other.fetch([{ path: "t/data/x.parquet", sizeBytes: content.length }]);
      expect((await readFile(other.localPath("t/data/x.parquet"))).equals(content)).toBe(true);
    });

    test("behavior: the end of an upload in parts whose answer is lost", async () => {
      await using at = await open();
      await at.store.ensureFolder("t");
      await writeFile(at.store.localPath("t/x"), Buffer.alloc(17 * 1024 * 1024, 7));
      const fates: Fault[] = ["lose-answer"];
      fault = ({ method, path }) => (method === "POST" && path.includes("uploadId=") ? (fates.shift() ?? null) : null);
      await at.store.sync(["t/x"]);
      expect((await collect(at.store.list("t"))).map((file) => file.sizeBytes)).toEqual([17 * 1024 * 1024]);
    });

    test("error: another writer's file of the same name is never overwritten", async () => {
      await using at = await open();
      const other = await at.elsewhere();
      for (const [store, content] of [
        [at.store, "one"],
        [other, "two"],
      ] as const) {
        await store.ensureFolder("t");
        await writeFile(store.localPath("t/x"), content);
      }
      await at.store.sync(["t/x"]);
      await expect(other.sync(["t/x"])).rejects.toMatchObject({ code: "lake.file-taken", retry: "later" });
      expect(Buffer.from(await at.store.read("t/x")).toString()).toBe("one");
    });

    test("behavior: a copy is used again unless it is broken, and goes with the file", async () => {
      await using at = await open();
      await at.store.createExclusive("t/x", Buffer.from("12345"));
      const file = { path: "t/x", sizeBytes: 5 };
      await at.store.fetch([file]);
      await at.store.fetch([file]);
      expect(requests.filter((each) => each.startsWith("GET"))).toHaveLength(1);
      await truncate(at.store.localPath("t/x"), 2);
      await at.store.fetch([file]);
      expect(await readFile(at.store.localPath("t/x"), "utf8")).toBe("12345");
      await at.store.remove("t/x");
      await expect(stat(at.store.localPath("t/x"))).rejects.toMatchObject({ code: "ENOENT" });
    });

    test("error: a file that is gone, or is not what its manifest says", async () => {
      await using at = await open();
      await at.store.createExclusive("t/x", Buffer.from("12345"));
      for (const sizeBytes of [4, 6]) {
        await expect(at.store.fetch([{ path: "t/x", sizeBytes }])).rejects.toMatchObject({ code: "lake.file-changed" });
      }
      await expect(stat(at.store.localPath("t/x"))).rejects.toMatchObject({ code: "ENOENT" });
      await expect(at.store.fetch([{ path: "t/y", sizeBytes: 4 }])).rejects.toMatchObject({
        code: "lake.file-missing",
      });
    });

    test("behavior: copies that nobody used for an hour make room for others", async () => {
      await using at = await open();
      const clock = fakeClock(Date.now());
      const cache = { folder: `${at.cacheFolder}-small`, maxBytes: 10, clock };
      const store = await at.elsewhere({ cache });
      for (const name of ["a", "b", "c"]) await store.createExclusive(`t/${name}`, Buffer.from("1234"));
      const fetch = (name: string) => store.fetch([{ path: `t/${name}`, sizeBytes: 4 }]);
      await fetch("a");
      await fetch("b");
      await fetch("c");
      // All three are in use, so the limit gives way.
      for (const name of ["a", "b", "c"]) expect((await stat(store.localPath(`t/${name}`))).size).toBe(4);
      const old = Date.now() / 1000 - 7200;
      await utimes(store.localPath("t/a"), old, old);
      await utimes(store.localPath("t/b"), old + 10, old + 10);
      await store.createExclusive("t/d", Buffer.from("12"));
      await store.fetch([{ path: "t/d", sizeBytes: 2 }]);
      await expect(stat(store.localPath("t/a"))).rejects.toMatchObject({ code: "ENOENT" });
      expect((await stat(store.localPath("t/b"))).size).toBe(4);
      await fetch("a");
      await expect(stat(store.localPath("t/b"))).rejects.toMatchObject({ code: "ENOENT" });
    });
  });

  test("default: a table is written, compacted and read through the engine, here and on another machine", async () => {
    await using at = await open();
    const engine = await openTestEngine();
    const lake = { store: at.store, catalog: fileCatalog(at.store), clock: fakeClock() };
    for (let batch = 0; batch < 3; batch += 1) {
      const table = await openTable(SYNTHETIC, lake);
      const rows = `(SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_hours(i) AS time_dt,
        '11112222333' || (i % 3) AS accountid FROM range(48) t(i))`;
      const files = await writeDataFiles(table, rows, { specId: SPEC_DAY, prefix: `b${batch}` }, { ...lake, engine });
      await commitAppend("synthetic", files, {}, lake);
    }
    const other = await at.elsewhere();
    const count = async () => {
      const table = await loadTable("synthetic", fileCatalog(other));
      const { files } = await planScan(table, currentSnapshot(table), {}, other);
      const from = await scanRelation(table, files, other);
      const [row] = await engine.all(`SELECT count(*) AS rows, count(DISTINCT accountid) AS accounts FROM ${from}`);
      return { ...row, files: files.length };
    };
    expect(await count()).toEqual({ rows: 144n, accounts: 3n, files: 6 });
    await compactTable("synthetic", {}, { ...lake, engine });
    expect(await count()).toEqual({ rows: 144n, accounts: 3n, files: 6 });
    const table = await loadTable("synthetic", lake.catalog);
    expect(table.metadata.location).toBe(`s3://${at.bucket}/org/lake/synthetic`);
    engine.close();
  });
}
