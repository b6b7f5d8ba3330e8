/*
title: Lineage of a session
group: cross-account
description: >-
  Where did this access key come from, and what came of it? Follows AssumeRole from account to account in both
  directions: up to whoever began the chain, and down to every session that was opened with the key or its descendants.
notes:
  - >-
    `hop` 0 is the call that gave out the key, -1 the one before it, 1 and more what was opened with it. The topmost row's
    caller is where the chain begins; for web identity and SAML `identity` is the subject, `source_identity` what was
    carried along since.
  - >-
    Five hops up and five down are followed: both engines run this without recursion. Ask again with the outermost key to
    go on.
  - >-
    A hop is missing where no trail logs: the chain ends there although it goes on. Keys of GetSessionToken and
    GetFederationToken are followed too; console sessions of a key are not issued by a logged call.
  - >-
    `calls` are within the window. Bound it with --from: every hop reads the window again.
tables: [cloudtrail]
parameters:
  - { name: access_key, type: access-key, required: true, help: "Access key id of the session (ASIA...) or of a user (AKIA...)", example: ASIAIOSFODNN7EXAMPLE }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH issues AS (
  SELECT
    COALESCE(
      session.credential_uid,
      CASE WHEN api.operation IN ('GetSessionToken', 'GetFederationToken', 'AssumeRoot')
        THEN json_extract_scalar(api.response.data, '$.credentials.accessKeyId') END
    ) AS child,
    actor."user".credential_uid AS parent,
    COALESCE(json_extract_scalar(api.request.data, '$.roleArn'), session.uid) AS role,
    session.uid AS session_arn,
    COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by) AS caller,
    actor."user".account.uid AS caller_account,
    CASE WHEN api.operation IN ('AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML') THEN actor."user".name END AS subject,
    aws.on_behalf_of_user_id AS sso_user,
    COALESCE(aws.source_identity, json_extract_scalar(api.request.data, '$.sourceIdentity')) AS source_identity,
    COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
    api.operation AS operation,
    time_dt,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.response.error IS NULL
),
-- An assumption across accounts is logged in both, and only the caller's record names the key that called.
edges AS (
  SELECT
    child,
    MAX(parent) AS parent,
    MAX(role) AS role,
    MAX(session_arn) AS session_arn,
    MAX(caller) AS caller,
    MAX(caller_account) AS caller_account,
    MAX(COALESCE(subject, sso_user)) AS identity,
    MAX(source_identity) AS source_identity,
    MAX(source) AS source,
    MAX(operation) AS operation,
    MIN(time_dt) AS issued_at,
    MIN(event_id) AS event_id
  FROM issues
  WHERE child IS NOT NULL
  GROUP BY 1
),
lines AS (
  SELECT
    e1.child AS child,
    e1.parent AS key1,
    e2.parent AS key2,
    e3.parent AS key3,
    e4.parent AS key4,
    e5.parent AS key5
  FROM edges AS e1
  LEFT JOIN edges AS e2 ON e2.child = e1.parent
  LEFT JOIN edges AS e3 ON e3.child = e2.parent
  LEFT JOIN edges AS e4 ON e4.child = e3.parent
  LEFT JOIN edges AS e5 ON e5.child = e4.parent
),
hops AS (
  SELECT
    child,
    CASE $access_key WHEN child THEN 0 WHEN key1 THEN 1 WHEN key2 THEN 2 WHEN key3 THEN 3 WHEN key4 THEN 4 ELSE 5 END
      AS hop
  FROM lines
  WHERE $access_key IN (child, key1, key2, key3, key4, key5)
  UNION ALL
  SELECT u.child, u.hop
  FROM lines
  CROSS JOIN UNNEST(ARRAY[key1, key2, key3, key4, key5], ARRAY[-1, -2, -3, -4, -5]) AS u (child, hop)
  WHERE lines.child = $access_key AND u.child IS NOT NULL
),
calls AS (
  SELECT
    actor."user".credential_uid AS access_key,
    COUNT(*) AS calls,
    COUNT_IF(COALESCE(aws.read_only, false) = false) AS changes,
    COUNT(DISTINCT accountid) AS accounts,
    MAX(time_dt) AS last_call_at
  FROM cloudtrail
  WHERE actor."user".credential_uid IN (SELECT child FROM hops)
  GROUP BY 1
)
SELECT
  hops.hop,
  edges.issued_at,
  edges.operation,
  edges.caller_account,
  edges.caller,
  edges.identity,
  edges.source_identity,
  edges.source,
  edges.parent AS parent_key,
  edges.child AS access_key,
  SPLIT_PART(edges.role, ':', 5) AS role_account,
  edges.role,
  edges.session_arn,
  COALESCE(calls.calls, 0) AS calls,
  COALESCE(calls.changes, 0) AS changes,
  calls.last_call_at,
  edges.event_id
FROM hops
JOIN edges ON edges.child = hops.child
LEFT JOIN calls ON calls.access_key = hops.child
ORDER BY hop, issued_at, access_key
LIMIT $limit
