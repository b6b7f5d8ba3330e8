/*
title: Rejected flows by port
group: network
description: Refused traffic by destination port and protocol, with the number of sources and targets.
notes:
  - >-
    Scans of the internet are in every public subnet; refused traffic from your own addresses says more.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  dst_endpoint.port AS port,
  connection_info.protocol_num AS protocol,
  COUNT(*) AS flows,
  CAST(SUM(traffic.packets) AS BIGINT) AS packets,
  COUNT(DISTINCT src_endpoint.ip) AS sources,
  COUNT(DISTINCT dst_endpoint.ip) AS targets,
  COUNT(DISTINCT accountid) AS accounts,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM vpc_flow
WHERE action_id = 2
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2
ORDER BY flows DESC, port, protocol
LIMIT $limit
