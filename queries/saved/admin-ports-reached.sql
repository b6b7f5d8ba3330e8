/*
title: Admin and database ports reached from the internet
group: network
description: >-
  Which of our interfaces let a public address in on a port for administration or a database, and was it a session or a
  mere probe?
notes:
  - >-
    Only accepted flows from a public to a private address. `sessions` are flows with more than 5 packets and 2,000 bytes:
    an answer that went on, not a knock.
  - >-
    Behind a load balancer or NAT gateway the flow log shows that device's address, unless the format has pkt-srcaddr.
  - >-
    The ports are 22, 23, 135, 139, 445, 1433, 1521, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 11211 and 27017.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: sessions_only, type: boolean, default: "false", help: Only where a session was seen, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH flows AS (
  SELECT
    accountid,
    dst_endpoint.interface_uid AS interface_in,
    src_endpoint.interface_uid AS interface_any,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS target,
    dst_endpoint.port AS port,
    traffic.packets AS packets,
    traffic.bytes AS bytes,
    time_dt
  FROM vpc_flow
  WHERE action_id = 1
    AND ($account IS NULL OR accountid = $account)
    AND dst_endpoint.port IN (
      22, 23, 135, 139, 445, 1433, 1521, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 11211, 27017
    )
    AND REGEXP_LIKE(dst_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD])')
    AND NOT REGEXP_LIKE(
      src_endpoint.ip,
      '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD]|[fF][eE]80:)'
    )
)
SELECT
  accountid AS account,
  COALESCE(interface_in, interface_any) AS interface,
  target,
  port,
  COUNT(DISTINCT ip) AS sources,
  COUNT(*) AS flows,
  COUNT_IF(packets > 5 AND bytes > 2000) AS sessions,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  MIN(ip) AS example_source,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM flows
GROUP BY 1, 2, 3, 4
HAVING NOT $sessions_only OR COUNT_IF(packets > 5 AND bytes > 2000) > 0
ORDER BY sessions DESC, flows DESC, account, interface, target, port
LIMIT $limit
