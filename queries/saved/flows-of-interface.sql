/*
title: Flows of this interface or instance
group: network
description: Who did this network interface, or this instance, talk to, by peer, port and outcome?
notes:
  - >-
    Instances are known only where the flow log format has instance-id; interfaces always.
  - >-
    `direction` is `in` or `out` where the format has flow-direction, else `unknown`.
tables: [vpc_flow]
parameters:
  - { name: interface, type: string, required: true, help: "Interface id or instance id", example: eni-0a1b2c3d4e5f60718 }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  accountid AS account,
  CASE connection_info.direction_id WHEN 1 THEN 'in' WHEN 2 THEN 'out' ELSE 'unknown' END AS direction,
  src_endpoint.ip AS src,
  dst_endpoint.ip AS dst,
  dst_endpoint.port AS port,
  connection_info.protocol_num AS protocol,
  action,
  COUNT(*) AS flows,
  CAST(SUM(traffic.packets) AS BIGINT) AS packets,
  CAST(SUM(traffic.bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM vpc_flow
WHERE $interface IN (
    src_endpoint.interface_uid, dst_endpoint.interface_uid, src_endpoint.instance_uid, dst_endpoint.instance_uid
  )
  AND src_endpoint.ip IS NOT NULL
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY bytes DESC NULLS LAST, flows DESC, account, direction, src, dst, port, protocol, action
LIMIT $limit
