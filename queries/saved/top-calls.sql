/*
title: Calls that fill the logs
group: noise
description: Which operations make most of the events, how many principals call them, and what share is theirs?
notes:
  - >-
    `share_percent` is of the events in the window (and account, if one is given).
  - >-
    An operation with one principal and a large share is one program's polling: often the cheapest thing to fix.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "50", help: Rows at most, example: "50" }
*/
WITH calls AS (
  SELECT
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(aws.event_category, 'Management') AS category,
    COUNT(*) AS events,
    COUNT(DISTINCT accountid) AS accounts,
    COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by)) AS principals,
    COUNT_IF(api.response.error IS NOT NULL) AS errors
  FROM cloudtrail
  WHERE $account IS NULL OR accountid = $account
  GROUP BY 1, 2, 3
)
SELECT
  service,
  operation,
  category,
  events,
  ROUND(100e0 * events / SUM(events) OVER (), 2) AS share_percent,
  accounts,
  principals,
  errors
FROM calls
ORDER BY events DESC, service, operation, category
LIMIT $limit
