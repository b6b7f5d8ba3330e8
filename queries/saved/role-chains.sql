/*
title: Roles that assumed other roles
group: cross-account
description: >-
  Which roles were assumed by sessions of other roles, within an account and across, when first, and how often?
notes:
  - >-
    A pair whose `first_at` is recent in a long window is a new way between two accounts.
  - >-
    Both accounts log an assumption across accounts; it counts once. Where the caller's own account does not log, the
    caller is its principal id.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only roles of this account, example: "444455556666" }
  - { name: across_only, type: boolean, default: "false", help: Only chains that cross accounts, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH links AS (
  SELECT
    COALESCE(aws.shared_event_id, metadata.uid) AS occurrence,
    MAX(actor."user".account.uid) AS from_account,
    COALESCE(MAX(actor.session.issuer), MAX(SPLIT_PART(actor."user".uid_alt, ':', 1))) AS from_role,
    MAX(json_extract_scalar(api.request.data, '$.roleArn')) AS to_role,
    MAX(src_endpoint.ip) AS ip,
    MAX(api.response.error) AS error,
    MIN(time_dt) AS time_dt
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation = 'AssumeRole'
    AND (actor."user"."type" = 'AssumedRole' OR STRPOS(actor."user".uid_alt, 'AROA') = 1)
  GROUP BY 1
)
SELECT
  from_account,
  from_role,
  SPLIT_PART(to_role, ':', 5) AS to_account,
  to_role,
  COUNT_IF(error IS NULL) AS sessions,
  COUNT_IF(error IS NOT NULL) AS failures,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM links
WHERE ($account IS NULL OR SPLIT_PART(to_role, ':', 5) = $account)
  AND (NOT $across_only OR from_account <> SPLIT_PART(to_role, ':', 5))
GROUP BY 1, 2, 3, 4
ORDER BY first_at DESC, from_account, from_role, to_role
LIMIT $limit
