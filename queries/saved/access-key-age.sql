/*
title: Age and last use of access keys
group: audit
description: How old is each long-term access key that was used or changed, when was it last used, and is it still active?
notes:
  - >-
    CloudTrail knows no key that was neither used nor changed in the window: a credential report of IAM is the full list.
    Ask over all the time that you have.
  - >-
    `age_is_known` false: the creation is not in the window, so the key is at least so old.
  - >-
    `state` is the last seen change: `deleted`, `inactive`, or `active`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: When the age counts; now unless given, example: "2026-01-10T00:00:00Z" }
  - { name: min_days, type: integer, default: "0", help: Days old at least, example: "90" }
  - { name: limit, type: integer, default: "500", help: Keys at most, example: "500" }
*/
WITH changes AS (
  SELECT
    COALESCE(
      json_extract_scalar(api.response.data, '$.accessKey.accessKeyId'),
      json_extract_scalar(api.request.data, '$.accessKeyId')
    ) AS access_key,
    accountid,
    COALESCE(
      json_extract_scalar(api.response.data, '$.accessKey.userName'),
      json_extract_scalar(api.request.data, '$.userName'),
      actor."user".name
    ) AS owner,
    CASE
      WHEN api.operation = 'CreateAccessKey' THEN 'active'
      WHEN api.operation = 'DeleteAccessKey' THEN 'deleted'
      ELSE LOWER(json_extract_scalar(api.request.data, '$.status'))
    END AS state,
    api.operation AS operation,
    time_dt,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN ('CreateAccessKey', 'DeleteAccessKey', 'UpdateAccessKey')
    AND api.response.error IS NULL
    AND time_dt <= from_iso8601_timestamp($at)
    AND ($account IS NULL OR accountid = $account)
),
ranked AS (
  SELECT
    access_key,
    accountid,
    owner,
    state,
    operation,
    time_dt,
    ROW_NUMBER() OVER (PARTITION BY access_key ORDER BY time_dt DESC, event_id DESC) AS age
  FROM changes
  WHERE access_key IS NOT NULL
),
managed AS (
  SELECT
    access_key,
    MAX(accountid) AS accountid,
    MAX(owner) AS owner,
    MAX(CASE WHEN age = 1 THEN state END) AS state,
    MIN(CASE WHEN operation = 'CreateAccessKey' THEN time_dt END) AS created_at,
    MIN(time_dt) AS first_at
  FROM ranked
  GROUP BY 1
),
used AS (
  SELECT
    actor."user".credential_uid AS access_key,
    MAX(actor."user".account.uid) AS accountid,
    MAX(actor."user".name) AS owner,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at,
    COUNT(*) AS calls
  FROM cloudtrail
  WHERE STRPOS(actor."user".credential_uid, 'AKIA') = 1
    AND time_dt <= from_iso8601_timestamp($at)
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1
),
keys AS (
  SELECT
    COALESCE(managed.access_key, used.access_key) AS access_key,
    COALESCE(managed.accountid, used.accountid) AS accountid,
    COALESCE(managed.owner, used.owner, 'root') AS owner,
    COALESCE(managed.state, 'active') AS state,
    managed.created_at,
    LEAST(COALESCE(managed.first_at, used.first_at), COALESCE(used.first_at, managed.first_at)) AS first_at,
    used.last_at,
    COALESCE(used.calls, 0) AS calls
  FROM managed
  FULL OUTER JOIN used ON used.access_key = managed.access_key
)
SELECT
  accountid AS account,
  owner,
  access_key,
  state,
  date_diff('day', COALESCE(created_at, first_at), from_iso8601_timestamp($at)) AS age_days,
  created_at IS NOT NULL AS age_is_known,
  created_at,
  last_at AS last_used_at,
  calls
FROM keys
WHERE date_diff('day', COALESCE(created_at, first_at), from_iso8601_timestamp($at)) >= $min_days
ORDER BY age_days DESC, account, owner, access_key
LIMIT $limit
