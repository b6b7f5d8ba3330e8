/*
title: Passwords, MFA devices and key states changed
group: privilege
description: >-
  Who set or changed a console password, added or removed an MFA device, switched an access key on or off, or changed the
  password policy, for themselves or for someone else?
notes:
  - >-
    `for_other` is a change of someone else's credentials. Help desks do that; so does someone who wants to stay.
  - >-
    An MFA device that is removed just before a sign-in without MFA is the pattern to look for in
    `console-logins-without-mfa`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: others_only, type: boolean, default: "false", help: Only changes for someone else, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    api.operation AS operation,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    actor."user"."type" AS principal_type,
    actor."user".name AS principal_name,
    json_extract_scalar(api.request.data, '$.userName') AS target,
    COALESCE(
      json_extract_scalar(api.request.data, '$.serialNumber'),
      json_extract_scalar(api.request.data, '$.virtualMFADeviceName'),
      json_extract_scalar(api.request.data, '$.accessKeyId')
    ) AS credential,
    json_extract_scalar(api.request.data, '$.status') AS new_status,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN (
      'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'ChangePassword', 'EnableMFADevice',
      'DeactivateMFADevice', 'CreateVirtualMFADevice', 'DeleteVirtualMFADevice', 'UpdateAccessKey', 'DeleteAccessKey',
      'CreateServiceSpecificCredential', 'UploadSigningCertificate', 'UploadSSHPublicKey', 'UpdateAccountPasswordPolicy',
      'DeleteAccountPasswordPolicy'
    )
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    time_dt,
    accountid,
    operation,
    principal,
    target,
    COALESCE(target IS NOT NULL AND (principal_type <> 'IAMUser' OR target <> principal_name), false) AS for_other,
    credential,
    new_status,
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
  target,
  for_other,
  credential,
  new_status,
  ip AS source,
  error,
  event_id
FROM judged
WHERE NOT $others_only OR for_other
ORDER BY event_at, account, event_id
LIMIT $limit
