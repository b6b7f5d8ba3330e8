/*
title: Bytes sent to the internet
group: network
description: Which of our addresses sent how much to which public address, and how many hours did it go on?
notes:
  - >-
    Only accepted flows from a private to a public address, as packets left: answers to requests from outside count too, so
    a web server leads the list. `received` is what came back in the same pair: far more sent than received is an upload.
  - >-
    `aws_service` is filled where the flow log format has pkt-dst-aws-service, such as S3.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_bytes, type: integer, default: "0", help: Only pairs with so many bytes sent or more, example: "500000000" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH flows AS (
  SELECT
    accountid,
    src_endpoint.ip AS src,
    dst_endpoint.ip AS dst,
    dst_endpoint.port AS port,
    dst_endpoint.svc_name AS aws_service,
    traffic.bytes AS bytes,
    time_dt,
    REGEXP_LIKE(src_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD]|[fF][eE]80:)')
      AS is_from_inside,
    REGEXP_LIKE(dst_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD]|[fF][eE]80:)')
      AS is_to_inside
  FROM vpc_flow
  WHERE action_id = 1
    AND src_endpoint.ip IS NOT NULL
    AND dst_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
),
pairs AS (
  SELECT
    accountid,
    CASE WHEN is_from_inside THEN src ELSE dst END AS inside,
    CASE WHEN is_from_inside THEN dst ELSE src END AS outside,
    is_from_inside,
    CASE WHEN is_from_inside THEN port END AS port,
    CASE WHEN is_from_inside THEN aws_service END AS aws_service,
    bytes,
    time_dt
  FROM flows
  WHERE is_from_inside <> is_to_inside
)
SELECT
  accountid AS account,
  inside AS address,
  outside AS destination,
  MIN(aws_service) AS aws_service,
  CAST(COALESCE(SUM(CASE WHEN is_from_inside THEN bytes END), 0) AS BIGINT) AS sent,
  CAST(COALESCE(SUM(CASE WHEN NOT is_from_inside THEN bytes END), 0) AS BIGINT) AS received,
  COUNT(DISTINCT port) AS ports,
  COUNT(DISTINCT date_trunc('hour', time_dt)) AS hours,
  COUNT(*) AS flows,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM pairs
GROUP BY 1, 2, 3
HAVING COALESCE(SUM(CASE WHEN is_from_inside THEN bytes END), 0) >= $min_bytes
ORDER BY sent DESC, received DESC, account, address, destination
LIMIT $limit
