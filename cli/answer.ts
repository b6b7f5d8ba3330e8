/**
 * A question in; its answer on standard output (or in a file), and below it on standard error how complete it is. Rows pass through in chunks; Ctrl-C stops the engine.
 */
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { alertsSql } from "../analyzers/alerts/alerts-sql.ts";
import type { QueryEngineName } from "../core/config.ts";
import { LogkeepError, usageError } from "../core/errors.ts";
import type { JsonRow, JsonRowStream, SqlEngine, SqlParams } from "../core/sql-engine.ts";
import { toTerminalText } from "../core/terminal-text.ts";
import { SOURCES } from "../ingest/sources.gen.ts";
import { type Moment, resolveMoment } from "../queries/as-of.ts";
import { type PreparedAnswer, prepareAnswers, questionState } from "../queries/ask.ts";
import { translateAthena } from "../queries/dialect/translate.ts";
import { readLakeText } from "../queries/names/time-literals.ts";
import { FORMATS, type Format, rowFormat, type TextFormat } from "../queries/output/row-format.ts";
import type { Parameter } from "../queries/saved-query.ts";
import { ALL_TIME, parseWindow, type TimeWindow } from "../queries/time-window.ts";
import { openAthenaAnswer } from "./answer-athena.ts";
import {
  type CompletenessOptions,
  prepareCompletenessFile,
  readExpectations,
  writeCompleteness,
} from "./answer-completeness.ts";
import { type PlanningOptions, planAnswer } from "./answer-plan.ts";
import { attemptOutput, outputTarget } from "./attempt-output.ts";
import type { CommandCall, CommandContext, CommandOption } from "./command.ts";
import type { Output } from "./output.ts";
import { makeSpillFolder, openEngine, openLake } from "./wire.ts";

/** More than a command goes on from. */
const MAX_ASKED_ROWS = 10_000;

const SAY_IT: CompletenessOptions = { completenessFile: null, isQuiet: false };

/** `--format`, `--out`. */
export const FORMAT_OPTIONS: readonly CommandOption[] = [
  {
    kind: "choice",
    flags: "--format <format>",
    help: "table (default), csv, json (one object per line) or parquet",
    choices: FORMATS,
  },
  { kind: "text", flags: "--out <file>", help: "write the answer to a file instead of standard output" },
];

/** `--from`, `--to`, `--account`, `--as-of`. */
export const WINDOW_OPTIONS: readonly CommandOption[] = [
  { kind: "text", flags: "--from <time>", help: "only events at or after: 2026-01-05, 2026-01-05T10:00:00Z, 24h, 7d" },
  { kind: "text", flags: "--to <time>", help: "only events before; the same spellings" },
  { kind: "list", flags: "--account <id>", help: "only events of this account; may be given several times" },
  {
    kind: "text",
    flags: "--as-of <snapshot>",
    help: "answer from an earlier state of the lake: a snapshot as answers name it (cloudtrail@4711), a tag, or a time",
  },
];

/** What to answer, how to write it, and where to. */
export interface AnswerRequest {
  /** Absent: DuckDB. */
  readonly engine?: QueryEngineName;
  /** In whose SQL the text is when DuckDB runs it; absent: DuckDB's. Athena takes its own only. */
  readonly dialect?: QueryEngineName;
  /** What a text in Athena's SQL may name as `$name`. */
  readonly parameters?: readonly Parameter[];
  readonly sql: string;
  readonly params: SqlParams;
  readonly window: TimeWindow;
  readonly accounts: readonly string[] | null;
  /** Absent or null: the newest state of the lake. */
  readonly asOf?: Moment | null;
  /** Absent: not planned, for questions of our own. */
  readonly planning?: PlanningOptions;
  /** Absent: lines on standard error, and no file. */
  readonly completeness?: CompletenessOptions;
  readonly format: Format;
  /** Null: standard output. */
  readonly outFile: string | null;
}

