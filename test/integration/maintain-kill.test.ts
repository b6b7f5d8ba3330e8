/**
 * `maintain` is killed as the kernel kills, before and after the first change of each kind that each of its steps makes to
 * the lake, in a folder and on S3; the same command then goes on, and must end with the rows of an undisturbed run, the
 * tagged state as it was, and nothing left over.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../adapters/system-clock.ts";
import { ingestSources } from "../../cli/ingest-sources.ts";
import { MAINTENANCE_STEPS } from "../../cli/maintenance.ts";
import { openLake, openObjectStore } from "../../cli/wire.ts";
import { type Environment, resolveConfig } from "../../core/config.ts";
import { removeOrphans } from "../../lake/clean.ts";
import { referencedFiles } from "../../lake/references.ts";
import { loadTable } from "../../lake/table.ts";
import { collect } from "../support/collect.ts";
import {
  type IngestFolder,
  ingestFolder,
  quietContext,
  trailEvent,
  trailKey,
  trailObject,
} from "../support/ingest-folder.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { runCommand } from "../support/run-command.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const VICTIM = new URL("../support/maintain-victim.ts", import.meta.url).pathname;
const ACCOUNTS = ["111122223333", "444455556666"];
const SETTINGS: Environment = {
  LOGKEEP_INGEST_BATCH_OBJECTS: "1",
  LOGKEEP_MAINTENANCE_SNAPSHOT_DAYS: "0",
  LOGKEEP_MAINTENANCE_SNAPSHOTS: "1",
};
/** What each step changes, by what it calls; a kind that no kill is aimed at would be a hole in this test. */
const CHANGES = [
  "compact.sync",
  "compact.create",
  "compact.replace",
  "retention.create",
  "retention.replace",
  "manifests.create",
  "manifests.replace",
  "expire.create",
  "expire.replace",
  "orphans.replace",
  "orphans.remove",
];
const QUESTIONS = [
  "SELECT metadata.uid AS uid, accountid, time_dt FROM cloudtrail ORDER BY 1",
  "SELECT object, state, rows_kept FROM ledger ORDER BY 1",
];

let at: IngestFolder;

beforeAll(async () => {
  at = await ingestFolder();
  for (let index = 0; index < 6; index += 1) {
    // The first day is older than retention keeps, the others are not.
    const day = index < 2 ? "2020-01-05" : `2099-01-0${index}`;
    const events = ACCOUNTS.map((account, each) =>
      trailEvent(`event-${index}-${each}`, { recipientAccountId: account, eventTime: `${day}T00:01:02Z` }),
    );
    await at.put(trailKey(`object${index}`), trailObject(...events));
  }
});
afterAll(() => at[Symbol.asyncDispose]());

describe("killed in a folder", () => {
  let pristine: string;
  let expected: readonly unknown[];

  beforeAll(async () => {
    await fill(at.data, {});
    pristine = join(at.data, "..", "pristine");
    await cp(at.data, pristine, { recursive: true });
    const changes = await maintain(at.data, {});
    expect([...new Set(changes)].sort()).toEqual([...CHANGES].sort());
    expect([...new Set(changes.map((each) => each.split(".")[0]))].sort()).toEqual([...MAINTENANCE_STEPS].sort());
    expected = await state(at.data, {});
  });

  // Only what is created decides anything: the others are hints, notes, and files that nobody names yet or any more.
  const deaths = CHANGES.flatMap((each) => [
    ...(each.endsWith(".create") ? [`${each}#1:before`] : []),
    `${each}#1:after`,
  ]);
  test.each([...deaths, "compact.create#3:before", "orphans.remove#2:before"])("behavior: at %s", async (death) => {
    await rm(at.data, { recursive: true });
    await cp(pristine, at.data, { recursive: true });
    await dieAt(death, at.data, {});
    await expectWhole(at.data, {}, expected);
  });
});

