/**
 * A question in Athena's SQL in, rows and their completeness out. The lake's own metadata say which snapshots are asked
 * and how complete they are; the engine elsewhere reads the tables.
 */
import type { EngineAnswer, QueryEngine } from "../../core/query-engine.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { answerCompleteness, explain, explainChunks, type Question, questionState } from "../ask.ts";
import type { Completeness } from "../completeness/completeness.ts";
import { type NameView, nameViews } from "../names/name-views.ts";
import { readLakeText } from "../names/time-literals.ts";
import { viewedTables } from "../snapshot-views.ts";
import { bindNames } from "./bind-names.ts";
import { type AthenaText, checkAthenaText } from "./check-text.ts";
import { athenaTables, snapshotCtes, withCtes } from "./snapshot-ctes.ts";

/** A question for Athena. Parameters are named `$name` as on DuckDB. */
export interface AthenaQuestion extends Omit<Question, "parquetFile"> {
  readonly database: string;
  /** What `alertsSql` says, in Athena's SQL. */
  readonly athenaAlertsSql: string;
  /** An answer of that age to the same text will do; null: ask anew. */
  readonly reuseMinutes: number | null;
}

/** A question that was checked and planned, ready to run once. */
export interface PreparedAthenaAnswer {
  /** Null where the question did not ask for it. */
  readonly completeness: Completeness | null;
  /** The whole text that the engine gets. */
  readonly sql: string;
  /** Runs the question; rows come as they are read. Fails with `query.failed`, or as the engine does. */
  stream(signal: AbortSignal): Promise<EngineAnswer>;
}

/** What it asks. `local` reads the ledger, for the completeness; `athena` the rest. */
export interface AthenaPorts {
  readonly lake: Lake;
  readonly local: SqlEngine;
  readonly athena: QueryEngine;
}

/** Checks the text, finds the snapshots, and writes the text that the engine gets. Throws `cli.usage`. */
export async function prepareAthenaAnswer(question: AthenaQuestion, ports: AthenaPorts): Promise<PreparedAthenaAnswer> {
  const { lake, local, athena } = ports;
  const { text, views: names } = readText(question);
  const state = await questionState(question, lake);
  const asked = viewedTables(question.sources)
    .map(({ id }) => id)
    .filter((id) => text.mayName(id) || names.some((view) => view.table === id) || isUnderOtherName(id, text));
  const completeness = await answerCompleteness(question, asked, state, lake, local);
  const ctes = await snapshotCtes({ ...question, nameViews: names, mayName: text.mayName }, state, lake);
  const bound = bindNames(withCtes(text.sql, text.tokens, ctes), question.params);
  return {
    completeness,
    sql: bound.sql,
    stream: async (signal) => {
      const answer = await explain(() => athena.run({ ...bound, reuseMinutes: question.reuseMinutes }, signal));
      return { ...answer, chunks: explainChunks(answer.chunks) };
    },
  };
}

function isUnderOtherName(id: string, text: AthenaText): boolean {
  return (id === "cloudtrail" && text.mayName("cloudtrail_all")) || (id === "findings" && text.mayName("alerts"));
}

/** The text, and the views of other names that it uses. Throws `cli.usage`. */
function readText({ sql, sources }: AthenaQuestion): {
  readonly text: AthenaText;
  readonly views: readonly NameView[];
} {
  const tables = athenaTables(sources);
  const rest = readLakeText(sql);
  const text = checkAthenaText(rest, tables);
  const views = nameViews(sources, text.names);
  if (views.length === 0) return { text, views };
  return { text: checkAthenaText(rest, [...tables, ...views.map(({ name }) => name)]), views };
}