/** Reads the options above. Throws `cli.usage`. */
export function readAnswerOptions(
  call: CommandCall,
  context: CommandContext,
): Pick<AnswerRequest, "format" | "outFile"> {
  const given = call.text("format");
  const format = FORMATS.find((each) => each === given) ?? "table";
  const outFile = call.text("out");
  if (outFile === "") throw usageError("--out needs the name of a file");
  if (format === "parquet" && outFile === null && context.stdout.isTerminal) {
    throw usageError("Parquet cannot be shown on a terminal", "add --out FILE, or send it on: ... > answer.parquet");
  }
  return { format, outFile };
}

/** Reads the options of the window. Spans count back from the state that is asked. Throws `cli.usage`, `query.snapshot-gone`. */
export async function readWindowOptions(
  call: CommandCall,
  context: CommandContext,
): Promise<Required<Pick<AnswerRequest, "window" | "accounts" | "asOf">>> {
  const accounts = call.list("account");
  for (const account of accounts) {
    if (!/^[0-9]{12}$/.test(account))
      throw usageError("an account id has twelve digits", undefined, { given: account });
  }
  const given = call.text("as-of");
  const asOf = given === null ? null : await resolveMoment(given, await openLake(context.config, context.clock));
  return {
    window: parseWindow(call.text("from"), call.text("to"), asOf?.atMs ?? context.clock.now()),
    accounts: accounts.length === 0 ? null : accounts,
    asOf,
  };
}

/** Answers. Returns the number of rows. Throws `cli.usage`, `query.failed`, or as lake and engine do. */
export async function writeAnswer(request: AnswerRequest, context: CommandContext): Promise<number> {
  const engine = await openEngine(context.config);
  const interrupt = () => engine.interrupt();
  context.signal.addEventListener("abort", interrupt);
  try {
    return await answerWith(engine, request, context);
  } finally {
    context.signal.removeEventListener("abort", interrupt);
    engine.close();
  }
}

/** The rows of a small answer, for commands that go on from them. At most `MAX_ASKED_ROWS`. */
export async function askRows(sql: string, params: SqlParams, context: CommandContext): Promise<readonly JsonRow[]> {
  const engine = await openEngine(context.config);
  try {
    const lake = await openLake(context.config, context.clock);
    const question = { sql, params, window: ALL_TIME, accounts: null, parquetFile: null };
    const alerts = alertsSql(context.config.quietMinutes);
    const prepared = await prepareAnswers({ ...question, sources: SOURCES, alertsSql: alerts }, lake, engine);
    const rows: JsonRow[] = [];
    for await (const chunk of (await prepared.stream()).chunks) {
      rows.push(...chunk.slice(0, MAX_ASKED_ROWS - rows.length));
      if (rows.length >= MAX_ASKED_ROWS) break;
    }
    return rows;
  } finally {
    engine.close();
  }
}

