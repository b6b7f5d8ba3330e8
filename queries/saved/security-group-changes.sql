/*
title: Rules added to and taken from security groups
group: network
description: >-
  Who opened or closed which ports of which security group for whom, one row per rule and peer?
notes:
  - >-
    `to_everyone` marks 0.0.0.0/0 and ::/0. A peer that is a group (sg-...) or a prefix list (pl-...) is listed as it is.
  - >-
    Calls that name rules by their ids only (revokes from the console) have no ports: `security-group-at` says what the
    rule was.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: group_id, type: string, help: Only this security group, example: sg-0a1b2c3d4e5f60718 }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.groupId') AS group_id,
    CAST(json_extract(api.request.data, '$.ipPermissions.items') AS ARRAY(JSON)) AS permissions,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'ec2.amazonaws.com'
    AND api.operation IN (
      'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
      'RevokeSecurityGroupEgress'
    )
    AND ($account IS NULL OR accountid = $account)
),
rules AS (
  SELECT
    changes.time_dt,
    changes.accountid,
    changes.region,
    changes.principal,
    changes.operation,
    changes.group_id,
    changes.error,
    changes.ip,
    changes.event_id,
    p.permission
  FROM changes
  LEFT JOIN UNNEST(changes.permissions) AS p (permission) ON TRUE
  WHERE $group_id IS NULL OR changes.group_id = $group_id
),
parts AS (
  SELECT
    time_dt,
    accountid,
    region,
    principal,
    operation,
    group_id,
    error,
    ip,
    event_id,
    json_extract_scalar(permission, '$.ipProtocol') AS protocol,
    TRY_CAST(json_extract_scalar(permission, '$.fromPort') AS INTEGER) AS from_port,
    TRY_CAST(json_extract_scalar(permission, '$.toPort') AS INTEGER) AS to_port,
    CAST(json_extract(permission, '$.ipRanges.items') AS ARRAY(JSON)) AS v4_ranges,
    CAST(json_extract(permission, '$.ipv6Ranges.items') AS ARRAY(JSON)) AS v6_ranges,
    CAST(json_extract(permission, '$.groups.items') AS ARRAY(JSON)) AS groups,
    CAST(json_extract(permission, '$.prefixListIds.items') AS ARRAY(JSON)) AS prefix_lists
  FROM rules
),
lists AS (
  SELECT
    time_dt,
    accountid,
    region,
    principal,
    operation,
    group_id,
    error,
    ip,
    event_id,
    protocol,
    from_port,
    to_port,
    CONCAT(
      COALESCE(v4_ranges, ARRAY[]), COALESCE(v6_ranges, ARRAY[]), COALESCE(groups, ARRAY[]), COALESCE(prefix_lists, ARRAY[])
    ) AS items
  FROM parts
),
peers AS (
  SELECT
    lists.time_dt,
    lists.accountid,
    lists.region,
    lists.principal,
    lists.operation,
    lists.group_id,
    lists.error,
    lists.ip,
    lists.event_id,
    lists.protocol,
    lists.from_port,
    lists.to_port,
    COALESCE(
      json_extract_scalar(r.item, '$.cidrIp'),
      json_extract_scalar(r.item, '$.cidrIpv6'),
      json_extract_scalar(r.item, '$.groupId'),
      json_extract_scalar(r.item, '$.prefixListId')
    ) AS peer
  FROM lists
  LEFT JOIN UNNEST(lists.items) AS r (item) ON TRUE
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  principal,
  group_id,
  CASE WHEN operation LIKE 'Authorize%' THEN 'opened' ELSE 'closed' END AS change,
  CASE WHEN operation LIKE '%Ingress' THEN 'in' ELSE 'out' END AS direction,
  CASE protocol WHEN '-1' THEN 'all' ELSE protocol END AS protocol,
  from_port,
  to_port,
  peer,
  COALESCE(peer IN ('0.0.0.0/0', '::/0'), false) AS to_everyone,
  ip AS source,
  error,
  event_id
FROM peers
ORDER BY event_at, account, event_id, direction, protocol, from_port, to_port, peer
LIMIT $limit
