/*
title: Sessions of federated identities
group: identity
description: >-
  Which outside identities (web identity such as a CI job or a Kubernetes service account, SAML) took which role, how
  often, and from where?
notes:
  - >-
    `subject` is what the identity provider vouches for: for CI a repository and branch, for Kubernetes
    system:serviceaccount:NAMESPACE:NAME, for SAML the name in the assertion.
  - >-
    A subject that a role never saw before, or one with failures only, is worth a look; a role that takes any
    subject of a public provider is open to its other customers.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only roles of this account, example: "111122223333" }
  - { name: subject, type: string, help: "Only subjects that hold this text", example: "repo:example-org/app" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH sessions AS (
  SELECT
    accountid,
    api.operation AS operation,
    COALESCE(
      actor.idp.name,
      json_extract_scalar(api.response.data, '$.provider'),
      json_extract_scalar(api.response.data, '$.issuer'),
      'unknown'
    ) AS provider,
    COALESCE(
      actor."user".name,
      json_extract_scalar(api.response.data, '$.subjectFromWebIdentityToken'),
      json_extract_scalar(api.response.data, '$.subject'),
      actor."user".uid_alt,
      'unknown'
    ) AS subject,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation IN ('AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML')
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  provider,
  subject,
  role,
  operation,
  COUNT_IF(error IS NULL) AS sessions,
  COUNT_IF(error IS NOT NULL) AS failures,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM sessions
WHERE $subject IS NULL OR STRPOS(subject, $subject) > 0
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_at DESC, account, provider, subject, role, operation
LIMIT $limit
