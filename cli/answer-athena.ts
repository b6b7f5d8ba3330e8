import { athenaAlertsSql } from "../analyzers/alerts/alerts-sql.ts";
import { overrideConfig, QUERY_ENGINES, type QueryEngineName } from "../core/config.ts";
import { usageError } from "../core/errors.ts";
import type { EngineUsage } from "../core/query-engine.ts";
import type { JsonRowStream } from "../core/sql-engine.ts";
import { toTerminalText } from "../core/terminal-text.ts";
import type { PreparedAnswer, Question } from "../queries/ask.ts";
import { type AthenaPorts, prepareAthenaAnswer } from "../queries/athena/ask-athena.ts";
import type { CommandCall, CommandContext, CommandOption } from "./command.ts";
import { writeRowsAsParquet } from "./parquet-rows.ts";
import { openAthenaEngine } from "./wire.ts";

/** `--engine` and what Athena needs. */
export const ENGINE_OPTIONS: readonly CommandOption[] = [
  {
    kind: "choice",
    flags: "--engine <engine>",
    help: "who answers: duckdb (this machine; the default) or athena, in whose SQL the text then is",
    choices: QUERY_ENGINES,
  },
  { kind: "text", flags: "--workgroup <name>", help: "Athena's workgroup" },
  { kind: "text", flags: "--database <name>", help: "Glue database of the lake's tables" },
  { kind: "text", flags: "--output <s3-uri>", help: "where Athena puts results, unless the workgroup says it" },
];

/** Which engine, and the context with what was typed for it in the place of the configuration's. Throws `cli.usage`. */
export function readEngineOptions(
  call: CommandCall,
  context: CommandContext,
): { readonly engine: QueryEngineName; readonly context: CommandContext } {
  const engine = QUERY_ENGINES.find((each) => each === call.text("engine")) ?? context.config.queryEngine;
  const typed = {
    athenaWorkgroup: call.text("workgroup"),
    athenaDatabase: call.text("database"),
    athenaOutput: call.text("output"),
  };
  if (engine !== "athena" && Object.values(typed).some((value) => value !== null)) {
    throw usageError("--workgroup, --database and --output belong to Athena", "add --engine athena");
  }
  return { engine, context: { ...context, config: overrideConfig(context.config, typed) } };
}

/** An answer that Athena gives. Its opener closes it. */
export interface AthenaAnswer extends Omit<PreparedAnswer, "views"> {
  /** One line for the end of an answer: what it took. Empty before the answer was asked for. */
  describeUsage(): string;
  /** What was paid for; null before the answer was asked for. */
  scannedBytes(): number | null;
  close(): void;
}

/** Checks and plans. Throws `cli.usage`, or as the lake does. */
export async function openAthenaAnswer(
  question: Question,
  ports: Omit<AthenaPorts, "athena">,
  { config, signal }: CommandContext,
): Promise<AthenaAnswer> {
  const database = config.athenaDatabase ?? config.lakeGlueDatabase;
  if (database === null) {
    throw usageError("Athena needs the Glue database of the tables", "--database NAME, or LOGKEEP_LAKE_GLUE_DATABASE");
  }
  const athena = await openAthenaEngine(config, database);
  try {
    const { athenaReuseMinutes: reuseMinutes } = config;
    const alerts = athenaAlertsSql(config.quietMinutes);
    const prepared = await prepareAthenaAnswer(
      { ...question, database, reuseMinutes, athenaAlertsSql: alerts },
      { ...ports, athena },
    );
    let usage: EngineUsage | null = null;
    return {
      kind: "select",
      completeness: prepared.completeness,
      stream: async (): Promise<JsonRowStream> => {
        const answer = await prepared.stream(signal);
        usage = answer.usage;
        return answer;
      },
      writeParquet: async () => {
        if (question.parquetFile === null) throw new Error("the question named no file");
        const answer = await prepared.stream(signal);
        usage = answer.usage;
        return writeRowsAsParquet(answer, question.parquetFile, ports.local);
      },
      describeUsage: () => (usage === null ? "" : describeUsage(usage, config.athenaWorkgroup)),
      scannedBytes: () => usage?.scannedBytes ?? null,
      close: () => athena.close(),
    };
  } catch (thrown) {
    athena.close();
    throw thrown;
  }
}

function describeUsage(
  { executionId, scannedBytes, isReused, queuedMs, runMs }: EngineUsage,
  workgroup: string,
): string {
  const scanned = isReused
    ? "an earlier result, nothing scanned"
    : `${scannedBytes.toLocaleString("en-US")} bytes scanned`;
  const seconds = `${(runMs / 1000).toFixed(1)} s, ${(queuedMs / 1000).toFixed(1)} s of them queued`;
  return toTerminalText(`Athena: ${scanned}; ${seconds}; execution ${executionId} in workgroup ${workgroup}`);
}
