/*
title: Configuration changes and who made them
group: history
description: >-
  What did AWS Config record as created, changed or deleted, and which CloudTrail event, by whom, does it name as the cause?
notes:
  - >-
    AWS Config names the event for some types only; where it names none, `event_id` is NULL: `resource-changes` finds
    calls by the resource's name.
  - >-
    A named event whose record is not in the window (or not in this lake) leaves `principal` NULL.
tables: [config, cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: resource_type, type: string, help: Only resources of this type, example: "AWS::EC2::SecurityGroup" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    metadata.correlation_uid AS event_id,
    metadata.uid AS item_id
  FROM config
  WHERE activity_id = 1
    AND ($account IS NULL OR accountid = $account)
    AND ($resource_type IS NULL OR aws.resource_type = $resource_type)
),
events AS (
  SELECT
    metadata.uid AS event_id,
    accountid,
    MIN(time_dt) AS time_dt,
    MIN(COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown')) AS principal,
    MIN(api.operation) AS operation,
    MIN(src_endpoint.ip) AS ip
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND metadata.uid IN (SELECT event_id FROM items)
  GROUP BY 1, 2
)
SELECT
  items.time_dt AS recorded_at,
  items.accountid AS account,
  items.region,
  items.resource_type,
  items.resource_id,
  items.resource_name,
  items.status,
  events.time_dt AS event_at,
  events.principal,
  events.operation,
  events.ip AS source,
  items.event_id
FROM items
LEFT JOIN events ON events.event_id = items.event_id AND events.accountid = items.accountid
ORDER BY recorded_at, account, items.item_id
LIMIT $limit
