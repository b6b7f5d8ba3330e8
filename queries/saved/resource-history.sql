/*
title: History of this resource
group: history
description: >-
  What AWS Config recorded of a resource, in order of time: its status, the CloudTrail event behind the change where
  Config names one, and whether its configuration differs from the item before.
notes:
  - >-
    `changed` compares with the item before in the window; the first is always `true`.
  - >-
    AWS Config records some types with minutes of delay and merges quick changes into one item.
tables: [config]
parameters:
  - { name: resource, type: string, required: true, help: "ARN, id or name of the resource", example: example-bucket }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    status_code AS status,
    metadata.correlation_uid AS event_id,
    aws.state_id AS state_id,
    element_at(resources, 1).data AS configuration
  FROM config
  WHERE $resource IN (aws.arn, aws.resource_id, aws.resource_name)
)
SELECT
  recorded_at,
  accountid AS account,
  region,
  resource_type,
  resource_id,
  status,
  configuration IS DISTINCT FROM LAG(configuration)
    OVER (PARTITION BY accountid, region, resource_type, resource_id ORDER BY recorded_at, state_id) AS changed,
  event_id,
  configuration
FROM items
ORDER BY recorded_at, account, region, resource_type, resource_id, state_id
