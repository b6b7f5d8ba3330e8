/*
title: What this role or user was allowed at a time
group: history
description: >-
  Which policies, groups, boundary and trust did a role, user or group of IAM have at that time, as AWS Config last
  recorded it? One row per policy or group.
notes:
  - >-
    Inline policies and trust show their document, decoded as far as IAM's own encoding goes; a managed policy shows its
    ARN: `configuration-at` gives its versions.
  - >-
    Limits from outside (SCPs, resource policies, session policies) are not here.
  - >-
    Give no --from: an item recorded before the window is not seen.
tables: [config]
parameters:
  - { name: name, type: string, required: true, help: "Name, ARN or id of the role, user or group", example: deploy }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    aws.resource_type AS resource_type,
    aws.resource_name AS name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC, region
    ) AS age
  FROM config
  WHERE aws.resource_type IN ('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
    AND $name IN (aws.resource_name, aws.arn, aws.resource_id)
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
latest AS (
  SELECT
    recorded_at,
    accountid,
    resource_type,
    name,
    status,
    configuration,
    CAST(json_extract(configuration, '$.attachedManagedPolicies') AS ARRAY(JSON)) AS managed,
    COALESCE(
      CAST(json_extract(configuration, '$.rolePolicyList') AS ARRAY(JSON)),
      CAST(json_extract(configuration, '$.userPolicyList') AS ARRAY(JSON)),
      CAST(json_extract(configuration, '$.groupPolicyList') AS ARRAY(JSON))
    ) AS inline,
    CAST(json_extract(configuration, '$.groupList') AS ARRAY(VARCHAR)) AS groups
  FROM items
  WHERE age = 1
),
parts AS (
  SELECT l.accountid, l.resource_type, l.name, 'managed policy' AS part, json_extract_scalar(p.item, '$.policyArn') AS what,
    CAST(NULL AS VARCHAR) AS document
  FROM latest AS l
  CROSS JOIN UNNEST(l.managed) AS p (item)
  UNION ALL
  SELECT l.accountid, l.resource_type, l.name, 'inline policy', json_extract_scalar(p.item, '$.policyName'),
    json_extract_scalar(p.item, '$.policyDocument')
  FROM latest AS l
  CROSS JOIN UNNEST(l.inline) AS p (item)
  UNION ALL
  SELECT l.accountid, l.resource_type, l.name, 'group', g.group_name, CAST(NULL AS VARCHAR)
  FROM latest AS l
  CROSS JOIN UNNEST(l.groups) AS g (group_name)
  UNION ALL
  SELECT accountid, resource_type, name, 'trust', CAST(NULL AS VARCHAR),
    json_extract_scalar(configuration, '$.assumeRolePolicyDocument')
  FROM latest
  WHERE json_extract_scalar(configuration, '$.assumeRolePolicyDocument') IS NOT NULL
  UNION ALL
  SELECT accountid, resource_type, name, 'boundary',
    json_extract_scalar(configuration, '$.permissionsBoundary.permissionsBoundaryArn'), CAST(NULL AS VARCHAR)
  FROM latest
  WHERE json_extract_scalar(configuration, '$.permissionsBoundary.permissionsBoundaryArn') IS NOT NULL
)
SELECT
  latest.recorded_at,
  latest.accountid AS account,
  latest.resource_type,
  latest.name,
  latest.status,
  parts.part,
  parts.what AS granted,
  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
    parts.document, '%7B', '{'), '%7D', '}'), '%22', '"'), '%3A', ':'), '%2C', ','), '%5B', '['), '%5D', ']'), '%2F', '/'),
    '%2A', '*'), '%20', ' '), '%0A', ' ') AS document
FROM latest
LEFT JOIN parts
  ON parts.accountid = latest.accountid AND parts.resource_type = latest.resource_type AND parts.name = latest.name
ORDER BY account, resource_type, name, part, granted, document
