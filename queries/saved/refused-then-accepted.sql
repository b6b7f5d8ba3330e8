/*
title: Refused often, then let in
group: network
description: Which addresses were refused by a target many times and then accepted by it within the window?
notes:
  - >-
    Someone who scanned and found the open port, or a rule that was opened after complaints: `security-group-changes`
    tells which.
  - >-
    Flow logs are in windows of a minute or ten: order within one window is not known, so the acceptance must begin later.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_refused, type: integer, default: "20", help: Refused flows before the first accepted one, example: "20" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH flows AS (
  SELECT
    accountid,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS target,
    dst_endpoint.port AS port,
    action_id,
    traffic.bytes AS bytes,
    time_dt,
    MAX(CASE WHEN action_id = 1 THEN time_dt END) OVER (
      PARTITION BY accountid, src_endpoint.ip, dst_endpoint.ip
    ) AS last_accepted_at,
    MIN(CASE WHEN action_id = 2 THEN time_dt END) OVER (
      PARTITION BY accountid, src_endpoint.ip, dst_endpoint.ip
    ) AS first_refused_at
  FROM vpc_flow
  WHERE action_id IN (1, 2)
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  ip AS source,
  target,
  COUNT_IF(action_id = 2 AND time_dt < last_accepted_at) AS refused_before,
  COUNT(DISTINCT CASE WHEN action_id = 2 THEN port END) AS ports_refused,
  COUNT_IF(action_id = 1 AND time_dt > first_refused_at) AS accepted_after,
  ARRAY_JOIN(ARRAY_SORT(ARRAY_AGG(DISTINCT CASE WHEN action_id = 1 THEN port END)), ' ') AS ports_accepted,
  CAST(COALESCE(SUM(CASE WHEN action_id = 1 THEN bytes END), 0) AS BIGINT) AS bytes_accepted,
  MIN(first_refused_at) AS first_refused_at,
  MAX(last_accepted_at) AS last_accepted_at
FROM flows
WHERE last_accepted_at > first_refused_at
GROUP BY 1, 2, 3
HAVING COUNT_IF(action_id = 2 AND time_dt < last_accepted_at) >= $min_refused
ORDER BY refused_before DESC, account, source, target
LIMIT $limit
