/*
title: Roles handed to services
group: privilege
description: >-
  Who gave which role to a service, by starting an instance, a function, a container or a job with it? Handing on a role
  that is stronger than one's own is a way up.
notes:
  - >-
    PassRole itself is never logged: the call that carries the role is.
  - >-
    `first_at` recent in a long window is a new pair of principal and role.
  - >-
    Of calls that carry several roles (tasks of ECS) each is listed.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: role, type: string, help: Only roles whose name or ARN holds this text, example: admin }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.service.name AS service,
    api.operation AS operation,
    ARRAY[
      json_extract_scalar(api.request.data, '$.iamInstanceProfile.arn'),
      json_extract_scalar(api.request.data, '$.iamInstanceProfile.name'),
      json_extract_scalar(api.request.data, '$.IamInstanceProfile.Arn'),
      json_extract_scalar(api.request.data, '$.role'),
      json_extract_scalar(api.request.data, '$.roleArn'),
      json_extract_scalar(api.request.data, '$.roleARN'),
      json_extract_scalar(api.request.data, '$.serviceRole'),
      json_extract_scalar(api.request.data, '$.taskRoleArn'),
      json_extract_scalar(api.request.data, '$.executionRoleArn')
    ] AS candidates,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND api.service.name NOT IN ('sts.amazonaws.com', 'iam.amazonaws.com')
    AND (STRPOS(LOWER(api.request.data), 'role') > 0 OR STRPOS(LOWER(api.request.data), 'instanceprofile') > 0)
    AND ($account IS NULL OR accountid = $account)
),
passed AS (
  SELECT calls.accountid, calls.principal, calls.service, calls.operation, calls.error, calls.time_dt, u.role
  FROM calls
  CROSS JOIN UNNEST(ARRAY_DISTINCT(calls.candidates)) AS u (role)
  WHERE u.role IS NOT NULL AND ($role IS NULL OR STRPOS(u.role, $role) > 0)
)
SELECT
  accountid AS account,
  principal,
  role,
  service,
  operation,
  COUNT_IF(error IS NULL) AS calls,
  COUNT_IF(error IS NOT NULL) AS refused,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM passed
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_at DESC, account, principal, role, service, operation
LIMIT $limit
