/*
title: Changes of the organization
group: guardrails
description: >-
  Who attached, detached or changed organization policies (SCPs, RCPs and the like), moved, invited, created, closed or
  removed accounts, or made an account a delegated administrator?
notes:
  - >-
    These are logged in the management account, in us-east-1; LeaveOrganization in the member.
  - >-
    A policy detached from a parent frees all accounts below it: `target` is the root, unit or account.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only logged in this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.operation AS operation,
  CASE
    WHEN api.operation LIKE '%Policy%' THEN 'policy'
    WHEN api.operation LIKE '%Delegated%' OR api.operation LIKE '%ServiceAccess%' THEN 'delegation'
    ELSE 'account'
  END AS kind,
  json_extract_scalar(api.request.data, '$.policyId') AS policy,
  COALESCE(
    json_extract_scalar(api.request.data, '$.targetId'),
    json_extract_scalar(api.request.data, '$.accountId'),
    json_extract_scalar(api.request.data, '$.rootId'),
    json_extract_scalar(api.request.data, '$.target.id'),
    json_extract_scalar(api.request.data, '$.accountName')
  ) AS target,
  json_extract_scalar(api.request.data, '$.servicePrincipal') AS service_principal,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.service.name = 'organizations.amazonaws.com'
  AND COALESCE(aws.read_only, false) = false
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, account, event_id
LIMIT $limit
