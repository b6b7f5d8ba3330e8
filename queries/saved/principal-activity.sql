/*
title: What did this principal do
group: identity
description: >-
  Calls of a user or role by service and operation. The principal is an ARN, a principal id, a user name, or the ARN of
  the role that gave out the session.
notes:
  - >-
    Sessions of a role are found by the role's ARN; by a session's ARN, that session alone.
tables: [cloudtrail]
parameters:
  - { name: principal, type: string, required: true, help: "ARN, principal id, user name or role ARN", example: "arn:aws:iam::111122223333:user/alice" }
  - { name: account, type: account, help: Only in this account, example: "111122223333" }
*/
SELECT
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  COUNT(*) AS events,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  COUNT(DISTINCT src_endpoint.ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE $principal IN (
    actor."user".uid, actor."user".uid_alt, actor."user".name, actor.session.issuer, aws.session_issuer.user_name
  )
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, account, region, service, operation
