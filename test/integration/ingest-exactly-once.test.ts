/** Every record once, however often, wherever and however compressed it is delivered. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { acquireDataFolder } from "../../adapters/data-folder-lock.ts";
import { ROOT } from "../support/catalog.ts";
import { corpusFolder } from "../support/corpora.ts";
import {
  flowKey,
  type IngestFolder,
  ingestFolder,
  type LedgerEntry,
  trailEvent,
  trailKey,
  trailObject,
} from "../support/ingest-folder.ts";

const ATTACK_RUN = corpusFolder("cloudtrail-attack-run/CloudTrail");
const EVENTS = 2_900;
const OBJECTS = 55;

test.skipIf(ATTACK_RUN === null)("behavior: an attack run, delivered three times", async () => {
  await using at = await ingestFolder();
  const names = (await readdir(ATTACK_RUN ?? "")).filter((name) => /_CloudTrail_.*\.json$/.test(name));
  expect(names).toHaveLength(OBJECTS);
  for (const name of names) await at.put(`first/${name}`, await readFile(join(ATTACK_RUN ?? "", name)));
  expect((await at.ingest()).code).toBe(0);
  expect(await eventCounts(at)).toEqual([EVENTS, EVENTS]);
  const first = await at.ledger();
  expect(first.map((row) => row.state)).toEqual(Array.from(names, () => "ingested"));

  const again = await at.ingest();
  expect(again.output).toContain(`${OBJECTS} listed = ${OBJECTS} known from before`);
  expect(await at.ledger()).toEqual(first);

  for (const name of names) {
    const [account = "", , region = "", time = ""] = name.split("_");
    const day = `${time.slice(0, 4)}/${time.slice(4, 6)}/${time.slice(6, 8)}`;
    const key = `AWSLogs/o-exampleorg/${account}/CloudTrail/${region}/${day}/${name}.gz`;
    await at.put(key, gzipSync(await readFile(join(ATTACK_RUN ?? "", name))));
  }
  expect((await at.ingest()).code).toBe(0);
  expect(await eventCounts(at)).toEqual([EVENTS, EVENTS]);
  const all = await at.ledger();
  const second = all.filter((row) => row.key.startsWith("AWSLogs/"));
  expect(second.map((row) => row.state)).toEqual(Array.from(names, () => "duplicate"));
  expectBalance(all);
  expect(sumOf(all, "rows_kept")).toBe(EVENTS);
  expect(sumOf(second, "records_duplicate")).toBe(EVENTS);
});

test("behavior: the same bytes at another path, and with another time of change, give no second row", async () => {
  await using at = await ingestFolder();
  const bytes = trailObject(trailEvent("a-1"), trailEvent("a-2"));
  await at.put(trailKey("one"), bytes);
  await at.ingest();
  await at.put(trailKey("two"), bytes);
  await utimes(join(at.logs, trailKey("one")), new Date(0), new Date(0));
  await at.ingest();
  const rows = await at.ledger();
  expect(rows.map((row) => [row.state, row.rows_kept, row.records_duplicate])).toEqual([
    ["ingested", 2, 0],
    ["duplicate", 0, 2],
    ["duplicate", 0, 2],
  ]);
  expect(await eventCounts(at)).toEqual([2, 2]);
});

test("behavior: a duplicate is found whatever its order and its company, within a run and across runs", async () => {
  await using at = await ingestFolder();
  const events = Array.from({ length: 20 }, (_, index) => trailEvent(`b-${index}`));
  await at.put(trailKey("one"), trailObject(...events));
  await at.put(trailKey("two"), trailObject(...events.slice(5).reverse(), trailEvent("b-new-1")));
  await at.ingest();
  await at.put(trailKey("three"), trailObject(trailEvent("b-new-2"), ...events.toReversed()));
  // The same id in another account or region is another event.
  await at.put(trailKey("four"), trailObject(trailEvent("b-1", { awsRegion: "us-east-1" })));
  await at.ingest();
  const rows = await at.ledger();
  expectBalance(rows);
  expect(
    Object.fromEntries(rows.map((row) => [row.key.slice(-15, -8), [row.rows_kept, row.records_duplicate]])),
  ).toEqual({
    "05Z_one": [20, 0],
    "05Z_two": [1, 15],
    Z_three: [1, 20],
    "5Z_four": [1, 0],
  });
  const [row] = await at.query("SELECT duplicates FROM <ledger> WHERE object LIKE '%three%'");
  expect(row?.["duplicates"]).toBe('{"ordinals":[[1,20]]}');
});

test("behavior: flow records have no identity: equal lines of one object stay, an object delivered twice does not", async () => {
  await using at = await ingestFolder();
  const line = "2 111122223333 eni-0a 192.0.2.1 198.51.100.2 443 49152 6 10 840 1767571260 1767571320 ACCEPT OK";
  const header =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
  const bytes = gzipSync(`${header}\n${line}\n${line}\n`);
  await at.put(flowKey("one"), bytes);
  await at.put(`copy/${flowKey("one")}`, bytes);
  // Another flow log on the same interface delivers equal bytes: that is no second delivery.
  await at.put(flowKey("one").replace("fl-0a1b2c3d", "fl-99999999"), bytes);
  await at.ingest();
  await at.put(`later/${flowKey("one")}`, bytes);
  await at.ingest();
  const rows = await at.ledger();
  expectBalance(rows);
  expect(rows.map((row) => row.state).sort()).toEqual(["duplicate", "duplicate", "ingested", "ingested"]);
  expect(Number((await at.query("SELECT count(*) AS n FROM <vpc_flow>"))[0]?.["n"])).toBe(4);
});

test("behavior: the same content in batches that are worked on side by side counts once, whichever is done first", async () => {
  await using at = await ingestFolder();
  const header =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action";
  const lines = Array.from(
    { length: 2000 },
    (_, index) => `2 111122223333 eni-0a 192.0.2.1 198.51.100.2 ${index} 443 6 10 840 1767571260 1767571320 ACCEPT`,
  );
  const bytes = gzipSync(`${header}\n${lines.join("\n")}\n`);
  for (const copy of ["a", "b", "c", "d", "e", "f"]) await at.put(`${copy}/${flowKey("one")}`, bytes);
  await at.ingest({ LOGKEEP_INGEST_BATCH_OBJECTS: "1", LOGKEEP_ENGINE_THREADS: "2" });
  const rows = await at.ledger();
  expectBalance(rows);
  expect(rows.map((row) => row.state)).toEqual(["ingested", ...Array.from({ length: 5 }, () => "duplicate")]);
  expect(Number((await at.query("SELECT count(*) AS n FROM <vpc_flow>"))[0]?.["n"])).toBe(2000);
});

test("behavior: an addendum supersedes its event through the view, and both stay in the table", async () => {
  await using at = await ingestFolder();
  await at.put(trailKey("one"), trailObject(trailEvent("c-1"), trailEvent("c-2")));
  await at.ingest();
  const addendum = {
    reason: "UPDATED_DATA",
    updatedFields: "userAgent",
    originalEventID: "c-1",
    originalRequestID: "request-c-1",
  };
  await at.put(trailKey("two"), trailObject(trailEvent("c-3", { userAgent: "corrected/2", addendum })));
  await at.ingest();
  expect(await eventCounts(at)).toEqual([3, 3]);
  const { code, stdout } = await logkeep([
    "sql",
    "SELECT metadata.uid AS id FROM cloudtrail ORDER BY 1",
    "--format",
    "json",
    "--data",
    at.data,
  ]);
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toEqual(['{"id":"c-2"}', '{"id":"c-3"}']);
});

test("error: a second process is refused at once, is told who holds the folder, and changes nothing", async () => {
  await using at = await ingestFolder();
  await at.put(trailKey("one"), trailObject(trailEvent("d-1")));
  {
    await using _held = await acquireDataFolder(at.data);
    const startedAt = performance.now();
    const { code, stderr } = await logkeep(["ingest", at.logs, "--data", at.data]);
    expect(code).toBe(1);
    expect(stderr).toContain("another process is writing to this data folder");
    expect(stderr).toContain(String(process.pid));
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await at.lake.catalog.load("ledger")).toBeNull();
  }
  const { code } = await logkeep(["ingest", at.logs, "--data", at.data]);
  expect(code).toBe(0);
  expect(await eventCounts(at)).toEqual([1, 1]);
});

test("behavior: of two processes started together each record is ingested by one", async () => {
  await using at = await ingestFolder();
  for (let index = 0; index < 30; index += 1)
    await at.put(trailKey(`n${index}`), trailObject(trailEvent(`e-${index}`)));
  const args = ["ingest", at.logs, "--data", at.data];
  const codes = (await Promise.all([logkeep(args), logkeep(args)])).map((run) => run.code).sort();
  // The one may be done before the other begins.
  expect([
    [0, 1],
    [0, 0],
  ]).toContainEqual(codes);
  expect(await eventCounts(at)).toEqual([30, 30]);
  expect(await at.ledger()).toHaveLength(30);
});

async function logkeep(
  args: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, "cli/main.ts"), ...args]);
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const [code]: unknown[] = await once(child, "close");
  return { code: Number(code), stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Rows, and distinct ids among them. */
test("behavior: files whose names say nothing are known by their content", async () => {
  await using at = await ingestFolder();
  await at.put("a.json", Buffer.from(JSON.stringify({ Records: [trailEvent("a-1"), trailEvent("a-2")] })));
  await at.put("some notes.txt", Buffer.from("nothing that a log would hold"));
  expect((await at.ingest()).code).toBe(0);
  expect(await eventCounts(at)).toEqual([2, 2]);
  expect((await at.ledger()).map((row) => row.state).sort()).toEqual(["ingested", "skipped"]);
});

async function eventCounts(at: IngestFolder): Promise<readonly number[]> {
  const [row] = await at.query("SELECT count(*) AS n, count(DISTINCT (metadata.uid, region)) AS ids FROM <cloudtrail>");
  return [Number(row?.["n"]), Number(row?.["ids"])];
}

function sumOf(rows: readonly LedgerEntry[], column: "rows_kept" | "records_duplicate"): number {
  return rows.reduce((all, row) => all + row[column], 0);
}

function expectBalance(rows: readonly LedgerEntry[]): void {
  for (const row of rows) {
    expect(row.rows_kept + row.records_rejected + row.records_duplicate, row.key).toBe(row.records_in);
  }
}
