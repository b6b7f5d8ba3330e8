/*
title: New users and roles, and what they were given
group: privilege
description: >-
  Which users and roles were created, by whom, what policies did they get within the window, and have they been used?
notes:
  - >-
    `grants` are policies and groups given to the same name in the same account after it was created.
  - >-
    `first_used_at` is the first call as that user or role in the window, NULL when none was seen.
  - >-
    A name that was deleted and created again counts from each creation.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH iam_calls AS (
  SELECT
    time_dt,
    accountid,
    api.operation AS operation,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.userName'),
      json_extract_scalar(api.request.data, '$.roleName')
    ) AS name,
    CASE WHEN json_extract_scalar(api.request.data, '$.roleName') IS NULL THEN 'user' ELSE 'role' END AS kind,
    COALESCE(
      json_extract_scalar(api.request.data, '$.policyArn'),
      json_extract_scalar(api.request.data, '$.policyName'),
      json_extract_scalar(api.request.data, '$.groupName')
    ) AS granted,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.response.error IS NULL
    AND api.operation IN (
      'CreateUser', 'CreateRole', 'AttachUserPolicy', 'AttachRolePolicy', 'PutUserPolicy', 'PutRolePolicy', 'AddUserToGroup'
    )
    AND ($account IS NULL OR accountid = $account)
),
created AS (
  SELECT time_dt, accountid, operation, principal, name, kind, ip, event_id
  FROM iam_calls
  WHERE operation IN ('CreateUser', 'CreateRole')
),
grants AS (
  SELECT
    created.event_id,
    ARRAY_JOIN(ARRAY_AGG(DISTINCT iam_calls.granted ORDER BY iam_calls.granted), ' ') AS granted
  FROM created
  JOIN iam_calls
    ON iam_calls.accountid = created.accountid AND iam_calls.kind = created.kind AND iam_calls.name = created.name
  WHERE iam_calls.granted IS NOT NULL AND iam_calls.time_dt >= created.time_dt
  GROUP BY 1
),
uses AS (
  SELECT
    accountid,
    CASE WHEN actor."user"."type" = 'IAMUser' THEN 'user' ELSE 'role' END AS kind,
    COALESCE(aws.session_issuer.user_name, actor."user".name) AS name,
    MIN(time_dt) AS first_used_at,
    COUNT(*) AS calls
  FROM cloudtrail
  WHERE actor."user"."type" IN ('IAMUser', 'AssumedRole')
    AND COALESCE(aws.session_issuer.user_name, actor."user".name) IN (SELECT name FROM created)
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1, 2, 3
)
SELECT
  created.time_dt AS event_at,
  created.accountid AS account,
  created.kind,
  created.name,
  created.principal AS created_by,
  grants.granted AS grants,
  uses.first_used_at,
  COALESCE(uses.calls, 0) AS calls,
  created.ip AS source,
  created.event_id
FROM created
LEFT JOIN grants ON grants.event_id = created.event_id
LEFT JOIN uses ON uses.accountid = created.accountid AND uses.kind = created.kind AND uses.name = created.name
ORDER BY event_at, account, event_id
LIMIT $limit
