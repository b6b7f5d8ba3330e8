/**
 * Athena as a query engine: start, wait, page. Queries that are not wanted any more are stopped, since they are paid by
 * what they scan.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { quoteAthenaParameter } from "../core/athena-parameter.ts";
import { LogkeepError, usageError } from "../core/errors.ts";
import type { EngineAnswer, EngineQuery, EngineUsage, QueryEngine } from "../core/query-engine.ts";
import type { JsonRow, SqlColumn } from "../core/sql-engine.ts";
import { sqlTokens } from "../core/sql-tokens.ts";
import { executionFailed, isThrottle, wrapAthenaError } from "./athena-errors.ts";
import { describeSql, isPlain, portableSql, typesSql } from "./athena-shape.ts";
import { type AthenaType, duckDbTypeOf, parseAthenaType } from "./athena-types.ts";
import { readCell } from "./athena-values.ts";

/** Where queries run. Region and credentials come from the SDK's default chain. */
export interface AthenaOptions {
  readonly workgroup: string;
  readonly database: string;
  /** The Glue catalog; null for the account's own (`AwsDataCatalog`). */
  readonly catalog: string | null;
  /** `s3://bucket/prefix`; null where the workgroup names one. */
  readonly outputLocation: string | null;
  /** URL of a service that speaks the same protocol. Null: AWS. */
  readonly endpoint: string | null;
  /** Null: the SDK's default chain. */
  readonly region: string | null;
  /** How long a throttled request is tried again; tests shorten it. */
  readonly patienceMs?: number;
  /** Milliseconds before the first look at a started query; tests shorten it. */
  readonly firstPollMs?: number;
}

// Each request is answered at once; the query itself runs apart from it.
const REQUEST_MS = 60_000;
const CONNECT_MS = 10_000;
const STOP_MS = 10_000;
/** Of the network's faults; throttling has its own patience. */
const ATTEMPTS = 3;
/** Queries end in minutes: an account's slot is free again soon. */
const PATIENCE_MS = 120_000;
const FIRST_POLL_MS = 150;
/** Between two looks at a long query, so that a hundred of them stay below the service's rate limit. */
const LONGEST_POLL_MS = 3_000;
const FIRST_THROTTLE_WAIT_MS = 500;
const LONGEST_THROTTLE_WAIT_MS = 15_000;
/** The service's own limit, header included. */
const PAGE_ROWS = 1_000;
/** The service's own limit of one execution parameter. */
const MAX_PARAMETER_LENGTH = 1_024;
const MAX_SQL_BYTES = 262_144;

/** Opens the engine. Nothing is asked before the first query. */
export function openAthena(options: AthenaOptions): QueryEngine {
  const client = new AthenaClient({
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    ...(options.region === null ? {} : { region: options.region }),
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
  });
  const athena: Athena = { client, options };
  return {
    run: (query, signal) => runQuery(athena, query, signal),
    close: () => client.destroy(),
  };
}

interface Athena {
  readonly client: AthenaClient;
  readonly options: AthenaOptions;
}

interface TypedColumn {
  readonly name: string;
  readonly type: AthenaType;
}

/** A finished execution with its first page. */
interface Finished {
  readonly executionId: string;
  readonly execution: QueryExecution;
  readonly firstPage: GetQueryResultsOutput;
}

async function runQuery(athena: Athena, query: EngineQuery, signal: AbortSignal): Promise<EngineAnswer> {
  const described = await execute(athena, { ...query, sql: describeSql(query.sql), reuseMinutes: null }, signal);
  const infos = described.firstPage.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
  const names = infos.map((info) => info.Name ?? "");
  const bases = infos.map((info) => info.Type ?? "unknown");
  const isPortable = bases.every(isPlain);
  const types = isPortable ? infos.map(fullType) : await fullTypes(athena, query, bases.length, signal);
  const columns = names.map((name, index): TypedColumn => {
    const text = types[index] ?? "";
    const type = parseAthenaType(text);
    if (type === null) throw unreadableType(text);
    return { name, type };
  });
  const sql = isPortable ? query.sql : portableSql(query.sql, columns);
  const finished = await execute(athena, { ...query, sql }, signal);
  return {
    columns: sqlColumns(columns),
    localTypes: columns.map(({ type }) => duckDbTypeOf(type)),
    chunks: readPages(athena, finished, columns, signal),
    usage: usageOf(finished),
  };
}

