/*
title: Flows to and from this address
group: network
description: Who an address talked to, by peer, port, direction and outcome, with packets and bytes.
notes:
  - >-
    Flow logs keep no payload; bytes count packets with their headers.
  - >-
    The same flow is logged at both ends when both interfaces have flow logs.
tables: [vpc_flow]
parameters:
  - { name: ip, type: ip, required: true, help: The address, example: 10.0.1.25 }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH flows AS (
  SELECT
    CASE WHEN src_endpoint.ip = $ip THEN 'from' ELSE 'to' END AS direction,
    CASE WHEN src_endpoint.ip = $ip THEN dst_endpoint.ip ELSE src_endpoint.ip END AS peer,
    dst_endpoint.port AS port,
    connection_info.protocol_num AS protocol,
    action,
    accountid,
    traffic.packets AS packets,
    traffic.bytes AS bytes,
    time_dt
  FROM vpc_flow
  WHERE src_endpoint.ip = $ip OR dst_endpoint.ip = $ip
)
SELECT
  direction,
  peer,
  port,
  protocol,
  action,
  accountid AS account,
  COUNT(*) AS flows,
  CAST(SUM(packets) AS BIGINT) AS packets,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM flows
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY bytes DESC NULLS LAST, flows DESC, direction, peer, port
LIMIT $limit
