/*
title: Changes of who may reach a bucket
group: data
description: >-
  Who changed the policy, the ACL or the public access block of a bucket, and does the change name everyone or other
  accounts?
notes:
  - >-
    `names_everyone` finds the principal `*` in a policy, AllUsers or AuthenticatedUsers in an ACL, a public canned ACL,
    and a public access block with a flag that is off. A condition in the policy may still narrow it.
  - >-
    `accounts` are the account ids in the policy's ARNs, this account's own left out.
  - >-
    Whether the bucket is public in the end depends on the account's public access block too: `public-resources` says
    what AWS Config recorded.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: bucket, type: string, help: Only this bucket, example: example-bucket }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.bucketName') AS bucket,
    REPLACE(api.request.data, ' ', '') AS request,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com'
    AND api.operation IN (
      'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock',
      'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutBucketWebsite',
      'PutBucketCors', 'PutBucketOwnershipControls', 'PutAccessPointPolicy'
    )
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  bucket,
  CASE
    WHEN operation IN ('DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock') THEN true
    ELSE COALESCE(REGEXP_LIKE(
      request,
      '"Principal":(\[?"\*"|\{"(AWS|CanonicalUser)":\[?"\*")|global/AllUsers|global/AuthenticatedUsers|"x-amz-acl":\[?"(public-read|public-read-write|authenticated-read)"|"(BlockPublicAcls|IgnorePublicAcls|BlockPublicPolicy|RestrictPublicBuckets)":"?false'
    ), false)
  END AS names_everyone,
  ARRAY_JOIN(
    ARRAY_SORT(ARRAY_DISTINCT(FILTER(REGEXP_EXTRACT_ALL(request, ':iam::([0-9]{12}):', 1), id -> id <> accountid))),
    ' '
  ) AS accounts,
  ip AS source,
  error,
  event_id
FROM changes
WHERE $bucket IS NULL OR bucket = $bucket
ORDER BY event_at, account, event_id
LIMIT $limit