/** The service tells the digits of a decimal beside its type. */
function fullType({ Type: type = "unknown", Precision: precision, Scale: scale }: ColumnInfo): string {
  return type === "decimal" && precision !== undefined && scale !== undefined && precision > 0
    ? `decimal(${precision},${scale})`
    : type;
}

async function fullTypes(athena: Athena, query: EngineQuery, count: number, signal: AbortSignal) {
  const typed = await execute(athena, { ...query, sql: typesSql(query.sql, count), reuseMinutes: null }, signal);
  const row = typed.firstPage.ResultSet?.Rows?.at(-1)?.Data ?? [];
  return row.map((datum) => datum.VarCharValue ?? "");
}

/** Starts a query and waits for its end. What was started is stopped when the signal says so. */
async function execute(athena: Athena, query: EngineQuery, signal: AbortSignal): Promise<Finished> {
  stopIfAborted(signal);
  const executionId = await start(athena, query, signal);
  try {
    const execution = await waitForEnd(athena, executionId, signal);
    const firstPage = await getPage(athena, executionId, undefined, signal);
    return { executionId, execution, firstPage };
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    await stop(athena, executionId);
    throw interrupted(executionId);
  }
}

/**
 * One token for all tries, so that a lost answer starts no second query. The signal does not cut a request short: its
 * answer names the query that has to be stopped.
 */
async function start(athena: Athena, query: EngineQuery, signal: AbortSignal): Promise<string> {
  const { workgroup, database, catalog, outputLocation } = athena.options;
  const { sql, parameters } = bindParameters(query);
  if (Buffer.byteLength(sql) > MAX_SQL_BYTES) {
    throw usageError("the SQL text is longer than Athena takes", "at most 262,144 bytes with long values", {
      sqlBytes: Buffer.byteLength(sql),
    });
  }
  const command = new StartQueryExecutionCommand({
    QueryString: sql,
    ClientRequestToken: randomUUID(),
    QueryExecutionContext: { Database: database, ...(catalog === null ? {} : { Catalog: catalog }) },
    WorkGroup: workgroup,
    ...(outputLocation === null ? {} : { ResultConfiguration: { OutputLocation: outputLocation } }),
    ...(parameters.length === 0 ? {} : { ExecutionParameters: [...parameters] }),
    ...(query.reuseMinutes === null
      ? {}
      : {
          ResultReuseConfiguration: {
            ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: query.reuseMinutes },
          },
        }),
  });
  const { QueryExecutionId: id } = await request(athena, "StartQueryExecution", signal, () =>
    athena.client.send(command),
  );
  if (id === undefined) throw protocolFault("StartQueryExecution");
  return id;
}

/** Values as the service takes them; one that is too long for a parameter stands in the text, as the same literal. */
function bindParameters({ sql, values }: EngineQuery): {
  readonly sql: string;
  readonly parameters: readonly string[];
} {
  const literals = values.map(quoteAthenaParameter);
  const isShort = (literal: string) => literal.length <= MAX_PARAMETER_LENGTH;
  if (literals.every(isShort)) return { sql, parameters: literals };
  const places = sqlTokens(sql).filter((token) => token.kind === "parameter" && token.text === "?");
  let text = "";
  let end = 0;
  for (const [index, place] of places.entries()) {
    const literal = literals[index];
    text += sql.slice(end, place.start) + (literal === undefined || isShort(literal) ? place.text : literal);
    end = place.end;
  }
  return { sql: text + sql.slice(end), parameters: literals.filter(isShort) };
}

async function waitForEnd(athena: Athena, executionId: string, signal: AbortSignal): Promise<QueryExecution> {
  const command = new GetQueryExecutionCommand({ QueryExecutionId: executionId });
  let waitMs = athena.options.firstPollMs ?? FIRST_POLL_MS;
  for (;;) {
    await sleep(jittered(waitMs), undefined, { signal });
    waitMs = Math.min(waitMs * 1.5, LONGEST_POLL_MS);
    const { QueryExecution: execution } = await request(athena, "GetQueryExecution", signal, () =>
      athena.client.send(command, { abortSignal: signal }),
    );
    const state = execution?.Status?.State;
    if (execution === undefined || state === undefined) throw protocolFault("GetQueryExecution");
    if (state === "SUCCEEDED") return execution;
    // The service may put a running query back into the queue.
    if (state !== "FAILED" && state !== "CANCELLED") continue;
    throw executionFailed({
      executionId,
      state,
      reason: execution.Status?.AthenaError?.ErrorMessage ?? execution.Status?.StateChangeReason ?? "",
      errorType: execution.Status?.AthenaError?.ErrorType ?? null,
      isRetryable: execution.Status?.AthenaError?.Retryable ?? false,
      workgroup: athena.options.workgroup,
    });
  }
}

