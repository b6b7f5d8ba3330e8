/*
title: Who assumed what role into which account
group: cross-account
description: >-
  Role sessions by caller and role, with the accounts of both; failed attempts are counted apart. AWS services that
  assume the roles of their resources are left out unless asked for.
notes:
  - >-
    Counts are of sessions given out, not of calls made with them; `session-lineage` follows one.
tables: [cloudtrail]
parameters:
  - { name: role, type: arn, help: Only this role, example: "arn:aws:iam::444455556666:role/deploy" }
  - { name: target_account, type: account, help: Only roles of this account, example: "444455556666" }
  - { name: services, type: boolean, default: "false", help: Whether AWS services count as callers, example: "true" }
*/
WITH assumptions AS (
  SELECT
    COALESCE(actor."user".account.uid, 'unknown') AS caller_account,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS caller,
    json_extract_scalar(api.request.data, '$.roleArn') AS role_arn,
    api.operation AS operation,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    time_dt,
    -- An assumption across accounts is logged in both, under one shared id.
    COALESCE(aws.shared_event_id, metadata.uid) AS occurrence
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
    AND ($services OR COALESCE(actor."user"."type", '') <> 'AWSService')
)
SELECT
  caller_account,
  caller,
  SPLIT_PART(role_arn, ':', 5) AS role_account,
  role_arn AS role,
  operation,
  COUNT(DISTINCT CASE WHEN error IS NULL THEN occurrence END) AS sessions,
  COUNT(DISTINCT CASE WHEN error IS NOT NULL THEN occurrence END) AS failures,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM assumptions
WHERE ($role IS NULL OR role_arn = $role)
  AND ($target_account IS NULL OR SPLIT_PART(role_arn, ':', 5) = $target_account)
GROUP BY 1, 2, 3, 4, 5
ORDER BY sessions DESC, failures DESC, caller_account, caller, role
