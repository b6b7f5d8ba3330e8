/*
title: Regions in use
group: guardrails
description: In which regions did each account's principals change something, since when, and who was the first?
notes:
  - >-
    A region whose `first_at` is recent in a long window, by a person, is where hidden machines are started. Global services
    log in us-east-1.
  - >-
    Changes by AWS services and refused calls are left out.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    accountid,
    region,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, 'unknown') AS principal,
    api.service.name AS service,
    time_dt,
    ROW_NUMBER() OVER (PARTITION BY accountid, region ORDER BY time_dt, metadata.uid) AS nth
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND COALESCE(aws.event_category, 'Management') = 'Management'
    AND COALESCE(actor."user"."type", '') <> 'AWSService'
    AND actor.invoked_by IS NULL
    AND api.response.error IS NULL
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  region,
  COUNT(*) AS changes,
  COUNT(DISTINCT principal) AS principals,
  COUNT(DISTINCT service) AS services,
  MAX(CASE WHEN nth = 1 THEN principal END) AS first_principal,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM changes
GROUP BY 1, 2
ORDER BY first_at DESC, account, region
LIMIT $limit
