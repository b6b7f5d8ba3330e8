/**
 * A question in, rows and their completeness out. One engine answers one question: after `prepareAnswers` it reads the
 * planned files and nothing else, for good.
 */
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import { type JsonRow, type JsonRowStream, type SqlEngine, type SqlParams, sqlString } from "../core/sql-engine.ts";
import type { Lake } from "../lake/catalog.ts";
import type { Moment } from "./as-of.ts";
import { checkStatement } from "./check-statement.ts";
import type { Completeness } from "./completeness/completeness.ts";
import { type Expectations, readCompleteness } from "./completeness/read-completeness.ts";
import { type LakeState, readLakeState } from "./lake-state.ts";
import { nameViews } from "./names/name-views.ts";
import { createSnapshotViews, type SnapshotViews, type ViewOptions, viewedTables } from "./snapshot-views.ts";

/** A question over a snapshot: SQL text, values for its parameters, and which rows it is about. */
export interface Question extends Omit<ViewOptions, "isNeeded" | "nameViews"> {
  readonly sql: string;
  readonly params: SqlParams;
  /** Statements of ours to run before it: the macros that a translated text calls. */
  readonly setup?: readonly string[];
  /** The moment of the lake to answer from; absent or null: the newest. */
  readonly asOf?: Moment | null;
  /** The state of the lake at that moment, where it was read before. */
  readonly state?: LakeState;
  /** What the answer's completeness is judged by; absent or null: nobody reads it. */
  readonly expectations?: Expectations | null;
  /** A file that the answer may be written to as Parquet; the engine may write no other. */
  readonly parquetFile: string | null;
}

/** A question that was checked and planned, ready to run once. */
export interface PreparedAnswer {
  /** `explain`: the rows are a plan to look at. */
  readonly kind: "select" | "explain";
  /** Null where the question did not ask for it. */
  readonly completeness: Completeness | null;
  readonly views: SnapshotViews;
  /** Runs the question; rows come as they are found. Fails with `query.failed`, or as the engine does. */
  stream(): Promise<JsonRowStream>;
  /** Runs the question and writes `parquetFile`. Returns the number of rows. */
  writeParquet(): Promise<number>;
}

/** Checks the SQL text, plans the scan, creates the views, and shuts everything else. Throws `cli.usage`. */
export async function prepareAnswers(question: Question, lake: Lake, engine: SqlEngine): Promise<PreparedAnswer> {
  const checked = await checkStatement(question.sql, engine);
  const named = nameViews(question.sources, checked.names);
  const isNeeded = (view: string) =>
    checked.kind === "explain" || checked.mayName(view) || named.some(({ table }) => table === view);
  const state = await questionState(question, lake);
  const views = await createSnapshotViews({ ...question, isNeeded, nameViews: named }, state, lake, engine);
  const asked = views.tables
    .map(({ id }) => id)
    .filter((id) => isNeeded(id) || (id === "findings" && isNeeded("alerts")));
  // A plan, or a table's columns, are no rows.
  const tables = checked.kind === "explain" ? [] : asked;
  const completeness = await answerCompleteness(question, tables, state, lake, engine);
  for (const statement of question.setup ?? []) await engine.run(statement);
  await shutOut(views.localPaths, question.parquetFile, engine);
  return {
    kind: checked.kind,
    completeness,
    views,
    stream: async () => {
      const { columns, chunks } = await explain(() => engine.stream(question.sql, question.params));
      return { columns, chunks: explainChunks(chunks) };
    },
    writeParquet: async () => {
      if (question.parquetFile === null) throw new Error("the question named no file");
      const { sql, parquetFile, params } = question;
      const from = Object.keys(params).length === 0 ? `SELECT * FROM query(${sqlString(sql)})` : sql;
      // Its temporary name would be one more path to allow, and the caller renames the whole file anyway.
      const copy = `COPY (${from}\n) TO ${sqlString(parquetFile)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`;
      const [row] = await explain(() => engine.all(copy, params));
      return Number(row?.["Count"] ?? 0);
    },
  };
}

/** How complete the answer from these tables can be; null where the question does not ask. */
export async function answerCompleteness(
  question: Pick<Question, "sources" | "window" | "accounts" | "asOf" | "expectations">,
  tables: readonly string[],
  state: LakeState,
  lake: Lake,
  engine: SqlEngine,
): Promise<Completeness | null> {
  const { sources, window, accounts, expectations = null } = question;
  if (expectations === null) return null;
  const isEarlierState = (question.asOf ?? null) !== null;
  return readCompleteness({ sources, window, accounts, isEarlierState, tables, expectations }, state, lake, engine);
}

/** The tables that a question is answered from. Throws `query.snapshot-gone`. */
export async function questionState(
  question: Pick<Question, "sources" | "asOf" | "state">,
  lake: Lake,
): Promise<LakeState> {
  return question.state ?? readLakeState(viewedTables(question.sources), question.asOf ?? null, lake);
}

/**
 * From here on the engine opens the given files and its own spill folder only, and no statement can change that
 * (https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview).
 */
async function shutOut(localPaths: readonly string[], parquetFile: string | null, engine: SqlEngine): Promise<void> {
  const paths = [...localPaths, ...(parquetFile === null ? [] : [parquetFile])];
  await engine.run(`SET allowed_paths = [${paths.map(sqlString).join(", ")}]`);
  await engine.run("SET enable_external_access = false");
  await engine.run("SET lock_configuration = true");
}

/** Runs an action of the engine; what it refused of the analyst's text becomes `query.failed`. */
export async function explain<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw wrapQueryError(cause);
  }
}

/** The same for rows that are still to come. */
export async function* explainChunks(chunks: AsyncIterable<readonly JsonRow[]>): AsyncGenerator<readonly JsonRow[]> {
  try {
    yield* chunks;
  } catch (cause) {
    throw wrapQueryError(cause);
  }
}

/** The engine refused the analyst's text: the reason is for the analyst, in the cause. */
function wrapQueryError(cause: unknown): unknown {
  if (!isLogkeepError(cause, "sql.failed")) return cause;
  return new LogkeepError({
    code: "query.failed",
    message: "the query cannot be answered",
    cause,
    hint: "`logkeep tables NAME` lists the columns of a table",
  });
}
