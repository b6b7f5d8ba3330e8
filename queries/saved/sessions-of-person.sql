/*
title: Sessions of a person, in all accounts
group: identity
description: >-
  Which sessions belong to this person, by session name, source identity, Identity Center user or IAM user name, and how
  much was done in each?
notes:
  - >-
    `known_by` says what names the person. Whoever assumes a role chooses the session name: only names that Identity
    Center gives (roles AWSReservedSSO_...) and source identities that a policy demands are proof.
  - >-
    Sessions opened from these are in `session-lineage`.
tables: [cloudtrail]
parameters:
  - { name: person, type: string, required: true, help: "Session name, source identity, Identity Center user id or user name", example: alice@example.com }
  - { name: account, type: account, help: Only in this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt) AS principal,
    actor."user".credential_uid AS access_key,
    CASE $person
      WHEN aws.on_behalf_of_user_id THEN 'Identity Center user'
      WHEN aws.source_identity THEN 'source identity'
      WHEN SPLIT_PART(actor."user".uid_alt, ':', 2) THEN 'session name'
      WHEN actor."user".name THEN 'user name'
    END AS known_by,
    COALESCE(aws.read_only, false) AS is_read,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE $person IN (
      aws.on_behalf_of_user_id, aws.source_identity, SPLIT_PART(actor."user".uid_alt, ':', 2), actor."user".name
    )
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  principal,
  access_key,
  known_by,
  COUNT(*) AS events,
  COUNT_IF(NOT is_read) AS changes,
  COUNT_IF(error IS NOT NULL) AS errors,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2, 3, 4
ORDER BY first_at, account, principal, access_key, known_by
LIMIT $limit
