/*
title: Root sessions taken in member accounts
group: cross-account
description: >-
  Who took short root sessions in member accounts (sts:AssumeRoot), with which task policy, and what was done in them?
notes:
  - >-
    Central root access belongs to the management account or a delegated administrator; the session lasts 15 minutes at
    most and may do only what its task policy allows.
  - >-
    Calls are matched by the key that was given out; where the trail does not log the answer, `calls` is 0.
tables: [cloudtrail]
parameters:
  - { name: member, type: account, help: Only sessions in this member account, example: "444455556666" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH taken AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, 'unknown') AS principal,
    json_extract_scalar(api.request.data, '$.targetPrincipal') AS target,
    json_extract_scalar(api.request.data, '$.taskPolicyArn.arn') AS task_policy,
    json_extract_scalar(api.response.data, '$.credentials.accessKeyId') AS access_key,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com' AND api.operation = 'AssumeRoot'
),
calls AS (
  SELECT
    actor."user".credential_uid AS access_key,
    COUNT(*) AS calls,
    ARRAY_JOIN(ARRAY_AGG(DISTINCT api.operation ORDER BY api.operation), ' ') AS operations
  FROM cloudtrail
  WHERE actor."user".credential_uid IN (SELECT access_key FROM taken)
  GROUP BY 1
)
SELECT
  taken.time_dt AS event_at,
  taken.accountid AS account,
  taken.principal,
  taken.target AS member,
  SPLIT_PART(taken.task_policy, '/', 3) AS task,
  taken.access_key,
  COALESCE(calls.calls, 0) AS calls,
  calls.operations,
  taken.ip AS source,
  taken.error,
  taken.event_id
FROM taken
LEFT JOIN calls ON calls.access_key = taken.access_key
WHERE $member IS NULL OR STRPOS(taken.target, $member) > 0
ORDER BY event_at, account, event_id
LIMIT $limit
