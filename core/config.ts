/**
 * The one configuration: environment variables in, a frozen value out, or one error that names every fault. This is the
 * only file that reads the environment.
 */
import { join } from "node:path";
import { z } from "zod";
import { type OptionDefinition as Definition, httpUrl, integer, path } from "./config-option.ts";
import { type LogkeepError, usageError } from "./errors.ts";
import { INVENTORY_OPTIONS, type InventoryConfig } from "./inventory-options.ts";
import { MAINTENANCE_OPTIONS, type MaintenanceConfig } from "./maintenance-options.ts";
import { SERVICE_OPTIONS, type ServiceConfig } from "./service-options.ts";

/** An environment as the operating system gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

/** How much our own log says. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Who answers questions: this machine, or Athena over the same tables. */
export const QUERY_ENGINES = ["duckdb", "athena"] as const;

/** One of them. */
export type QueryEngineName = (typeof QUERY_ENGINES)[number];

/** Everything that can be configured, resolved and frozen. Null is "not given, and there is no default". */
export interface Config extends MaintenanceConfig, InventoryConfig, ServiceConfig {
  readonly dataFolder: string;
  /** `s3://bucket/prefix`, without a slash at its end. Null: the lake is a folder in the data folder. */
  readonly lakeUri: string | null;
  readonly lakeEndpoint: string | null;
  readonly lakeGlueDatabase: string | null;
  readonly lakeGlueEndpoint: string | null;
  readonly lakeCacheFolder: string;
  readonly lakeCacheMb: number;
  /** Null: decided by where the log goes (`warn` on a terminal, `info` elsewhere). */
  readonly logLevel: LogLevel | null;
  /** Null: as many as the machine has. */
  readonly engineThreads: number | null;
  readonly engineMemoryMb: number;
  readonly engineSpillFolder: string;
  readonly spoolFolder: string | null;
  readonly batchMb: number;
  readonly batchObjects: number;
  readonly quietMinutes: number;
  readonly webhookUrl: string | null;
  readonly webhookSecret: string | null;
  readonly alertFile: string | null;
  readonly listsFile: string;
  readonly queryEngine: QueryEngineName;
  readonly athenaWorkgroup: string;
  readonly athenaDatabase: string | null;
  readonly athenaOutput: string | null;
  readonly athenaReuseMinutes: number | null;
  readonly athenaEndpoint: string | null;
  readonly athenaUsdPerTb: number;
  /** Bytes that one query may read, and one user's queries of a day (UTC). */
  readonly budgetBytes: number | null;
  readonly budgetDayBytes: number | null;
}

/**
 * What each thread of an ingest needs for full batches of 64 MB of CloudTrail, in MB. Measured: one engine on one thread
 * needs 256 and ends out of memory with 192; so do two threads with 384, and four with 768.
 */
export const MB_OF_INGEST_THREAD = 256;

type OptionDefinition = Definition<Config[keyof Config]>;

const dollars = z
  .string()
  .regex(/^[0-9]{1,6}(\.[0-9]{1,6})?$/, "must be a number such as 5 or 6.75")
  .transform(Number);
// The service's own rules for the names.
const workgroup = z.string().regex(/^[a-zA-Z0-9._-]{1,128}$/, "must be a workgroup's name");
const database = z.string().regex(/^[a-z0-9_]{1,255}$/, "must be a database's name: lower-case letters, digits and _");
const s3Prefix = z.string().regex(/^s3:\/\/[a-z0-9.-]{3,63}(\/|$)/, "must be s3://bucket/prefix");
const secret = z.string().min(16, "must have at least 16 characters");

// Iceberg's locations are plain text that every engine reads in its own way: only what needs no escape anywhere.
const lakeUri = z
  .string()
  .regex(
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._=-]+)*\/?$/,
    "must be s3://bucket or s3://bucket/prefix, of letters, digits and . _ = -",
  )
  .transform((uri) => uri.replace(/\/$/, ""));
