import type { JsonRowStream, SqlValue } from "./sql-engine.ts";

/** What a `?` may stand for; a Date is an instant, to the millisecond. */
export type QueryValue = SqlValue | Date;

/** One SELECT for an engine elsewhere, in its own dialect. */
export interface EngineQuery {
  readonly sql: string;
  /** Values of the `?`s, in the order in which they stand in the text. They are data, whatever they hold. */
  readonly values: readonly QueryValue[];
  /** An answer that the engine gave to the same text at most this many minutes ago will do. Null: ask anew. */
  readonly reuseMinutes: number | null;
}

/** What an answer took. */
export interface EngineUsage {
  /** The engine's own name for the run, to find it in its history. */
  readonly executionId: string;
  /** What is paid for; 0 for an answer that was given before. */
  readonly scannedBytes: number;
  readonly isReused: boolean;
  readonly queuedMs: number;
  readonly runMs: number;
}

/** Rows spelled as `SqlEngine.stream` spells them. */
export interface EngineAnswer extends JsonRowStream {
  /** The columns' types as the SQL engine of this machine spells them; BLOB for bytes that come as base64. */
  readonly localTypes: readonly string[];
  readonly usage: EngineUsage;
}

/**
 * A SQL engine that other machines run, for one question at a time or many. `run` returns when the engine is done; rows
 * are fetched as they are read, and a reader that leaves early leaves nothing behind. Aborting the signal before that
 * stops the engine too. Errors: `sql.failed` (the text is at fault), `sql.interrupted`, and the engine's own, of which
 * throttling and outages are `retry: "later"`; short ones were waited for already.
 */
export interface QueryEngine {
  run(query: EngineQuery, signal: AbortSignal): Promise<EngineAnswer>;
  close(): void;
}
