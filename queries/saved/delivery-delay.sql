/*
title: How late logs arrive
group: guardrails
description: How long after its newest event was each account's object decided on here, on average and at worst?
notes:
  - >-
    CloudTrail delivers within about 15 minutes, flow logs within ten, AWS Config's history within six hours. What is taken
    in long after delivery (a first import) counts with its whole age.
  - >-
    Only objects that were taken in and hold a time count.
tables: [ledger]
parameters:
  - { name: since, type: instant, default: 7d, help: Only objects decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH objects AS (
  SELECT
    source,
    accountid,
    date_diff('second', last_event_at, decided_at) AS delay_seconds,
    decided_at
  FROM ledger
  WHERE state = 'ingested'
    AND last_event_at IS NOT NULL
    AND decided_at >= from_iso8601_timestamp($since)
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  source,
  accountid AS account,
  COUNT(*) AS objects,
  CAST(ROUND(AVG(delay_seconds)) AS BIGINT) AS mean_seconds,
  MAX(delay_seconds) AS most_seconds,
  COUNT_IF(delay_seconds > 3600) AS over_an_hour,
  COUNT_IF(delay_seconds > 86400) AS over_a_day,
  MAX(decided_at) AS last_decided_at
FROM objects
GROUP BY 1, 2
ORDER BY mean_seconds DESC, source, account
LIMIT $limit
