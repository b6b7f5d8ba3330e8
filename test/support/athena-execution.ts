import { TRINO_CATALOG } from "./trino.ts";
import {
  type TrinoAddress,
  type TrinoColumn,
  TrinoError,
  type TrinoPage,
  trinoPages,
  trinoQuery,
} from "./trino-client.ts";

/** What answers behind the endpoint. */
export interface EndpointEngine {
  /** What the parser has against a text, or null. */
  check(sql: string): Promise<string | null>;
  /** Fails with `TrinoError`. */
  run(query: EngineCall): AsyncIterable<Pick<TrinoPage, "columns" | "rows" | "bytesScanned">>;
}

/** One statement for the engine. */
export interface EngineCall {
  readonly sql: string;
  /** Expressions, as they came. */
  readonly parameters: readonly string[];
  readonly schema: string | null;
  readonly signal: AbortSignal;
}

/** States as the service names them. */
export type ExecutionState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** One run of a query. */
export interface AthenaExecution {
  readonly id: string;
  readonly token: string;
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly statementType: "DML" | "UTILITY";
  readonly isReused: boolean;
  state(): ExecutionState;
  /** The state as the next `GetQueryExecution` tells it. */
  look(): ExecutionState;
  failure(): { readonly reason: string; readonly type: number | null; readonly category: number } | null;
  scannedBytes(): number;
  result(): { readonly columns: readonly TrinoColumn[]; readonly rows: readonly (readonly unknown[])[] };
  cancel(reason: string): void;
  /** Settles when the engine has nothing to do any more. */
  readonly ended: Promise<void>;
}

/** What an execution is started with. */
export interface ExecutionOptions {
  readonly id: string;
  readonly token: string;
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly schema: string | null;
  readonly reused: AthenaExecution | null;
  readonly cutoffBytes: number | null;
  readonly queuedLooks: number;
}

/** Starts an execution. */
export function runExecution(options: ExecutionOptions, engine: EndpointEngine): AthenaExecution {
  const { reused, cutoffBytes } = options;
  const abort = new AbortController();
  let state: ExecutionState = reused === null ? "QUEUED" : "SUCCEEDED";
  let failure: ReturnType<AthenaExecution["failure"]> = null;
  let columns: readonly TrinoColumn[] = reused?.result().columns ?? [];
  const rows: (readonly unknown[])[] = [...(reused?.result().rows ?? [])];
  let scanned = 0;
  let looks = 0;
  const cancel = (reason: string) => {
    if (state !== "QUEUED" && state !== "RUNNING") return;
    state = "CANCELLED";
    failure = { reason, type: null, category: 2 };
    abort.abort();
  };
  const run = async () => {
    if (reused !== null) return;
    state = "RUNNING";
    try {
      for await (const page of engine.run({ ...options, signal: abort.signal })) {
        if (page.columns.length > 0) columns = page.columns;
        for (const row of page.rows) rows.push(row);
        scanned = Math.max(scanned, page.bytesScanned);
        // The service's own words; it has no error type for it.
        if (cutoffBytes !== null && scanned > cutoffBytes) return cancel("Bytes scanned limit was exceeded");
      }
      if (state === "RUNNING") state = "SUCCEEDED";
    } catch (thrown) {
      if (state !== "RUNNING") return;
      state = "FAILED";
      failure = failureOf(thrown);
    }
  };
  return {
    ...options,
    statementType: /^\s*(SELECT|WITH|VALUES|TABLE|\()/i.test(options.sql) ? "DML" : "UTILITY",
    isReused: reused !== null,
    state: () => state,
    look: () => {
      looks += 1;
      return looks <= options.queuedLooks ? "QUEUED" : state;
    },
    failure: () => failure,
    scannedBytes: () => scanned,
    result: () => ({ columns, rows }),
    cancel,
    ended: run(),
  };
}

/** Trino's errors as the service's types: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html */
function failureOf(thrown: unknown): { readonly reason: string; readonly type: number; readonly category: number } {
  if (!(thrown instanceof TrinoError)) return { reason: String(thrown), type: 100, category: 1 };
  const reason = `${thrown.errorName}: ${thrown.message}`;
  if (thrown.errorName === "EXCEEDED_TIME_LIMIT") return { reason, type: 210, category: 1 };
  switch (thrown.errorType) {
    case "USER_ERROR":
      return { reason, type: 1009, category: 2 };
    case "INSUFFICIENT_RESOURCES":
      return { reason, type: 1, category: 1 };
    default:
      return { reason, type: 200, category: 1 };
  }
}

/** Hands everything to a Trino server; parameters through its own prepared statements. */
export function trinoEngine(server: TrinoAddress): EndpointEngine {
  return {
    check: async (sql) => {
      try {
        await trinoQuery(server, `PREPARE checked FROM ${sql}`);
        return null;
      } catch (thrown) {
        if (thrown instanceof TrinoError && thrown.errorName === "SYNTAX_ERROR") return thrown.message;
        throw thrown;
      }
    },
    run: ({ sql, parameters, schema, signal }) => {
      const options = { catalog: TRINO_CATALOG, signal, ...(schema === null ? {} : { schema }) };
      if (parameters.length === 0) return trinoPages(server, sql, options);
      return trinoPages(server, `EXECUTE asked USING ${parameters.join(", ")}`, {
        ...options,
        prepared: { asked: sql },
      });
    },
  };
}
