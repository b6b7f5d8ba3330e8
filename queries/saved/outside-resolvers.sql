/*
title: DNS and mail straight to the internet
group: network
description: >-
  Which of our addresses talk DNS (53, 853), mail (25, 465, 587), or remote shells and tunnels (22, 1194, 3389, 51820) to
  public addresses?
notes:
  - >-
    Names are resolved by the VPC's own resolver: DNS to elsewhere avoids its logs, and much of it can be a tunnel.
  - >-
    A mail server's port 25 is its work; anyone else's is spam.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
SELECT
  accountid AS account,
  src_endpoint.ip AS address,
  dst_endpoint.port AS port,
  connection_info.protocol_num AS protocol,
  COUNT(DISTINCT dst_endpoint.ip) AS destinations,
  MIN(dst_endpoint.ip) AS example_destination,
  COUNT_IF(action_id = 1) AS accepted,
  COUNT_IF(action_id = 2) AS refused,
  CAST(SUM(traffic.bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM vpc_flow
WHERE dst_endpoint.port IN (22, 25, 53, 465, 587, 853, 1194, 3389, 51820)
  AND ($account IS NULL OR accountid = $account)
  AND REGEXP_LIKE(src_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD])')
  AND NOT REGEXP_LIKE(
    dst_endpoint.ip,
    '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD]|[fF][eE]80:)'
  )
GROUP BY 1, 2, 3, 4
ORDER BY bytes DESC NULLS LAST, account, address, port, protocol
LIMIT $limit
