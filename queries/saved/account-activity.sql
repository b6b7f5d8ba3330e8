/*
title: Activity of an account, for an auditor
group: audit
description: Each day of an account by kind of event, with reads, changes, errors, principals and addresses.
notes:
  - >-
    Data events are there only where a trail records them; a day without them need not be a quiet day.
  - >-
    Principals count roles, not their sessions.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, required: true, help: Account id, example: "111122223333" }
*/
SELECT
  CAST(DATE_TRUNC('day', time_dt) AS DATE) AS day,
  COALESCE(aws.event_category, 'Management') AS category,
  COUNT(*) AS events,
  SUM(CASE WHEN aws.read_only THEN 1 ELSE 0 END) AS reads,
  SUM(CASE WHEN aws.read_only THEN 0 ELSE 1 END) AS changes,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by)) AS principals,
  COUNT(DISTINCT src_endpoint.ip) AS addresses,
  COUNT(DISTINCT region) AS regions
FROM cloudtrail
WHERE accountid = $account
GROUP BY 1, 2
ORDER BY day, category