const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("behavior: killed on S3", (context) => context.skip(ABSENT));
} else {
  describe("killed on S3", () => {
    let server: MotoServer;
    let expected: readonly unknown[];
    let lakes = 0;

    /** A lake of its own, filled, and its data folder. */
    const openNew = async () => {
      lakes += 1;
      const env = { LOGKEEP_LAKE_URI: `s3://kill-lake/n${lakes}`, LOGKEEP_LAKE_ENDPOINT: server.endpoint };
      const data = join(at.data, "..", `s3-${lakes}`);
      await mkdir(data);
      await fill(data, env);
      return { env, data };
    };

    beforeAll(async () => {
      Object.assign(process.env, AWS_ENVIRONMENT);
      server = await startMoto();
      const s3 = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
      await s3.send(new CreateBucketCommand({ Bucket: "kill-lake" }));
      s3.destroy();
      const { env, data } = await openNew();
      await maintain(data, env);
      expected = await state(data, env);
    });
    afterAll(() => server.stop());

    test.each([
      "compact.sync#1:after",
      "compact.create#3:after",
      "retention.create#2:after",
      "expire.create#1:after",
      "orphans.replace#1:after",
      "orphans.remove#2:before",
    ])("behavior: at %s", async (death) => {
      const { env, data } = await openNew();
      await dieAt(death, data, env);
      await expectWhole(data, env, expected);
    });
  });
}

/** Six batches, a tag after the fourth, and a retention that takes the first day. */
async function fill(data: string, env: Environment): Promise<void> {
  const all = { ...SETTINGS, ...env };
  const context = quietContext(data, all, () => undefined);
  await ingestSources([await openObjectStore(at.logs, null)], context);
  const lake = await openLake(resolveConfig(all, data), systemClock());
  const fourth = (await loadTable("cloudtrail", lake.catalog)).metadata.snapshots[3];
  await runCommand(["tag", "add", "evidence", "--as-of", `cloudtrail@${fourth?.["snapshot-id"]}`], data, all);
  await writeFile(join(data, "retention.yaml"), "keep_days: { cloudtrail: 365 }");
}

async function maintain(data: string, env: Environment): Promise<readonly string[]> {
  const { code, signal, lines } = await runVictim("", data, env);
  expect([code, signal]).toEqual([0, null]);
  return lines;
}

/** The victim must die there: a change that is not reached is a fault of this test. */
async function dieAt(death: string, data: string, env: Environment): Promise<void> {
  expect((await runVictim(death, data, env)).signal, death).toBe("SIGKILL");
}

async function runVictim(death: string, data: string, env: Environment) {
  const child = spawn(process.execPath, [VICTIM, data, death, JSON.stringify({ ...SETTINGS, ...env })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = collect(child.stdout.setEncoding("utf8"));
  const [code, signal]: (number | string | null)[] = await once(child, "exit");
  return {
    code,
    signal,
    lines: (await lines)
      .join("")
      .split("\n")
      .filter((line) => line !== ""),
  };
}

/** The rows now, and those that the tag stands for. */
async function state(data: string, env: Environment): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const asOf of [[], ["--as-of", "evidence"]]) {
    for (const sql of QUESTIONS) {
      const argv = ["sql", "--all-time", "--format", "json", ...asOf, sql];
      found.push((await runCommand(argv, data, { ...SETTINGS, ...env }, false)).output);
    }
  }
  return found;
}

async function expectWhole(data: string, env: Environment, expected: readonly unknown[]): Promise<void> {
  // Before anything goes on: readers see a state as it was at some moment, and the tagged one as ever.
  expect((await state(data, env)).slice(2)).toEqual(expected.slice(2));
  await maintain(data, env);
  expect(await state(data, env)).toEqual(expected);
  const lake = await openLake(resolveConfig({ ...SETTINGS, ...env }, data), systemClock());
  const needed = new Set<string>();
  for (const id of await lake.catalog.list()) {
    await removeOrphans(id, { beforeMs: Number.MAX_SAFE_INTEGER }, lake);
    for (const path of await referencedFiles(await loadTable(id, lake.catalog), lake.store)) needed.add(path);
  }
  expect(await state(data, env)).toEqual(expected);
  const left = (await collect(lake.store.list(""))).map(({ path }) => path).filter((path) => !needed.has(path));
  expect(left.filter((path) => !/version-hint\.text$|^tags\/evidence\.json$|^maintenance\//.test(path))).toEqual(
    left.filter((path) => /\.lock\.json$/.test(path)),
  );
}
