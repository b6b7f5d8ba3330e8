/*
title: Changes to this resource
group: history
description: Calls that may have changed something and that name the resource, by ARN, id or name, in order of time.
notes:
  - >-
    The name is looked for as text: a short one also finds longer names that hold it.
  - >-
    Refused calls are listed with their error.
tables: [cloudtrail]
parameters:
  - { name: resource, type: string, required: true, help: "ARN, id or name of the resource", example: example-bucket }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE COALESCE(aws.read_only, false) = false
  AND (
    STRPOS(aws.resources, $resource) > 0
    OR STRPOS(api.request.data, $resource) > 0
    OR STRPOS(api.response.data, $resource) > 0
  )
ORDER BY event_at, event_id
LIMIT $limit
