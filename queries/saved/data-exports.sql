/*
title: Exports and copies of data stores
group: data
description: >-
  Who exported, copied or restored databases, snapshots, tables or images, and where to?
notes:
  - >-
    `destination` is the bucket, the other region or the name that the copy got. A bucket of another account is the one
    to look for.
  - >-
    A copy with another KMS key is one that its owner can read alone.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  COALESCE(
    json_extract_scalar(api.request.data, '$.sourceArn'),
    json_extract_scalar(api.request.data, '$.sourceDBSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.sourceDBClusterSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.sourceSnapshotId'),
    json_extract_scalar(api.request.data, '$.sourceImageId'),
    json_extract_scalar(api.request.data, '$.dBSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.tableArn'),
    json_extract_scalar(api.request.data, '$.imageId'),
    json_extract_scalar(api.request.data, '$.instanceId'),
    json_extract_scalar(api.request.data, '$.snapshotId')
  ) AS source_resource,
  COALESCE(
    json_extract_scalar(api.request.data, '$.s3BucketName'),
    json_extract_scalar(api.request.data, '$.s3Bucket'),
    json_extract_scalar(api.request.data, '$.s3ExportLocation.s3Bucket'),
    json_extract_scalar(api.request.data, '$.exportToS3.s3Bucket'),
    json_extract_scalar(api.request.data, '$.destinationRegion'),
    json_extract_scalar(api.request.data, '$.targetDBSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.targetDBClusterSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.dBInstanceIdentifier')
  ) AS destination,
  json_extract_scalar(api.request.data, '$.kmsKeyId') AS kms_key,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.operation IN (
    'StartExportTask', 'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'CopySnapshot', 'CopyImage', 'ExportImage',
    'CreateInstanceExportTask', 'CreateStoreImageTask', 'ExportTableToPointInTime', 'RestoreDBInstanceFromDBSnapshot',
    'RestoreDBClusterFromSnapshot', 'SharedSnapshotCopyInitiated', 'SharedSnapshotVolumeCreated'
  )
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, account, event_id
LIMIT $limit
