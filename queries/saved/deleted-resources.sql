/*
title: Resources deleted
group: history
description: Which resources were deleted, when were they created, and when did AWS Config last see them change?
notes:
  - >-
    `lived_days` counts from the creation time where AWS Config knows it. A resource that lived for minutes and is of a
    type that nobody here uses is worth a question.
  - >-
    Who deleted it is in `config-changes-with-actor` or `resource-changes`.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: resource_type, type: string, help: Only resources of this type, example: "AWS::EC2::Instance" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    MAX(aws.resource_name) AS resource_name,
    MIN(element_at(resources, 1).created_time) AS created_ms,
    MAX(CASE WHEN status_code LIKE 'ResourceDeleted%' THEN time_dt END) AS deleted_at,
    MAX(CASE WHEN status_code NOT LIKE 'ResourceDeleted%' THEN time_dt END) AS last_seen_at
  FROM config
  WHERE ($account IS NULL OR accountid = $account)
    AND ($resource_type IS NULL OR aws.resource_type = $resource_type)
  GROUP BY accountid, region, aws.resource_type, aws.resource_id
)
SELECT
  deleted_at,
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  from_unixtime(created_ms / 1000) AS created_at,
  date_diff('day', from_unixtime(created_ms / 1000), deleted_at) AS lived_days,
  last_seen_at
FROM items
WHERE deleted_at IS NOT NULL
  AND (last_seen_at IS NULL OR last_seen_at <= deleted_at)
ORDER BY deleted_at DESC, account, region, resource_type, resource_id
LIMIT $limit
