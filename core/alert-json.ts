import type { Alert } from "./alert.ts";

/** An alert as one line of JSON, for programs: instants in ISO 8601, keys as in the `alerts` table. */
export function alertJson(alert: Alert): string {
  return JSON.stringify({
    alert_id: alert.id,
    rule_id: alert.ruleId,
    title: alert.title,
    entity: alert.entity,
    severity_id: alert.severityId,
    severity: alert.severity,
    first_at: isoInstant(alert.firstAt),
    last_at: isoInstant(alert.lastAt),
    findings: alert.findingCount,
    accounts: alert.accounts,
    finding_uids: alert.findingUids,
    rule_author: alert.ruleAuthor,
  });
}

/** Beyond what a date can hold there is no spelling. */
function isoInstant(ms: number | null): string | null {
  if (ms === null) return null;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
