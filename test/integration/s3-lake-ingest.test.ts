import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CreateDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../adapters/system-clock.ts";
import type { CommandCall } from "../../cli/command.ts";
import { compactCommand } from "../../cli/commands/compact.ts";
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openLake, openObjectStore } from "../../cli/wire.ts";
import type { Environment } from "../../core/config.ts";
import { resolveConfig } from "../../core/config.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { removeOrphans } from "../../lake/clean.ts";
import { referencedFiles } from "../../lake/references.ts";
import { loadTable } from "../../lake/table.ts";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { type IngestFolder, ingestFolder, queryLake, quietContext } from "../support/ingest-folder.ts";
import { KILL_ENVIRONMENT } from "../support/kill-environment.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";
import { runSimulation } from "../support/simulation.ts";

const VICTIM = new URL("../support/ingest-victim.ts", import.meta.url).pathname;
const TABLES = ["cloudtrail", "vpc_flow", "config", "findings", "ledger"];
/** What differs between two runs by design: when, and in which batch. */
const COLUMNS: Readonly<Record<string, string>> = {
  findings: "* EXCLUDE (batch)",
  ledger: "* EXCLUDE (batch, decided_at)",
};
const ROW_COLUMNS = "* EXCLUDE (logkeep), logkeep.object, logkeep.ordinal, logkeep.account_mismatch";
const NOTHING_GIVEN: CommandCall = {
  args: [],
  text: () => null,
  integer: () => null,
  flag: () => false,
  list: () => [],
};
const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("default: ingest into a lake on S3", (context) => context.skip(ABSENT));
} else {
  describe("ingest into a lake on S3", () => {
    let server: MotoServer;
    let proxy: AwsProxy;
    let engine: SqlEngine;
    let at: IngestFolder;
    let expected: Readonly<Record<string, readonly string[]>>;
    let lakes = 0;

    beforeAll(async () => {
      Object.assign(process.env, AWS_ENVIRONMENT);
      server = await startMoto();
      proxy = await startAwsProxy(server.endpoint);
      const s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
      await s3.send(new CreateBucketCommand({ Bucket: "my-lake" }));
      s3.destroy();
      engine = await openTestEngine();
      at = await ingestFolder();
      const { objects } = await runSimulation({ accounts: 1, days: 1, eventsPerDay: 120, seed: 7 });
      for (const [key, bytes] of objects) if (!key.endsWith("/")) await at.put(key, bytes);
      await at.ingest(KILL_ENVIRONMENT);
      expected = await contents(at.lake);
      for (const table of TABLES) expect(expected[table]?.length, table).toBeGreaterThan(0);
    });
    afterAll(async () => {
      engine.close();
      await at[Symbol.asyncDispose]();
      await proxy.stop();
      await server.stop();
    });

    /** A new lake, and what names it. */
    const openNew = async (hasGlue: boolean): Promise<Environment> => {
      lakes += 1;
      const { endpoint } = proxy;
      const s3 = { LOGKEEP_LAKE_URI: `s3://my-lake/n${lakes}/logs`, LOGKEEP_LAKE_ENDPOINT: endpoint };
      if (!hasGlue) return { ...KILL_ENVIRONMENT, ...s3 };
      const Name = `lake_${lakes}`;
      const glue = new GlueClient({ endpoint });
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
      glue.destroy();
      return { ...KILL_ENVIRONMENT, ...s3, LOGKEEP_LAKE_GLUE_DATABASE: Name, LOGKEEP_LAKE_GLUE_ENDPOINT: endpoint };
    };
    const folder = (name: string) => join(at.data, "..", `${name}-${lakes}`);
    const lakeOf = (env: Environment, data: string) => openLake(resolveConfig(env, data), systemClock());
    const ingest = async (env: Environment, data: string) =>
      ingestSources(
        [await openObjectStore(at.logs, null)],
        quietContext(data, env, () => undefined),
      );
    const dieAt = async (step: string, env: Environment, data: string) => {
      const child = spawn(process.execPath, [VICTIM, data, at.logs, `${step}#1`, JSON.stringify(env)], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      expect((await once(child, "exit"))[1], step).toBe("SIGKILL");
    };

    /** Every table's rows as sorted JSON, without what may differ. */
    async function contents(lake: Lake): Promise<Readonly<Record<string, readonly string[]>>> {
      const all: Record<string, readonly string[]> = {};
      for (const table of TABLES) {
        const rows = await queryLake(
          `SELECT to_json(r)::VARCHAR AS row FROM (SELECT ${COLUMNS[table] ?? ROW_COLUMNS} FROM <${table}>) r ORDER BY 1`,
          lake,
          engine,
        );
        all[table] = rows.map((row) => String(row["row"]));
      }
      return all;
    }

    async function expectNothingLeft(lake: Lake): Promise<void> {
      const needed = new Set<string>();
      for (const id of await lake.catalog.list()) {
        await removeOrphans(id, { beforeMs: Number.MAX_SAFE_INTEGER }, lake);
        for (const path of await referencedFiles(await loadTable(id, lake.catalog), lake.store)) needed.add(path);
      }
      const left = (await collect(lake.store.list(""))).map((file) => file.path);
      expect(left.filter((path) => !needed.has(path) && !path.endsWith("/version-hint.text"))).toEqual([]);
    }

    test.each([
      [false, "stage.files-written"],
      [false, "commit.intent-written"],
      [false, "commit.after-cloudtrail"],
      [true, "commit.intent-written"],
      [true, "commit.after-ledger"],
    ])("behavior: the same rows as in a folder, also when it is killed (Glue: %s, at %s)", async (hasGlue, step) => {
      const env = await openNew(hasGlue);
      const [data, other] = [folder("data"), folder("other")];
      await dieAt(step, env, data);
      // Nobody else can know that it is dead: what it left is not undone under its hands.
      await expect(ingest(env, other)).rejects.toMatchObject({ code: "lake.locked", retry: "later" });
      const { summaries } = await ingest(env, data);
      expect(summaries[0]?.totals.quarantined).toBe(0);
      // Another data folder has nothing of its own and knows all that is decided.
      const again = await ingest(env, other);
      expect(again.summaries[0]).toMatchObject({ batches: 0, alreadyDecided: summaries[0]?.listed });
      const lake = await lakeOf(env, folder("reader"));
      expect(await contents(lake)).toEqual(expected);
      await compactCommand.run(
        NOTHING_GIVEN,
        quietContext(other, env, () => undefined),
      );
      expect(await contents(lake)).toEqual(expected);
      await expectNothingLeft(lake);
      expect(await contents(await lakeOf(env, folder("late-reader")))).toEqual(expected);
    });
  });
}
