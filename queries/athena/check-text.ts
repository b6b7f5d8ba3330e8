import { usageError } from "../../core/errors.ts";
import { type SqlToken, sqlTokens, withoutLastSemicolon } from "../../core/sql-tokens.ts";

const OPENERS = new Set(["SELECT", "WITH", "VALUES", "TABLE", "("]);
const EXAMPLE = "for example: SELECT api.operation, count(*) FROM cloudtrail GROUP BY 1";

/** A text in Athena's SQL as far as it concerns us before the engine reads it. */
export interface AthenaText {
  /** Without a semicolon at the end. */
  readonly sql: string;
  readonly tokens: readonly SqlToken[];
  /** All names and words in it, in lower case. */
  readonly names: ReadonlySet<string>;
  /** Whether the text may name the table; errs on the side of yes. */
  readonly mayName: (table: string) => boolean;
}

/**
 * Throws `cli.usage` for what is plainly no single query, or reaches for a table around the window and the accounts. The
 * engine's own parser has the last word: a text that it does not take in the place of a subquery never runs.
 */
export function checkAthenaText(text: string, tables: readonly string[]): AthenaText {
  if (text.includes("\0")) throw usageError("the SQL text holds a NUL character");
  const sql = withoutLastSemicolon(text);
  const tokens = sqlTokens(sql).filter((token) => token.kind !== "comment");
  const [first] = tokens;
  if (first === undefined) throw usageError("the SQL text is empty", EXAMPLE);
  if (!OPENERS.has(first.text.toUpperCase())) {
    throw usageError(
      "only SELECT statements can be run",
      "the tables are read-only; Athena's engine shows no EXPLAIN here",
    );
  }
  if (tokens.some(({ kind, text: each }) => kind === "symbol" && each === ";")) {
    throw usageError("the SQL text holds more than one statement", "run them one by one");
  }
  const ids = new Set(tables);
  const names = tokens.map(nameOf);
  for (const [index, name] of names.entries()) {
    const isQualified = tokens[index - 1]?.text === "." && isTablePlace(tokens, index);
    if (name !== null) refuseLocal(name, tokens, index, ids);
    if (name !== null && ids.has(name) && isQualified) {
      throw usageError(
        "a table is named with its database",
        "name it alone: the window and the accounts bind it then",
        {
          table: name,
        },
      );
    }
  }
  const named = new Set(names.filter((name) => name !== null));
  return { sql, tokens, names: named, mayName: (table) => named.has(table.toLowerCase()) };
}

/** Names that mean something to DuckDB here, or to Athena over files, and nothing to Athena over our tables. */
function refuseLocal(name: string, tokens: readonly SqlToken[], index: number, tables: ReadonlySet<string>): void {
  if (HIDDEN_COLUMNS.has(name) && tokens[index]?.kind === "name") {
    throw usageError(
      "the tables have no hidden columns",
      "a row's origin is in logkeep.object and logkeep.ordinal; the file that holds it now is no part of an answer",
      { column: name },
    );
  }
  const isView = name.endsWith("_events") && tables.has(name.slice(0, -"_events".length));
  if (!isView || !isTablePlace(tokens, index) || isDefined(name, tokens)) return;
  const instead =
    name === "cloudtrail_events"
      ? "cloudtrail_lake has CloudTrail's own names on Athena, too; or ask with --engine duckdb"
      : "name the table and its columns, or ask with --engine duckdb";
  throw usageError("a view of this machine is asked on Athena", instead, { view: name });
}

const HIDDEN_COLUMNS: ReadonlySet<string> = new Set(["$path", "$file_modified_time", "$partition", "$bucket"]);

/** Whether the text's own WITH gives the name. */
function isDefined(name: string, tokens: readonly SqlToken[]): boolean {
  return tokens.some((token, index) => {
    const before = tokens[index - 1]?.text.toUpperCase() ?? "";
    const isEntry = nameOf(token) === name && (before === "WITH" || before === "RECURSIVE" || before === ",");
    const after = tokens[index + 1]?.text.toUpperCase();
    return isEntry && (after === "AS" || after === "(");
  });
}

/** Athena's names have no case. */
function nameOf({ kind, text }: SqlToken): string | null {
  if (kind === "word") return text.toLowerCase();
  return kind === "name"
    ? text.slice(1, -1).replaceAll(text.slice(0, 1).repeat(2), text.slice(0, 1)).toLowerCase()
    : null;
}

/** Whether a dotted name stands where a table does: after FROM, JOIN, TABLE or a comma. */
function isTablePlace(tokens: readonly SqlToken[], index: number): boolean {
  let at = index;
  while (tokens[at - 1]?.text === "." && at >= 2) at -= 2;
  const before = tokens[at - 1]?.text.toUpperCase() ?? "";
  return ["FROM", "JOIN", "TABLE", ",", "("].includes(before);
}
