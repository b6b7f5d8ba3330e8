/** Alerts from findings: one row for each rule and entity and burst of findings without an hour's pause. */
export const ALERTS_SQL = `
WITH gaps AS (
  SELECT *, lag(time_dt) OVER (PARTITION BY rule_id, entity ORDER BY time_dt, finding_uid) AS before FROM findings
),
bursts AS (
  SELECT *, sum(CASE WHEN before IS NULL OR time_dt > before + INTERVAL 60 MINUTE THEN 1 ELSE 0 END)
    OVER (PARTITION BY rule_id, entity ORDER BY time_dt, finding_uid) AS burst
  FROM gaps
)
SELECT min(time_dt) AS first_at, max(time_dt) AS last_at, max(severity_id) AS severity_id, rule_id, entity,
  count(*) AS findings, max(message) AS message
FROM bursts GROUP BY rule_id, entity, burst`;
