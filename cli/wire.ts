/**
 * The only place where adapters are built and bound to ports. Adapters that few commands need are loaded by those
 * commands alone.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { localLakeStore } from "../adapters/local-lake-store.ts";
import { openPinoLog } from "../adapters/pino-log.ts";
import type { PrometheusMetrics } from "../adapters/prometheus.ts";
import type { OpenRedis } from "../adapters/redis.ts";
import type { StatusServer } from "../adapters/status-server.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { AccountInventory, AccountList } from "../core/account-inventory.ts";
import type { Clock } from "../core/clock.ts";
import { type Config, type LogLevel, MB_OF_INGEST_THREAD } from "../core/config.ts";
import type { DataFolderRole, HeldDataFolder } from "../core/data-folder-lock.ts";
import type { TextSink } from "../core/destination.ts";
import type { DetectionLists } from "../core/detection-rule.ts";
import { isLogkeepError, usageError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Log } from "../core/log.ts";
import type { NotificationQueue } from "../core/notification-queue.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { ObjectWriter } from "../core/object-writer.ts";
import type { QueryEngine } from "../core/query-engine.ts";
import type { QueryUsage } from "../core/query-usage.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { StatusPage } from "../core/status-page.ts";
import type { AllowedPrefix } from "../ingest/notifications/announcement.ts";
import type { BucketStores } from "../ingest/notifications/bucket-stores.ts";
import type { Lake } from "../lake/catalog.ts";
import { fileCatalog } from "../lake/file-catalog.ts";

/** The system's clock. */
export function openClock(): Clock {
  return systemClock();
}

/** Our own log, on standard error. */
export function openLog(level: LogLevel): Log {
  return openPinoLog(level);
}

/** The configured lake. Opening it changes nothing. */
export async function openLake(config: Config, clock: Clock): Promise<Lake> {
  const store = await openLakeStore(config, clock);
  const { lakeGlueDatabase: database, lakeGlueEndpoint: endpoint } = config;
  if (database === null) return { store, catalog: fileCatalog(store), clock };
  const [{ openGlueCatalog }, { registerCatalog }] = await Promise.all([
    import("../adapters/glue-catalog.ts"),
    import("../lake/register-catalog.ts"),
  ]);
  return { store, catalog: registerCatalog(openGlueCatalog({ database, endpoint }), store), clock };
}

async function openLakeStore(config: Config, clock: Clock): Promise<LakeStore> {
  const { lakeUri, lakeEndpoint: endpoint, lakeCacheFolder, lakeCacheMb } = config;
  if (lakeUri === null) return localLakeStore(join(config.dataFolder, "lake"));
  const { openS3LakeStore } = await import("../adapters/s3-lake-store.ts");
  const [bucket = "", ...prefix] = lakeUri.slice("s3://".length).split("/");
  // Two lakes have the same names of tables: each has its own copies.
  const name = createHash("sha256").update(`${endpoint} ${lakeUri}`).digest("hex").slice(0, 16);
  const cache = { folder: join(lakeCacheFolder, `${bucket}-${name}`), maxBytes: lakeCacheMb * 1_048_576, clock };
  return openS3LakeStore({ bucket, prefix: prefix.join("/"), endpoint, cache });
}

/** A SQL engine with the configured limits. Its caller closes it. */
export async function openEngine(config: Config): Promise<SqlEngine> {
  const [engine] = await openEngines(config, 1);
  return engine;
}

/**
 * The SQL engines of an ingest, which share the configured limits. Two engines on one thread each do two batches in
 * three fifths of the time that one on two threads takes: the engine copies rows between threads to keep their order.
 * More than two would only cost memory: reading, inflating and committing keep the rest of a machine busy. Threads that
 * the memory is not enough for are left alone: with less for each, a full batch ends out of memory.
 */
export async function openIngestEngines(config: Config): Promise<readonly [SqlEngine, ...SqlEngine[]]> {
  const threads = planIngestThreads(config.engineThreads ?? availableParallelism(), config.engineMemoryMb);
  return openEngines({ ...config, engineThreads: threads }, Math.min(2, threads));
}

/** Threads of an ingest, over all its engines. Pure. */
export function planIngestThreads(threads: number, memoryMb: number): number {
  return Math.max(1, Math.min(threads, Math.floor(memoryMb / MB_OF_INGEST_THREAD)));
}

async function openEngines(config: Config, count: number): Promise<readonly [SqlEngine, ...SqlEngine[]]> {
  const [{ openDuckDb }, { claimSpillFolder }] = await Promise.all([
    import("../adapters/duckdb.ts"),
    import("../adapters/spill-folder.ts"),
  ]);
  const open = async () =>
    openDuckDb({
      threads: Math.max(1, Math.floor((config.engineThreads ?? availableParallelism()) / count)),
      memoryLimitBytes: (config.engineMemoryMb * 1_048_576) / count,
      spillFolder: await claimSpillFolder(config.engineSpillFolder, openClock().now()),
    });
  return [await open(), ...(await Promise.all(Array.from({ length: count - 1 }, open)))];
}

