/*
title: Privileged access to an account
group: audit
description: >-
  Who worked in the account with administrator roles or as the root user, in how many sessions, from where, and how much
  did they change?
notes:
  - >-
    Privileged is whose role or user name holds `name_part`, in any case, and the root user. Rights that come by other
    names are not seen: `admin-grants` shows who got them.
  - >-
    `person` is the session's name: with Identity Center the user's name, else what the caller chose.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, required: true, help: Account id, example: "111122223333" }
  - { name: name_part, type: string, default: admin, help: What names of privileged roles and users hold, example: admin }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    CASE WHEN actor."user"."type" = 'Root' THEN 'root'
      ELSE COALESCE(aws.session_issuer.user_name, actor."user".name) END AS principal,
    COALESCE(NULLIF(SPLIT_PART(actor."user".uid_alt, ':', 2), ''), actor."user".name, 'root') AS person,
    actor."user".credential_uid AS access_key,
    src_endpoint.ip AS ip,
    COALESCE(actor.session.is_mfa, is_mfa, false) AS with_mfa,
    COALESCE(aws.read_only, false) AS is_read,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE accountid = $account
    AND actor.invoked_by IS NULL
    AND metadata.event_code <> 'AwsServiceEvent'
    AND (
      actor."user"."type" = 'Root'
      OR STRPOS(LOWER(COALESCE(aws.session_issuer.user_name, actor."user".name)), LOWER($name_part)) > 0
    )
)
SELECT
  principal,
  person,
  COUNT(DISTINCT access_key) AS sessions,
  COUNT(*) AS events,
  COUNT_IF(NOT is_read) AS changes,
  COUNT_IF(error IS NOT NULL) AS errors,
  COUNT_IF(with_mfa) AS events_with_mfa,
  COUNT(DISTINCT ip) AS addresses,
  COUNT(DISTINCT CAST(time_dt AS DATE)) AS days,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2
ORDER BY changes DESC, events DESC, principal, person
LIMIT $limit
