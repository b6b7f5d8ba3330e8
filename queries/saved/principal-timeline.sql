/*
title: Timeline of a principal
group: identity
description: >-
  What did this user, role or session do, call by call, in order of time? The principal is an ARN, a principal id, a
  user name, or the ARN of the role that gave out the session.
notes:
  - >-
    `session` is the name that whoever assumed the role gave; people's sessions carry their e-mail address there, those
    of EC2 the instance id.
  - >-
    When the limit cuts the list, the last row's time is where to go on with --from.
tables: [cloudtrail]
parameters:
  - { name: principal, type: string, required: true, help: "ARN, principal id, user name or role ARN", example: "arn:aws:iam::111122223333:user/alice" }
  - { name: account, type: account, help: Only in this account, example: "111122223333" }
  - { name: changes_only, type: boolean, default: "false", help: Leave out calls that only read, example: "true" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  NULLIF(SPLIT_PART(actor."user".uid_alt, ':', 2), '') AS session,
  actor."user".credential_uid AS access_key,
  COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
  http_request.user_agent AS user_agent,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE $principal IN (
    actor."user".uid, actor."user".uid_alt, actor."user".name, actor.session.issuer, aws.session_issuer.user_name
  )
  AND ($account IS NULL OR accountid = $account)
  AND (NOT $changes_only OR COALESCE(aws.read_only, false) = false)
ORDER BY event_at, account, event_id
LIMIT $limit
