/*
title: What an account held at a time
group: history
description: How many resources of each type did each account and region hold at that time, as far as AWS Config recorded them?
notes:
  - >-
    A resource counts when its newest item at or before the instant is no deletion. Types that AWS Config does not record
    are missing; a resource older than `lookback_days` without any change since is only known from snapshots.
  - >-
    Give no --from: items recorded before the window are not seen. This reads all items up to the instant.
tables: [config]
parameters:
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH items AS (
  SELECT
    accountid,
    region,
    aws.resource_type AS resource_type,
    status_code AS status,
    time_dt,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  region,
  resource_type,
  COUNT(*) AS resources,
  MAX(time_dt) AS last_change_at
FROM items
WHERE age = 1 AND COALESCE(status, '') NOT IN ('ResourceDeleted', 'ResourceDeletedNotRecorded', 'ResourceNotRecorded')
GROUP BY 1, 2, 3
ORDER BY account, region, resource_type
LIMIT $limit
