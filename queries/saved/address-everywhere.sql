/*
title: One address everywhere
group: network
description: >-
  Where does this address occur at all: who called AWS from it, which interfaces talked to it, which resources hold it,
  which findings name it? All accounts and all sources in one list.
notes:
  - >-
    `part` says how: `called from` (CloudTrail), `sent` and `received` (flow logs, seen from the address), `relayed` (behind
    a NAT gateway or load balancer), `held by` (a resource that AWS Config recorded with it), `named in` (findings).
  - >-
    A private address means another machine in each VPC: read those rows with their account, and see `held by`.
  - >-
    `held by` is within the window, too: the address may have belonged to someone else before and after.
  - >-
    IPv6 is looked for in the short spelling in lower case that AWS logs.
tables: [cloudtrail, vpc_flow, config, findings]
parameters:
  - { name: ip, type: ip, required: true, help: The address, example: 198.51.100.7 }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH flow_ends AS (
  SELECT
    CASE
      WHEN src_endpoint.ip = $ip THEN 'sent'
      WHEN dst_endpoint.ip = $ip THEN 'received'
      ELSE 'relayed'
    END AS part,
    accountid,
    region,
    CONCAT(
      CASE WHEN src_endpoint.ip = $ip THEN dst_endpoint.ip ELSE src_endpoint.ip END,
      ' port ',
      COALESCE(CAST(dst_endpoint.port AS VARCHAR), '-'),
      ' ',
      COALESCE(LOWER(action), 'unknown')
    ) AS what,
    COALESCE(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS detail,
    traffic.bytes AS bytes,
    time_dt
  FROM vpc_flow
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      src_endpoint.ip = $ip
      OR dst_endpoint.ip = $ip
      OR CONTAINS(src_endpoint.intermediate_ips, $ip)
      OR CONTAINS(dst_endpoint.intermediate_ips, $ip)
    )
),
seen AS (
  SELECT
    'cloudtrail' AS source,
    'called from' AS part,
    accountid,
    region,
    COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS what,
    actor."user".credential_uid AS detail,
    CAST(NULL AS BIGINT) AS bytes,
    time_dt
  FROM cloudtrail
  WHERE src_endpoint.ip = $ip AND ($account IS NULL OR accountid = $account)
  UNION ALL
  SELECT 'vpc_flow', part, accountid, region, what, detail, bytes, time_dt FROM flow_ends
  UNION ALL
  SELECT
    'config',
    'held by',
    accountid,
    region,
    COALESCE(aws.arn, aws.resource_id),
    aws.resource_type,
    CAST(NULL AS BIGINT),
    time_dt
  FROM config
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      STRPOS(element_at(resources, 1).data, CONCAT('"', $ip, '"')) > 0
      OR aws.resource_name = $ip
      OR aws.resource_id = $ip
    )
  UNION ALL
  SELECT
    'findings',
    'named in',
    accountid,
    region,
    rule_id,
    entity,
    CAST(NULL AS BIGINT),
    time_dt
  FROM findings
  WHERE ($account IS NULL OR accountid = $account)
    AND (entity = $ip OR ANY_MATCH(evidences, evidence -> STRPOS(evidence.data, CONCAT('"', $ip, '"')) > 0))
)
SELECT
  source,
  part,
  accountid AS account,
  region,
  what,
  detail,
  COUNT(*) AS events,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM seen
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY source, events DESC, part, account, region, what, detail
LIMIT $limit
