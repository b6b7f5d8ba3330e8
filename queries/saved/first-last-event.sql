/*
title: First and last event per account and source
group: guardrails
description: How far each account's logs reach in each source. A gap at the end is a trail or a flow log that stopped.
notes:
  - >-
    Bound it with --from: without a window it reads every file of the three tables.
  - >-
    A source that never delivered has no row at all.
tables: [cloudtrail, config, vpc_flow]
*/
WITH events AS (
  SELECT 'cloudtrail' AS source, accountid, region, time_dt FROM cloudtrail
  UNION ALL
  SELECT 'config' AS source, accountid, region, time_dt FROM config
  UNION ALL
  SELECT 'vpc_flow' AS source, accountid, region, time_dt FROM vpc_flow
)
SELECT
  accountid AS account,
  source,
  COUNT(*) AS events,
  COUNT(DISTINCT region) AS regions,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM events
GROUP BY 1, 2
ORDER BY account, source
