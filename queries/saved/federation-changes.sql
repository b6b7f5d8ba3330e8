/*
title: Changes of identity providers and Identity Center
group: privilege
description: >-
  Who changed the ways in from outside: SAML and OIDC providers, the identity source of Identity Center, permission sets,
  account assignments, Roles Anywhere?
notes:
  - >-
    A new provider makes whoever runs it able to sign in. An assignment gives a group or user a role in an account.
  - >-
    Identity Center logs in its own region and in the account that runs it, often the management account.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  COALESCE(
    json_extract_scalar(api.request.data, '$.sAMLProviderArn'),
    json_extract_scalar(api.request.data, '$.openIDConnectProviderArn'),
    json_extract_scalar(api.request.data, '$.url'),
    json_extract_scalar(api.request.data, '$.permissionSetArn'),
    json_extract_scalar(api.request.data, '$.name'),
    json_extract_scalar(api.request.data, '$.directoryId')
  ) AS subject,
  json_extract_scalar(api.request.data, '$.targetId') AS target_account,
  json_extract_scalar(api.request.data, '$.principalId') AS assigned_to,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE COALESCE(aws.read_only, false) = false
  AND ($account IS NULL OR accountid = $account)
  AND (
    (api.service.name = 'iam.amazonaws.com' AND (
      api.operation LIKE '%SAMLProvider' OR api.operation LIKE '%OpenIDConnectProvider%'))
    OR (api.service.name IN ('sso.amazonaws.com', 'sso-directory.amazonaws.com', 'identitystore.amazonaws.com') AND (
      api.operation LIKE '%PermissionSet%' OR api.operation LIKE '%AccountAssignment%'
      OR api.operation LIKE '%ExternalIdP%' OR api.operation LIKE '%Directory%'
      OR api.operation IN ('CreateUser', 'UpdateUser', 'CreateGroupMembership', 'UpdatePassword')))
    OR (api.service.name = 'rolesanywhere.amazonaws.com' AND (
      api.operation LIKE '%TrustAnchor' OR api.operation LIKE '%Profile'))
  )
ORDER BY event_at, account, event_id
LIMIT $limit
