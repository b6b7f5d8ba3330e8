/*
title: Console sign-ins, failed and successful
group: identity
description: >-
  Who signed in to the console, from which address, how often did it fail, and did a success follow on failures?
notes:
  - >-
    `success_after_failures` is the pattern of a guessed password; one or two failures before it are people.
  - >-
    CloudTrail hides the name of a user that does not exist: such failures share the principal `unknown` or
    HIDDEN_DUE_TO_SECURITY_REASONS.
  - >-
    A sign-in is logged in the region of the sign-in endpoint, IAM users' often in us-east-1.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_failures, type: integer, default: "0", help: Only with so many failures or more, example: "5" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH sign_ins AS (
  SELECT
    accountid,
    COALESCE(actor."user".name, actor.session.issuer, actor."user".uid, actor."user"."type", 'unknown') AS principal,
    actor."user"."type" AS principal_type,
    src_endpoint.ip AS ip,
    status_id,
    is_mfa,
    time_dt
  FROM cloudtrail
  WHERE api.operation = 'ConsoleLogin'
    AND api.service.name = 'signin.amazonaws.com'
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  principal,
  principal_type,
  ip AS source,
  COUNT_IF(status_id = 1) AS successes,
  COUNT_IF(status_id = 2) AS failures,
  COUNT_IF(status_id = 1 AND is_mfa) AS successes_with_mfa,
  COALESCE(MIN(CASE WHEN status_id = 2 THEN time_dt END) < MAX(CASE WHEN status_id = 1 THEN time_dt END), false)
    AS success_after_failures,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM sign_ins
GROUP BY 1, 2, 3, 4
HAVING COUNT_IF(status_id = 2) >= $min_failures
ORDER BY failures DESC, successes DESC, account, principal, principal_type, source
LIMIT $limit
