/*
title: Gaps in an account's logs
group: guardrails
description: >-
  When did an account that usually logs fall silent for hours: between two events, or from its last event to the newest
  event of all accounts?
notes:
  - >-
    A quiet account has gaps of its own at night: compare with its other gaps. `open` gaps have not ended.
  - >-
    A gap is of what arrived here: late objects fill it later. `logging-changes` says whether someone made it.
  - >-
    Bound it with --from; an account without any event in the window has no row.
tables: [cloudtrail, vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_hours, type: integer, default: "6", help: Silent hours at least, example: "6" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH hours AS (
  SELECT 'cloudtrail' AS source, accountid, date_trunc('hour', time_dt) AS hour_at, COUNT(*) AS events
  FROM cloudtrail
  WHERE time_dt IS NOT NULL
  GROUP BY accountid, date_trunc('hour', time_dt)
  UNION ALL
  SELECT 'vpc_flow', accountid, date_trunc('hour', time_dt), COUNT(*)
  FROM vpc_flow
  WHERE time_dt IS NOT NULL
  GROUP BY accountid, date_trunc('hour', time_dt)
),
spans AS (
  SELECT
    source,
    accountid,
    hour_at,
    LEAD(hour_at) OVER (PARTITION BY source, accountid ORDER BY hour_at) AS next_at,
    MAX(hour_at) OVER (PARTITION BY source) AS newest_at,
    SUM(events) OVER (PARTITION BY source, accountid) AS events_of_account
  FROM hours
),
gaps AS (
  SELECT
    source,
    accountid,
    date_add('hour', 1, hour_at) AS silent_from,
    COALESCE(next_at, date_add('hour', 1, newest_at)) AS silent_to,
    next_at IS NULL AS open,
    date_diff('hour', hour_at, COALESCE(next_at, date_add('hour', 1, newest_at))) - 1 AS silent_hours,
    events_of_account
  FROM spans
)
SELECT
  accountid AS account,
  source,
  silent_from,
  silent_to,
  silent_hours,
  open,
  events_of_account
FROM gaps
WHERE silent_hours >= $min_hours
  AND silent_hours > 0
  AND ($account IS NULL OR accountid = $account)
ORDER BY silent_hours DESC, account, source, silent_from
LIMIT $limit
