/*
title: Errors by code
group: noise
description: Which errors do calls end in, how often, for how many principals, and what is an example?
notes:
  - >-
    Denials alone are in `denied-calls-by-account`. An error that one principal gets all day is a broken job; one that many
    get at once is a change.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  api.service.name AS service,
  api.response.error AS error,
  COUNT(*) AS events,
  COUNT(DISTINCT accountid) AS accounts,
  COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by)) AS principals,
  COUNT(DISTINCT api.operation) AS operations,
  MIN(api.operation) AS example_operation,
  MIN(COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by)) AS example_principal,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE api.response.error IS NOT NULL
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2
ORDER BY events DESC, service, error
LIMIT $limit
