-- Helpers of normalize.sql. Macros are inlined by the engine: they cost what their text costs.

-- An instant of the years 1 to 9999. The engine also reads `infinity`, years BC and years that no calendar library has.
CREATE OR REPLACE TEMP MACRO cloudtrail_instant(value) AS CASE
  WHEN TRY_CAST(value AS TIMESTAMPTZ) BETWEEN '0001-01-01 00:00:00+00'::TIMESTAMPTZ AND '9999-12-31 23:59:59.999999+00'::TIMESTAMPTZ
  THEN TRY_CAST(value AS TIMESTAMPTZ) END;

-- OCSF 3001 activity of an IAM call; null for calls that change no account.
CREATE OR REPLACE TEMP MACRO cloudtrail_iam_activity(name) AS CASE name
  WHEN 'CreateUser' THEN 1 WHEN 'CreateRole' THEN 1 WHEN 'CreateGroup' THEN 1 WHEN 'CreateAccessKey' THEN 1
  WHEN 'CreateLoginProfile' THEN 1 WHEN 'CreateInstanceProfile' THEN 1 WHEN 'CreateServiceLinkedRole' THEN 1
  WHEN 'CreateVirtualMFADevice' THEN 1 WHEN 'CreateServiceSpecificCredential' THEN 1
  WHEN 'UploadSSHPublicKey' THEN 1 WHEN 'UploadSigningCertificate' THEN 1
  WHEN 'ChangePassword' THEN 3 WHEN 'UpdateLoginProfile' THEN 4 WHEN 'ResetServiceSpecificCredential' THEN 4
  WHEN 'DeleteUser' THEN 6 WHEN 'DeleteRole' THEN 6 WHEN 'DeleteGroup' THEN 6 WHEN 'DeleteAccessKey' THEN 6
  WHEN 'DeleteLoginProfile' THEN 6 WHEN 'DeleteInstanceProfile' THEN 6 WHEN 'DeleteServiceLinkedRole' THEN 6
  WHEN 'DeleteVirtualMFADevice' THEN 6 WHEN 'DeleteServiceSpecificCredential' THEN 6
  WHEN 'DeleteSSHPublicKey' THEN 6 WHEN 'DeleteSigningCertificate' THEN 6
  WHEN 'RemoveRoleFromInstanceProfile' THEN 8 WHEN 'AddRoleToInstanceProfile' THEN 7
  WHEN 'RemoveUserFromGroup' THEN 8 WHEN 'AddUserToGroup' THEN 7
  WHEN 'AttachUserPolicy' THEN 7 WHEN 'AttachRolePolicy' THEN 7 WHEN 'AttachGroupPolicy' THEN 7
  WHEN 'PutUserPolicy' THEN 7 WHEN 'PutRolePolicy' THEN 7 WHEN 'PutGroupPolicy' THEN 7
  WHEN 'PutUserPermissionsBoundary' THEN 7 WHEN 'PutRolePermissionsBoundary' THEN 7
  WHEN 'DetachUserPolicy' THEN 8 WHEN 'DetachRolePolicy' THEN 8 WHEN 'DetachGroupPolicy' THEN 8
  WHEN 'DeleteUserPolicy' THEN 8 WHEN 'DeleteRolePolicy' THEN 8 WHEN 'DeleteGroupPolicy' THEN 8
  WHEN 'DeleteUserPermissionsBoundary' THEN 8 WHEN 'DeleteRolePermissionsBoundary' THEN 8
  WHEN 'EnableMFADevice' THEN 10 WHEN 'ResyncMFADevice' THEN 10 WHEN 'DeactivateMFADevice' THEN 11
  WHEN 'UpdateUser' THEN 99 WHEN 'UpdateRole' THEN 99 WHEN 'UpdateGroup' THEN 99 WHEN 'UpdateAccessKey' THEN 99
  WHEN 'UpdateRoleDescription' THEN 99 WHEN 'UpdateAssumeRolePolicy' THEN 99 WHEN 'UpdateSSHPublicKey' THEN 99
  WHEN 'UpdateServiceSpecificCredential' THEN 99 WHEN 'UpdateSigningCertificate' THEN 99
  WHEN 'TagUser' THEN 99 WHEN 'TagRole' THEN 99 WHEN 'UntagUser' THEN 99 WHEN 'UntagRole' THEN 99
