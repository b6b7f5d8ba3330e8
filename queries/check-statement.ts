/**
 * An analyst's SQL text in; what it is and which names it uses out. The engine's own parser reads it, so no trick of
 * quoting or comments makes a write look like a read. What runs must be one SELECT (or EXPLAIN of one) whose table
 * functions are known to have no effect: DuckDB has table functions that write files or change settings.
 */
import { type LogkeepError, usageError } from "../core/errors.ts";
import { type SqlEngine, sqlString } from "../core/sql-engine.ts";
import { parseTree } from "./parse-tree.ts";

/** What the parser says about an accepted SQL text. */
export interface CheckedStatement {
  readonly kind: "select" | "explain";
  /** Every string in its syntax tree, names among them, in lower case. */
  readonly names: ReadonlySet<string>;
  /** Whether the text may name the table or view; errs on the side of yes. */
  readonly mayName: (table: string) => boolean;
}

/** Longer texts are no queries that a person wrote; the parser's own nesting limit guards the rest. */
const MAX_SQL_LENGTH = 1_000_000;

/** Table functions without effect that open no file and take no SQL text. */
const HARMLESS_TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  "duckdb_columns",
  "duckdb_functions",
  "duckdb_keywords",
  "duckdb_settings",
  "duckdb_tables",
  "duckdb_types",
  "duckdb_views",
  "generate_series",
  "icu_calendar_names",
  "json_each",
  "json_tree",
  "pg_timezone_names",
  "pragma_table_info",
  "pragma_version",
  "range",
  "repeat",
  "repeat_row",
  "summary",
  "unnest",
]);

/** Throws `cli.usage` when the text is not one statement that only reads. */
export async function checkStatement(sql: string, engine: SqlEngine): Promise<CheckedStatement> {
  if (sql.length > MAX_SQL_LENGTH) throw usageError("the SQL text is too long", undefined, { length: sql.length });
  if (sql.includes("\0")) throw usageError("the SQL text holds a NUL character");
  const explained = /^\s*EXPLAIN\s+(?:ANALYZE\s+)?/i.exec(sql);
  const body = explained === null ? sql : sql.slice(explained[0].length);
  const strings = await readStrings(body, engine);
  return {
    kind: explained === null ? "select" : "explain",
    names: new Set(strings.map((text) => text.toLowerCase())),
    mayName: (table) => strings.some((text) => text.toLowerCase().includes(table.toLowerCase())),
  };
}

/** All strings in the statement's syntax tree, after the checks. */
async function readStrings(sql: string, engine: SqlEngine): Promise<readonly string[]> {
  const [row] = await engine.all(`SELECT json_serialize_sql(${sqlString(sql)}::VARCHAR)::VARCHAR AS tree`);
  const tree: unknown = parseTree(row?.["tree"]);
  const { error, error_type: kind, error_message: message, statements } = asObject(tree);
  if (error === true) {
    if (kind === "parser") throw syntaxError(String(message));
    throw notSelect();
  }
  if (!Array.isArray(statements) || statements.length === 0) throw usageError("the SQL text is empty", EXAMPLE);
  if (statements.length > 1) throw usageError("the SQL text holds more than one statement", "run them one by one");
  return collectStrings(statements);
}

const EXAMPLE = "for example: SELECT eventName, count(*) FROM cloudtrail_events GROUP BY ALL";

function collectStrings(root: unknown): readonly string[] {
  const strings: string[] = [];
  const waiting: unknown[] = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (typeof at === "string") strings.push(at);
    else if (Array.isArray(at)) for (const item of at) waiting.push(item ?? null);
    else if (typeof at === "object" && at !== null) {
      const node = asObject(at);
      if (node["type"] === "TABLE_FUNCTION") checkTableFunction(asObject(node["function"])["function_name"]);
      for (const value of Object.values(node)) waiting.push(value ?? null);
    }
  }
  return strings;
}

function checkTableFunction(name: unknown): void {
  if (typeof name === "string" && HARMLESS_TABLE_FUNCTIONS.has(name.toLowerCase())) return;
  throw usageError(
    "the SQL text calls a table function that queries may not use",
    "the tables are cloudtrail, vpc_flow, config, findings, alerts, ledger and rejects; files and settings are out of reach",
    { function: typeof name === "string" ? name : "(unknown)" },
  );
}

function syntaxError(message: string): LogkeepError {
  return usageError("the SQL text has a syntax error", EXAMPLE, { reason: message });
}

function notSelect(): LogkeepError {
  return usageError(
    "only SELECT statements can be run",
    "the tables are read-only; use WITH for intermediate results, and PIVOT with an IN list inside a SELECT",
  );
}

/** The parser's JSON is trusted to be JSON, not to have a certain shape. */
function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
