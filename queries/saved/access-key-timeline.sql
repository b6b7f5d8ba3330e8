/*
title: Timeline of an access key
group: identity
description: Everything that was done with an access key, in order of time; and, first, the call that created it.
notes:
  - >-
    `issued` is the AssumeRole that gave out the key, `managed` a change of the key itself (created, disabled, deleted).
  - >-
    A timeline that begins with `used` was issued before the window, or where no trail logs.
tables: [cloudtrail]
parameters:
  - { name: access_key, type: access-key, required: true, help: Access key id, example: AKIAIOSFODNN7EXAMPLE }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH events AS (
  SELECT
    time_dt,
    CASE
      WHEN actor."user".credential_uid = $access_key THEN 'used'
      WHEN session.credential_uid = $access_key THEN 'issued'
      ELSE 'managed'
    END AS what,
    accountid,
    region,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(actor."user".uid, actor."user".uid_alt) AS principal,
    COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
    http_request.user_agent AS user_agent,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE actor."user".credential_uid = $access_key
    OR session.credential_uid = $access_key
    OR "user".credential_uid = $access_key
)
SELECT
  time_dt AS event_at,
  what,
  accountid AS account,
  region,
  service,
  operation,
  principal,
  source,
  user_agent,
  error,
  event_id
FROM events
ORDER BY event_at, event_id
LIMIT $limit
