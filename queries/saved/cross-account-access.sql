/*
title: Access across accounts
group: cross-account
description: Principals of one account that called into another, by account pair and principal.
notes:
  - >-
    Calls by principals without an account (anonymous, AWS services) are left out.
  - >-
    A caller's account that none of your trails covers is a vendor or a stranger; `external-assumptions` tells them apart.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only calls into this account, example: "444455556666" }
*/
SELECT
  actor."user".account.uid AS from_account,
  accountid AS to_account,
  COALESCE(actor.session.issuer, actor."user".uid, NULLIF(actor."user".uid_alt, ''), 'unknown') AS principal,
  COUNT(*) AS events,
  COUNT(DISTINCT api.operation) AS operations,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE actor."user".account.uid <> accountid
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3
ORDER BY events DESC, from_account, to_account, principal
