/*
title: Changes to logging
group: audit
description: >-
  Who stopped, deleted, narrowed or redirected what is logged (trails, AWS Config, flow logs, DNS query logs, log groups,
  S3 access logs), or tried to?
notes:
  - >-
    `kind` tells loss (stopped or deleted) from change (redirected, narrowed or shortened) and from recovery (started or
    created again). A loss without a recovery soon after is the gap to look for in `log-gaps`.
  - >-
    Refused attempts are listed with their error: someone wanted it.
  - >-
    An organization's trail can only be changed in the management account; a member's attempt is always refused.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.name'),
      json_extract_scalar(api.request.data, '$.trailName'),
      json_extract_scalar(api.request.data, '$.configurationRecorderName'),
      json_extract_scalar(api.request.data, '$.deliveryChannelName'),
      json_extract_scalar(api.request.data, '$.logGroupName'),
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.eventDataStore')
    ) AS target,
    api.request.data AS request,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      (api.service.name = 'cloudtrail.amazonaws.com' AND api.operation IN (
        'StopLogging', 'StartLogging', 'DeleteTrail', 'CreateTrail', 'UpdateTrail', 'PutEventSelectors',
        'PutInsightSelectors', 'DeleteEventDataStore', 'StopEventDataStoreIngestion', 'UpdateEventDataStore'))
      OR (api.service.name = 'config.amazonaws.com' AND api.operation IN (
        'StopConfigurationRecorder', 'StartConfigurationRecorder', 'DeleteConfigurationRecorder', 'PutConfigurationRecorder',
        'DeleteDeliveryChannel', 'PutDeliveryChannel', 'DeleteRetentionConfiguration', 'PutRetentionConfiguration'))
      OR (api.service.name = 'ec2.amazonaws.com' AND api.operation IN ('DeleteFlowLogs', 'CreateFlowLogs'))
      OR (api.service.name = 'route53resolver.amazonaws.com' AND api.operation IN (
        'DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig', 'CreateResolverQueryLogConfig',
        'AssociateResolverQueryLogConfig'))
      OR (api.service.name = 'logs.amazonaws.com' AND api.operation IN (
        'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteSubscriptionFilter'))
      OR (api.service.name = 's3.amazonaws.com' AND api.operation = 'PutBucketLogging')
    )
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  CASE
    WHEN operation LIKE 'Delete%' OR operation LIKE 'Stop%' OR operation LIKE 'Disassociate%' THEN 'loss'
    WHEN operation LIKE 'Start%' OR operation LIKE 'Create%' OR operation LIKE 'Associate%' THEN 'recovery'
    WHEN operation = 'PutBucketLogging' AND COALESCE(STRPOS(request, 'TargetBucket'), 0) = 0 THEN 'loss'
    ELSE 'change'
  END AS kind,
  service,
  operation,
  target,
  principal,
  ip AS source,
  error,
  event_id
FROM changes
ORDER BY event_at, account, event_id
LIMIT $limit
