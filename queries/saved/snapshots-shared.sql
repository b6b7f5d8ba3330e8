/*
title: Snapshots and images shared
group: data
description: >-
  Which disk snapshots, machine images and database snapshots were shared, with which accounts, or with everyone?
notes:
  - >-
    `shared_with` lists account ids, and `all` for everyone. An account that is not yours now can copy the disk.
  - >-
    Sharing is what these calls allow; whether the copy was taken is only seen in the owner's SharedSnapshotCopyInitiated
    and SharedSnapshotVolumeCreated events.
  - >-
    Calls that only take permissions away are left out.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    time_dt,
    accountid,
    region,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.snapshotId'),
      json_extract_scalar(api.request.data, '$.imageId'),
      json_extract_scalar(api.request.data, '$.dBSnapshotIdentifier'),
      json_extract_scalar(api.request.data, '$.dBClusterSnapshotIdentifier')
    ) AS snapshot,
    COALESCE(
      CAST(json_extract(api.request.data, '$.createVolumePermission.add.items') AS ARRAY(JSON)),
      CAST(json_extract(api.request.data, '$.launchPermission.add.items') AS ARRAY(JSON))
    ) AS added,
    CAST(json_extract(api.request.data, '$.valuesToAdd') AS ARRAY(VARCHAR)) AS values_added,
    json_extract_scalar(api.request.data, '$.attributeName') AS attribute,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name IN ('ec2.amazonaws.com', 'rds.amazonaws.com')
    AND api.operation IN (
      'ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute'
    )
    AND ($account IS NULL OR accountid = $account)
),
shared AS (
  SELECT
    time_dt,
    accountid,
    region,
    principal,
    operation,
    snapshot,
    CASE
      WHEN attribute = 'restore' THEN values_added
      ELSE TRANSFORM(added, item -> COALESCE(
        json_extract_scalar(item, '$.userId'),
        json_extract_scalar(item, '$.group'),
        json_extract_scalar(item, '$.organizationArn'),
        json_extract_scalar(item, '$.organizationalUnitArn')
      ))
    END AS receivers,
    error,
    ip,
    event_id
  FROM calls
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  principal,
  operation,
  snapshot,
  ARRAY_JOIN(ARRAY_SORT(receivers), ' ') AS shared_with,
  CONTAINS(receivers, 'all') AS with_everyone,
  ip AS source,
  error,
  event_id
FROM shared
WHERE CARDINALITY(receivers) > 0
ORDER BY event_at, account, event_id
LIMIT $limit
