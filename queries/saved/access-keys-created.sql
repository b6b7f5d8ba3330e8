/*
title: Access keys created
group: privilege
description: Who created a long-term access key, for whom, and was the key used since?
notes:
  - >-
    `for_other` is a key for another user than the one who created it: a way to stay after one's own credentials are gone.
  - >-
    `first_used_at` looks at the window only, in the accounts whose events are here; NULL means no use was seen there.
  - >-
    A key of the root user has no `target`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH created AS (
  SELECT
    time_dt,
    accountid,
    actor."user"."type" AS principal_type,
    actor."user".name AS principal_name,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    json_extract_scalar(api.response.data, '$.accessKey.accessKeyId') AS access_key,
    COALESCE(
      json_extract_scalar(api.response.data, '$.accessKey.userName'),
      json_extract_scalar(api.request.data, '$.userName')
    ) AS target,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation = 'CreateAccessKey'
    AND ($account IS NULL OR accountid = $account)
),
used AS (
  SELECT
    actor."user".credential_uid AS access_key,
    MIN(time_dt) AS first_used_at,
    COUNT(*) AS calls
  FROM cloudtrail
  WHERE actor."user".credential_uid IN (SELECT access_key FROM created)
  GROUP BY 1
)
SELECT
  created.time_dt AS event_at,
  created.accountid AS account,
  created.principal,
  created.target,
  COALESCE(created.principal_type <> 'IAMUser' OR created.target <> created.principal_name, false) AS for_other,
  created.access_key,
  used.first_used_at,
  COALESCE(used.calls, 0) AS calls,
  created.ip AS source,
  created.error,
  created.event_id
FROM created
LEFT JOIN used ON used.access_key = created.access_key
ORDER BY event_at, account, event_id
LIMIT $limit
