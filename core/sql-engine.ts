/** What a parameter may hold; bigint for 64-bit integers. */
export type SqlValue = string | number | bigint | boolean | null;

/** Named parameters, written `$name` in the text. */
export type SqlParams = Readonly<Record<string, SqlValue>>;

/** A row as the engine gives it: bigint for 64-bit integers, Date for timestamps, arrays and objects for nested types. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A row in which every value survives `JSON.stringify`: 64-bit integers and decimals as strings, timestamps ISO 8601. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** One column of a result. */
export interface SqlColumn {
  readonly name: string;
  /** The engine's own spelling of the type. */
  readonly type: string;
  /** Of what people type again: a table for them cuts other columns first. */
  readonly isWhole?: true;
}

/**
 * One connection to a SQL engine on this machine. Statements on one connection run one after the other, and one that
 * begins cuts a stream that is not read to its end (`sql.stream-cut`); `connect` gives a second connection to the same
 * database. Errors are `LogkeepError`s with code `sql.failed` (retry never),
 * `sql.disk-full` (retry later), `sql.out-of-memory` (retry later) or `sql.interrupted`; the engine's own text is in
 * `facts.reason` only as far as it holds no log content.
 */
export interface SqlEngine {
  run(sql: string, params?: SqlParams): Promise<void>;
  all(sql: string, params?: SqlParams): Promise<SqlRow[]>;
  /** Rows in chunks, never the whole result in memory. The columns are known before the first chunk. */
  stream(sql: string, params?: SqlParams): Promise<JsonRowStream>;
  connect(): Promise<SqlEngine>;
  /** Stops the running statement; it then fails with `sql.interrupted`. */
  interrupt(): void;
  close(): void;
}

/** A result in chunks, in the order of its rows; to be read once. */
export interface JsonRowStream {
  readonly columns: readonly SqlColumn[];
  readonly chunks: AsyncIterable<readonly JsonRow[]>;
}

/** Quotes a string as a SQL literal. Doubling the quote is the whole of it: backslash is an ordinary character. */
export function sqlString(value: string): string {
  // DuckDB's parser ends a statement text at NUL, so a NUL can only be spelled.
  if (value.includes("\0")) return `(${value.split("\0").map(sqlString).join("||chr(0)||")})`;
  return `'${value.replaceAll("'", "''")}'`;
}

/** Quotes an identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
