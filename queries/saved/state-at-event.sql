/*
title: What an event changed
group: history
description: >-
  What did the resources that a CloudTrail event names look like when it happened, and what did AWS Config record next?
  This is an as-of join: for each resource the newest item at or before the event, and the first after it.
notes:
  - >-
    Give the event's id and its time as other queries print them, and no --from: the state before may have been recorded
    long ago (`lookback_days`).
  - >-
    `before` is the state that the event met, `after` the first item within a day. AWS Config may merge several changes into
    one item, and records some types minutes later.
  - >-
    A resource counts as named when its ARN or id stands in the event; a match of its name alone may be another resource
    of that name in the account.
tables: [cloudtrail, config]
parameters:
  - { name: event_id, type: string, required: true, help: The event's id, example: 4a1ad5d2-0000-4000-8000-000000000001 }
  - { name: event_at, type: instant, required: true, help: The event's time, example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH event AS (
  SELECT
    time_dt AS event_at,
    accountid,
    api.operation AS operation,
    CONCAT_WS(' ', api.request.data, api.response.data, aws.resources) AS named
  FROM cloudtrail
  WHERE metadata.uid = $event_id
    AND time_dt >= date_add('minute', -1, from_iso8601_timestamp($event_at))
    AND time_dt < date_add('minute', 1, from_iso8601_timestamp($event_at))
),
items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.arn AS arn,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    aws.state_id AS state_id,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    aws.supplementary_configuration AS supplementary
  FROM config
  WHERE time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($event_at))
    AND time_dt < date_add('day', 1, from_iso8601_timestamp($event_at))
),
matched AS (
  SELECT
    event.event_at,
    event.operation,
    CASE WHEN items.recorded_at <= event.event_at THEN 'before' ELSE 'after' END AS state,
    CASE
      WHEN STRPOS(event.named, CONCAT('"', items.arn, '"')) > 0 THEN 'ARN'
      WHEN STRPOS(event.named, CONCAT('"', items.resource_id, '"')) > 0 THEN 'id'
      ELSE 'name'
    END AS named_by,
    items.recorded_at,
    items.accountid,
    items.region,
    items.resource_type,
    items.resource_id,
    items.resource_name,
    items.state_id,
    items.status,
    items.configuration,
    items.supplementary
  FROM event
  JOIN items ON items.accountid = event.accountid
  WHERE STRPOS(event.named, CONCAT('"', items.arn, '"')) > 0
    OR STRPOS(event.named, CONCAT('"', items.resource_id, '"')) > 0
    OR STRPOS(event.named, CONCAT('"', items.resource_name, '"')) > 0
),
ranked AS (
  SELECT
    event_at,
    operation,
    state,
    named_by,
    recorded_at,
    accountid,
    region,
    resource_type,
    resource_id,
    resource_name,
    status,
    configuration,
    supplementary,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, resource_type, resource_id, state ORDER BY recorded_at DESC, state_id DESC
    ) AS newest,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, resource_type, resource_id, state ORDER BY recorded_at, state_id
    ) AS oldest
  FROM matched
)
SELECT
  event_at,
  operation,
  resource_type,
  resource_id,
  resource_name,
  named_by,
  state,
  recorded_at,
  status,
  accountid AS account,
  region,
  configuration,
  supplementary
FROM ranked
WHERE (state = 'before' AND newest = 1) OR (state = 'after' AND oldest = 1)
ORDER BY resource_type, resource_id, account, region, recorded_at, state
LIMIT $limit
