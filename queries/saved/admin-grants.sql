/*
title: Grants of administrator rights
group: privilege
description: >-
  Who gave whom administrator rights: by attaching one of AWS's administrator policies, by an inline policy or a policy
  version that allows everything, or by adding a user to a group?
notes:
  - >-
    `grant` tells the way. A group membership is listed whatever the group may do: the group's own policies are in
    `iam-changes`.
  - >-
    A document counts when it allows the action `*` or `iam:*`: conditions and denials inside it are not weighed, and
    rights that add up to the same in small steps are not seen.
  - >-
    A refused attempt carries its error.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.userName'),
      json_extract_scalar(api.request.data, '$.roleName'),
      json_extract_scalar(api.request.data, '$.groupName'),
      json_extract_scalar(api.request.data, '$.policyName'),
      json_extract_scalar(api.request.data, '$.policyArn')
    ) AS target,
    json_extract_scalar(api.request.data, '$.policyArn') AS policy_arn,
    json_extract_scalar(api.request.data, '$.policyName') AS policy_name,
    json_extract_scalar(api.request.data, '$.groupName') AS group_name,
    -- Documents are JSON inside a text, and blanks and lists are spelled in many ways.
    REPLACE(REPLACE(REPLACE(REPLACE(
      json_extract_scalar(api.request.data, '$.policyDocument'), ' ', ''), CHR(10), ''), CHR(13), ''), '[', '') AS document,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN (
      'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
      'CreatePolicy', 'CreatePolicyVersion', 'AddUserToGroup'
    )
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    time_dt,
    accountid,
    principal,
    operation,
    target,
    CASE
      WHEN policy_arn LIKE 'arn:aws%:iam::aws:policy/%'
        AND SPLIT_PART(policy_arn, 'policy/', 2) IN ('AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess')
        THEN 'administrator policy'
      WHEN operation = 'AddUserToGroup' THEN 'group membership'
      WHEN STRPOS(document, '"Effect":"Allow"') > 0
        AND (STRPOS(document, '"Action":"*"') > 0 OR STRPOS(document, '"Action":"iam:*"') > 0)
        THEN 'document that allows everything'
    END AS way,
    COALESCE(policy_arn, policy_name, group_name) AS granted,
    error,
    ip,
    event_id
  FROM changes
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  way AS "grant",
  granted,
  target,
  operation,
  ip AS source,
  error,
  event_id
FROM judged
WHERE way IS NOT NULL
ORDER BY event_at, account, event_id
LIMIT $limit
