/*
title: Changes made from another account
group: cross-account
description: >-
  What did principals of other accounts change in ours, directly or through a policy on the resource, call by call?
notes:
  - >-
    A session of one of our own roles belongs to our account, whoever opened it: those are in `role-chains` and
    `session-lineage`. Here are calls with the other account's own credentials, let in by a resource's policy.
  - >-
    Refused calls are listed with their error.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only changes in this account, example: "111122223333" }
  - { name: from_account, type: account, help: Only principals of this account, example: "444455556666" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  actor."user".account.uid AS from_account,
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, NULLIF(actor."user".uid_alt, ''), 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  ARRAY_JOIN(ARRAY_SORT(TRANSFORM(resources, resource -> resource.uid)), ' ') AS resources,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE actor."user".account.uid <> accountid
  AND COALESCE(aws.read_only, false) = false
  AND api.service.name <> 'sts.amazonaws.com'
  AND ($account IS NULL OR accountid = $account)
  AND ($from_account IS NULL OR actor."user".account.uid = $from_account)
ORDER BY event_at, account, event_id
LIMIT $limit
