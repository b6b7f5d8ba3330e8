/*
title: Who read secrets
group: data
description: Reads of secrets and of encrypted parameters, by principal and secret; refused reads are counted apart.
notes:
  - >-
    BatchGetSecretValue names its secrets in a list; its row shows the request as it was.
tables: [cloudtrail]
parameters:
  - { name: secret, type: string, help: "Only this secret's name or ARN, or a part of it", example: prod/database }
*/
WITH secret_reads AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.secretId'),
      json_extract_scalar(api.request.data, '$.name'),
      json_extract_scalar(api.request.data, '$.path'),
      CAST(api.request.data AS VARCHAR)
    ) AS secret,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE (api.service.name = 'secretsmanager.amazonaws.com'
      AND api.operation IN ('GetSecretValue', 'BatchGetSecretValue'))
    OR (api.service.name = 'ssm.amazonaws.com'
      AND api.operation IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')
      AND json_extract_scalar(api.request.data, '$.withDecryption') = 'true')
)
SELECT
  accountid AS account,
  principal,
  operation,
  secret,
  SUM(CASE WHEN error IS NULL THEN 1 ELSE 0 END) AS "reads",
  SUM(CASE WHEN error IS NULL THEN 0 ELSE 1 END) AS refused,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM secret_reads
WHERE $secret IS NULL OR STRPOS(secret, $secret) > 0
GROUP BY 1, 2, 3, 4
ORDER BY "reads" DESC, refused DESC, account, principal, secret
