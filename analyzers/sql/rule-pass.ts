import type { SourceDefinition } from "../../core/source.ts";
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import type { Expression } from "../sigma/ir.ts";
import type { RulePlace } from "../sigma/sigma-error.ts";
import { expressionSql } from "./expression-sql.ts";
import { witnessesOf } from "./witness.ts";

/** One rule as the pass needs it. */
export interface PassRule {
  readonly condition: Expression;
  readonly place: RulePlace;
}

/** The field that decides which rules look at a row at all; sources without it have residual rules only. */
const WITNESS_FIELD = "eventName";

/**
 * A SELECT that gives `row_id` (BIGINT, the relation's rowid) and `rule` (INTEGER, index into `rules`) for every match,
 * each once. A rule that names event names is tried on the rows of those names only: a join with the list of names,
 * then one CASE. Rules without such a list are tried on every row, and rows whose event name is no text on every rule.
 */
export function rulePassSql(rules: readonly PassRule[], source: SourceDefinition, relation: string): string {
  const witnessColumn = Object.hasOwn(source.fields, WITNESS_FIELD) ? source.fields[WITNESS_FIELD] : undefined;
  const predicates = rules.map((rule) => expressionSql(rule.condition, source, rule.place));
  const witnesses = rules.map((rule) =>
    witnessColumn === undefined ? null : witnessesOf(rule.condition, WITNESS_FIELD),
  );
  const arms = (wanted: (rule: number) => boolean): string =>
    predicates.flatMap((predicate, rule) => (wanted(rule) ? [`WHEN ${rule} THEN ${predicate}`] : [])).join("\n");
  const from = `${sqlName(relation)} AS logkeep_row`;
  const selects = predicates.flatMap((predicate, rule) =>
    witnesses[rule] === null
      ? [`SELECT logkeep_row.rowid AS row_id, ${rule} AS rule FROM ${from} WHERE ${predicate}`]
      : [],
  );
  const names = witnesses.flatMap((set, rule) =>
    [...(set ?? [])].map((name) => `(lower(${sqlString(name)}), ${rule})`),
  );
  if (witnessColumn !== undefined && names.length > 0) {
    const witnessed = arms((rule) => witnesses[rule] !== null);
    // Names that differ only in case would join twice.
    selects.push(`SELECT logkeep_row.rowid AS row_id, logkeep_rule AS rule FROM ${from}
      JOIN (SELECT DISTINCT * FROM (VALUES ${names.join(", ")})) AS logkeep_witness(logkeep_name, logkeep_rule)
      ON lower(CAST(${witnessColumn} AS VARCHAR)) = logkeep_name
      WHERE CASE logkeep_rule ${witnessed} ELSE FALSE END`);
    const indexes = predicates.flatMap((_, rule) => (witnesses[rule] === null ? [] : [`(${rule})`]));
    selects.push(`SELECT logkeep_row.rowid AS row_id, logkeep_rule AS rule FROM ${from}
      CROSS JOIN (VALUES ${indexes.join(", ")}) AS logkeep_all(logkeep_rule)
      WHERE ${witnessColumn} IS NULL AND CASE logkeep_rule ${witnessed} ELSE FALSE END`);
  }
  return selects.length === 0
    ? "SELECT CAST(NULL AS BIGINT) AS row_id, CAST(NULL AS INTEGER) AS rule WHERE FALSE"
    : selects.join("\nUNION ALL\n");
}
