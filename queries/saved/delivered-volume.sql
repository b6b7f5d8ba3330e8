/*
title: Volume of delivered logs
group: noise
description: How many objects, records and bytes does each account deliver a day from each source, and how much of it is small objects?
notes:
  - >-
    `small_objects` are below 10 kB: many of them cost more in requests than in storage.
  - >-
    Duplicates are objects or records that came more than once, as two trails over one account deliver them.
tables: [ledger]
parameters:
  - { name: since, type: instant, default: 7d, help: Only objects decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  CAST(decided_at AS DATE) AS day,
  source,
  accountid AS account,
  COUNT(*) AS objects,
  COUNT_IF(state = 'duplicate') AS duplicate_objects,
  COUNT_IF(size_bytes < 10000) AS small_objects,
  SUM(records_in) AS records,
  SUM(records_duplicate) AS duplicate_records,
  SUM(size_bytes) AS bytes,
  SUM(inflated_bytes) AS inflated_bytes
FROM ledger
WHERE decided_at >= from_iso8601_timestamp($since)
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3
ORDER BY bytes DESC NULLS LAST, day, source, account
LIMIT $limit
