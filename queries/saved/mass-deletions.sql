/*
title: Mass deletions
group: data
description: >-
  Who deleted many things within a day: objects, tables, snapshots, backups, disks, instances, keys, stacks?
notes:
  - >-
    `deletions` counts calls that succeeded, and for DeleteObjects of S3 the objects named, where the trail kept them; with
    lifecycle rules S3 deletes without a call.
  - >-
    A stack that is torn down deletes much, and its principal is CloudFormation or its role.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_deletions, type: integer, default: "50", help: Deletions of a day at least, example: "50" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    CAST(time_dt AS DATE) AS day,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.tableName'),
      json_extract_scalar(api.request.data, '$.backupVaultName')
    ) AS container,
    CASE WHEN api.operation = 'DeleteObjects'
      THEN GREATEST(COALESCE(json_array_length(json_extract(api.request.data, '$.delete.objects')), 1), 1)
      ELSE 1 END AS deletions,
    time_dt
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND api.response.error IS NULL
    AND (api.operation LIKE 'Delete%' OR api.operation LIKE 'Terminate%' OR api.operation LIKE 'BatchDelete%'
      OR api.operation = 'ScheduleKeyDeletion')
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  day,
  accountid AS account,
  principal,
  service,
  operation,
  SUM(deletions) AS deletions,
  COUNT(DISTINCT container) AS containers,
  MIN(container) AS example_container,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2, 3, 4, 5
HAVING SUM(deletions) >= $min_deletions
ORDER BY deletions DESC, day, account, principal, service, operation
LIMIT $limit
