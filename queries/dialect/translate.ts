/**
 * Athena's SQL in; DuckDB's SQL of the same meaning out, or a refusal. The text is parsed by Trino's grammar, each part
 * is printed anew from an allow-list, and functions go through macros of ours (`macros.ts`).
 */
import type { Parameter } from "../saved-query.ts";
import { lakeColumns } from "./lake-columns.ts";
import { macroStatements } from "./macros.ts";
import { parseStatement } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import { checkStatement } from "./types/check-statement.ts";
import type { TableColumns } from "./types/checker.ts";

/** A translated text. */
export interface Translation {
  /** For DuckDB. */
  readonly sql: string;
  /** Statements to run before it in the same session: the macros that it calls. */
  readonly setup: readonly string[];
}

/**
 * Translates one SELECT. `parameters` are those that the text may name as `$name`; each keeps its name and is to be
 * bound. Throws `dialect.unsupported` (with the place and what to write instead) and `dialect.syntax`.
 */
export function translateAthena(
  text: string,
  parameters: readonly Parameter[] = [],
  tables: TableColumns = lakeColumns,
): Translation {
  const types = new Map(parameters.map(({ name, type }) => [name, type] as const));
  const query = parseStatement(text);
  const { checker } = checkStatement(query, text, types, tables);
  const sql = printQuery(query, { text, parameters: types, lambdas: [], checker });
  return { sql, setup: macroStatements(sql) };
}