/** Athena as configured. Nothing is asked before the first query. Its caller closes it. */
export async function openAthenaEngine(config: Config, database: string): Promise<QueryEngine> {
  const { openAthena } = await import("../adapters/athena.ts");
  return openAthena({
    workgroup: config.athenaWorkgroup,
    database,
    catalog: null,
    outputLocation: config.athenaOutput,
    endpoint: config.athenaEndpoint,
    region: null,
  });
}

/** The file that counts what each user's queries read. Nothing is made before a share is taken. */
export async function openUsage(config: Config): Promise<QueryUsage> {
  const { openQueryUsage } = await import("../adapters/query-usage.ts");
  return openQueryUsage(join(config.dataFolder, "query-usage.sqlite"));
}

/**
 * Takes the data folder for writing or for maintenance, and the lake where it lies elsewhere. Throws `data.locked`,
 * `data.unwritable`, `lake.locked`.
 */
export async function lockDataFolder(
  config: Config,
  clock: Clock,
  role: DataFolderRole = "writer",
): Promise<HeldDataFolder> {
  const { acquireDataFolder } = await import("../adapters/data-folder-lock.ts");
  const folder = await acquireDataFolder(config.dataFolder, role);
  if (config.lakeUri === null) return folder;
  try {
    const [{ readWriterIdentity }, { acquireLake }] = await Promise.all([
      import("../adapters/writer-identity.ts"),
      import("../lake/writer-lock.ts"),
    ]);
    const identity = await readWriterIdentity(config.dataFolder);
    const lake = await acquireLake(await openLakeStore(config, clock), identity, role);
    const release = () => lake.release().finally(() => folder.release());
    return { release, [Symbol.asyncDispose]: release };
  } catch (cause) {
    await folder.release();
    throw cause;
  }
}

/** Makes the folder that the engine spills into. */
export async function makeSpillFolder(config: Config): Promise<void> {
  await mkdir(config.engineSpillFolder, { recursive: true, mode: 0o750 });
}

/** Which library inflates. */
export async function inflaterName(): Promise<string> {
  const { loadInflater } = await import("../adapters/inflater.ts");
  return (await loadInflater()).name;
}

/** The organization's list as it was kept last, then the file's: of what both say, the last counts. Nobody is asked. */
export async function openAccountLists(
  config: Config,
  sources: readonly string[],
): Promise<readonly AccountInventory[]> {
  const [{ openAccountFile }, { openKeptAccounts }] = await Promise.all([
    import("../adapters/account-file.ts"),
    import("../adapters/kept-accounts.ts"),
  ]);
  return [openKeptAccounts(config.organizationFile), openAccountFile(config.accountsFile, sources)];
}

/** Asks AWS Organizations for its accounts and keeps the answer. */
export async function refreshAccounts(config: Config, clock: Clock, signal: AbortSignal): Promise<AccountList> {
  const [{ openOrganizations }, { keepAccounts }] = await Promise.all([
    import("../adapters/organizations.ts"),
    import("../adapters/kept-accounts.ts"),
  ]);
  const list = await openOrganizations({ endpoint: config.organizationsEndpoint, clock }).list(signal);
  if (list === null) throw new Error("the organization gave no list");
  await keepAccounts(config.organizationFile, list);
  return list;
}

/** A queue of SQS. Nothing is asked before its first call. Throws `cli.usage` for an address that is none. */
export async function openQueue(url: string, endpoint: string | null): Promise<NotificationQueue> {
  const { openSqsQueue } = await import("../adapters/sqs.ts");
  return openSqsQueue({ url, endpoint });
}

/** The Redis that workers share. Nothing is asked before its first use. */
export async function openSharedRedis(url: string): Promise<OpenRedis> {
  const { openRedis } = await import("../adapters/redis.ts");
  // In braces: one slot of a cluster.
  return openRedis({ url, prefix: "{logkeep}" });
}

/** Figures in Prometheus' format. */
export async function openMetrics(): Promise<PrometheusMetrics> {
  const { openPrometheus } = await import("../adapters/prometheus.ts");
  return openPrometheus();
}

/** Pages that tell how a worker is, at `host:port`. */
export async function openStatusPages(
  address: string,
  pages: Readonly<Record<string, () => Promise<StatusPage>>>,
): Promise<StatusServer> {
  const { openStatusServer } = await import("../adapters/status-server.ts");
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  return openStatusServer(host, Number(address.slice(colon + 1)), pages);
}

/** The configured sources as one store. Nothing is asked before its first use. */
export async function openSources(allowed: readonly AllowedPrefix[], endpoint: string | null): Promise<BucketStores> {
  const [{ openS3ObjectStore }, { openBucketStores }] = await Promise.all([
    import("../adapters/s3-object-store.ts"),
    import("../ingest/notifications/bucket-stores.ts"),
  ]);
  return openBucketStores(allowed, (source) => openS3ObjectStore({ ...source, endpoint }));
}

