import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetTableCommand,
  GlueClient,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openGlueCatalog } from "../../adapters/glue-catalog.ts";
import { column } from "../../core/table.ts";
import type { Lake } from "../../lake/catalog.ts";
import { commitAppend } from "../../lake/commit.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { registerCatalog } from "../../lake/register-catalog.ts";
import { loadTable, openTable } from "../../lake/table.ts";
import { type AwsProxy, type Fault, type ProxiedRequest, startAwsProxy } from "../support/aws-proxy.ts";
import { type CatalogUnderTest, catalogConformance } from "../support/catalog-conformance.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT, openS3Lake } from "../support/s3-lake.ts";
import { SYNTHETIC, syntheticFile } from "../support/synthetic-table.ts";

const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("default: catalogs on S3 and Glue against a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let proxy: AwsProxy;
  let glue: GlueClient;
  let databases = 0;
  let fault: (request: ProxiedRequest) => Fault | Promise<Fault> = () => null;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    proxy = await startAwsProxy(server.endpoint, (request) => fault(request));
    glue = new GlueClient({ endpoint: proxy.endpoint });
  });
  beforeEach(() => {
    fault = () => null;
  });
  afterAll(async () => {
    glue.destroy();
    await proxy.stop();
    await server.stop();
  });

  const openDatabase = async () => {
    databases += 1;
    const Name = `logs_${databases}`;
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
    return Name;
  };
  const open = async (limits: { readonly silenceMs?: number; readonly attempts?: number } = {}) => {
    const at = await openS3Lake(proxy.endpoint);
    const database = await openDatabase();
    const registered = (options = {}) =>
      registerCatalog(openGlueCatalog({ database, endpoint: proxy.endpoint, ...options }), at.store);
    const lake: Lake = { store: at.store, catalog: registered(limits), clock: fakeClock() };
    const rival = registered();
    return {
      lake,
      rival,
      database,
      [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
    } satisfies CatalogUnderTest & {
      database: string;
    };
  };
  const append = (name: string, lake: Lake) => commitAppend("synthetic", [syntheticFile(name, 0, [])], {}, lake);
  const getTable = async (DatabaseName: string) => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name: "synthetic" }));
    return Table!;
  };
  const snapshots = async (lake: Lake) => (await loadTable("synthetic", lake.catalog)).metadata.snapshots.length;

  describe("file catalog, on S3", () =>
    catalogConformance(async () => {
      const at = await openS3Lake(proxy.endpoint);
      const lake = { store: at.store, catalog: fileCatalog(at.store), clock: fakeClock() };
      const rival = fileCatalog(await at.elsewhere());
      return { lake, rival, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
    }));

  describe("Glue catalog", () => catalogConformance(open));

  describe("Glue catalog: what Athena reads", () => {
    test("default: type, location and columns of the entry follow the metadata", async () => {
      await using at = await open();
      await openTable(SYNTHETIC, at.lake);
      const created = await getTable(at.database);
      expect(created).toMatchObject({
        TableType: "EXTERNAL_TABLE",
        Description: SYNTHETIC.doc,
        Parameters: { table_type: "ICEBERG", metadata_location: expect.stringMatching(/^s3:\/\/.*\/00000-/) },
        StorageDescriptor: {
          Location: `${at.lake.store.rootUri}/synthetic`,
          Columns: [
            { Name: "time_dt", Type: "timestamp", Comment: "When" },
            { Name: "accountid", Type: "string", Comment: "Whose" },
          ],
        },
      });
      const wider = { ...SYNTHETIC, columns: [...SYNTHETIC.columns, column("n", "long", "x".repeat(300))] };
      const table = await openTable(wider, at.lake);
      const evolved = await getTable(at.database);
      expect(evolved.Parameters).toEqual({
        table_type: "ICEBERG",
        metadata_location: `${at.lake.store.rootUri}/${table.metadataPath}`,
        previous_metadata_location: created.Parameters?.["metadata_location"],
      });
      expect(evolved.StorageDescriptor?.Columns?.[2]).toMatchObject({
        Name: "n",
        Type: "bigint",
        Comment: "x".repeat(255),
      });
    });

    test("behavior: what others put into the entry stays, and their change is no commit", async () => {
      await using at = await open();
      await openTable(SYNTHETIC, at.lake);
      const stale = await loadTable("synthetic", at.lake.catalog);
      const { Name, Parameters, StorageDescriptor, TableType } = await getTable(at.database);
      const input = { Name: Name!, Parameters: { ...Parameters, team: "security" }, StorageDescriptor, TableType };
      await glue.send(
        new UpdateTableCommand({ DatabaseName: at.database, TableInput: { ...input, Owner: "hadoop", Retention: 7 } }),
      );
      expect(await at.lake.catalog.commit(stale, stale.metadata)).toBeNull();
      await append("a", at.lake);
      const table = await getTable(at.database);
      expect(table).toMatchObject({ Owner: "hadoop", Retention: 7, Parameters: { team: "security" } });
      expect(await snapshots(at.lake)).toBe(1);
    });

    test("behavior: a database with tables of others, some of them no Iceberg tables", async () => {
      await using at = await open();
      for (let index = 0; index < 120; index += 1) {
        const Parameters = { table_type: "ICEBERG", metadata_location: `s3://elsewhere/t${index}/metadata/0.json` };
        const TableInput = { Name: `t${index}`, ...(index % 2 === 0 ? { Parameters } : {}) };
        await glue.send(new CreateTableCommand({ DatabaseName: at.database, TableInput }));
      }
      for (const id of ["zz", "aa"]) await openTable({ ...SYNTHETIC, id }, at.lake);
      expect(await at.lake.catalog.list()).toEqual(["aa", "zz"]);
      await expect(at.lake.catalog.load("t0")).rejects.toMatchObject({ code: "lake.other-lake" });
      await expect(at.lake.catalog.load("t1")).rejects.toMatchObject({ code: "lake.not-ours" });
    });
  });

  test("behavior: a listing is read to its end, page after page", async () => {
    const asked: unknown[] = [];
    const pages: Readonly<Record<string, string | undefined>> = { first: "second", second: "third" };
    // Moto answers with all at once.
    const answering = createServer(async (request, response) => {
      const { NextToken = "first" } = JSON.parse((await text(request)) || "{}") as { readonly NextToken?: string };
      asked.push(NextToken);
      const Parameters = { table_type: "iceberg", metadata_location: `s3://x/${NextToken}` };
      response.end(JSON.stringify({ TableList: [{ Name: NextToken, Parameters }], NextToken: pages[NextToken] }));
    });
    await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = answering.address() as AddressInfo;
      const register = openGlueCatalog({ database: "logs", endpoint: `http://127.0.0.1:${port}` });
      expect((await register.list()).map(({ tableId }) => tableId)).toEqual(["first", "second", "third"]);
      expect(asked).toEqual(["first", "second", "third"]);
    } finally {
      answering.closeAllConnections();
      await new Promise((resolve) => answering.close(resolve));
    }
  });

  describe("Glue catalog: a service that fails", () => {
    const once = (operation: string, fate: Fault) => {
      const fates: Fault[] = [fate];
      fault = (request) => (request.operation === operation ? (fates.shift() ?? null) : null);
    };

    test("behavior: an answer that is lost is found, with and without a second try of the SDK's", async () => {
      for (const attempts of [1, 3]) {
        await using at = await open({ attempts });
        once("CreateTable", "lose-answer");
        await openTable(SYNTHETIC, at.lake);
        once("UpdateTable", "lose-answer");
        expect((await append("a", at.lake)).committed).toBe(true);
        expect(await snapshots(at.lake)).toBe(1);
      }
    });

    test("behavior: an answer that is lost is found below what another writer committed since", async () => {
      await using at = await open({ attempts: 1 });
      await openTable(SYNTHETIC, at.lake);
      let updates = 0;
      let reads = 0;
      fault = async ({ operation }) => {
        if (operation === "UpdateTable" && ++updates === 1) return "lose-answer";
        // Between the lost answer and the look at what became of it.
        if (operation === "GetTable" && updates === 1 && ++reads === 1)
          await append("b", { ...at.lake, catalog: at.rival });
        return null;
      };
      const { committed, table } = await append("a", at.lake);
      expect(committed).toBe(true);
      expect(await snapshots(at.lake)).toBe(2);
      expect(await at.lake.catalog.commit(table, table.metadata)).toBeNull();
    });

    test("behavior: a request that arrives after its second try changes nothing", async () => {
      await using at = await open({ attempts: 3, silenceMs: 500 });
      await openTable(SYNTHETIC, at.lake);
      const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
      let updates = 0;
      fault = async ({ operation }) => {
        if (operation === "UpdateTable" && ++updates === 1) await arrived;
        return null;
      };
      await append("a", at.lake);
      await append("b", at.lake);
      arrive();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await append("c", at.lake);
      expect(updates).toBe(4);
      expect(await snapshots(at.lake)).toBe(3);
    });

    test("behavior: throttling is waited out", async () => {
      await using at = await open();
      const fates: Fault[] = ["throttle", "unavailable", "throttle"];
      fault = ({ operation }) => (operation === null ? null : (fates.shift() ?? null));
      await openTable(SYNTHETIC, at.lake);
      expect(await at.lake.catalog.list()).toEqual(["synthetic"]);
      expect(fates).toEqual([]);
    });

    test("error: a service that is never there", async () => {
      await using at = await open({ attempts: 1 });
      await openTable(SYNTHETIC, at.lake);
      fault = ({ operation }) => (operation === null ? null : "unavailable");
      const failed = { code: "lake.catalog-failed", retry: "later" };
      await expect(append("a", at.lake)).rejects.toMatchObject(failed);
      await expect(at.lake.catalog.list()).rejects.toMatchObject(failed);
      fault = ({ operation }) => (operation === "UpdateTable" ? "unavailable" : null);
      await expect(append("a", at.lake)).rejects.toMatchObject(failed);
      fault = ({ operation }) => (operation === "UpdateTable" ? "throttle" : null);
      await expect(append("a", at.lake)).rejects.toMatchObject(failed);
      fault = () => null;
      expect(await snapshots(at.lake)).toBe(0);
    });

    test("error: a database that is not there, with the command that makes it", async () => {
      await using at = await open();
      const register = openGlueCatalog({ database: "absent", endpoint: proxy.endpoint });
      const catalog = registerCatalog(register, at.lake.store);
      const missing = { code: "cli.usage", hint: "make it: aws glue create-database --database-input Name=absent" };
      await expect(catalog.load("synthetic")).rejects.toMatchObject(missing);
      await expect(catalog.list()).rejects.toMatchObject(missing);
      const { metadata } = await openTable(SYNTHETIC, at.lake);
      await expect(catalog.create("synthetic", metadata)).rejects.toMatchObject(missing);
    });

    test("behavior: commits ask that no version is archived", async () => {
      await using at = await open();
      const bodies: string[] = [];
      fault = ({ operation, body }) => {
        if (operation === "UpdateTable") bodies.push(body.toString());
        return null;
      };
      await openTable(SYNTHETIC, at.lake);
      await append("a", at.lake);
      expect(bodies.map((body) => JSON.parse(body))).toMatchObject([{ SkipArchive: true, VersionId: "1" }]);
    });
  });
}
