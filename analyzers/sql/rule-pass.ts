/**
 * Rules and a relation in, matches out. The quick reading of all rules is one statement over the batch; rows on which it
 * may be wrong come back marked, and those alone are judged by the full reading.
 */
import type { SourceDefinition } from "../../core/source.ts";
import { type SqlEngine, sqlName, sqlString } from "../../core/sql-engine.ts";
import type { Expression, FieldPath } from "../sigma/ir.ts";
import type { RulePlace } from "../sigma/sigma-error.ts";
import { expressionSql, fieldsOf, needsFullSql } from "./expression-sql.ts";
import { narrowSource } from "./narrow-source.ts";
import { witnessesOf } from "./witness.ts";

/** One rule as the pass needs it. */
export interface PassRule {
  readonly condition: Expression;
  readonly place: RulePlace;
}

/** The field that decides which rules look at a row at all; sources without it have residual rules only. */
const WITNESS_FIELD = "eventName";

/**
 * Makes the temporary table `into` with `row_id` (BIGINT, the relation's rowid) and `rule` (INTEGER, index into `rules`):
 * every match once. The table `<into>_open` comes and goes.
 */
export async function matchRules(
  rules: readonly PassRule[],
  source: SourceDefinition,
  relation: string,
  into: string,
  engine: SqlEngine,
): Promise<void> {
  const open = `${into}_open`;
  try {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${open} AS ${quickPassSql(rules, source, relation)}`);
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${into} AS SELECT row_id, rule FROM ${open} WHERE verdict`);
    for (const row of await engine.all(`SELECT DISTINCT rule FROM ${open} WHERE verdict IS NULL ORDER BY rule`)) {
      const index = Number(row.rule);
      const rule = rules[index];
      if (rule === undefined) continue;
      const predicate = expressionSql(rule.condition, { source, place: rule.place, depth: "full" });
      await engine.run(`INSERT INTO ${into} SELECT logkeep_row.rowid, ${index} FROM ${sqlName(relation)} AS logkeep_row
        WHERE logkeep_row.rowid IN (SELECT row_id FROM ${open} WHERE verdict IS NULL AND rule = ${index}) AND ${predicate}`);
    }
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${open}`);
  }
}

/**
 * A SELECT of `row_id`, `rule` and `verdict`: true, or NULL where the full reading must decide. A rule that names event
 * names is tried on the rows of those names only: a join with the list of names, then one CASE. Rules without such a
 * list are tried on every row, and rows whose event name is no text are left to the full reading of every rule.
 */
export function quickPassSql(rules: readonly PassRule[], source: SourceDefinition, relation: string): string {
  const hasWitness = Object.hasOwn(source.fields, WITNESS_FIELD);
  const witnesses = rules.map((rule) => (hasWitness ? witnessesOf(rule.condition, WITNESS_FIELD) : null));
  const isWitnessed = (rule: number): boolean => (witnesses[rule] ?? null) !== null;
  const selects = rules.flatMap((rule, index) =>
    isWitnessed(index) ? [] : [residualSql(rule, index, source, relation)],
  );
  const names = witnesses.flatMap((set, rule) =>
    [...(set ?? [])].map((name) => `(lower(${sqlString(name)}), ${rule})`),
  );
  if (names.length > 0) {
    const witnessed = rules.flatMap((rule, index) => (isWitnessed(index) ? [{ rule, index }] : []));
    const fields = [[WITNESS_FIELD], ...witnessed.flatMap(({ rule }) => fieldsOf(rule.condition))];
    const readsAll = witnessed.some(({ rule }) => readsKeywords(rule.condition));
    const narrow = narrowSource(source, relation, readsAll ? allFields(source) : fields);
    const witnessColumn = narrow.source.fields[WITNESS_FIELD] ?? "NULL";
    const arms = witnessed.map(({ rule, index }) => `WHEN ${index} THEN ${quickVerdictSql(rule, narrow.source)}`);
    // Names that differ only in case would join twice.
    selects.push(
      kept(`SELECT logkeep_id AS row_id, logkeep_rule AS rule, CASE logkeep_rule ${arms.join("\n")} ELSE FALSE END AS verdict
      FROM (${narrow.select}) JOIN (SELECT DISTINCT * FROM (VALUES ${names.join(", ")})) AS logkeep_witness(logkeep_name, logkeep_rule)
      ON lower(${witnessColumn}) = logkeep_name`),
    );
    const hasUnmapped = source.table.columns.some((column) => column.name === "unmapped");
    if (hasUnmapped) {
      selects.push(`SELECT rowid AS row_id, logkeep_rule AS rule, NULL AS verdict FROM ${sqlName(relation)}
      CROSS JOIN (VALUES ${witnessed.map(({ index }) => `(${index})`).join(", ")}) AS logkeep_all(logkeep_rule)
      WHERE contains(unmapped, '"${WITNESS_FIELD}":') AND (${source.fields[WITNESS_FIELD]}) IS NULL`);
    }
  }
  return selects.length === 0
    ? "SELECT CAST(NULL AS BIGINT) AS row_id, CAST(NULL AS INTEGER) AS rule, CAST(NULL AS BOOLEAN) AS verdict WHERE FALSE"
    : selects.join("\nUNION ALL\n");
}

function residualSql(rule: PassRule, index: number, source: SourceDefinition, relation: string): string {
  const fields = readsKeywords(rule.condition) ? allFields(source) : fieldsOf(rule.condition);
  const narrow = narrowSource(source, relation, fields);
  return kept(
    `SELECT logkeep_id AS row_id, ${index} AS rule, ${quickVerdictSql(rule, narrow.source)} AS verdict FROM (${narrow.select})`,
  );
}

function kept(select: string): string {
  return `SELECT * FROM (${select}) WHERE coalesce(verdict, TRUE)`;
}

function allFields(source: SourceDefinition): readonly FieldPath[] {
  return [...Object.keys(source.fields), ...Object.keys(source.jsonFields)].map((name) => name.split("."));
}

function readsKeywords(expression: Expression): boolean {
  switch (expression.kind) {
    case "and":
    case "or":
    case "at-least":
      return expression.of.some(readsKeywords);
    case "not":
    case "selection":
      return readsKeywords(expression.of);
    case "keyword":
      return true;
    default:
      return false;
  }
}

function quickVerdictSql(rule: PassRule, source: SourceDefinition): string {
  const quick = expressionSql(rule.condition, { source, place: rule.place, depth: "quick" });
  const needsFull = needsFullSql(rule.condition, source);
  return needsFull === "FALSE" ? quick : `(CASE WHEN ${needsFull} THEN NULL ELSE ${quick} END)`;
}