END;

-- OCSF 6003 activity by the verb that the API's name starts with; 99 for the rest, as AWS's own converter has it.
CREATE OR REPLACE TEMP MACRO cloudtrail_api_activity(name) AS CASE
  WHEN name IS NULL THEN 99
  WHEN starts_with(name, 'Get') OR starts_with(name, 'List') OR starts_with(name, 'Describe')
    OR starts_with(name, 'Search') OR starts_with(name, 'Lookup') OR starts_with(name, 'BatchGet')
    OR starts_with(name, 'Head') OR starts_with(name, 'Query') OR starts_with(name, 'Scan') THEN 2
  WHEN starts_with(name, 'Create') OR starts_with(name, 'Run') OR starts_with(name, 'Generate') THEN 1
  WHEN starts_with(name, 'Delete') OR starts_with(name, 'Terminate') THEN 4
  WHEN regexp_matches(name, '^(Update|Put|Modify|Add|Remove|Start|Stop|Attach|Detach|Associate|Disassociate|Authorize|Revoke|Enable|Disable|Set|Register|Deregister|Reboot|Replace|Reset|Restore|Tag|Untag|Change|Import|Copy|Upload)') THEN 3
  ELSE 99
END;

CREATE OR REPLACE TEMP MACRO cloudtrail_activity_name(class, activity) AS CASE class
  WHEN 3001 THEN CASE activity WHEN 1 THEN 'Create' WHEN 3 THEN 'Password Change' WHEN 4 THEN 'Password Reset'
    WHEN 6 THEN 'Delete' WHEN 7 THEN 'Attach Policy' WHEN 8 THEN 'Detach Policy' WHEN 10 THEN 'MFA Factor Enable'
    WHEN 11 THEN 'MFA Factor Disable' ELSE 'Other' END
  WHEN 3002 THEN CASE activity WHEN 1 THEN 'Logon' ELSE 'Other' END
  WHEN 2004 THEN CASE activity WHEN 1 THEN 'Create' ELSE 'Close' END
  ELSE CASE activity WHEN 1 THEN 'Create' WHEN 2 THEN 'Read' WHEN 3 THEN 'Update' WHEN 4 THEN 'Delete' ELSE 'Other' END
END;

CREATE OR REPLACE TEMP MACRO cloudtrail_user_type(kind) AS CASE kind
  WHEN 'Root' THEN 2 WHEN 'AWSService' THEN 4 WHEN 'Unknown' THEN 0 WHEN 'AWSAccount' THEN 99 WHEN 'Role' THEN 99
  ELSE CASE WHEN kind IS NOT NULL THEN 1 END
END;

-- sourceIPAddress is a service's name, or "AWS Internal", in every tenth record.
CREATE OR REPLACE TEMP MACRO cloudtrail_is_address(value) AS
  regexp_matches(value, '^([0-9]{1,3}[.]){3}[0-9]{1,3}$|^[0-9a-fA-F.:]*:[0-9a-fA-F.:]*:[0-9a-fA-F.:]*$');

-- Session tokens and secret keys leave only their SHA-256: equal secrets stay recognisable, none can be used. The
-- plain searches in front keep the regular expression away from the answers that hold no such name.
CREATE OR REPLACE TEMP MACRO cloudtrail_without_secrets(answer) AS CASE
  WHEN contains(answer, 'oken":"') OR contains(answer, 'ecret":"') OR contains(answer, 'assword":"')
    OR contains(answer, 'ccessKey":"') OR contains(answer, 'ecretKey":"') THEN
    list_reduce(
      list_prepend(
        answer::VARCHAR,
        regexp_extract_all(answer, '"(?:sessionToken|SessionToken|secretAccessKey|SecretAccessKey|secretKey|password|masterUserPassword|generatedPassword|clientSecret|refreshToken|accessToken|idToken)":"((?:[^"\\]|\\.)+)"', 1)
      ),
      lambda text, secret: replace(text, ':"' || secret || '"', ':"sha256:' || sha256(secret) || '"')
    )
  ELSE answer::VARCHAR
END;
