/*
title: S3 data events by bucket
group: data
description: Object-level calls by bucket, principal and operation, with the bytes that went out.
notes:
  - >-
    Buckets whose data events no trail records are missing.
  - >-
    `bytes_out` counts what S3 reported; refused calls report none.
tables: [cloudtrail]
parameters:
  - { name: bucket, type: string, help: Only this bucket, example: example-bucket }
*/
WITH calls AS (
  SELECT
    accountid,
    json_extract_scalar(api.request.data, '$.bucketName') AS bucket,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    api.response.error AS error,
    TRY_CAST(json_extract_scalar(aws.additional_event_data, '$.bytesTransferredOut') AS DOUBLE) AS bytes_out,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com' AND aws.event_category = 'Data'
)
SELECT
  bucket,
  accountid AS account,
  principal,
  operation,
  COUNT(*) AS events,
  SUM(CASE WHEN error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  CAST(COALESCE(SUM(bytes_out), 0) AS BIGINT) AS bytes_out,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE $bucket IS NULL OR bucket = $bucket
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, bucket, account, principal, operation
