/*
title: Changes to encryption
group: audit
description: >-
  Who disabled, scheduled for deletion, or re-shared encryption keys, switched default encryption off or on, or changed a
  bucket's encryption, or tried to?
notes:
  - >-
    `kind` tells loss (what is encrypted becomes unreadable, or new data is no longer encrypted as before) from access (who
    may use a key) and recovery.
  - >-
    A grant lets someone use a key without touching its policy: AWS services make many for themselves, and those are left
    out.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    api.operation AS operation,
    CASE
      WHEN api.operation IN (
        'DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKeyRotation',
        'DisableEbsEncryptionByDefault', 'DeleteBucketEncryption', 'DeleteAlias') THEN 'loss'
      WHEN api.operation IN ('PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'RetireGrant') THEN 'access'
      WHEN api.operation IN (
        'EnableKey', 'CancelKeyDeletion', 'EnableKeyRotation', 'EnableEbsEncryptionByDefault') THEN 'recovery'
      ELSE 'change'
    END AS kind,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.keyId'),
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.aliasName'),
      json_extract_scalar(api.request.data, '$.kmsKeyId')
    ) AS target,
    json_extract_scalar(api.request.data, '$.granteePrincipal') AS grantee,
    json_extract_scalar(api.request.data, '$.pendingWindowInDays') AS pending_days,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      (api.service.name = 'kms.amazonaws.com' AND actor.invoked_by IS NULL AND api.operation IN (
        'DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'ImportKeyMaterial', 'DisableKeyRotation',
        'EnableKeyRotation', 'EnableKey', 'CancelKeyDeletion', 'PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'RetireGrant',
        'UpdateAlias', 'DeleteAlias', 'ReplicateKey', 'UpdatePrimaryRegion'))
      OR (api.service.name = 'ec2.amazonaws.com' AND api.operation IN (
        'DisableEbsEncryptionByDefault', 'EnableEbsEncryptionByDefault', 'ModifyEbsDefaultKmsKeyId',
        'ResetEbsDefaultKmsKeyId'))
      OR (api.service.name = 's3.amazonaws.com' AND api.operation IN ('PutBucketEncryption', 'DeleteBucketEncryption'))
    )
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  kind,
  operation,
  target,
  grantee,
  pending_days,
  principal,
  ip AS source,
  error,
  event_id
FROM changes
ORDER BY event_at, account, event_id
LIMIT $limit
