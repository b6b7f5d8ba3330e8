/*
title: Bytes downloaded from S3, day by day
group: data
description: >-
  Who downloaded how much from which bucket each day, and how does it compare with the same principal's other days?
notes:
  - >-
    `times_usual` divides the day's bytes by the mean of the principal's other days in the window on that bucket. NULL
    means that there is no other day: a new reader.
  - >-
    Give a window of some weeks: the longer, the better `usual` is known.
  - >-
    Only buckets whose data events a trail records are here.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: bucket, type: string, help: Only this bucket, example: example-bucket }
  - { name: min_bytes, type: integer, default: "0", help: Only days with so many bytes or more, example: "1000000000" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH days AS (
  SELECT
    CAST(time_dt AS DATE) AS day,
    accountid AS account,
    json_extract_scalar(api.request.data, '$.bucketName') AS bucket,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COUNT(*) AS downloads,
    COUNT(DISTINCT json_extract_scalar(api.request.data, '$.key')) AS objects,
    COUNT(DISTINCT src_endpoint.ip) AS addresses,
    CAST(COALESCE(SUM(
      TRY_CAST(json_extract_scalar(aws.additional_event_data, '$.bytesTransferredOut') AS DOUBLE)
    ), 0e0) AS BIGINT) AS bytes_out
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com'
    AND aws.event_category = 'Data'
    AND api.operation = 'GetObject'
    AND api.response.error IS NULL
    AND ($account IS NULL OR accountid = $account)
    AND ($bucket IS NULL OR json_extract_scalar(api.request.data, '$.bucketName') = $bucket)
  GROUP BY 1, 2, 3, 4
),
compared AS (
  SELECT
    day,
    account,
    bucket,
    principal,
    downloads,
    objects,
    addresses,
    bytes_out,
    SUM(bytes_out) OVER (PARTITION BY account, bucket, principal) - bytes_out AS other_bytes,
    COUNT(*) OVER (PARTITION BY account, bucket, principal) - 1 AS other_days
  FROM days
)
SELECT
  day,
  account,
  bucket,
  principal,
  downloads,
  objects,
  addresses,
  bytes_out,
  CASE WHEN other_bytes > 0 THEN ROUND(1e0 * bytes_out * other_days / other_bytes, 1) END AS times_usual
FROM compared
WHERE bytes_out >= $min_bytes
ORDER BY bytes_out DESC, day, account, bucket, principal
LIMIT $limit
