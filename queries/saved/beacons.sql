/*
title: Regular connections to the outside
group: network
description: >-
  Which of our addresses talk to a public address at regular intervals and with equal amounts, as software that reports
  home does?
notes:
  - >-
    `jitter` is the standard deviation of the gaps between flows divided by their mean, `size_jitter` that of the bytes: both
    near 0 is a clock. Monitoring, time servers and updates are clocks as well.
  - >-
    Destinations that many of our addresses share are left out: `max_sources` says how many are too many.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_flows, type: integer, default: "12", help: Flows at least, example: "12" }
  - { name: max_sources, type: integer, default: "3", help: Our addresses at most that talk to the destination, example: "3" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH flows AS (
  SELECT
    accountid,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS destination,
    dst_endpoint.port AS port,
    CAST(traffic.bytes AS DOUBLE) AS bytes,
    time_dt,
    CAST(date_diff(
      'second',
      LAG(time_dt) OVER (
        PARTITION BY accountid, src_endpoint.ip, dst_endpoint.ip, dst_endpoint.port ORDER BY time_dt
      ),
      time_dt
    ) AS DOUBLE) AS gap
  FROM vpc_flow
  WHERE action_id = 1
    AND dst_endpoint.port < 32768
    AND dst_endpoint.svc_name IS NULL
    AND ($account IS NULL OR accountid = $account)
    AND REGEXP_LIKE(src_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD])')
    AND NOT REGEXP_LIKE(
      dst_endpoint.ip,
      '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD]|[fF][eE]80:)'
    )
),
pairs AS (
  SELECT
    accountid,
    ip,
    destination,
    port,
    COUNT(*) AS flows,
    AVG(gap) AS mean_gap,
    STDDEV_POP(gap) AS gap_deviation,
    AVG(bytes) AS mean_bytes,
    STDDEV_POP(bytes) AS byte_deviation,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM flows
  GROUP BY 1, 2, 3, 4
),
spread AS (
  SELECT destination, COUNT(DISTINCT ip) AS sources FROM flows GROUP BY 1
)
SELECT
  pairs.accountid AS account,
  pairs.ip AS address,
  pairs.destination,
  pairs.port,
  pairs.flows,
  ROUND(pairs.mean_gap, 1) AS mean_gap_seconds,
  ROUND(pairs.gap_deviation / pairs.mean_gap, 3) AS jitter,
  ROUND(pairs.mean_bytes, 0) AS mean_bytes,
  ROUND(pairs.byte_deviation / pairs.mean_bytes, 3) AS size_jitter,
  spread.sources,
  pairs.first_at,
  pairs.last_at
FROM pairs
JOIN spread ON spread.destination = pairs.destination
WHERE pairs.flows >= $min_flows
  AND pairs.mean_gap > 0e0
  AND pairs.mean_bytes > 0e0
  AND pairs.gap_deviation / pairs.mean_gap < 2e-1
  AND pairs.byte_deviation / pairs.mean_bytes < 3e-1
  AND spread.sources <= $max_sources
ORDER BY jitter, size_jitter, flows DESC, account, address, destination, port
LIMIT $limit
