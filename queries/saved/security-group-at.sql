/*
title: What this security group looked like at a time
group: history
description: >-
  The rules of a security group as AWS Config last recorded them up to an instant, one row each. A group without rules,
  or one that was deleted, gives one row without a rule.
notes:
  - >-
    Give no --from, or one far enough back: an item recorded before the window is not seen.
  - >-
    Time is when AWS Config recorded the group, which may be minutes after the change.
tables: [config]
parameters:
  - { name: group_id, type: string, required: true, help: Id of the security group, example: sg-0a1b2c3d4e5f60718 }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    status_code AS status,
    accountid,
    region,
    aws.resource_name AS group_name,
    element_at(resources, 1).data AS configuration,
    ROW_NUMBER() OVER (PARTITION BY accountid, region ORDER BY time_dt DESC, aws.state_id DESC) AS age
  FROM config
  WHERE aws.resource_type = 'AWS::EC2::SecurityGroup'
    AND aws.resource_id = $group_id
    AND time_dt <= from_iso8601_timestamp($at)
),
latest AS (
  SELECT
    recorded_at,
    status,
    accountid,
    region,
    group_name,
    CAST(json_extract(configuration, '$.ipPermissions') AS ARRAY(JSON)) AS permissions_in,
    CAST(json_extract(configuration, '$.ipPermissionsEgress') AS ARRAY(JSON)) AS permissions_out
  FROM items
  WHERE age = 1
),
permissions AS (
  SELECT latest.accountid, latest.region, 'in' AS direction, p.permission
  FROM latest CROSS JOIN UNNEST(latest.permissions_in) AS p (permission)
  UNION ALL
  SELECT latest.accountid, latest.region, 'out' AS direction, p.permission
  FROM latest CROSS JOIN UNNEST(latest.permissions_out) AS p (permission)
),
parts AS (
  SELECT
    accountid,
    region,
    direction,
    permission,
    CAST(json_extract(permission, '$.ipv4Ranges') AS ARRAY(JSON)) AS v4_ranges,
    CAST(json_extract(permission, '$.ipv6Ranges') AS ARRAY(JSON)) AS v6_ranges,
    CAST(json_extract(permission, '$.userIdGroupPairs') AS ARRAY(JSON)) AS groups,
    CAST(json_extract(permission, '$.prefixListIds') AS ARRAY(JSON)) AS prefix_lists
  FROM permissions
),
lists AS (
  SELECT
    accountid,
    region,
    direction,
    permission,
    CONCAT(
      COALESCE(v4_ranges, ARRAY[]), COALESCE(v6_ranges, ARRAY[]), COALESCE(groups, ARRAY[]), COALESCE(prefix_lists, ARRAY[])
    ) AS items
  FROM parts
),
peers AS (
  SELECT
    lists.accountid,
    lists.region,
    lists.direction,
    lists.permission,
    COALESCE(
      json_extract_scalar(r.item, '$.cidrIp'),
      json_extract_scalar(r.item, '$.cidrIpv6'),
      json_extract_scalar(r.item, '$.groupId'),
      json_extract_scalar(r.item, '$.prefixListId')
    ) AS peer,
    json_extract_scalar(r.item, '$.description') AS description
  FROM lists CROSS JOIN UNNEST(lists.items) AS r (item)
)
SELECT
  latest.recorded_at,
  latest.status,
  latest.accountid AS account,
  latest.region,
  latest.group_name,
  peers.direction,
  -- EC2 writes -1 for "all protocols".
  CASE json_extract_scalar(peers.permission, '$.ipProtocol')
    WHEN '-1' THEN 'all'
    ELSE json_extract_scalar(peers.permission, '$.ipProtocol')
  END AS protocol,
  CAST(json_extract_scalar(peers.permission, '$.fromPort') AS INTEGER) AS from_port,
  CAST(json_extract_scalar(peers.permission, '$.toPort') AS INTEGER) AS to_port,
  peers.peer,
  peers.description
FROM latest
LEFT JOIN peers ON peers.accountid = latest.accountid AND peers.region = latest.region
ORDER BY account, region, direction, protocol, from_port, to_port, peer, description
