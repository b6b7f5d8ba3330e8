/**
 * `node test/bench/queries.ts [rows] [accounts] [days] [day|account]`: what questions read and how long they take, over
 * CloudTrail rows that the lake's own writer put into files by day, as they come in, or by day and account, as they are
 * compacted. Bytes are those that the process really read (`rchar` of
 * `/proc/self/io`: manifests, footers and pages, from the disk or its cache), so Linux only. Ends with 1 when a question
 * about one day and account reads 2 % of the table or more.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDb } from "../../adapters/duckdb.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { alertsSql } from "../../analyzers/alerts/alerts-sql.ts";
import type { LakeStore } from "../../core/lake-store.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { sqlString } from "../../core/sql-engine.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import type { Lake } from "../../lake/catalog.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { SPEC_DAY, SPEC_DAY_ACCOUNT } from "../../lake/model.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { prepareAnswers } from "../../queries/ask.ts";
import { translateAthena } from "../../queries/dialect/translate.ts";
import { readLakeState } from "../../queries/lake-state.ts";
import { parseParameters } from "../../queries/parse-parameters.ts";
import { planQuery } from "../../queries/plan/plan-query.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { parseSavedQuery } from "../../queries/saved-query.ts";
import { viewedTables } from "../../queries/snapshot-views.ts";
import type { TimeWindow } from "../../queries/time-window.ts";
import { accountOf, DAY_MS, FIRST_DAY, writeRows } from "./query-rows.ts";

const MOST_SHARE = 0.02;
const ROUNDS = 3;

const [rows = 50_000_000, accounts = 100, days = 30] = process.argv.slice(2, 5).map(Number);
const specId = process.argv[5] === "account" ? SPEC_DAY_ACCOUNT : SPEC_DAY;
const work = mkdtempSync(join(tmpdir(), "logkeep-bench-"));
const durable = localLakeStore(join(work, "lake"));
// Making thousands of files durable takes longer than writing them, and nothing here has to outlive the run.
const store: LakeStore = {
  ...durable,
  sync: async () => undefined,
  ensureFolder: async (folder) => void mkdirSync(durable.localPath(folder), { recursive: true }),
};
const lake: Lake = { store, catalog: fileCatalog(store), clock: systemClock() };

try {
  process.exitCode = (await bench()) ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function bench(): Promise<boolean> {
  const started = performance.now();
  const writer = await openBenchEngine();
  await writeRows({ rows, accounts, days, specId }, lake, writer, (day) =>
    progress(`day ${day + 1} of ${days} written`),
  );
  writer.close();
  const snapshot = currentSnapshot(await loadTable("cloudtrail", lake.catalog));
  const tableBytes = Number(snapshot?.summary["total-files-size"]);
  print(
    `${snapshot?.summary["total-records"]} rows of ${accounts} accounts and ${days} days, ` +
      `${snapshot?.summary["total-data-files"]} files, ${mb(tableBytes)} MB, written in ${seconds(started)} s; ` +
      `${cpus().length} cores, ${cpus()[0]?.model ?? ""}, Node ${process.version}`,
  );
  const account = accountOf(Math.floor(accounts / 3));
  const from = FIRST_DAY + Math.floor(days / 2) * DAY_MS;
  const narrow = { window: { fromMs: from, toMs: from + DAY_MS }, accounts: [account] };
  const principal = `arn:aws:iam::${account}:role/role-7`;
  const isNarrow = [
    await narrowQuestion("address-everywhere", { ip: "198.51.100.7" }, narrow, tableBytes),
    await narrowQuestion("principal-timeline", { principal }, narrow, tableBytes),
  ];
  await pivot(tableBytes);
  return isNarrow.every((each) => each);
}

/** One day of one account: the share of the table's bytes that is read. */
async function narrowQuestion(
  id: string,
  given: Readonly<Record<string, string>>,
  scope: { readonly window: TimeWindow; readonly accounts: readonly string[] },
  tableBytes: number,
): Promise<boolean> {
  const planned = await plannedBytes(id, given, scope);
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await ask(id, given, scope));
  const bytes = median(runs.map((run) => run.readBytes));
  const share = bytes / tableBytes;
  print(
    `${id}, one day and account: ${mb(bytes)} MB read of ${mb(tableBytes)} MB, ${(share * 100).toFixed(3)} % (at most 2 %); ` +
      `planned ${mb(planned)} MB; ${(median(runs.map((run) => run.ms)) / 1000).toFixed(2)} s; ${runs[0]?.rows ?? 0} rows`,
  );
  return share < MOST_SHARE && (runs[0]?.rows ?? 0) > 0;
}

