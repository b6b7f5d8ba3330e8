/*
title: Flow logs that lost records
group: guardrails
description: Which accounts' flow logs report skipped records, or interfaces without any traffic, and how much of the time?
notes:
  - >-
    SKIPDATA means that AWS lost records of that window: what passed then is unknown. NODATA is an interface at rest.
  - >-
    An interface that talks every hour and then has only NODATA was cut off, moved or replaced.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: skipped_only, type: boolean, default: "true", help: Only interfaces with lost records, example: "false" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH windows AS (
  SELECT
    accountid,
    region,
    COALESCE(src_endpoint.interface_uid, dst_endpoint.interface_uid, 'unknown') AS interface,
    status_code,
    time_dt
  FROM vpc_flow
  WHERE $account IS NULL OR accountid = $account
)
SELECT
  accountid AS account,
  region,
  interface,
  COUNT_IF(status_code = 'OK') AS flows,
  COUNT_IF(status_code = 'SKIPDATA') AS skipped_windows,
  COUNT_IF(status_code = 'NODATA') AS empty_windows,
  MIN(CASE WHEN status_code = 'SKIPDATA' THEN time_dt END) AS first_skipped_at,
  MAX(CASE WHEN status_code = 'SKIPDATA' THEN time_dt END) AS last_skipped_at,
  MAX(CASE WHEN status_code = 'OK' THEN time_dt END) AS last_flow_at
FROM windows
GROUP BY 1, 2, 3
HAVING NOT $skipped_only OR COUNT_IF(status_code = 'SKIPDATA') > 0
ORDER BY skipped_windows DESC, empty_windows DESC, account, region, interface
LIMIT $limit
