/*
title: Top denied calls by account
group: noise
description: Calls that were refused for want of permission, counted by account, principal and operation.
notes:
  - >-
    Many operations refused to one principal within minutes look like someone trying out what a credential can do; one operation refused all day is a broken job.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  accountid AS account,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  api.response.error AS error,
  COUNT(*) AS denied,
  COUNT(DISTINCT src_endpoint.ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE (
    LOWER(api.response.error) LIKE '%accessdenied%'
    OR LOWER(api.response.error) LIKE '%unauthorized%'
    OR LOWER(api.response.error) LIKE '%authfailure%'
    OR LOWER(api.response.error) LIKE '%forbidden%'
  )
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4, 5
ORDER BY denied DESC, account, principal, service, operation
LIMIT $limit