const databaseName = z.string().regex(/^[a-z0-9_]{1,255}$/, "must be lower-case letters, digits and _");

const DATA_FOLDER: OptionDefinition = {
  env: "LOGKEEP_DATA_FOLDER",
  help: "Folder that holds everything; --data says the same",
  schema: path,
  fallback: () => ".logkeep",
};

const OPTIONS: { readonly [Name in keyof Config]: OptionDefinition } = {
  dataFolder: DATA_FOLDER,
  lakeUri: {
    env: "LOGKEEP_LAKE_URI",
    help: "Where the tables are: s3://bucket/prefix; --lake says the same. Default: lake in the data folder",
    schema: lakeUri,
    fallback: () => null,
  },
  lakeEndpoint: {
    env: "LOGKEEP_LAKE_ENDPOINT",
    help: "Address of an S3-compatible store that holds the lake. It must know conditional writes. Default: AWS",
    schema: httpUrl,
    fallback: () => null,
  },
  lakeGlueDatabase: {
    env: "LOGKEEP_LAKE_GLUE_DATABASE",
    help: "Glue database that names the lake's tables, for Athena. Default: none, the lake's own files name them",
    schema: databaseName,
    fallback: () => null,
  },
  lakeGlueEndpoint: {
    env: "LOGKEEP_LAKE_GLUE_ENDPOINT",
    help: "Address of a service that speaks Glue's protocol. Default: AWS",
    schema: httpUrl,
    fallback: () => null,
  },
  lakeCacheFolder: {
    env: "LOGKEEP_LAKE_CACHE_FOLDER",
    help: "Where files of a lake on S3 are copied to for the SQL engine. Default: cache in the data folder",
    schema: path,
    fallback: (dataFolder) => join(dataFolder, "cache"),
  },
  lakeCacheMb: {
    env: "LOGKEEP_LAKE_CACHE_MB",
    help: "How large those copies may grow; what was used within the hour stays in any case",
    schema: integer(100, 100_000_000),
    fallback: () => 20_480,
  },
  ...MAINTENANCE_OPTIONS,
  ...INVENTORY_OPTIONS,
  ...SERVICE_OPTIONS,
  logLevel: {
    env: "LOGKEEP_LOG_LEVEL",
    help: "silent, error, warn, info or debug; debug also shows stacks. Default: warn on a terminal, else info",
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`),
    fallback: () => null,
  },
  engineThreads: {
    env: "LOGKEEP_ENGINE_THREADS",
    help: "Threads of the SQL engine. Default: as many as the machine has",
    schema: integer(1, 1024),
    fallback: () => null,
  },
  engineMemoryMb: {
    env: "LOGKEEP_ENGINE_MEMORY_MB",
    help: "Memory of the SQL engine in MB; beyond it, it spills to disk. Ingest uses one thread for each 256 of them",
    schema: integer(MB_OF_INGEST_THREAD, 16_777_216),
    fallback: () => 768,
  },
  engineSpillFolder: {
    env: "LOGKEEP_ENGINE_SPILL_FOLDER",
    help: "Where the SQL engine spills; on disk, not in memory. Default: tmp in the data folder",
    schema: path,
    fallback: (dataFolder) => join(dataFolder, "tmp"),
  },
  spoolFolder: {
    env: "LOGKEEP_SPOOL_FOLDER",
    help: "Where inflated objects wait for the SQL engine. Default: memory where there is room, else the data folder",
    schema: path,
    fallback: () => null,
  },
  batchMb: {
    env: "LOGKEEP_INGEST_BATCH_MB",
    help: "Inflated MB in one batch at most; a larger object is a batch of its own",
    schema: integer(1, 4096),
    fallback: () => 64,
  },
  batchObjects: {
    env: "LOGKEEP_INGEST_BATCH_OBJECTS",
    help: "Objects in one batch at most",
    schema: integer(1, 100_000),
    fallback: () => 2000,
  },
  quietMinutes: {
    env: "LOGKEEP_ALERTS_QUIET_MINUTES",
    help: "Findings of one rule and entity within this many minutes make one alert",
    schema: integer(1, 43_200),
    fallback: () => 60,
  },
  webhookUrl: {
    env: "LOGKEEP_ALERTS_WEBHOOK_URL",
    help: "Address that alerts are posted to",
    schema: httpUrl,
    fallback: () => null,
    // Chat services put the credential into the address.
    isSecret: true,
  },
  webhookSecret: {
    env: "LOGKEEP_ALERTS_WEBHOOK_SECRET",
    help: "Key of the webhook's signature header",
    schema: secret,
    fallback: () => null,
    isSecret: true,
  },
  alertFile: {
    env: "LOGKEEP_ALERTS_FILE",
    help: "File that alerts are appended to as JSON lines",
    schema: path,
    fallback: () => null,
  },
  listsFile: {
    env: "LOGKEEP_DETECTIONS_LISTS_FILE",
    help: "YAML with the lists that rules need (egress addresses, own accounts). Default: logkeep.yaml in the data folder",
    schema: path,
    fallback: (dataFolder) => join(dataFolder, "logkeep.yaml"),
  },
  queryEngine: {
    env: "LOGKEEP_QUERIES_ENGINE",
    help: "Who answers `sql` and `query`: duckdb (this machine) or athena; --engine says the same",
    schema: z.enum(QUERY_ENGINES, `must be one of ${QUERY_ENGINES.join(", ")}`),
    fallback: () => "duckdb",
  },
  athenaWorkgroup: {
    env: "LOGKEEP_QUERIES_ATHENA_WORKGROUP",
    help: "Athena's workgroup: its limit of scanned bytes and its results' place hold; --workgroup says the same",
    schema: workgroup,
    fallback: () => "primary",
  },
  athenaDatabase: {
    env: "LOGKEEP_QUERIES_ATHENA_DATABASE",
    help: "Glue database whose tables Athena reads; --database says the same. Default: LOGKEEP_LAKE_GLUE_DATABASE",
    schema: database,
    fallback: () => null,
  },
  athenaOutput: {
    env: "LOGKEEP_QUERIES_ATHENA_OUTPUT",
    help: "Where Athena puts results, s3://bucket/prefix; --output says the same. Default: the workgroup's place",
    schema: s3Prefix,
    fallback: () => null,
  },
  athenaReuseMinutes: {
    env: "LOGKEEP_QUERIES_ATHENA_REUSE_MINUTES",
    help: "Athena may answer with the result of the same text of at most this many minutes ago. Default: never",
    schema: integer(1, 10_080),
    fallback: () => null,
  },
  athenaEndpoint: {
    env: "LOGKEEP_QUERIES_ATHENA_ENDPOINT",
    help: "Address of Athena. Default: the service of the AWS region",
    schema: httpUrl,
    fallback: () => null,
  },
  athenaUsdPerTb: {
    env: "LOGKEEP_QUERIES_ATHENA_USD_PER_TB",
    help: "What Athena costs for a terabyte scanned, in US dollars: differs by region",
    schema: dollars,
    fallback: () => 5,
  },
  budgetBytes: {
    env: "LOGKEEP_QUERIES_BUDGET_BYTES",
    help: "Bytes that a query may read by its plan; beyond, it does not start. Default: no limit",
    schema: integer(0, 1e15 - 1),
    fallback: () => null,
  },
  budgetDayBytes: {
    env: "LOGKEEP_QUERIES_BUDGET_DAY_BYTES",
    help: "Bytes that one user's queries may read in a day (UTC) by their plans. Default: no limit",
    schema: integer(0, 1e15 - 1),
    fallback: () => null,
  },
};

/** One option as the documentation shows it. */
export interface ConfigOption {
  readonly name: string;
  readonly env: string;
  readonly help: string;
}

/** One option as `check` shows it. Secrets are redacted. */
export interface ConfigLine extends ConfigOption {
  readonly value: string;
  readonly isDefault: boolean;
}

/** The process's environment. */
export function processEnvironment(): Environment {
  return process.env;
}

/**
 * Resolves the configuration; a given data folder (`--data`) wins over the environment. Empty variables count as not
 * given. Settings that only mean something beside each other are held against each other where the lake is used. Throws
 * `cli.usage` with one fact for each faulty variable.
 */
export function resolveConfig(environment: Environment, dataFolder?: string, usesLake = true): Config {
  const faults: Record<string, string> = {};
  const decode = (definition: OptionDefinition, folder: string): Config[keyof Config] => {
    const text = environment[definition.env];
    if (text === undefined || text === "") return definition.fallback(folder);
    const decoded = definition.schema.safeParse(text);
    if (decoded.success) return decoded.data;
    faults[definition.env] = decoded.error.issues.map((issue) => issue.message).join("; ");
    return definition.fallback(folder);
  };
  const folder = dataFolder ?? String(decode(DATA_FOLDER, ""));
  const entries = Object.entries(OPTIONS).map(([name, definition]) => [name, decode(definition, folder)]);
  if (dataFolder === "") faults["--data"] = "must not be empty";
  const isLocal = (environment[OPTIONS.lakeUri.env] ?? "") === "";
  for (const { env } of [OPTIONS.lakeEndpoint, OPTIONS.lakeGlueDatabase]) {
    if (usesLake && isLocal && (environment[env] ?? "") !== "") faults[env] = `needs ${OPTIONS.lakeUri.env} or --lake`;
  }
  if (Object.keys(faults).length > 0) throw faultyConfig(faults);
  // Each value came out of the schema or the fallback of its own name in OPTIONS, which covers all names.
  return Object.freeze({ ...Object.fromEntries(entries), dataFolder: folder }) as Config;
}

/** Values typed on a command line, by the name of their setting; null where nothing was typed. */
export type TypedSettings = Partial<Readonly<Record<keyof Config, string | null>>>;

/** The configuration with typed values in the place of its own. Throws `cli.usage` with one fact for each faulty one. */
export function overrideConfig(config: Config, typed: TypedSettings): Config {
  const faults: Record<string, string> = {};
  const entries = Object.entries(typed).flatMap(([name, text]) => {
    if (text === null) return [];
    // Its type has no other names.
    const decoded = OPTIONS[name as keyof Config].schema.safeParse(text);
    if (!decoded.success) faults[name] = decoded.error.issues.map((issue) => issue.message).join("; ");
    return decoded.success ? [[name, decoded.data] as const] : [];
  });
  if (Object.keys(faults).length > 0) throw faultyConfig(faults);
  // Each value came out of the schema of its own name.
  return Object.freeze({ ...config, ...Object.fromEntries(entries) }) as Config;
}

/** Every option there is. */
export function listOptions(): readonly ConfigOption[] {
  return Object.entries(OPTIONS).map(([name, { env, help }]) => ({ name, env, help }));
}

/** The resolved options, one line each, with secrets redacted. */
export function describeConfig(config: Config): readonly ConfigLine[] {
  return Object.entries(OPTIONS).map(([name, { env, help, isSecret, fallback }]) => {
    // OPTIONS has exactly the names of Config.
    const value = config[name as keyof Config];
    const shown = value === null ? "(not set)" : isSecret === true ? "(set, not shown)" : String(value);
    return { name, env, help, value: shown, isDefault: value === fallback(config.dataFolder) };
  });
}

/** Variables that look like ours and are none: most often a typing error. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = new Set(Object.values(OPTIONS).map((definition) => definition.env));
  return Object.keys(environment)
    .filter((name) => name.startsWith("LOGKEEP_") && !known.has(name))
    .sort();
}

function faultyConfig(faults: Readonly<Record<string, string>>): LogkeepError {
  return usageError("the configuration is not valid", "`logkeep check --help` lists every option", faults);
}
