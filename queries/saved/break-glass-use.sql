/*
title: Use of break-glass access
group: audit
description: >-
  When were the emergency roles and users used, by whom, from where, and what was changed in each session?
notes:
  - >-
    Emergency principals are those whose role or user name holds `name_part`, in any case. Every row should have an
    incident behind it.
  - >-
    `opened_by` is the caller of the AssumeRole that gave out the session, NULL where its account does not log here, and
    for users.
  - >-
    `operations` are the changes, in alphabetical order; refused ones are not in it.
tables: [cloudtrail]
parameters:
  - { name: name_part, type: string, default: breakglass, help: What names of emergency roles and users hold, example: breakglass }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Sessions at most, example: "200" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(aws.session_issuer.user_name, actor."user".name) AS principal,
    COALESCE(NULLIF(SPLIT_PART(actor."user".uid_alt, ':', 2), ''), actor."user".name) AS person,
    aws.source_identity AS source_identity,
    actor."user".credential_uid AS access_key,
    CASE WHEN COALESCE(aws.read_only, false) = false AND api.response.error IS NULL THEN api.operation END AS change,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE STRPOS(LOWER(COALESCE(aws.session_issuer.user_name, actor."user".name)), LOWER($name_part)) > 0
    AND actor.invoked_by IS NULL
    AND ($account IS NULL OR accountid = $account)
),
sessions AS (
  SELECT
    accountid,
    principal,
    person,
    access_key,
    MAX(source_identity) AS source_identity,
    COUNT(*) AS events,
    COUNT(change) AS changes,
    COUNT_IF(error IS NOT NULL) AS errors,
    ARRAY_JOIN(ARRAY_AGG(DISTINCT change ORDER BY change), ' ') AS operations,
    COUNT(DISTINCT ip) AS addresses,
    MIN(ip) AS example_source,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM calls
  GROUP BY 1, 2, 3, 4
),
openings AS (
  SELECT
    session.credential_uid AS access_key,
    MAX(actor."user".uid) AS caller
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND session.credential_uid IN (SELECT access_key FROM sessions)
  GROUP BY 1
)
SELECT
  sessions.first_at,
  sessions.last_at,
  sessions.accountid AS account,
  sessions.principal,
  sessions.person,
  openings.caller AS opened_by,
  sessions.source_identity,
  sessions.access_key,
  sessions.events,
  sessions.changes,
  sessions.errors,
  sessions.operations,
  sessions.addresses,
  sessions.example_source
FROM sessions
LEFT JOIN openings ON openings.access_key = sessions.access_key
ORDER BY first_at DESC, account, principal, person, sessions.access_key
LIMIT $limit
