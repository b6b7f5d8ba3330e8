/*
title: Objects that could not be read
group: guardrails
description: Which delivered objects were quarantined or skipped, why, in which account, and what time do they leave open?
notes:
  - >-
    Their records are in no table: an answer about that account and time is incomplete. The
    lines about completeness below answers say so, too.
  - >-
    An object that a later run read is not listed: the last decision counts.
tables: [ledger]
parameters:
  - { name: since, type: instant, help: Only objects decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: skipped, type: boolean, default: "false", help: Whether objects skipped by a rule are listed too, example: "true" }
  - { name: limit, type: integer, default: "500", help: Objects at most, example: "500" }
*/
SELECT
  decided_at,
  state,
  reason,
  source,
  accountid AS account,
  region,
  "object",
  size_bytes,
  first_event_at,
  last_event_at,
  detail
FROM ledger
WHERE (state = 'quarantined' OR ($skipped AND state = 'skipped'))
  AND ($since IS NULL OR decided_at >= from_iso8601_timestamp($since))
  AND ($account IS NULL OR accountid = $account)
ORDER BY decided_at DESC, "object", object_version
LIMIT $limit
