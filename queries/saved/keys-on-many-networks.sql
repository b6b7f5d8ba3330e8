/*
title: Access keys used from many networks
group: identity
description: >-
  Which access keys were used from more than one network? A key belongs to one program or person; a second network is
  often where a stolen copy is used.
notes:
  - >-
    A network is a /24 of IPv4, and of IPv6 a /48, what stands before the third colon.
  - >-
    Laptops change networks, and so do programs behind several NAT gateways: `overlapping` says that the networks were
    in use at the same time, which a laptop rarely does.
  - >-
    Calls that AWS services make with the key have no address and do not count.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_networks, type: integer, default: "2", help: Networks at least, example: "3" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    actor."user".credential_uid AS access_key,
    COALESCE(actor."user".uid, actor."user".uid_alt) AS principal,
    accountid,
    src_endpoint.ip AS ip,
    CASE
      WHEN STRPOS(src_endpoint.ip, ':') > 0
        THEN CONCAT_WS(':', SPLIT_PART(src_endpoint.ip, ':', 1), SPLIT_PART(src_endpoint.ip, ':', 2),
          SPLIT_PART(src_endpoint.ip, ':', 3))
      ELSE CONCAT_WS('.', SPLIT_PART(src_endpoint.ip, '.', 1), SPLIT_PART(src_endpoint.ip, '.', 2),
        SPLIT_PART(src_endpoint.ip, '.', 3))
    END AS network,
    time_dt
  FROM cloudtrail
  WHERE actor."user".credential_uid IS NOT NULL
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
),
networks AS (
  SELECT
    access_key,
    network,
    MIN(principal) AS principal,
    MIN(accountid) AS account,
    COUNT(*) AS events,
    COUNT(DISTINCT ip) AS addresses,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM calls
  GROUP BY 1, 2
),
ordered AS (
  SELECT
    access_key,
    network,
    principal,
    account,
    events,
    addresses,
    first_at,
    last_at,
    MAX(last_at) OVER (
      PARTITION BY access_key ORDER BY first_at, network ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS used_until
  FROM networks
)
SELECT
  access_key,
  MIN(principal) AS principal,
  MIN(account) AS account,
  COUNT(*) AS networks,
  SUM(addresses) AS addresses,
  COALESCE(BOOL_OR(first_at < used_until), false) AS overlapping,
  SUM(events) AS events,
  MIN(first_at) AS first_at,
  MAX(last_at) AS last_at
FROM ordered
GROUP BY 1
HAVING COUNT(*) >= $min_networks
ORDER BY networks DESC, events DESC, access_key
LIMIT $limit
