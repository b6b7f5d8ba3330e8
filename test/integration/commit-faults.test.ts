import { CreateDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openGlueCatalog } from "../../adapters/glue-catalog.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { isLogkeepError } from "../../core/errors.ts";
import type { Lake } from "../../lake/catalog.ts";
import { commitAppend } from "../../lake/commit.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { registerCatalog } from "../../lake/register-catalog.ts";
import { BATCH_PROPERTY, currentSnapshot, liveFiles } from "../../lake/snapshot.ts";
import { loadTable, openTable } from "../../lake/table.ts";
import { type AwsProxy, type Fault, startAwsProxy } from "../support/aws-proxy.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { randomFrom } from "../support/random.ts";
import { AWS_ENVIRONMENT, openS3Lake } from "../support/s3-lake.ts";
import { SYNTHETIC, syntheticFile } from "../support/synthetic-table.ts";

const ABSENT = whyNoMoto();
const WRITERS = 3;
const COMMITS = 15;

if (ABSENT !== null) {
  test("default: commits against a server that fails", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let proxy: AwsProxy;
  let fate: () => Fault = () => null;
  let faults = 0;
  beforeAll(async () => {
    Object.assign(process.env, AWS_ENVIRONMENT);
    server = await startMoto();
    proxy = await startAwsProxy(server.endpoint, () => {
      const fault = fate();
      if (fault !== null) faults += 1;
      return fault;
    });
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  test.each(["files", "Glue"])("behavior: %s: every sixth answer fails, and each batch stands once", async (kind) => {
    const seed = Number(process.env["LOGKEEP_TEST_SEED"] ?? Date.now() % 1_000_000);
    console.log(`LOGKEEP_TEST_SEED=${seed} repeats these faults, as far as the writers' order allows`);
    await using at = await openS3Lake(proxy.endpoint, { attempts: 2, silenceMs: 5_000 }, server.endpoint);
    const database = `logs_${kind.toLowerCase()}`;
    const glue = new GlueClient({ endpoint: server.endpoint });
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
    glue.destroy();
    const options = { database, endpoint: proxy.endpoint, attempts: 2, silenceMs: 5_000 };
    const open = (): Lake => {
      const catalog = kind === "files" ? fileCatalog(at.store) : registerCatalog(openGlueCatalog(options), at.store);
      return { store: at.store, catalog, clock: systemClock() };
    };
    await openTable(SYNTHETIC, open());
    const random = randomFrom(seed);
    faults = 0;
    fate = () => {
      const chance = random();
      if (chance < 0.1) return "lose-answer";
      if (chance < 0.15) return "unavailable";
      return chance < 0.17 ? "throttle" : null;
    };
    try {
      await Promise.all(Array.from({ length: WRITERS }, (_, writer) => appendAll(`w${writer}`, open())));
    } finally {
      fate = () => null;
    }
    expect(faults).toBeGreaterThan(50);
    const table = await loadTable("synthetic", open().catalog);
    const files = await liveFiles(table, currentSnapshot(table), at.store);
    const batches = Array.from({ length: WRITERS }, (_, writer) => batchesOf(`w${writer}`)).flat();
    expect(files.map(({ path }) => path).sort()).toEqual(
      batches.map((name) => `synthetic/data/${name}.parquet`).sort(),
    );
    const { snapshots } = table.metadata;
    expect(snapshots.map((each) => each.summary[BATCH_PROPERTY]).sort()).toEqual(batches.toSorted());
    expect(snapshots.map((each) => each["sequence-number"])).toEqual(batches.map((_, index) => index + 1));
    expect(snapshots.slice(1).map((each) => each["parent-snapshot-id"])).toEqual(
      snapshots.slice(0, -1).map((each) => each["snapshot-id"]),
    );
  });
}

function batchesOf(writer: string): readonly string[] {
  return Array.from({ length: COMMITS }, (_, index) => `${writer}-${String(index).padStart(2, "0")}`);
}

/** As ingest does: what failed for now is asked for again, under the same name. */
async function appendAll(writer: string, lake: Lake): Promise<void> {
  for (const batch of batchesOf(writer)) {
    for (let done = false; !done; ) {
      try {
        await commitAppend("synthetic", [syntheticFile(batch, 0, [])], { [BATCH_PROPERTY]: batch }, lake);
        done = true;
      } catch (cause) {
        if (!isLogkeepError(cause) || cause.retry !== "later") throw cause;
      }
    }
  }
}