async function answerWith(engine: SqlEngine, request: AnswerRequest, context: CommandContext): Promise<number> {
  const { format, outFile } = request;
  const target = outFile === null ? null : await outputTarget(outFile);
  const partial = target === null ? null : `${target}.partial-${process.pid}`;
  const parquetFile = format === "parquet" ? (partial ?? spoolPath(context)) : null;
  if (parquetFile !== null && partial === null) await makeSpillFolder(context.config);
  const { completenessFile, isQuiet } = request.completeness ?? SAY_IT;
  // Before anything is asked, and paid for.
  if (completenessFile !== null && completenessFile !== "-") await outputTarget(completenessFile);
  const isAsked = completenessFile !== null || !isQuiet;
  const expectations = isAsked ? await readExpectations(context) : null;
  const alerts = alertsSql(context.config.quietMinutes);
  const question = { ...request, sources: SOURCES, alertsSql: alerts, parquetFile, expectations };
  const lake = await openLake(context.config, context.clock);
  const isAthena = request.engine === "athena";
  const translated =
    request.dialect === "athena" && !isAthena ? translateAthena(readLakeText(request.sql), request.parameters) : {};
  const asked = { ...question, ...translated, state: await questionState(question, lake) };
  const ports = { lake, state: asked.state, local: engine };
  const plan = { ...asked, engine: request.engine ?? ("duckdb" as const), format };
  const granted = request.planning && (await planAnswer({ ...plan, ...request.planning }, ports, context));
  if (granted === null) return 0;
  const onAthena = isAthena ? await openAthenaAnswer(asked, { lake, local: engine }, context) : null;
  const prepared = onAthena ?? (await prepareAnswers(asked, lake, engine));
  try {
    const rowCount = await write(prepared, format, { parquetFile, partial }, context);
    const scannedBytes = onAthena?.scannedBytes() ?? null;
    if (scannedBytes !== null) await granted?.settle(scannedBytes);
    const { completeness } = prepared;
    const beside =
      completeness === null || completenessFile === null
        ? null
        : await prepareCompletenessFile(completeness, rowCount, completenessFile, context);
    try {
      if (partial !== null && target !== null) await attemptOutput(target, () => rename(partial, target));
      await beside?.publish();
    } finally {
      await beside?.discard();
    }
    if (isQuiet) return rowCount;
    if (completeness !== null) await writeCompleteness(completeness, rowCount, context);
    if (onAthena !== null) await context.stderr.write(`${onAthena.describeUsage()}\n`);
    return rowCount;
  } finally {
    onAthena?.close();
    for (const file of [partial, parquetFile]) if (file !== null) await rm(file, { force: true });
  }
}

async function write(
  prepared: Pick<PreparedAnswer, "kind" | "stream" | "writeParquet">,
  format: Format,
  files: { readonly parquetFile: string | null; readonly partial: string | null },
  context: CommandContext,
): Promise<number> {
  // Ctrl-C during the planning found no statement to interrupt.
  stopIfAborted(context.signal);
  if (format === "parquet") {
    const rowCount = await prepared.writeParquet();
    if (files.partial === null && files.parquetFile !== null) {
      for await (const chunk of createReadStream(files.parquetFile)) await context.stdout.write(chunk);
    }
    return rowCount;
  }
  const rows = await prepared.stream();
  if (prepared.kind === "explain" && format === "table" && files.partial === null) {
    return writePlan(rows, context.stdout);
  }
  if (files.partial === null) return writeText(rows, format, context.stdout, context.signal);
  const { partial } = files;
  const handle = await attemptOutput(partial, () => open(partial, "w", 0o640));
  try {
    const output: Output = {
      isTerminal: false,
      columns: null,
      write: (chunk) => attemptOutput(partial, async () => void (await handle.appendFile(chunk))),
    };
    return await writeText(rows, format, output, context.signal);
  } finally {
    await handle.close();
  }
}

/** Writes rows as text, chunk by chunk. Returns their number. */
export async function writeText(
  rows: JsonRowStream,
  format: TextFormat,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const text = rowFormat(format, output.columns);
  const put = async (chunk: string) => {
    if (chunk !== "") await output.write(chunk);
  };
  let rowCount = 0;
  await put(text.begin(rows.columns));
  for await (const chunk of rows.chunks) {
    // Between two chunks no statement runs that an interrupt could stop.
    stopIfAborted(signal);
    rowCount += chunk.length;
    await put(text.rows(chunk));
  }
  await put(text.end(rowCount));
  return rowCount;
}

/** A plan is a drawing of several lines: a table would cut it. */
async function writePlan(rows: JsonRowStream, output: Output): Promise<number> {
  let rowCount = 0;
  for await (const chunk of rows.chunks) {
    for (const row of chunk) {
      const lines = String(row["explain_value"]).split("\n");
      await output.write(`${lines.map((line) => toTerminalText(line)).join("\n")}\n`);
      rowCount += 1;
    }
  }
  return rowCount;
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new LogkeepError({ code: "sql.interrupted", message: "the statement was interrupted" });
}

function spoolPath(context: CommandContext): string {
  return join(resolve(context.config.engineSpillFolder), `answer-${process.pid}.parquet`);
}
