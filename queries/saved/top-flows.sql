/*
title: Top talkers on the network
group: noise
description: Which pairs of addresses move the most bytes, on which port, and what share of all traffic is theirs?
notes:
  - >-
    Traffic within an account is logged at both interfaces and counts twice.
  - >-
    Traffic between availability zones and through NAT gateways is paid for: the top of this list is where to look.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH pairs AS (
  SELECT
    accountid AS account,
    src_endpoint.ip AS src,
    dst_endpoint.ip AS dst,
    dst_endpoint.port AS port,
    CAST(SUM(traffic.bytes) AS BIGINT) AS bytes,
    CAST(SUM(traffic.packets) AS BIGINT) AS packets,
    COUNT(*) AS flows
  FROM vpc_flow
  WHERE action_id = 1
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1, 2, 3, 4
)
SELECT
  account,
  src,
  dst,
  port,
  bytes,
  ROUND(100e0 * bytes / SUM(bytes) OVER (), 2) AS share_percent,
  packets,
  flows
FROM pairs
ORDER BY bytes DESC NULLS LAST, account, src, dst, port
LIMIT $limit
