import type { SqlEngine, SqlParams } from "../../core/sql-engine.ts";
import { translateAthena } from "../../queries/dialect/translate.ts";
import type { Parameter } from "../../queries/saved-query.ts";
import { type Answer, duckDbTypeName, outcomeOf } from "./dialect-goldens.ts";

/** Runs a text of Athena on DuckDB. Throws as translation and engine do. */
export async function runOnDuckDb(
  sql: string,
  engine: SqlEngine,
  parameters: readonly Parameter[] = [],
  values: SqlParams = {},
): Promise<Answer> {
  const translation = translateAthena(sql, parameters);
  for (const statement of translation.setup) await engine.run(statement);
  const { columns, chunks } = await engine.stream(translation.sql, values);
  const rows = [];
  for await (const chunk of chunks) rows.push(...chunk);
  const types = columns.map((column) => ({ name: column.name, type: duckDbTypeName(column) }));
  return outcomeOf(types, rows);
}
