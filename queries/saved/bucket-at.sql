/*
title: What this bucket looked like at a time
group: history
description: >-
  Which policy, public access block, encryption, versioning and logging did the bucket have at that time, as AWS Config
  last recorded it?
notes:
  - >-
    NULL means that AWS Config recorded no such setting: a bucket without a policy, without logging.
  - >-
    Give no --from: an item recorded before the window is not seen. The account's own public access block is another
    resource (AWS::S3::AccountPublicAccessBlock, in `configuration-at`).
tables: [config]
parameters:
  - { name: bucket, type: string, required: true, help: Name of the bucket, example: example-bucket }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    status_code AS status,
    aws.supplementary_configuration AS settings,
    ROW_NUMBER() OVER (PARTITION BY accountid, region ORDER BY time_dt DESC, aws.state_id DESC) AS age
  FROM config
  WHERE aws.resource_type = 'AWS::S3::Bucket'
    AND aws.resource_name = $bucket
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
)
SELECT
  recorded_at,
  accountid AS account,
  region,
  status,
  json_extract_scalar(settings, '$.BucketPolicy.policyText') AS policy,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.blockPublicAcls') AS block_public_acls,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.ignorePublicAcls') AS ignore_public_acls,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.blockPublicPolicy') AS block_public_policy,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.restrictPublicBuckets') AS restrict_public_buckets,
  json_extract_scalar(
    settings, '$.ServerSideEncryptionConfiguration.rules[0].applyServerSideEncryptionByDefault.sseAlgorithm'
  ) AS encryption,
  json_extract_scalar(
    settings, '$.ServerSideEncryptionConfiguration.rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyID'
  ) AS kms_key,
  json_extract_scalar(settings, '$.BucketVersioningConfiguration.status') AS versioning,
  json_extract_scalar(settings, '$.BucketLoggingConfiguration.destinationBucketName') AS log_bucket
FROM items
WHERE age = 1
ORDER BY account, region
