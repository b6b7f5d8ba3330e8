/*
title: Port scans and sweeps
group: network
description: >-
  Which addresses tried many ports of one target within an hour (a scan), or one port of many targets (a sweep)?
notes:
  - >-
    From inside your networks a scan is rare and serious; from the internet it is the weather. `from_inside` tells them
    apart, and `accepted` how many flows got through.
  - >-
    Answers to clients look like flows to many high ports: only ports below 32768 count. Health checks of load balancers
    and vulnerability scanners of your own show here.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_ports, type: integer, default: "15", help: Ports of one target within an hour that make a scan, example: "15" }
  - { name: min_targets, type: integer, default: "20", help: Targets of one port within an hour that make a sweep, example: "20" }
  - { name: inside_only, type: boolean, default: "false", help: Only scans from private addresses, example: "true" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH flows AS (
  SELECT
    accountid,
    date_trunc('hour', time_dt) AS hour_at,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS target,
    dst_endpoint.port AS port,
    action_id
  FROM vpc_flow
  WHERE connection_info.protocol_num IN (6, 17)
    AND dst_endpoint.port > 0
    AND dst_endpoint.port < 32768
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
    AND (NOT $inside_only OR REGEXP_LIKE(
      src_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD])'
    ))
),
scans AS (
  SELECT
    'scan' AS kind,
    hour_at,
    accountid,
    ip,
    target AS what,
    COUNT(DISTINCT port) AS breadth,
    COUNT(*) AS flows,
    COUNT_IF(action_id = 1) AS accepted
  FROM flows
  GROUP BY hour_at, accountid, ip, target
  HAVING COUNT(DISTINCT port) >= $min_ports
  UNION ALL
  SELECT
    'sweep',
    hour_at,
    accountid,
    ip,
    CONCAT('port ', CAST(port AS VARCHAR)),
    COUNT(DISTINCT target),
    COUNT(*),
    COUNT_IF(action_id = 1)
  FROM flows
  GROUP BY hour_at, accountid, ip, port
  HAVING COUNT(DISTINCT target) >= $min_targets
)
SELECT
  hour_at AS hour,
  accountid AS account,
  kind,
  ip AS source,
  REGEXP_LIKE(ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD])')
    AS from_inside,
  what AS scanned,
  breadth,
  flows,
  accepted
FROM scans
ORDER BY breadth DESC, hour, account, kind, source, scanned
LIMIT $limit
