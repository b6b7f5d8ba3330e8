/*
title: Console logins without MFA
group: identity
description: >-
  Successful console sign-ins without multi-factor authentication. Federated sign-ins are left out: their identity
  provider asks for the second factor, and CloudTrail cannot see it.
notes:
  - >-
    A user whose MFA device is asked for by a policy and not at sign-in also shows here.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  actor."user"."type" AS principal_type,
  COALESCE(actor."user".name, actor."user".uid, 'unknown') AS principal,
  src_endpoint.ip AS source,
  http_request.user_agent AS user_agent,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.operation = 'ConsoleLogin'
  AND status_id = 1
  AND is_mfa = false
  AND actor."user"."type" IN ('IAMUser', 'Root')
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, event_id
