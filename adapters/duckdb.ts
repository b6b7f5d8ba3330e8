import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResult,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import dataAccessors from "@duckdb/node-api/lib/vectors/dataAccessors.js";
import { LogkeepError } from "../core/errors.ts";
import type { JsonRow, JsonRowStream, SqlEngine, SqlParams, SqlRow } from "../core/sql-engine.ts";
import { isoInstant } from "./iso-instant.ts";

/** What one DuckDB may use of the machine. */
export interface DuckDbOptions {
  readonly threads: number;
  readonly memoryLimitBytes: number;
  /** Where it may spill; on disk, so that spilling frees memory. */
  readonly spillFolder: string;
}

/**
 * Opens an in-memory DuckDB. Extensions are never loaded or fetched: what the bundled library has is what there is.
 * The session's zone is UTC, so that a day is the same day everywhere.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<SqlEngine> {
  // The binding's own decoder takes U+FEFF at the start of a text for a byte order mark and drops it; in a log it is a
  // character like any other (https://encoding.spec.whatwg.org/#dom-textdecoder-ignorebom). It looks the decoder up here.
  Object.assign(dataAccessors, { textDecoder: new TextDecoder("utf-8", { ignoreBOM: true }) });
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryLimitBytes / 1_048_576)}MiB`,
    temp_directory: options.spillFolder,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
  });
  return connectTo(instance, true);
}

async function connectTo(instance: DuckDBInstance, ownsInstance: boolean): Promise<SqlEngine> {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return new DuckDbEngine(instance, connection, ownsInstance);
}

class DuckDbEngine implements SqlEngine {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #ownsInstance: boolean;
  #statements = 0;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, ownsInstance: boolean) {
    this.#instance = instance;
    this.#connection = connection;
    this.#ownsInstance = ownsInstance;
  }

  async run(sql: string, params?: SqlParams): Promise<void> {
    this.#statements += 1;
    await attempt(() => this.#connection.run(sql, bindings(params)));
  }

  async all(sql: string, params?: SqlParams): Promise<SqlRow[]> {
    this.#statements += 1;
    return attempt(async () => {
      const reader = await this.#connection.runAndReadAll(sql, bindings(params));
      return reader.getRowObjectsJS();
    });
  }

  async stream(sql: string, params?: SqlParams): Promise<JsonRowStream> {
    this.#statements += 1;
    const own = this.#statements;
    const result = await attempt(() => this.#connection.stream(sql, bindings(params)));
    const names = result.deduplicatedColumnNames();
    const columns = names.map((name, index) => ({ name, type: result.columnType(index).toString() }));
    return { columns, chunks: jsonChunks(result, names, () => this.#statements === own) };
  }

  connect(): Promise<SqlEngine> {
    return connectTo(this.#instance, false);
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    if (this.#ownsInstance) this.#instance.closeSync();
  }
}

function bindings(params: SqlParams | undefined): Record<string, DuckDBValue> | undefined {
  return params === undefined || Object.keys(params).length === 0 ? undefined : { ...params };
}

async function* jsonChunks(
  result: DuckDBResult,
  names: readonly string[],
  isLast: () => boolean,
): AsyncGenerator<readonly JsonRow[]> {
  for (;;) {
    const chunk = await attempt(() => result.fetchChunk());
    // The engine ends a stream when another statement begins on its connection, as if there were no more rows.
    if (!isLast()) throw new LogkeepError({ code: "sql.stream-cut", message: "another statement ended the stream" });
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getRows().map((row) => Object.fromEntries(names.map((name, index) => [name, toJson(row[index])])));
  }
}

/** A DuckDB value as JSON holds it: exact integers beyond 2^53 and decimals as strings, instants in ISO 8601. */
function toJson(value: DuckDBValue | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return isoInstant(value.micros);
  if (value instanceof DuckDBListValue) return value.items.map(toJson);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, toJson(item)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: item }) => [String(toJson(key)), toJson(item)]));
  }
  if (value instanceof DuckDBDecimalValue || value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  return value.toString();
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw wrapDuckDbError(cause);
  }
}

/** DuckDB's errors carry no code, so the kind is read from their fixed prefixes; the text itself stays in `cause`. */
function wrapDuckDbError(cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/^INTERRUPT/i.test(text)) {
    return new LogkeepError({ code: "sql.interrupted", message: "the statement was interrupted", cause });
  }
  if (/^Out of Memory/i.test(text)) {
    return new LogkeepError({
      code: "sql.out-of-memory",
      message: "the SQL engine reached its memory limit",
      cause,
      retry: "later",
      hint: "raise LOGKEEP_ENGINE_MEMORY_MB or give the machine more memory",
    });
  }
  if (/No space left on device|ENOSPC/.test(text)) {
    return new LogkeepError({
      code: "sql.disk-full",
      message: "the disk is full",
      cause,
      retry: "later",
      hint: "free some space and run the same command again: nothing is lost and nothing comes twice",
    });
  }
  const kind = /^([A-Z][A-Za-z ]*Error)/.exec(text)?.[1] ?? "unknown";
  return new LogkeepError({
    code: "sql.failed",
    message: "the SQL engine refused a statement",
    facts: { kind },
    cause,
  });
}