/**
 * A folder of this process alone below the data folder, kept by a lock that a dead process does not hold. Takes up what
 * a dead one left.
 */
export async function takeWorkerFolder(
  config: Config,
): Promise<{ readonly folder: string; readonly held: HeldDataFolder }> {
  const { acquireDataFolder } = await import("../adapters/data-folder-lock.ts");
  for (let slot = 1; ; slot += 1) {
    const folder = join(config.dataFolder, "workers", String(slot));
    try {
      return { folder, held: await acquireDataFolder(folder) };
    } catch (thrown) {
      if (!isLogkeepError(thrown, "data.locked")) throw thrown;
    }
  }
}

/** Opens what `ingest` was given: a folder, a file, or `s3://bucket/prefix`. */
export async function openObjectStore(source: string, endpoint: string | null): Promise<ObjectStore> {
  const s3 = /^s3:\/\/(?<bucket>[^/]+)(?:\/(?<prefix>.*))?$/.exec(source)?.groups;
  if (s3?.bucket !== undefined) {
    const { openS3ObjectStore } = await import("../adapters/s3-object-store.ts");
    return openS3ObjectStore({ bucket: s3.bucket, prefix: s3.prefix ?? "", endpoint });
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    throw usageError(
      "the source is neither a path nor s3://bucket/prefix",
      "logkeep ingest s3://my-log-bucket/AWSLogs",
      {
        source,
      },
    );
  }
  const { openLocalObjectStore } = await import("../adapters/local-object-store.ts");
  return openLocalObjectStore(source);
}

/** Where simulated objects are put. Throws `cli.usage` unless it is `s3://bucket/prefix`. */
export async function openObjectWriter(uri: string, endpoint: string | null): Promise<ObjectWriter> {
  const s3 = /^s3:\/\/(?<bucket>[^/]+)(?:\/(?<prefix>.*))?$/.exec(uri)?.groups;
  if (s3?.bucket === undefined) throw usageError("objects can be put to s3://bucket/prefix only", undefined, { uri });
  const { openS3ObjectWriter } = await import("../adapters/s3-object-writer.ts");
  const prefix = s3.prefix === undefined || s3.prefix === "" ? "" : s3.prefix.replace(/\/?$/, "/");
  return openS3ObjectWriter({ bucket: s3.bucket, prefix, endpoint });
}

/** The lists that rules need, from the lists file; none where the file is absent. */
export async function readDetectionLists(config: Config): Promise<DetectionLists> {
  const { NO_LISTS, parseDetectionLists } = await import("../analyzers/detection-lists.ts");
  try {
    return parseDetectionLists(config.listsFile, await readFile(config.listsFile, "utf8"));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return NO_LISTS;
    throw cause;
  }
}

/** All that ingest needs but the store and the listeners. `engines` and `lake` are the caller's. */
export async function openIngest(config: Config, engines: readonly [SqlEngine, ...SqlEngine[]], lake: Lake) {
  const [{ loadInflater }, { createLocalSpool }, { loadDetections }, { DETECTIONS }, { createDetectionObserver }] =
    await Promise.all([
      import("../adapters/inflater.ts"),
      import("../adapters/local-spool.ts"),
      import("../analyzers/detection.ts"),
      import("../analyzers/detections.gen.ts"),
      import("../analyzers/findings/detection-observer.ts"),
    ]);
  const lists = await readDetectionLists(config);
  const { dataFolder, spoolFolder } = config;
  return {
    engines,
    lake,
    inflater: await loadInflater(),
    spool: createLocalSpool(spoolFolder === null ? { dataFolder } : { dataFolder, memoryFolder: spoolFolder }),
    diskSpool: createLocalSpool({ dataFolder, memoryFolder: null }),
    observer: createDetectionObserver(loadDetections(DETECTIONS, lists), lists),
  };
}

/** Destinations that the configuration names; the terminal where `terminal` is given. */
export async function openDestinations(config: Config, clock: Clock, terminal: TextSink | null) {
  const [{ DESTINATIONS }, { createLineFiles }, { createFetchHttp }] = await Promise.all([
    import("../analyzers/destinations.gen.ts"),
    import("../adapters/line-files.ts"),
    import("../adapters/fetch-http.ts"),
  ]);
  const nowhere: TextSink = { write: async () => undefined };
  const ports = { terminal: terminal ?? nowhere, files: createLineFiles(), http: createFetchHttp(), clock };
  const settings: Readonly<Record<string, unknown>> = {
    terminal: terminal === null ? null : {},
    file: config.alertFile === null ? null : { path: config.alertFile },
    webhook: config.webhookUrl === null ? null : { url: config.webhookUrl, secret: config.webhookSecret },
  };
  return DESTINATIONS.flatMap((entry) => {
    const setting = settings[entry.id] ?? null;
    return setting === null ? [] : [entry.open(setting, ports)];
  });
}
