/*
title: Who touched this object
group: data
description: Who read, wrote or deleted objects of a bucket under this key or prefix, call by call?
notes:
  - >-
    Only buckets whose data events a trail records have rows: no row is no proof that nobody read it.
  - >-
    `object_key` is NULL for calls on many objects (DeleteObjects, ListObjects), which are listed when they name the
    prefix or none.
  - >-
    Anonymous callers have the principal `anonymous`.
tables: [cloudtrail]
parameters:
  - { name: bucket, type: string, required: true, help: The bucket, example: example-bucket }
  - { name: prefix, type: string, help: "Key, or what keys begin with", example: finance/2026/ }
  - { name: account, type: account, help: Only this account's trail, example: "111122223333" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH calls AS (
  SELECT
    time_dt,
    accountid,
    CASE WHEN actor."user".account.uid = 'anonymous' OR actor."user".uid_alt = 'anonymous' THEN 'anonymous'
      ELSE COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') END
      AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.key') AS object_key,
    json_extract_scalar(api.request.data, '$.prefix') AS listed_prefix,
    TRY_CAST(json_extract_scalar(aws.additional_event_data, '$.bytesTransferredOut') AS DOUBLE) AS bytes_out,
    api.response.error AS error,
    COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
    http_request.user_agent AS user_agent,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com'
    AND aws.event_category = 'Data'
    AND json_extract_scalar(api.request.data, '$.bucketName') = $bucket
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  object_key,
  CAST(bytes_out AS BIGINT) AS bytes_out,
  source,
  user_agent,
  error,
  event_id
FROM calls
WHERE $prefix IS NULL
  OR STRPOS(object_key, $prefix) = 1
  OR (object_key IS NULL AND STRPOS(COALESCE(listed_prefix, $prefix), $prefix) = 1)
ORDER BY event_at, account, event_id
LIMIT $limit
