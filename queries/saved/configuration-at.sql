/*
title: What this resource looked like at a time
group: history
description: >-
  How did AWS Config describe this resource (a policy, a bucket, an instance, anything it records) at that time: the
  newest item recorded at or before the instant, and the item after it?
notes:
  - >-
    `valid_until` is when the next item was recorded; NULL means that none followed in this lake.
  - >-
    Give no --from: an item recorded before the window is not seen. `lookback_days` bounds how far back is read.
  - >-
    The configuration is JSON as AWS Config wrote it; what services add to it is in `supplementary`.
tables: [config]
parameters:
  - { name: resource, type: string, required: true, help: "ARN, id or name of the resource", example: example-bucket }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "20", help: Resources at most, example: "20" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    LEAD(time_dt) OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt, aws.state_id
    ) AS next_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    aws.supplementary_configuration AS supplementary,
    aws.state_id AS state_id
  FROM config
  WHERE $resource IN (aws.arn, aws.resource_id, aws.resource_name)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
ranked AS (
  SELECT
    recorded_at,
    next_at,
    accountid,
    region,
    resource_type,
    resource_id,
    resource_name,
    status,
    configuration,
    supplementary,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, resource_type, resource_id ORDER BY recorded_at DESC, state_id DESC
    ) AS age
  FROM items
  WHERE recorded_at <= from_iso8601_timestamp($at)
)
SELECT
  recorded_at,
  next_at AS valid_until,
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  status,
  configuration,
  supplementary
FROM ranked
WHERE age = 1
ORDER BY account, region, resource_type, resource_id
LIMIT $limit
