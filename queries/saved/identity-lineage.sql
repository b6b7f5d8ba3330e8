/*
title: Everything that descends from an identity
group: cross-account
description: >-
  Which sessions, in which accounts, go back to this person or job: a web identity's subject, a SAML name, an Identity
  Center user, a source identity, an IAM user's ARN, or a session name?
notes:
  - >-
    `hop` 1 is a session that the identity opened itself, 2 one that was opened from there, up to 5. A session that
    carries the identity as its source identity is found at any depth, and counts from there.
  - >-
    Session names are free text that the caller chose: another's session with the same name is found as well.
  - >-
    Bound it with --from: every hop reads the window again.
tables: [cloudtrail]
parameters:
  - { name: identity, type: string, required: true, help: "Subject, SAML name, Identity Center user id, source identity, ARN or session name", example: "repo:example-org/app:ref:refs/heads/main" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH issues AS (
  SELECT
    session.credential_uid AS child,
    actor."user".credential_uid AS parent,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    session.uid AS session_arn,
    COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by) AS caller,
    CASE WHEN $identity IN (
        actor."user".name, actor."user".uid, aws.on_behalf_of_user_id, aws.source_identity,
        json_extract_scalar(api.request.data, '$.sourceIdentity'), SPLIT_PART(actor."user".uid_alt, ':', 2)
      ) THEN 1 ELSE 0 END AS is_own,
    time_dt,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.response.error IS NULL
    AND session.credential_uid IS NOT NULL
),
-- An assumption across accounts is logged in both, and only the caller's record names the key that called.
edges AS (
  SELECT
    child,
    MAX(parent) AS parent,
    MAX(role) AS role,
    MAX(session_arn) AS session_arn,
    MAX(caller) AS caller,
    MAX(is_own) AS is_own,
    MIN(time_dt) AS issued_at,
    MIN(event_id) AS event_id
  FROM issues
  GROUP BY 1
),
lines AS (
  SELECT
    e1.child AS child,
    CASE
      WHEN e1.is_own = 1 THEN 1
      WHEN e2.is_own = 1 THEN 2
      WHEN e3.is_own = 1 THEN 3
      WHEN e4.is_own = 1 THEN 4
      WHEN e5.is_own = 1 THEN 5
    END AS hop
  FROM edges AS e1
  LEFT JOIN edges AS e2 ON e2.child = e1.parent
  LEFT JOIN edges AS e3 ON e3.child = e2.parent
  LEFT JOIN edges AS e4 ON e4.child = e3.parent
  LEFT JOIN edges AS e5 ON e5.child = e4.parent
)
SELECT
  lines.hop,
  edges.issued_at,
  edges.caller,
  edges.parent AS parent_key,
  edges.child AS access_key,
  SPLIT_PART(edges.role, ':', 5) AS role_account,
  edges.role,
  edges.session_arn,
  edges.event_id
FROM lines
JOIN edges ON edges.child = lines.child
WHERE lines.hop IS NOT NULL
ORDER BY hop, issued_at, access_key
LIMIT $limit
