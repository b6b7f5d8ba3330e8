/*
title: New readers of secrets
group: data
description: >-
  Which principals read a secret, or a decrypted parameter, that they had not read before in the window?
notes:
  - >-
    The window is split at `since`: before it is what is known, from it on what is judged. Give --from some weeks before
    `since`.
  - >-
    Failures count as attempts and are shown apart; a principal that was only refused before is new when it first succeeds.
tables: [cloudtrail]
parameters:
  - { name: since, type: instant, required: true, help: "Where the new part of the window begins", example: "2026-01-05T00:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH reads_of AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.secretId'),
      json_extract_scalar(api.request.data, '$.name'),
      json_extract_scalar(api.request.data, '$.path')
    ) AS secret,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      (api.service.name = 'secretsmanager.amazonaws.com' AND api.operation = 'GetSecretValue')
      OR (api.service.name = 'ssm.amazonaws.com'
        AND api.operation IN ('GetParameter', 'GetParametersByPath', 'GetParameterHistory')
        AND json_extract_scalar(api.request.data, '$.withDecryption') = 'true')
    )
)
SELECT
  accountid AS account,
  principal,
  secret,
  MIN(CASE WHEN error IS NULL THEN time_dt END) AS first_read_at,
  COUNT_IF(error IS NULL) AS read_count,
  COUNT_IF(error IS NOT NULL) AS refused,
  COUNT(DISTINCT ip) AS addresses,
  MIN(ip) AS example_source,
  MAX(time_dt) AS last_at
FROM reads_of
GROUP BY 1, 2, 3
HAVING MIN(CASE WHEN error IS NULL THEN time_dt END) >= from_iso8601_timestamp($since)
ORDER BY first_read_at DESC, account, principal, secret
LIMIT $limit
