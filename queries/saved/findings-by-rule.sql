/*
title: Findings by rule
group: guardrails
description: How often each rule found something, in how many accounts and about how many entities.
notes:
  - >-
    Findings group into alerts by rule and entity; one entity with many findings is one alert.
tables: [findings]
*/
SELECT
  rule_id AS rule,
  MAX(severity_id) AS severity_id,
  COUNT(*) AS findings,
  COUNT(DISTINCT accountid) AS accounts,
  COUNT(DISTINCT entity) AS entities,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM findings
GROUP BY 1
ORDER BY severity_id DESC, findings DESC, rule
