import type { Alert } from "../../core/alert.ts";
import { LogkeepError } from "../../core/errors.ts";
import { type SqlEngine, type SqlRow, sqlName } from "../../core/sql-engine.ts";
import { alertsSql } from "./alerts-sql.ts";

/**
 * Reads the alerts of a relation of findings, those whose last finding lies at or after `sinceMs` (event time; null for
 * all, and alerts without a time always), in the order of their first finding.
 */
export async function readAlerts(
  engine: SqlEngine,
  findings: string,
  quietMinutes: number,
  sinceMs: number | null,
): Promise<readonly Alert[]> {
  const since = sinceMs === null ? "TRUE" : `(last_at IS NULL OR epoch_ms(last_at) >= ${Math.trunc(sinceMs)})`;
  const rows = await engine.all(
    `WITH findings AS (SELECT * FROM ${sqlName(findings)})
     SELECT *, epoch_ms(first_at) AS first_ms, epoch_ms(last_at) AS last_ms FROM (${alertsSql(quietMinutes)})
     WHERE ${since} ORDER BY first_at NULLS FIRST, alert_id`,
  );
  return rows.map(toAlert);
}

function toAlert(row: SqlRow): Alert {
  return {
    id: text(row.alert_id),
    ruleId: text(row.rule_id),
    title: text(row.title),
    entity: text(row.entity),
    severityId: Number(row.severity_id),
    severity: text(row.severity),
    firstAt: instant(row.first_ms),
    lastAt: instant(row.last_ms),
    findingCount: Number(row.findings),
    accounts: texts(row.accounts),
    findingUids: texts(row.finding_uids),
    ruleAuthor: typeof row.rule_author === "string" ? row.rule_author : null,
  };
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new LogkeepError({ code: "alert.bad-row", message: "an alert lacks a text that every finding has" });
}

function instant(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
