/*
title: Who used this IP address
group: identity
description: Every principal that called from an address, in all accounts, with what they did there and when.
notes:
  - >-
    Calls that AWS services make for someone carry the service's name instead of an address.
  - >-
    `address-everywhere` also asks the flow logs.
tables: [cloudtrail]
parameters:
  - { name: ip, type: ip, required: true, help: Source address as CloudTrail wrote it, example: 198.51.100.7 }
*/
SELECT
  accountid AS account,
  COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  actor."user"."type" AS principal_type,
  actor."user".credential_uid AS access_key,
  COUNT(*) AS events,
  COUNT(DISTINCT api.operation) AS operations,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE src_endpoint.ip = $ip
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, account, principal, access_key
