/*
title: Rare API calls
group: noise
description: Operations that an account saw only a few times in the window, newest first. What is new is often rare.
notes:
  - >-
    Rare within the window: a longer window makes fewer calls rare.
tables: [cloudtrail]
parameters:
  - { name: max_events, type: integer, default: "3", help: Calls that count as rare, example: "3" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    accountid AS account,
    api.service.name AS service,
    api.operation AS operation,
    COUNT(*) AS events,
    COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by)) AS principals,
    MIN(COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by)) AS example_principal,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM cloudtrail
  WHERE COALESCE(aws.event_category, 'Management') = 'Management'
    AND COALESCE(actor."user"."type", '') <> 'AWSService'
  GROUP BY 1, 2, 3
)
SELECT * FROM calls
WHERE events <= $max_events
ORDER BY first_at DESC, account, service, operation
LIMIT $limit
