import { CreateDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openGlueCatalog } from "../../adapters/glue-catalog.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { column } from "../../core/table.ts";
import type { Lake } from "../../lake/catalog.ts";
import { commitAppend } from "../../lake/commit.ts";
import { compactTable } from "../../lake/compact.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { registerCatalog } from "../../lake/register-catalog.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable, openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy.ts";
import { openTestEngine } from "../support/engine.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT, openS3Lake, type S3Lake } from "../support/s3-lake.ts";
import { SYNTHETIC } from "../support/synthetic-table.ts";
import { type TrinoAddress, trinoQuery } from "../support/trino-client.ts";
import { trinoInTest } from "../support/trino-in-test.ts";

const ABSENT = whyNoMoto();
const DATABASE = "org_logs";
const WIDER = { ...SYNTHETIC, columns: [...SYNTHETIC.columns, column("extra", "long", "More")] };

if (ABSENT !== null) {
  test("default: Trino reads a lake through Glue and S3", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let proxy: AwsProxy;
  let at: S3Lake;
  let lake: Lake;
  let engine: SqlEngine;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    proxy = await startAwsProxy(server.endpoint);
    at = await openS3Lake(proxy.endpoint);
    const glue = new GlueClient({ endpoint: proxy.endpoint });
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
    glue.destroy();
    const register = openGlueCatalog({ database: DATABASE, endpoint: proxy.endpoint });
    lake = { store: at.store, catalog: registerCatalog(register, at.store), clock: fakeClock() };
    engine = await openTestEngine();
  });
  afterAll(async () => {
    engine.close();
    await at[Symbol.asyncDispose]();
    await proxy.stop();
    await server.stop();
  });

  test("default: through Glue and S3 alone, Trino sees each commit, new columns and a compaction", async (context) => {
    const trino = trinoInTest(context);
    if (trino.isContainer) context.skip("the Trino server is in a container and sees no servers of this machine");
    await createCatalog(trino, proxy.endpoint);
    await append(0, "");
    expect(await trinoRows(trino, "")).toEqual(await duckDbRows(""));
    await append(1, "");
    await openTable(WIDER, lake);
    await append(2, ", i * 10 AS extra");
    const rows = await duckDbRows(", extra");
    expect(rows).toHaveLength(144);
    expect(new Set(rows.map(([, , extra]) => extra)).size).toBe(49);
    expect(await trinoRows(trino, ", extra")).toEqual(rows);
    await compactTable("synthetic", {}, { ...lake, engine });
    expect(await trinoRows(trino, ", extra")).toEqual(rows);
    const options = { catalog: "glue_lake", schema: DATABASE };
    const { rows: described } = await trinoQuery(trino, "DESCRIBE synthetic", options);
    expect(described.map(([name, type, , doc]) => [name, type, doc])).toEqual([
      ["time_dt", "timestamp(6) with time zone", "When"],
      ["accountid", "varchar", "Whose"],
      ["extra", "bigint", "More"],
    ]);
  });

  async function append(batch: number, more: string): Promise<void> {
    const table = await openTable(more === "" ? SYNTHETIC : WIDER, lake);
    const rows = `(SELECT TIMESTAMPTZ '2024-01-0${batch + 1} 00:00:00Z' + to_hours(i) AS time_dt,
      '11112222333' || (i % 3) AS accountid${more} FROM range(48) t(i))`;
    const files = await writeDataFiles(table, rows, { specId: SPEC_DAY, prefix: `b${batch}` }, { ...lake, engine });
    await commitAppend("synthetic", files, {}, lake);
  }

  async function duckDbRows(more: string): Promise<readonly (readonly unknown[])[]> {
    const table = await loadTable("synthetic", lake.catalog);
    const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
    const from = await scanRelation(table, files, lake.store);
    const rows = await engine.all(`SELECT epoch_ms(time_dt)::DOUBLE AS at, accountid${more} FROM ${from} ORDER BY ALL`);
    return rows.map((row) => Object.values(row).map((value) => (typeof value === "bigint" ? Number(value) : value)));
  }
}

async function createCatalog(trino: TrinoAddress, endpoint: string): Promise<void> {
  const keys = { "aws-access-key": "example", "aws-secret-key": "example", region: "us-east-1" };
  const properties: Readonly<Record<string, string>> = {
    "iceberg.catalog.type": "glue",
    "hive.metastore.glue.endpoint-url": endpoint,
    "fs.native-s3.enabled": "true",
    "s3.endpoint": endpoint,
    "s3.path-style-access": "true",
    ...Object.fromEntries(
      Object.entries(keys).flatMap(([name, value]) => [
        [`hive.metastore.glue.${name}`, value],
        [`s3.${name}`, value],
      ]),
    ),
  };
  const list = Object.entries(properties).map(([name, value]) => `"${name}" = '${value}'`);
  await trinoQuery(trino, `CREATE CATALOG glue_lake USING iceberg WITH (${list.join(", ")})`);
}

async function trinoRows(trino: TrinoAddress, more: string): Promise<readonly (readonly unknown[])[]> {
  const sql = `SELECT to_unixtime(time_dt) * 1000, accountid${more} FROM synthetic ORDER BY 1, 2${more === "" ? "" : ", 3"}`;
  const { rows } = await trinoQuery(trino, sql, { catalog: "glue_lake", schema: DATABASE });
  return rows;
}