/** Its own deadline and no signal: it runs because the signal was given. What it fails with changes nothing. */
async function stop(athena: Athena, executionId: string): Promise<void> {
  const command = new StopQueryExecutionCommand({ QueryExecutionId: executionId });
  await athena.client.send(command, { abortSignal: AbortSignal.timeout(STOP_MS) }).catch(() => undefined);
}

function getPage(athena: Athena, executionId: string, token: string | undefined, signal: AbortSignal) {
  const command = new GetQueryResultsCommand({
    QueryExecutionId: executionId,
    MaxResults: PAGE_ROWS,
    ...(token === undefined ? {} : { NextToken: token }),
  });
  return request(athena, "GetQueryResults", signal, () => athena.client.send(command, { abortSignal: signal }));
}

async function* readPages(
  athena: Athena,
  { executionId, execution, firstPage }: Finished,
  columns: readonly TypedColumn[],
  signal: AbortSignal,
): AsyncGenerator<readonly JsonRow[]> {
  const names = sqlColumns(columns).map(({ name }) => name);
  // The first row of a query's result repeats the names; that of other statements does not.
  let skip = execution.StatementType === "DML" ? 1 : 0;
  for (let page = firstPage; ; ) {
    const rows = (page.ResultSet?.Rows ?? []).slice(skip);
    skip = 0;
    if (rows.length > 0) {
      yield rows.map(({ Data: data = [] }) => {
        if (data.length !== columns.length) throw protocolFault("GetQueryResults");
        return Object.fromEntries(
          columns.map(({ type }, index) => [names[index] ?? "", readCell(data[index]?.VarCharValue ?? null, type)]),
        );
      });
    }
    const token = page.NextToken;
    if (token === undefined || token === "") return;
    if (signal.aborted) throw interrupted(executionId);
    page = await getPage(athena, executionId, token, signal).catch((thrown: unknown) => {
      throw signal.aborted ? interrupted(executionId) : thrown;
    });
    if (page.NextToken === token) throw protocolFault("GetQueryResults");
  }
}

/** A request that waits and tries again as long as the service says that it comes too soon. */
async function request<T>(athena: Athena, operation: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  const until = Date.now() + (athena.options.patienceMs ?? PATIENCE_MS);
  for (let waitMs = FIRST_THROTTLE_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_THROTTLE_WAIT_MS)) {
    try {
      return await send();
    } catch (cause) {
      if (!isThrottle(cause) || Date.now() + waitMs > until || signal.aborted) throw wrapAthenaError(operation, cause);
      await sleep(jittered(waitMs), undefined, { signal }).catch(() => {
        throw interrupted(null);
      });
    }
  }
}

/** Half to one and a half: many that were refused together do not come again together. */
function jittered(waitMs: number): number {
  return waitMs * (0.5 + Math.random());
}

/** Names as the DuckDB adapter makes them different. */
function sqlColumns(columns: readonly TypedColumn[]): readonly SqlColumn[] {
  const counts = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return { name: before === 0 ? name : `${name}:${before}`, type: type.text };
  });
}

function usageOf({ executionId, execution }: Finished): EngineUsage {
  const { Statistics: statistics } = execution;
  return {
    executionId,
    scannedBytes: statistics?.DataScannedInBytes ?? 0,
    isReused: statistics?.ResultReuseInformation?.ReusedPreviousResult ?? false,
    queuedMs: statistics?.QueryQueueTimeInMillis ?? 0,
    runMs: statistics?.TotalExecutionTimeInMillis ?? 0,
  };
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted(null);
}

function interrupted(executionId: string | null): LogkeepError {
  return new LogkeepError({
    code: "sql.interrupted",
    message: "the statement was interrupted",
    facts: { executionId },
  });
}

function unreadableType(type: string): LogkeepError {
  return new LogkeepError({
    code: "athena.unreadable-type",
    message: "a column's type has no text that could be read back",
    facts: { type },
    hint: "cast the column to varchar, or select its fields",
  });
}

function protocolFault(operation: string): LogkeepError {
  return new LogkeepError({
    code: "athena.unexpected-result",
    message: "the service's answer is not what its protocol says",
    facts: { operation },
    retry: "later",
  });
}
