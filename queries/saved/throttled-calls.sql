/*
title: Throttled calls
group: noise
description: Who was slowed down by AWS's limits, on which operation, and in how many minutes?
notes:
  - >-
    Throttling costs its victims, who share the account's limits with whoever calls too much: compare with `top-calls`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  COUNT(*) AS throttled,
  COUNT(DISTINCT date_trunc('minute', time_dt)) AS minutes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE (
    api.response.error LIKE '%Throttl%'
    OR api.response.error LIKE '%RequestLimitExceeded%'
    OR api.response.error LIKE '%TooManyRequests%'
    OR api.response.error LIKE '%SlowDown%'
    OR api.response.error LIKE '%ProvisionedThroughputExceeded%'
  )
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4, 5
ORDER BY throttled DESC, account, region, principal, service, operation
LIMIT $limit
