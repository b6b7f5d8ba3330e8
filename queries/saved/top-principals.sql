/*
title: Top talkers among principals
group: noise
description: >-
  Which principals make most of the calls, of what kind, and what share of all events is theirs?
notes:
  - >-
    `share_percent` is of the events in the window (and account, if one is given). A few scanners and controllers usually
    make more than half: they are where tuning pays.
  - >-
    Data events cost per event where a trail records them; management events of a second trail do as well.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "50", help: Rows at most, example: "50" }
*/
WITH principals AS (
  SELECT
    accountid AS account,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COUNT(*) AS events,
    COUNT_IF(aws.event_category = 'Data') AS data_events,
    COUNT_IF(COALESCE(aws.read_only, false) = false) AS changes,
    COUNT_IF(api.response.error IS NOT NULL) AS errors,
    COUNT(DISTINCT api.operation) AS operations,
    COUNT(DISTINCT src_endpoint.ip) AS addresses,
    MAX(time_dt) AS last_at
  FROM cloudtrail
  WHERE $account IS NULL OR accountid = $account
  GROUP BY 1, 2
)
SELECT
  account,
  principal,
  events,
  ROUND(100e0 * events / SUM(events) OVER (), 2) AS share_percent,
  data_events,
  changes,
  errors,
  operations,
  addresses,
  last_at
FROM principals
ORDER BY events DESC, account, principal
LIMIT $limit
