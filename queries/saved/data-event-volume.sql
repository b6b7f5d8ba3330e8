/*
title: Volume of data events
group: noise
description: Which buckets, functions, tables and keys make how many data events a day, and who makes most of them?
notes:
  - >-
    Data events are paid for one by one. A bucket of log files that logs its own deliveries is the usual waste.
  - >-
    `main_principal` has the most events of the resource on that day; of equals the first by name.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH counted AS (
  SELECT
    CAST(time_dt AS DATE) AS day,
    accountid,
    api.service.name AS service,
    COALESCE(
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.tableName'),
      json_extract_scalar(api.request.data, '$.functionName'),
      ELEMENT_AT(TRANSFORM(resources, resource -> resource.uid), 1),
      'unknown'
    ) AS resource,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COUNT(*) AS events,
    COUNT_IF(COALESCE(aws.read_only, false)) AS reads_of_data
  FROM cloudtrail
  WHERE aws.event_category = 'Data'
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1, 2, 3, 4, 5
),
ranked AS (
  SELECT
    day,
    accountid,
    service,
    resource,
    principal,
    events,
    reads_of_data,
    ROW_NUMBER() OVER (PARTITION BY day, accountid, service, resource ORDER BY events DESC, principal) AS nth
  FROM counted
)
SELECT
  day,
  accountid AS account,
  service,
  resource,
  SUM(events) AS events,
  SUM(reads_of_data) AS read_events,
  COUNT(*) AS principals,
  MAX(CASE WHEN nth = 1 THEN principal END) AS main_principal,
  MAX(CASE WHEN nth = 1 THEN events END) AS main_events
FROM ranked
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, day, account, service, resource
LIMIT $limit
