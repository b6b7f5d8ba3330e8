/*
title: Use of encryption keys
group: data
description: >-
  Which principals decrypted, encrypted or asked for data keys with which KMS key, and were any of them from other
  accounts?
notes:
  - >-
    `through` is the AWS service that used the key for the principal, such as s3.amazonaws.com. A person's own Decrypt
    without a service is rare.
  - >-
    S3 with bucket keys asks KMS once for many objects: counts say who, not how much.
tables: [cloudtrail]
parameters:
  - { name: key, type: string, help: "Only keys whose ARN holds this text: an id, an ARN, an account", example: 1234abcd-12ab-34cd-56ef-1234567890ab }
  - { name: account, type: account, help: Only this account's trail, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(
      ELEMENT_AT(FILTER(TRANSFORM(resources, resource -> resource.uid), uid -> STRPOS(uid, ':key/') > 0), 1),
      json_extract_scalar(api.request.data, '$.keyId'),
      'unknown'
    ) AS key_arn,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    actor."user".account.uid AS principal_account,
    actor.invoked_by AS through,
    api.operation AS operation,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 'kms.amazonaws.com'
    AND api.operation IN (
      'Decrypt', 'Encrypt', 'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair',
      'Sign', 'GenerateMac', 'DeriveSharedSecret'
    )
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  key_arn AS key,
  principal,
  principal_account,
  through,
  COUNT_IF(operation = 'Decrypt' AND error IS NULL) AS decrypts,
  COUNT_IF(operation <> 'Decrypt' AND error IS NULL) AS other_uses,
  COUNT_IF(error IS NOT NULL) AS refused,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE $key IS NULL OR STRPOS(key_arn, $key) > 0
GROUP BY 1, 2, 3, 4, 5
ORDER BY decrypts DESC, other_uses DESC, refused DESC, account, key, principal, principal_account, through
LIMIT $limit
