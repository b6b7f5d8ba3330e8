/** A data folder, a folder of delivered objects, and the real command between them: for tests of the whole ingest. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { CommandCall, CommandContext } from "../../cli/command.ts";
import { ingestCommand } from "../../cli/commands/ingest.ts";
import { openClock, openLake } from "../../cli/wire.ts";
import { type Environment, resolveConfig } from "../../core/config.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { openTestEngine } from "./engine.ts";

/** A row of the ledger as tests read it. */
export interface LedgerEntry {
  readonly key: string;
  readonly source: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly records_in: number | null;
  readonly rows_kept: number;
  readonly records_rejected: number;
  readonly records_duplicate: number;
}

/** What a run of the command printed, and its exit code. */
export interface CommandRun {
  readonly code: number;
  readonly output: string;
}

/** `await using` removes it. */
export interface IngestFolder extends AsyncDisposable {
  /** Where objects are put. */
  readonly logs: string;
  readonly data: string;
  readonly lake: Lake;
  /** Writes an object; its folders are made. */
  put(key: string, bytes: Uint8Array | string): Promise<void>;
  /** `logkeep ingest` over the folder, or over one inside it, in this process. Failures are thrown. */
  ingest(env?: Environment, source?: string): Promise<CommandRun>;
  /** Rows of a statement in which `<table>` stands for a table's current files. */
  query(sql: string): Promise<Readonly<Record<string, unknown>>[]>;
  /** All rows of the ledger, by key. */
  ledger(): Promise<readonly LedgerEntry[]>;
}

/** An empty one; `parent` is where it stands. */
export async function ingestFolder(parent = tmpdir()): Promise<IngestFolder> {
  const folder = await mkdtemp(join(parent, "ingest-"));
  const logs = join(folder, "logs");
  const data = join(folder, "data");
  await mkdir(logs);
  const engine = await openTestEngine();
  const lake = await openLake(resolveConfig({}, data), openClock());
  const query = (sql: string) => queryLake(sql, lake, engine);
  return {
    logs,
    data,
    lake,
    async put(key, bytes) {
      await mkdir(dirname(join(logs, key)), { recursive: true });
      await writeFile(join(logs, key), bytes);
    },
    ingest: (env = {}, source = "") => runIngest(join(logs, source), data, env),
    query,
    async ledger() {
      const rows = await query("SELECT * FROM <ledger> ORDER BY object, decided_at");
      return rows.map((row) => ({
        key: decodeURIComponent(String(row["object"])).slice(`file://${logs}/`.length),
        source: textOrNull(row["source"]),
        state: String(row["state"]),
        reason: textOrNull(row["reason"]),
        detail: textOrNull(row["detail"]),
        records_in: row["records_in"] === null ? null : Number(row["records_in"]),
        rows_kept: Number(row["rows_kept"]),
        records_rejected: Number(row["records_rejected"]),
        records_duplicate: Number(row["records_duplicate"]),
      }));
    },
    [Symbol.asyncDispose]: async () => {
      engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a command needs of the world; what it prints goes to `print`. */
export function quietContext(data: string, env: Environment, print: (text: string) => void): CommandContext {
  const output = {
    isTerminal: false,
    columns: null,
    write: async (chunk: string | Uint8Array) =>
      print(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()),
  };
  const silent = () => undefined;
  return {
    stdout: output,
    stderr: output,
    config: resolveConfig({ LOGKEEP_ENGINE_THREADS: "2", ...env }, data),
    signal: new AbortController().signal,
    clock: openClock(),
    log: { error: silent, warn: silent, info: silent, debug: silent },
  };
}

async function runIngest(source: string, data: string, env: Environment): Promise<CommandRun> {
  let output = "";
  const call: CommandCall = {
    args: [source],
    text: () => null,
    integer: () => null,
    flag: () => false,
    list: () => [],
  };
  const context = quietContext(data, env, (text) => {
    output += text;
  });
  return { code: await ingestCommand.run(call, context), output };
}

/** Rows of a statement in which `<table>` stands for the current files of a table of this lake. */
export async function queryLake(sql: string, lake: Lake, engine: SqlEngine) {
  let text = sql;
  for (const [name, id = ""] of sql.matchAll(/<(\w+)>/g)) {
    const table = await lake.catalog.load(id);
    if (table === null) throw new Error(`there is no table ${id}`);
    const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
    text = text.replaceAll(name, `(SELECT * FROM ${await scanRelation(table, files, lake.store)})`);
  }
  return engine.all(text);
}

/** Key of an account trail's object. `name` is up to 16 letters and digits. */
export function trailKey(name: string, account = "111122223333"): string {
  return `AWSLogs/${account}/CloudTrail/eu-west-1/2026/01/05/${account}_CloudTrail_eu-west-1_20260105T0005Z_${name}.json.gz`;
}

/** Key of a flow log's object. */
export function flowKey(name: string, suffix = "log.gz", account = "111122223333"): string {
  return `AWSLogs/${account}/vpcflowlogs/eu-west-1/2026/01/05/${account}_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260105T0005Z_${name}.${suffix}`;
}

/** A plain event with what is given in the place of its fields. */
export function trailEvent(id: string, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      arn: "arn:aws:iam::111122223333:user/ann",
      accountId: "111122223333",
      userName: "ann",
    },
    eventTime: "2026-01-05T00:01:02Z",
    eventSource: "ec2.amazonaws.com",
    eventName: "DescribeInstances",
    awsRegion: "eu-west-1",
    sourceIPAddress: "192.0.2.7",
    userAgent: "example/1.0",
    requestParameters: { maxResults: 5 },
    responseElements: null,
    requestID: `request-${id}`,
    eventID: id,
    readOnly: true,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "111122223333",
    eventCategory: "Management",
    ...over,
  };
}

/** A delivered CloudTrail object. */
export function trailObject(...records: readonly unknown[]): Buffer {
  return gzipSync(JSON.stringify({ Records: records }));
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
