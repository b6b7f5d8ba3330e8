/*
title: Changes, each with the state that it met
group: history
description: >-
  Which calls changed security groups, buckets, roles, users, policies, keys or network parts, and what did AWS Config say
  of the resource at that moment? An as-of join over a whole window.
notes:
  - >-
    The window is `since` to `until`; give no --from, because the state that a change met may have been recorded long
    before (`lookback_days`).
  - >-
    `state_recorded_at` NULL: AWS Config had recorded nothing of the resource by then, as with one just created.
  - >-
    Only calls that name the resource in a parameter of its own are joined: group, instance, network ACL, route table,
    VPC, subnet, bucket, role, user, IAM group, managed policy and KMS key.
tables: [cloudtrail, config]
parameters:
  - { name: since, type: instant, required: true, help: Changes at or after, example: "2026-01-05T00:00:00Z" }
  - { name: until, type: instant, required: true, help: Changes before, example: "2026-01-06T00:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: resource_type, type: string, help: Only resources of this type, example: "AWS::EC2::SecurityGroup" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    time_dt AS event_at,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.service.name AS service,
    api.operation AS operation,
    CASE api.service.name
      WHEN 'ec2.amazonaws.com' THEN COALESCE(
        json_extract_scalar(api.request.data, '$.groupId'),
        json_extract_scalar(api.request.data, '$.instanceId'),
        json_extract_scalar(api.request.data, '$.networkAclId'),
        json_extract_scalar(api.request.data, '$.routeTableId'),
        json_extract_scalar(api.request.data, '$.vpcId'),
        json_extract_scalar(api.request.data, '$.subnetId'))
      WHEN 's3.amazonaws.com' THEN json_extract_scalar(api.request.data, '$.bucketName')
      WHEN 'iam.amazonaws.com' THEN COALESCE(
        json_extract_scalar(api.request.data, '$.roleName'),
        json_extract_scalar(api.request.data, '$.userName'),
        json_extract_scalar(api.request.data, '$.groupName'),
        json_extract_scalar(api.request.data, '$.policyArn'))
      WHEN 'kms.amazonaws.com' THEN json_extract_scalar(api.request.data, '$.keyId')
    END AS resource,
    CASE
      WHEN api.service.name = 'iam.amazonaws.com' AND json_extract_scalar(api.request.data, '$.roleName') IS NOT NULL
        THEN 'AWS::IAM::Role'
      WHEN api.service.name = 'iam.amazonaws.com' AND json_extract_scalar(api.request.data, '$.userName') IS NOT NULL
        THEN 'AWS::IAM::User'
      WHEN api.service.name = 'iam.amazonaws.com' AND json_extract_scalar(api.request.data, '$.groupName') IS NOT NULL
        THEN 'AWS::IAM::Group'
      WHEN api.service.name = 'iam.amazonaws.com' THEN 'AWS::IAM::Policy'
      WHEN api.service.name = 's3.amazonaws.com' THEN 'AWS::S3::Bucket'
      WHEN api.service.name = 'kms.amazonaws.com' THEN 'AWS::KMS::Key'
      WHEN json_extract_scalar(api.request.data, '$.groupId') IS NOT NULL THEN 'AWS::EC2::SecurityGroup'
      WHEN json_extract_scalar(api.request.data, '$.instanceId') IS NOT NULL THEN 'AWS::EC2::Instance'
      WHEN json_extract_scalar(api.request.data, '$.networkAclId') IS NOT NULL THEN 'AWS::EC2::NetworkAcl'
      WHEN json_extract_scalar(api.request.data, '$.routeTableId') IS NOT NULL THEN 'AWS::EC2::RouteTable'
      WHEN json_extract_scalar(api.request.data, '$.vpcId') IS NOT NULL THEN 'AWS::EC2::VPC'
      ELSE 'AWS::EC2::Subnet'
    END AS resource_type,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE time_dt >= from_iso8601_timestamp($since)
    AND time_dt < from_iso8601_timestamp($until)
    AND COALESCE(aws.read_only, false) = false
    AND COALESCE(aws.event_category, 'Management') = 'Management'
    AND api.service.name IN ('ec2.amazonaws.com', 's3.amazonaws.com', 'iam.amazonaws.com', 'kms.amazonaws.com')
    AND ($account IS NULL OR accountid = $account)
),
changes AS (
  SELECT event_at, accountid, principal, operation, resource, resource_type, error, event_id
  FROM calls
  WHERE resource IS NOT NULL AND ($resource_type IS NULL OR resource_type = $resource_type)
),
items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    aws.resource_type AS resource_type,
    CASE
      WHEN aws.resource_type IN ('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::S3::Bucket')
        THEN aws.resource_name
      WHEN aws.resource_type = 'AWS::IAM::Policy' THEN aws.arn
      ELSE aws.resource_id
    END AS resource,
    aws.state_id AS state_id,
    status_code AS status,
    element_at(resources, 1).data AS configuration
  FROM config
  WHERE time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($since))
    AND time_dt < from_iso8601_timestamp($until)
    AND aws.resource_type IN (
      'AWS::EC2::SecurityGroup', 'AWS::EC2::Instance', 'AWS::EC2::NetworkAcl', 'AWS::EC2::RouteTable', 'AWS::EC2::VPC',
      'AWS::EC2::Subnet', 'AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::Policy',
      'AWS::KMS::Key'
    )
    AND ($account IS NULL OR accountid = $account)
),
joined AS (
  SELECT
    changes.event_at,
    changes.accountid,
    changes.principal,
    changes.operation,
    changes.resource_type,
    changes.resource,
    changes.error,
    changes.event_id,
    items.recorded_at,
    items.status,
    items.configuration,
    ROW_NUMBER() OVER (
      PARTITION BY changes.accountid, changes.event_id ORDER BY items.recorded_at DESC, items.state_id DESC
    ) AS age
  FROM changes
  LEFT JOIN items
    ON items.accountid = changes.accountid
    AND items.resource_type = changes.resource_type
    AND items.resource = changes.resource
    AND items.recorded_at <= changes.event_at
)
SELECT
  event_at,
  accountid AS account,
  principal,
  operation,
  resource_type,
  resource,
  error,
  recorded_at AS state_recorded_at,
  status AS state_status,
  configuration AS state,
  event_id
FROM joined
WHERE age = 1
ORDER BY event_at, account, event_id
LIMIT $limit
