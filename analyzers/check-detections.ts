import { isLogkeepError } from "../core/errors.ts";
import type { SourceDefinition } from "../core/source.ts";
import { type SqlEngine, sqlName } from "../core/sql-engine.ts";
import { type Detection, readsSource } from "./detection.ts";
import { ruleError } from "./sigma/sigma-error.ts";
import { expressionSql } from "./sql/expression-sql.ts";
import { sqlType } from "./sql/sql-type.ts";

/**
 * Compiles every rule for the tables that it reads and lets the SQL engine judge the result, without a row: a regular
 * expression that RE2 does not take, or a log source that nobody has, is found here and not in the middle of an ingest.
 * Throws `rule.no-source`, `rule.not-comparable` or `rule.bad-sql` for the first faulty rule.
 */
export async function checkDetections(
  detections: readonly Detection[],
  sources: readonly SourceDefinition[],
  engine: SqlEngine,
): Promise<void> {
  for (const { id, rule } of detections) {
    const place = { file: `${id}/rule.yml` };
    const readable = sources.filter((source) => readsSource(rule, source));
    if (readable.length === 0) {
      const what = Object.values(rule.logsource).join(" ");
      throw ruleError("no-source", "no table holds the rule's log source", place, what);
    }
    for (const source of readable) {
      for (const depth of ["quick", "full"] as const) {
        const predicate = expressionSql(rule.condition, { source, place, depth });
        try {
          await engine.all(`SELECT 1 FROM (${emptyRows(source)}) WHERE ${predicate}`);
        } catch (thrown) {
          if (!isLogkeepError(thrown, "sql.failed")) throw thrown;
          const hint = "most often a regular expression that RE2 does not take";
          throw ruleError("bad-sql", "the SQL engine does not take the rule", place, source.id, hint);
        }
      }
    }
  }
}

/** One row of nulls: an empty relation would not make the engine look at constant expressions. */
function emptyRows(source: SourceDefinition): string {
  return `SELECT ${source.table.columns.map(({ name, type }) => `CAST(NULL AS ${sqlType(type)}) AS ${sqlName(name)}`).join(", ")}`;
}
