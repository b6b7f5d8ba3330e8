/*
title: Records that became no rows
group: guardrails
description: How many records were rejected, for which reason, from which source and account, and where is one to look at?
notes:
  - >-
    The record's text is kept in `rejects`; `example_object` and `example_ordinal` are where it lay.
  - >-
    Rejects of one reason that begin on one day are usually a new shape of log; of one object alone, damage.
tables: [rejects]
parameters:
  - { name: since, type: instant, help: Only records decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH places AS (
  SELECT
    source,
    accountid,
    reason,
    "object" AS place,
    ordinal,
    decided_at,
    ROW_NUMBER() OVER (PARTITION BY source, accountid, reason ORDER BY "object", ordinal) AS nth
  FROM rejects
  WHERE ($since IS NULL OR decided_at >= from_iso8601_timestamp($since))
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  source,
  accountid AS account,
  reason,
  COUNT(*) AS records,
  COUNT(DISTINCT place) AS objects,
  MAX(CASE WHEN nth = 1 THEN place END) AS example_object,
  MAX(CASE WHEN nth = 1 THEN ordinal END) AS example_ordinal,
  MIN(decided_at) AS first_decided_at,
  MAX(decided_at) AS last_decided_at
FROM places
GROUP BY 1, 2, 3
ORDER BY records DESC, source, account, reason
LIMIT $limit
