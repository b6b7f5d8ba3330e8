/*
title: What the root users did
group: identity
description: Calls and sign-ins of root users, in order of time; what AWS does in their name is left out.
notes:
  - >-
    Few tasks need the root user: closing an account, some support and tax settings. Everything else here deserves a reason.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  status,
  is_mfa AS mfa,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE actor."user"."type" = 'Root'
  AND actor.invoked_by IS NULL
  AND metadata.event_code <> 'AwsServiceEvent'
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, event_id
