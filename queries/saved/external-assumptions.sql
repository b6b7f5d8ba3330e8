/*
title: Roles assumed from outside the organization
group: cross-account
description: >-
  Which accounts that deliver no logs here took a role of ours, or tried to? These are vendors, partners, and strangers.
notes:
  - >-
    Outside means that no object of the account was ever delivered to this lake. A member account without a trail shows
    here as well: check `first-last-event`.
  - >-
    An ExternalId that is absent is how a vendor's other customers may reach your role through the vendor.
tables: [cloudtrail, ledger]
parameters:
  - { name: account, type: account, help: Only roles of this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH members AS (
  SELECT DISTINCT accountid FROM ledger WHERE accountid IS NOT NULL
),
assumptions AS (
  SELECT
    COALESCE(aws.shared_event_id, metadata.uid) AS occurrence,
    accountid,
    actor."user".account.uid AS from_account,
    COALESCE(actor."user".uid, actor."user".uid_alt, 'unknown') AS caller,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    json_extract_scalar(api.request.data, '$.externalId') AS external_id,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation = 'AssumeRole'
    AND actor."user".account.uid <> accountid
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  assumptions.from_account,
  assumptions.caller,
  assumptions.accountid AS account,
  assumptions.role,
  COUNT(DISTINCT CASE WHEN assumptions.error IS NULL THEN assumptions.occurrence END) AS sessions,
  COUNT(DISTINCT CASE WHEN assumptions.error IS NOT NULL THEN assumptions.occurrence END) AS failures,
  COUNT_IF(assumptions.external_id IS NULL) AS without_external_id,
  COUNT(DISTINCT assumptions.ip) AS addresses,
  MIN(assumptions.time_dt) AS first_at,
  MAX(assumptions.time_dt) AS last_at
FROM assumptions
LEFT JOIN members ON members.accountid = assumptions.from_account
WHERE members.accountid IS NULL
GROUP BY 1, 2, 3, 4
ORDER BY first_at DESC, from_account, caller, account, role
LIMIT $limit
