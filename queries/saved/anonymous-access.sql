/*
title: Access without credentials
group: data
description: Which buckets and queues were reached by callers without any credentials, from where, and did it work?
notes:
  - >-
    A bucket with successes is public. Refused calls are the internet's noise, unless many keys of one bucket are tried.
  - >-
    Only where data events are recorded.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: successes_only, type: boolean, default: "false", help: Only where a call worked, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.queueUrl'),
      json_extract_scalar(api.request.data, '$.topicArn')
    ) AS resource,
    json_extract_scalar(api.request.data, '$.key') AS object_key,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE (actor."user".account.uid = 'anonymous' OR actor."user".uid_alt = 'anonymous')
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  service,
  resource,
  operation,
  COUNT_IF(error IS NULL) AS successes,
  COUNT_IF(error IS NOT NULL) AS refused,
  COUNT(DISTINCT object_key) AS objects,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2, 3, 4
HAVING NOT $successes_only OR COUNT_IF(error IS NULL) > 0
ORDER BY successes DESC, refused DESC, account, service, resource, operation
LIMIT $limit