/** All days and accounts, beside DuckDB over the same files. */
async function pivot(tableBytes: number): Promise<void> {
  const scope = { window: { fromMs: FIRST_DAY, toMs: FIRST_DAY + days * DAY_MS }, accounts: null };
  const id = "cross-account-access";
  const runs: Run[] = [];
  const plain: Run[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    plain.push(await askPlain(id));
    runs.push(await ask(id, {}, scope));
  }
  const planned = await plannedBytes(id, {}, scope);
  for (const [name, list] of [
    ["logkeep", runs],
    ["plain glob", plain],
  ] as const) {
    print(
      `${id}, ${days} days, ${name}: ${(median(list.map((run) => run.ms)) / 1000).toFixed(2)} s, ` +
        `${mb(median(list.map((run) => run.readBytes)))} MB read of ${mb(tableBytes)} MB, ${list[0]?.rows ?? 0} rows`,
    );
  }
  print(`${id}, planned before: ${mb(planned)} MB`);
}

interface Run {
  readonly ms: number;
  readonly readBytes: number;
  readonly rows: number;
}

type Scope = { readonly window: TimeWindow; readonly accounts: readonly string[] | null };

function questionOf(id: string, given: Readonly<Record<string, string>>) {
  const file = SAVED_QUERIES.find((each) => each.id === id);
  if (file === undefined) throw new Error(`there is no saved query ${id}`);
  const query = parseSavedQuery(file);
  const texts = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  const params = parseParameters(query, texts, lake.clock.now());
  return { ...translateAthena(query.sql, query.parameters), params };
}

/** From the catalog to the last row, as `logkeep query` does it. */
async function ask(id: string, given: Readonly<Record<string, string>>, scope: Scope): Promise<Run> {
  const engine = await openBenchEngine();
  const question = {
    ...questionOf(id, given),
    ...scope,
    parquetFile: null,
    sources: SOURCES,
    alertsSql: alertsSql(60),
  };
  return measured(engine, async () => {
    const prepared = await prepareAnswers(question, lake, engine);
    return countRows((await prepared.stream()).chunks);
  });
}

/** What somebody without a lake does: one view over all files, and the same text. */
async function askPlain(id: string): Promise<Run> {
  const engine = await openBenchEngine();
  const { sql, setup, params } = questionOf(id, {});
  return measured(engine, async () => {
    const glob = sqlString(join(work, "lake", "cloudtrail", "data", "**", "*.parquet"));
    await engine.run(`CREATE VIEW cloudtrail AS SELECT * FROM read_parquet(${glob}, hive_partitioning = false)`);
    for (const statement of setup) await engine.run(statement);
    return countRows((await engine.stream(sql, params)).chunks);
  });
}

async function plannedBytes(id: string, given: Readonly<Record<string, string>>, scope: Scope): Promise<number> {
  const engine = await openBenchEngine();
  const state = await readLakeState(viewedTables(SOURCES), null, lake);
  const request = { ...questionOf(id, given), ...scope, engine: "duckdb" as const, usdPerTb: 5, isDetailed: false };
  const plan = await planQuery({ ...request, sources: SOURCES }, state, store, engine);
  engine.close();
  return plan.scannedBytes;
}

async function measured(engine: SqlEngine, action: () => Promise<number>): Promise<Run> {
  const before = readBytes();
  const started = performance.now();
  const count = await action();
  const run = { ms: performance.now() - started, readBytes: readBytes() - before, rows: count };
  engine.close();
  return run;
}

async function countRows(chunks: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0;
  for await (const chunk of chunks) count += chunk.length;
  return count;
}

function readBytes(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

function openBenchEngine(): Promise<SqlEngine> {
  return openDuckDb({ threads: cpus().length, memoryLimitBytes: 2e9, spillFolder: join(work, "spill") });
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
