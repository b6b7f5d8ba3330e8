/*
title: Changes of who may assume a role
group: cross-account
description: >-
  Which roles were created, or had their trust policy changed, so that other accounts, federated identities or everyone
  may assume them?
notes:
  - >-
    `other_accounts` are account ids in the document beside the role's own; whether they are yours,
    `external-assumptions` shows once they come.
  - >-
    `federated` are the identity providers named. A provider of a public service without a condition on the subject
    trusts all of that service's customers: `conditions` says whether there is any condition.
  - >-
    Roles that trust AWS services alone are left out unless everything is asked for.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: services, type: boolean, default: "false", help: Whether roles that trust AWS services alone are listed, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.roleName') AS role_name,
    REPLACE(REPLACE(REPLACE(
      COALESCE(
        json_extract_scalar(api.request.data, '$.assumeRolePolicyDocument'),
        json_extract_scalar(api.request.data, '$.policyDocument')
      ), ' ', ''), CHR(10), ''), CHR(13), '') AS document,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN ('CreateRole', 'UpdateAssumeRolePolicy')
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    time_dt,
    accountid,
    principal,
    operation,
    role_name,
    -- A principal is an ARN or a bare account id.
    ARRAY_SORT(ARRAY_DISTINCT(FILTER(
      REGEXP_EXTRACT_ALL(document, '[:"]([0-9]{12})[:"]', 1), id -> id <> accountid
    ))) AS other_accounts,
    ARRAY_SORT(ARRAY_DISTINCT(REGEXP_EXTRACT_ALL(document, '-provider/([^"]+)"', 1))) AS federated,
    COALESCE(REGEXP_LIKE(document, '"Principal":"\*"|"AWS":\[?"\*"'), false) AS everyone,
    COALESCE(STRPOS(document, '"Condition":{"') > 0, false) AS conditions,
    error,
    ip,
    event_id
  FROM changes
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  role_name,
  everyone,
  ARRAY_JOIN(other_accounts, ' ') AS other_accounts,
  ARRAY_JOIN(federated, ' ') AS federated,
  conditions,
  ip AS source,
  error,
  event_id
FROM judged
WHERE $services OR everyone OR CARDINALITY(other_accounts) > 0 OR CARDINALITY(federated) > 0
ORDER BY event_at, account, event_id
LIMIT $limit
