/*
title: Changes of users, roles and policies
group: privilege
description: Everything that changed who may do what, in order of time.
notes:
  - >-
    Refused attempts are listed with their error; a change has none.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  api.operation AS operation,
  COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by, 'unknown') AS principal,
  "user".name AS target,
  COALESCE(
    json_extract_scalar(api.request.data, '$.policyArn'),
    json_extract_scalar(api.request.data, '$.policyName')
  ) AS policy,
  api.response.error AS error,
  src_endpoint.ip AS source,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.service.name = 'iam.amazonaws.com'
  AND COALESCE(aws.read_only, false) = false
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, event_id
LIMIT $limit
