/*
title: Resources without encryption
group: audit
description: Which disks, databases, file systems, clusters and snapshots did AWS Config record as not encrypted, as of a time?
notes:
  - >-
    Buckets are not listed: S3 has encrypted every new object since January 2023.
  - >-
    Give no --from: an item recorded before the window is not seen. Types that AWS Config does not record are missing.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: As of then; now unless given, example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    COALESCE(
      json_extract_scalar(element_at(resources, 1).data, '$.encrypted'),
      json_extract_scalar(element_at(resources, 1).data, '$.storageEncrypted'),
      json_extract_scalar(element_at(resources, 1).data, '$.Encrypted'),
      json_extract_scalar(element_at(resources, 1).data, '$.atRestEncryptionEnabled')
    ) AS encrypted,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE aws.resource_type IN (
      'AWS::EC2::Volume', 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::DBSnapshot',
      'AWS::RDS::DBClusterSnapshot', 'AWS::EFS::FileSystem', 'AWS::Redshift::Cluster', 'AWS::ElastiCache::ReplicationGroup'
    )
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  recorded_at
FROM items
WHERE age = 1
  AND encrypted = 'false'
  AND COALESCE(status, '') NOT LIKE 'ResourceDeleted%'
ORDER BY account, resource_type, resource_id, region
LIMIT $limit
