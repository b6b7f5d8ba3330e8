/*
title: Access to an account without MFA
group: audit
description: >-
  Which users worked in the account without a second factor: at the console, with long-term keys, or in sessions that were
  opened without it?
notes:
  - >-
    Users of IAM and root only. Federated people (Identity Center, SAML) show their second factor to their identity
    provider, and AWS cannot see it.
  - >-
    `long-term key` can never carry MFA: those are programs, or people with a program's credentials.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, required: true, help: Account id, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    COALESCE(actor."user".name, actor."user".uid, actor."user"."type") AS principal,
    actor."user"."type" AS principal_type,
    CASE
      WHEN api.operation = 'ConsoleLogin' AND status_id = 1 AND is_mfa = false THEN 'console sign-in'
      WHEN STRPOS(actor."user".credential_uid, 'AKIA') = 1 THEN 'long-term key'
      WHEN api.operation <> 'ConsoleLogin' AND actor.session.is_mfa = false THEN 'session without MFA'
    END AS way,
    COALESCE(aws.read_only, false) AS is_read,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE accountid = $account
    AND actor."user"."type" IN ('IAMUser', 'Root')
    AND actor.invoked_by IS NULL
)
SELECT
  principal,
  principal_type,
  way,
  COUNT(*) AS events,
  COUNT_IF(NOT is_read AND error IS NULL) AS changes,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE way IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY changes DESC, events DESC, principal, principal_type, way
LIMIT $limit
