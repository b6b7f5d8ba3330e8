/*
title: Resources open to the public
group: audit
description: >-
  Which buckets, databases, clusters, queues, topics, functions and load balancers did AWS Config record as reachable by
  everyone, as of a time?
notes:
  - >-
    A bucket counts when its policy or ACL names everyone and its public access block does not stop that; conditions in the
    policy are not weighed, and the account's own block is another resource.
  - >-
    Public may be meant: a load balancer faces the internet by trade. Security groups are in `open-security-groups`.
  - >-
    Give no --from: an item recorded before the window is not seen.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: As of then; now unless given, example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    aws.supplementary_configuration AS settings,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE aws.resource_type IN (
      'AWS::S3::Bucket', 'AWS::RDS::DBInstance', 'AWS::Redshift::Cluster', 'AWS::SQS::Queue', 'AWS::SNS::Topic',
      'AWS::Lambda::Function', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::RDS::DBSnapshot'
    )
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    recorded_at,
    accountid,
    region,
    resource_type,
    resource_id,
    resource_name,
    CASE
      WHEN resource_type = 'AWS::S3::Bucket'
        AND REGEXP_LIKE(
          REPLACE(json_extract_scalar(settings, '$.BucketPolicy.policyText'), ' ', ''),
          '"Effect":"Allow","Principal":("\*"|\{"AWS":\[?"\*")'
        )
        AND COALESCE(json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.restrictPublicBuckets'), 'false') <> 'true'
        THEN 'policy names everyone'
      WHEN resource_type = 'AWS::S3::Bucket'
        AND REGEXP_LIKE(settings, 'AllUsers|AuthenticatedUsers')
        AND COALESCE(json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.ignorePublicAcls'), 'false') <> 'true'
        THEN 'ACL names everyone'
      WHEN resource_type IN ('AWS::RDS::DBInstance', 'AWS::Redshift::Cluster')
        AND json_extract_scalar(configuration, '$.publiclyAccessible') = 'true'
        THEN 'publicly accessible'
      WHEN resource_type IN ('AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Lambda::Function')
        AND REGEXP_LIKE(
          REPLACE(REPLACE(CONCAT(COALESCE(configuration, ''), COALESCE(settings, '')), '\', ''), ' ', ''),
          '"Effect":"Allow","Principal":("\*"|\{"AWS":\[?"\*")'
        )
        THEN 'policy names everyone'
      WHEN resource_type = 'AWS::ElasticLoadBalancingV2::LoadBalancer'
        AND json_extract_scalar(configuration, '$.scheme') = 'internet-facing'
        THEN 'faces the internet'
      WHEN resource_type = 'AWS::RDS::DBSnapshot' AND REGEXP_LIKE(settings, '"attributeValues":\["all"')
        THEN 'snapshot shared with everyone'
    END AS why
  FROM items
  WHERE age = 1 AND COALESCE(status, '') NOT LIKE 'ResourceDeleted%'
)
SELECT
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  why,
  recorded_at
FROM judged
WHERE why IS NOT NULL
ORDER BY account, resource_type, resource_id, region
LIMIT $limit
