/*
title: Security groups open to everyone
group: audit
description: Which security groups let everyone in, on which ports, as of a time?
notes:
  - >-
    One row per rule. A group that no interface uses lets nobody in: `used_by` counts the interfaces and instances that
    AWS Config relates to it.
  - >-
    Give no --from: an item recorded before the window is not seen.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: As of then; now unless given, example: "2026-01-05T12:00:00Z" }
  - { name: web, type: boolean, default: "false", help: Whether rules for ports 80 and 443 alone are listed, example: "true" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_id AS group_id,
    aws.resource_name AS group_name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    CARDINALITY(FILTER(
      resources, other -> other.type IN ('AWS::EC2::NetworkInterface', 'AWS::EC2::Instance')
    )) AS used_by,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE aws.resource_type = 'AWS::EC2::SecurityGroup'
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
latest AS (
  SELECT
    recorded_at,
    accountid,
    region,
    group_id,
    group_name,
    used_by,
    CAST(json_extract(configuration, '$.ipPermissions') AS ARRAY(JSON)) AS permissions
  FROM items
  WHERE age = 1 AND COALESCE(status, '') NOT LIKE 'ResourceDeleted%'
),
parts AS (
  SELECT
    latest.recorded_at,
    latest.accountid,
    latest.region,
    latest.group_id,
    latest.group_name,
    latest.used_by,
    json_extract_scalar(p.permission, '$.ipProtocol') AS protocol,
    TRY_CAST(json_extract_scalar(p.permission, '$.fromPort') AS INTEGER) AS from_port,
    TRY_CAST(json_extract_scalar(p.permission, '$.toPort') AS INTEGER) AS to_port,
    CAST(json_extract(p.permission, '$.ipv4Ranges') AS ARRAY(JSON)) AS v4_ranges,
    CAST(json_extract(p.permission, '$.ipv6Ranges') AS ARRAY(JSON)) AS v6_ranges
  FROM latest
  CROSS JOIN UNNEST(latest.permissions) AS p (permission)
),
lists AS (
  SELECT
    recorded_at,
    accountid,
    region,
    group_id,
    group_name,
    used_by,
    protocol,
    from_port,
    to_port,
    CONCAT(COALESCE(v4_ranges, ARRAY[]), COALESCE(v6_ranges, ARRAY[])) AS items
  FROM parts
),
rules AS (
  SELECT
    lists.recorded_at,
    lists.accountid,
    lists.region,
    lists.group_id,
    lists.group_name,
    lists.used_by,
    lists.protocol,
    lists.from_port,
    lists.to_port,
    COALESCE(json_extract_scalar(r.item, '$.cidrIp'), json_extract_scalar(r.item, '$.cidrIpv6')) AS peer
  FROM lists
  CROSS JOIN UNNEST(lists.items) AS r (item)
)
SELECT
  accountid AS account,
  region,
  group_id,
  group_name,
  CASE protocol WHEN '-1' THEN 'all' ELSE protocol END AS protocol,
  from_port,
  to_port,
  peer,
  used_by,
  recorded_at
FROM rules
WHERE peer IN ('0.0.0.0/0', '::/0')
  AND ($web OR NOT COALESCE(from_port = to_port AND from_port IN (80, 443), false))
ORDER BY account, region, group_id, protocol, from_port, to_port, peer
LIMIT $limit
