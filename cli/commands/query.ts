import { usageError } from "../../core/errors.ts";
import type { SqlColumn } from "../../core/sql-engine.ts";
import { nearestName } from "../../queries/nearest-name.ts";
import { parseParameters, usageOf } from "../../queries/parse-parameters.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { parseSavedQuery, QUERY_GROUPS, type SavedQuery } from "../../queries/saved-query.ts";
import {
  FORMAT_OPTIONS,
  readAnswerOptions,
  readWindowOptions,
  WINDOW_OPTIONS,
  writeAnswer,
  writeText,
} from "../answer.ts";
import { ENGINE_OPTIONS, readEngineOptions } from "../answer-athena.ts";
import { COMPLETENESS_OPTIONS, readCompletenessOptions } from "../answer-completeness.ts";
import { PLAN_OPTIONS, readPlanOptions } from "../answer-plan.ts";
import { type Command, type CommandCall, type CommandContext, DATA_OPTION, LAKE_OPTION } from "../command.ts";

const LIST_COLUMNS: readonly SqlColumn[] = ["group", "query", "title", "parameters", "example"].map((name) => ({
  name,
  type: "VARCHAR",
  ...(name === "query" ? { isWhole: true } : {}),
}));
/** Of columns that a narrow terminal has no room for, those go first that `--explain` tells anyway. */
const NARROW_ORDER = ["query", "title", "parameters", "group", "example"];
/** Columns below that width tell nothing. */
const READABLE_WIDTH = 18;

/** `logkeep query`. */
export const queryCommand: Command = {
  description: "Runs a saved query; without a name, lists them. --explain shows a query's parameters and SQL.",
  arguments: [{ syntax: "[name]", help: "a saved query" }],
  options: [
    { kind: "list", flags: "--param <name=value>", help: "a parameter's value; may be given several times" },
    { kind: "flag", flags: "--explain", help: "show the query instead of running it" },
    ...FORMAT_OPTIONS,
    ...COMPLETENESS_OPTIONS,
    ...WINDOW_OPTIONS,
    ...PLAN_OPTIONS,
    ...ENGINE_OPTIONS,
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: [
    "logkeep query",
    "logkeep query who-used-ip --param ip=198.51.100.7 --from 7d",
    "logkeep query denied-calls-by-account --param account=111122223333 --format csv",
  ],
  run: async (call, context) => {
    const { engine, context: asked } = readEngineOptions(call, context);
    const options = { ...readAnswerOptions(call, context), ...(await readWindowOptions(call, context)), engine };
    const name = call.args[0];
    if (name === undefined) {
      await listQueries(call, context);
      return 0;
    }
    const query = findQuery(name);
    if (call.flag("explain")) {
      await context.stdout.write(explainQuery(query));
      return 0;
    }
    const params = parseParameters(query, call.list("param"), context.clock.now());
    const { sql, parameters } = query;
    await writeAnswer(
      {
        sql,
        params,
        parameters,
        dialect: "athena",
        ...options,
        planning: readPlanOptions(call),
        completeness: readCompletenessOptions(call),
      },
      asked,
    );
    return 0;
  },
};

function findQuery(name: string): SavedQuery {
  const file = SAVED_QUERIES.find((each) => each.id === name);
  if (file !== undefined) return parseSavedQuery(file);
  const nearest = nearestName(
    name,
    SAVED_QUERIES.map((each) => each.id),
  );
  const suggestion = nearest === null ? "" : `did you mean ${nearest}? `;
  throw usageError("there is no such saved query", `${suggestion}\`logkeep query\` lists them`, { query: name });
}

async function listQueries(call: CommandCall, context: CommandContext): Promise<void> {
  if (call.list("param").length > 0) throw usageError("--param needs the name of a saved query");
  const format = call.text("format");
  if (format === "parquet" || call.text("out") !== null) {
    throw usageError("the list of saved queries is written to standard output as table, csv or json");
  }
  const queries = SAVED_QUERIES.map(parseSavedQuery);
  const rows = QUERY_GROUPS.flatMap((group) =>
    queries
      .filter((query) => query.group === group.id)
      .map((query) => ({
        group: group.title,
        query: query.id,
        title: query.title,
        parameters: query.parameters.map((each) => (each.required ? each.name : `[${each.name}]`)).join(" "),
        example: usageOf(query),
      })),
  );
  if (format === "csv" || format === "json") {
    await writeText({ columns: LIST_COLUMNS, chunks: once(rows) }, format, context.stdout, context.signal);
    return;
  }
  const longest = Math.max(...queries.map(({ id }) => id.length));
  const columns = readableColumns(longest, context.stdout.columns);
  const shown = rows.map((row) => ({ ...row, parameters: row.parameters === "" ? "-" : row.parameters }));
  await writeText({ columns, chunks: once(shown) }, "table", context.stdout, context.signal);
}

/** The columns of the list that can be read beside the names, on a terminal of that width. */
function readableColumns(nameWidth: number, width: number | null): readonly SqlColumn[] {
  if (width === null) return LIST_COLUMNS;
  const count = 1 + Math.max(0, Math.floor((width - nameWidth) / (READABLE_WIDTH + 2)));
  const shown = new Set(NARROW_ORDER.slice(0, count));
  return LIST_COLUMNS.filter(({ name }) => shown.has(name));
}

function explainQuery(query: SavedQuery): string {
  const parameters = query.parameters.map((each) => {
    const kind = each.required ? "required" : each.default === null ? "any when not given" : `default ${each.default}`;
    return `  ${each.name} (${each.type}, ${kind}): ${each.help}; for example ${each.example}\n`;
  });
  return [
    `${query.id}: ${query.title}\n${query.description}\n\n`,
    parameters.length === 0 ? "" : `Parameters:\n${parameters.join("")}\n`,
    `Reading the result:\n${query.notes.map((note) => `  - ${note}\n`).join("")}\n`,
    `Example:\n  ${usageOf(query)}\n\n${query.sql}\n`,
  ].join("");
}

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}
