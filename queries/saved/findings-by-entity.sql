/*
title: Entities with the most findings
group: guardrails
description: About whom or what did rules find the most, how severe, and in how many accounts? Where an investigation begins.
notes:
  - >-
    Several rules about one entity within hours are one story more often than several.
  - >-
    `rules` lists rule ids, `logkeep detections` explains them.
tables: [findings]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_severity, type: integer, default: "1", help: "1 informational to 5 critical", example: "3" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  entity,
  MAX(severity_id) AS severity_id,
  COUNT(DISTINCT rule_id) AS rule_count,
  ARRAY_JOIN(ARRAY_AGG(DISTINCT rule_id ORDER BY rule_id), ' ') AS rules,
  COUNT(*) AS findings,
  COUNT(DISTINCT accountid) AS accounts,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM findings
WHERE severity_id >= $min_severity
  AND ($account IS NULL OR accountid = $account)
GROUP BY entity
ORDER BY severity_id DESC, rule_count DESC, findings DESC, entity
LIMIT $limit
