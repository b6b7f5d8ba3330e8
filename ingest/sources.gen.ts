// Rendered from the folders of ingest/sources by `npm run gen`. Do not edit.
import type { Source } from "../core/source.ts";
import cloudtrail from "./sources/cloudtrail/source.ts";
import config from "./sources/config/source.ts";
import vpc_flow from "./sources/vpc_flow/source.ts";

/** Every log source, in the order of their ids. */
export const SOURCES: readonly Source[] = [
  {
    ...cloudtrail,
    normalizeSql: `-- CloudTrail record -> OCSF 1.8.0 row. Mapping after AWS's own for Security Lake (source version 2), with the choices
-- that docs/adr/004-cloudtrail-ocsf.md gives reasons for.
WITH timed AS (
  SELECT
    *,
    cloudtrail_instant(COALESCE(eventTime, timeWindow.windowStart)) AS moment,
    COALESCE(recipientAccountId, accountId, object_account, userIdentity.accountId) AS account,
    COALESCE(
      eventID,
      json_extract_string(unmapped, '$.eventId'),
      'sha256:' || sha256(record)
    ) AS uid,
    CASE
      WHEN eventName IS NULL THEN CASE WHEN insightDetails IS NOT NULL THEN 2004 ELSE 6003 END
      WHEN eventName IN ('ConsoleLogin', 'CheckMfa', 'CredentialChallenge', 'CredentialVerification',
                         'UserAuthentication', 'ExternalIdPDirectoryLogin')
           AND eventSource IN ('signin.amazonaws.com', 'sso.amazonaws.com') THEN 3002
      WHEN eventName IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
           AND eventSource = 'sts.amazonaws.com' THEN 3002
      WHEN eventSource = 'iam.amazonaws.com' AND cloudtrail_iam_activity(eventName) IS NOT NULL THEN 3001
      WHEN eventType = 'AwsCloudTrailInsight' THEN 2004
      ELSE 6003
    END AS class,
    CASE WHEN responseElements IS NOT NULL THEN cloudtrail_without_secrets(responseElements) END AS answer,
    -- Whom an AssumeRole call authenticates is the role; the caller is the actor.
    CASE WHEN eventSource = 'sts.amazonaws.com' AND starts_with(eventName, 'AssumeRole')
      THEN json_extract_string(requestParameters, '$.roleArn') END AS assumed
  FROM raw
),
classed AS (
  SELECT
    *,
    CASE class
      WHEN 3002 THEN CASE WHEN eventName = 'ConsoleLogin' OR starts_with(eventName, 'AssumeRole') THEN 1 ELSE 99 END
      WHEN 3001 THEN cloudtrail_iam_activity(eventName)
      WHEN 2004 THEN CASE WHEN json_extract_string(insightDetails, '$.state') = 'End' THEN 3 ELSE 1 END
      ELSE cloudtrail_api_activity(eventName)
    END AS activity,
    CASE
      WHEN class = 2004 THEN NULL
      WHEN eventName = 'ConsoleLogin' AND class = 3002 THEN
        CASE json_extract_string(responseElements, '$.ConsoleLogin') WHEN 'Success' THEN 1 WHEN 'Failure' THEN 2 ELSE 0 END
      WHEN errorCode IS NOT NULL THEN 2
      ELSE 1
    END AS outcome,
    CASE WHEN sourceIPAddress IS NULL THEN NULL ELSE cloudtrail_is_address(sourceIPAddress) END AS from_address,
    CASE WHEN class = 6003 AND resources IS NOT NULL AND json_type(resources) = 'ARRAY' THEN
      from_json(resources, '[{"ARN":"VARCHAR","ARNPrefix":"VARCHAR","accountId":"VARCHAR","type":"VARCHAR"}]')
    END AS touched
  FROM timed
)
SELECT
  carried,
  epoch_ms(moment) AS "time",
  moment AS time_dt,
  account AS accountid,
  awsRegion AS region,
  class::INTEGER AS class_uid,
  CASE class WHEN 6003 THEN 'API Activity' WHEN 3002 THEN 'Authentication' WHEN 3001 THEN 'Account Change'
    ELSE 'Detection Finding' END AS class_name,
  (class // 1000)::INTEGER AS category_uid,
  CASE class WHEN 6003 THEN 'Application Activity' WHEN 2004 THEN 'Findings'
    ELSE 'Identity & Access Management' END AS category_name,
  activity::INTEGER AS activity_id,
  cloudtrail_activity_name(class, activity) AS activity_name,
  (class * 100 + activity)::BIGINT AS type_uid,
  CASE class WHEN 6003 THEN 'API Activity: ' WHEN 3002 THEN 'Authentication: ' WHEN 3001 THEN 'Account Change: '
    ELSE 'Detection Finding: ' END || cloudtrail_activity_name(class, activity) AS type_name,
  1::INTEGER AS severity_id,
  'Informational' AS severity,
  outcome::INTEGER AS status_id,
  CASE outcome WHEN 1 THEN 'Success' WHEN 2 THEN 'Failure' WHEN 0 THEN 'Unknown' END AS status,
  {
    'uid': uid,
    'version': '1.8.0',
    'event_code': eventType,
    'original_event_uid': CASE WHEN addendum IS NOT NULL THEN json_extract_string(addendum, '$.originalEventID') END,
    'profiles': CASE WHEN errorCode = 'VpceAccessDenied' THEN ['cloud', 'datetime', 'security_control']
      ELSE ['cloud', 'datetime'] END,
    'product': {
      'name': 'CloudTrail',
      'vendor_name': 'AWS',
      'version': eventVersion,
      'feature': {'name': COALESCE(eventCategory, 'Management, Data, and Insights')}
    }
  } AS metadata,
  {
    'operation': COALESCE(eventName, json_extract_string(insightDetails, '$.eventName'), eventType, 'Unknown'),
    'version': apiVersion,
    'service': {'name': COALESCE(eventSource, json_extract_string(insightDetails, '$.eventSource'))},
    'request': {'uid': requestID, 'data': requestParameters},
    'response': {'error': errorCode, 'message': errorMessage, 'data': answer}
  } AS api,
  {
    'user': {
      'uid': userIdentity.arn,
      'uid_alt': userIdentity.principalId,
      'name': userIdentity.userName,
      'type': userIdentity."type",
      'type_id': cloudtrail_user_type(userIdentity."type"),
      'credential_uid': userIdentity.accessKeyId,
      'account': {'uid': userIdentity.accountId}
    },
    'session': {
      'created_time': epoch_ms(cloudtrail_instant(userIdentity.sessionContext.attributes.creationDate)),
      'is_mfa': CASE userIdentity.sessionContext.attributes.mfaAuthenticated WHEN 'true' THEN true WHEN 'false' THEN false END,
      'issuer': userIdentity.sessionContext.sessionIssuer.arn
    },
    'invoked_by': userIdentity.invokedBy,
    'idp': {
      'name': COALESCE(userIdentity.identityProvider, userIdentity.sessionContext.webIdFederationData.federatedProvider),
      'uid': userIdentity.onBehalfOf.identityStoreArn
    }
  } AS actor,
  {'provider': 'AWS', 'region': awsRegion, 'account': {'uid': account}} AS cloud,
  {
    'ip': CASE WHEN from_address THEN sourceIPAddress END,
    'domain': CASE WHEN NOT from_address THEN sourceIPAddress END,
    'uid': vpcEndpointId
  } AS src_endpoint,
  {'user_agent': userAgent} AS http_request,
  CASE WHEN touched IS NOT NULL THEN list_transform(touched, lambda x: {
    'uid': COALESCE(x.ARN, x.ARNPrefix),
    'type': x."type",
    'owner': {'account': {'uid': x.accountId}}
  }) END AS resources,
  CASE WHEN errorCode = 'VpceAccessDenied' THEN 2 END::INTEGER AS action_id,
  CASE WHEN errorCode = 'VpceAccessDenied' THEN 'Denied' END AS action,
  CASE WHEN class = 3002 THEN
    CASE COALESCE(json_extract_string(additionalEventData, '$.MFAUsed'), userIdentity.sessionContext.attributes.mfaAuthenticated)
      WHEN 'Yes' THEN true WHEN 'No' THEN false WHEN 'true' THEN true WHEN 'false' THEN false END
  END AS is_mfa,
  CASE class
    WHEN 3002 THEN CASE WHEN assumed IS NOT NULL THEN {
      'uid': assumed,
      'uid_alt': NULL::VARCHAR,
      'name': COALESCE(json_extract_string(requestParameters, '$.roleSessionName'), split_part(assumed, '/', -1)),
      'type': 'Role',
      'type_id': 99,
      'credential_uid': NULL::VARCHAR,
      'account': {'uid': nullif(split_part(assumed, ':', 5), '')}
    } ELSE {
      'uid': userIdentity.arn,
      'uid_alt': userIdentity.principalId,
      'name': COALESCE(userIdentity.userName, json_extract_string(additionalEventData, '$.UserName'),
                       CASE WHEN userIdentity.arn IS NULL AND userIdentity.accountId IS NULL
                            THEN COALESCE(userIdentity.invokedBy, userIdentity.principalId, userIdentity."type", 'unknown') END),
      'type': userIdentity."type",
      'type_id': cloudtrail_user_type(userIdentity."type"),
      'credential_uid': userIdentity.accessKeyId,
      'account': {'uid': userIdentity.accountId}
    } END
    WHEN 3001 THEN {
      'uid': COALESCE(json_extract_string(answer, '$.user.arn'), json_extract_string(answer, '$.role.arn')),
      'uid_alt': COALESCE(json_extract_string(answer, '$.user.userId'), json_extract_string(answer, '$.role.roleId')),
      'name': COALESCE(json_extract_string(answer, '$.user.userName'), json_extract_string(answer, '$.role.roleName'), json_extract_string(answer, '$.accessKey.userName'),
                       json_extract_string(requestParameters, '$.userName'), json_extract_string(requestParameters, '$.roleName'),
                       json_extract_string(requestParameters, '$.groupName'), json_extract_string(requestParameters, '$.instanceProfileName'),
                       json_extract_string(requestParameters, '$.policyName'), json_extract_string(requestParameters, '$.policyArn'),
                       userIdentity.userName, userIdentity.arn, userIdentity.principalId, 'unknown'),
      'type': NULL::VARCHAR,
      'type_id': NULL::INTEGER,
      'credential_uid': COALESCE(json_extract_string(answer, '$.accessKey.accessKeyId'), json_extract_string(requestParameters, '$.accessKeyId')),
      'account': NULL::STRUCT(uid VARCHAR)
    }
  END AS "user",
  CASE WHEN class = 3002 AND answer IS NOT NULL THEN {
    'uid': json_extract_string(answer, '$.assumedRoleUser.arn'),
    'uid_alt': json_extract_string(answer, '$.assumedRoleUser.assumedRoleId'),
    'credential_uid': json_extract_string(answer, '$.credentials.accessKeyId')
  } END AS session,
  CASE WHEN class = 3002 THEN
    {'svc_name': COALESCE(json_extract_string(additionalEventData, '$.LoginTo'), eventSource, 'unknown')}
  END AS dst_endpoint,
  CASE WHEN class = 3001 AND requestParameters IS NOT NULL
            AND (json_extract_string(requestParameters, '$.policyArn') IS NOT NULL OR json_extract_string(requestParameters, '$.policyName') IS NOT NULL)
    THEN [{'uid': json_extract_string(requestParameters, '$.policyArn'), 'name': json_extract_string(requestParameters, '$.policyName')}] END AS policies,
  CASE WHEN class = 2004 THEN {
    'uid': COALESCE(sharedEventID, uid),
    'title': concat_ws(' ', json_extract_string(insightDetails, '$.insightType'), json_extract_string(insightDetails, '$.eventSource'), json_extract_string(insightDetails, '$.eventName')),
    'types': list_filter([json_extract_string(insightDetails, '$.insightType')], lambda x: x IS NOT NULL)
  } END AS finding_info,
  CASE WHEN timeWindow IS NOT NULL THEN
    TRY_CAST(list_sum(TRY_CAST(json_extract_string(summary, '$.details[*].value.count') AS BIGINT[])) AS INTEGER)
  END AS "count",
  epoch_ms(cloudtrail_instant(timeWindow.windowStart)) AS start_time,
  epoch_ms(cloudtrail_instant(timeWindow.windowEnd)) AS end_time,
  {
    'session_issuer': {
      'type': userIdentity.sessionContext.sessionIssuer."type",
      'principal_id': userIdentity.sessionContext.sessionIssuer.principalId,
      'account_id': userIdentity.sessionContext.sessionIssuer.accountId,
      'user_name': userIdentity.sessionContext.sessionIssuer.userName
    },
    'federated_provider': userIdentity.sessionContext.webIdFederationData.federatedProvider,
    'federation_attributes': userIdentity.sessionContext.webIdFederationData.attributes::VARCHAR,
    'ec2_role_delivery': userIdentity.sessionContext.ec2RoleDelivery,
    'source_identity': userIdentity.sessionContext.sourceIdentity,
    'assumed_root': userIdentity.sessionContext.assumedRoot,
    'identity_provider': userIdentity.identityProvider,
    'credential_id': userIdentity.credentialId,
    'on_behalf_of_user_id': userIdentity.onBehalfOf.userId,
    'in_scope_of': userIdentity.inScopeOf::VARCHAR,
    'invoked_by_delegate': userIdentity.invokedByDelegate::VARCHAR,
    'read_only': CASE readOnly WHEN 'true' THEN true WHEN 'false' THEN false END,
    'management_event': CASE managementEvent WHEN 'true' THEN true WHEN 'false' THEN false END,
    'event_category': eventCategory,
    'recipient_account_id': recipientAccountId,
    'shared_event_id': sharedEventID,
    'vpc_endpoint_account_id': vpcEndpointAccountId,
    'session_credential_from_console': sessionCredentialFromConsole,
    'resources': resources::VARCHAR,
    'additional_event_data': additionalEventData::VARCHAR,
    'service_event_details': serviceEventDetails::VARCHAR,
    'insight_details': insightDetails::VARCHAR,
    'addendum': addendum::VARCHAR,
    'edge_device_details': edgeDeviceDetails::VARCHAR,
    'tls_details': tlsDetails::VARCHAR,
    'event_context': eventContext::VARCHAR,
    'summary': summary::VARCHAR,
    'window_size': timeWindow.windowSize
  } AS aws,
  unmapped
FROM classed
`,
    macrosSql: `-- Helpers of normalize.sql. Macros are inlined by the engine: they cost what their text costs.

-- An instant of the years 1 to 9999. The engine also reads \`infinity\`, years BC and years that no calendar library has.
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
        regexp_extract_all(answer, '"(?:sessionToken|SessionToken|secretAccessKey|SecretAccessKey|secretKey|password|masterUserPassword|generatedPassword|clientSecret|refreshToken|accessToken|idToken)":"((?:[^"\\\\]|\\\\.)+)"', 1)
      ),
      lambda text, secret: replace(text, ':"' || secret || '"', ':"sha256:' || sha256(secret) || '"')
    )
  ELSE answer::VARCHAR
END;
`,
  },
  {
    ...config,
    normalizeSql: `-- Configuration item -> OCSF 1.8.0 Cloud Resources Inventory Info. No public mapping exists. The spellings of S3 files
-- and of the API give the same row.
WITH spelled AS (
  SELECT
    *,
    COALESCE(ARN, json_extract_string(unmapped, '$.arn')) AS resource_arn,
    COALESCE(config_text(configurationStateId), json_extract_string(unmapped, '$.configurationStateID')) AS state_id,
    COALESCE(configurationItemVersion, "version", snapshotVersion) AS item_version,
    COALESCE(configurationStateMd5Hash, configurationItemMD5Hash) AS md5,
    COALESCE(configurationItemStatus, configurationItemState) AS item_status,
    COALESCE(availabilityZone, availibilityZone) AS zone,
    COALESCE(awsAccountId, accountId, object_account) AS account,
    COALESCE(awsRegion, object_region) AS in_region,
    CASE WHEN configurationItemCaptureTime IS NOT NULL THEN config_instant(configurationItemCaptureTime) END AS moment,
    CASE WHEN resourceCreationTime IS NOT NULL THEN config_instant(resourceCreationTime) END AS created,
    CASE WHEN relatedEvents IS NULL OR json_type(relatedEvents) = 'NULL' THEN NULL
      WHEN json_type(relatedEvents) = 'ARRAY' THEN from_json(relatedEvents, '["VARCHAR"]')
      ELSE [config_text(relatedEvents)] END AS related_events,
    CASE WHEN tags IS NOT NULL THEN config_tags_object(tags) END AS tags_object,
    CASE WHEN relationships IS NULL OR json_type(relationships) = 'NULL' THEN NULL
      ELSE config_are_plain(relationships) END AS are_plain,
    COALESCE(json_exists(envelope, '$.messageType') OR json_exists(envelope, '$.configurationItemDiff'), false) AS is_notified,
    awsAccountId IS NULL AND configurationItemVersion IS NULL AS is_api
  FROM raw
)
SELECT
  carried,
  epoch_ms(moment) AS "time",
  moment AS time_dt,
  account AS accountid,
  in_region AS region,
  5023::INTEGER AS class_uid,
  'Cloud Resources Inventory Info' AS class_name,
  5::INTEGER AS category_uid,
  'Discovery' AS category_name,
  CASE WHEN variant = 'snapshot' THEN 2 ELSE 1 END::INTEGER AS activity_id,
  CASE WHEN variant = 'snapshot' THEN 'Collect' ELSE 'Log' END AS activity_name,
  CASE WHEN variant = 'snapshot' THEN 502302 ELSE 502301 END::BIGINT AS type_uid,
  'Cloud Resources Inventory Info: ' || CASE WHEN variant = 'snapshot' THEN 'Collect' ELSE 'Log' END AS type_name,
  1::INTEGER AS severity_id,
  'Informational' AS severity,
  item_status AS status_code,
  {
    'uid': CASE
      WHEN moment IS NULL OR resourceType IS NULL OR resourceId IS NULL THEN 'sha256:' || sha256(record)
      ELSE concat(account, '/', in_region, '/', resourceType, '/', resourceId, '/',
        strftime(moment AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'), '/', state_id)
    END,
    'version': '1.8.0',
    'profiles': ['cloud', 'datetime'],
    'correlation_uid': related_events[1],
    'original_time': CASE WHEN moment IS NULL AND configurationItemCaptureTime IS NOT NULL
      THEN config_text(configurationItemCaptureTime) END,
    'product': {
      'name': 'AWS Config',
      'vendor_name': 'AWS',
      'version': item_version,
      'feature': {'name': CASE variant WHEN 'snapshot' THEN 'ConfigSnapshot' WHEN 'change' THEN 'ChangeNotification'
        ELSE 'ConfigHistory' END}
    }
  } AS metadata,
  {
    'provider': 'AWS',
    'region': in_region,
    'zone': CASE WHEN zone NOT IN ('', 'Not Applicable', 'Regional', 'Multiple Availability Zones') THEN zone END,
    'cloud_partition': CASE WHEN starts_with(resource_arn, 'arn:') THEN nullif(split_part(resource_arn, ':', 2), '') END,
    'account': {'uid': account}
  } AS cloud,
  list_prepend(
    {
      'uid': COALESCE(resource_arn, resourceId),
      'uid_alt': resourceId,
      'name': resourceName,
      'type': resourceType,
      'region': in_region,
      'created_time': epoch_ms(created),
      'role_id': NULL::INTEGER,
      'role': NULL::VARCHAR,
      'labels': NULL::VARCHAR[],
      'tags': CASE WHEN tags_object IS NOT NULL AND config_has_plain_keys(tags_object) THEN
        list_transform(config_members(tags_object), lambda t: {'name': t.key, 'value': config_text(t.value)}) END,
      'data': CASE WHEN configuration IS NOT NULL THEN config_parsed(configuration) END
    },
    CASE WHEN relationships IS NOT NULL AND json_type(relationships) = 'ARRAY' THEN
      list_transform(from_json(relationships, '["JSON"]'), lambda r: {
        'uid': json_extract_string(r, '$.resourceId'),
        'uid_alt': NULL::VARCHAR,
        'name': json_extract_string(r, '$.resourceName'),
        'type': json_extract_string(r, '$.resourceType'),
        'region': NULL::VARCHAR,
        'created_time': NULL::BIGINT,
        'role_id': 4::INTEGER,
        'role': 'Related',
        'labels': list_filter([trim(COALESCE(json_extract_string(r, '$.name'), json_extract_string(r, '$.relationshipName')))],
          lambda label: label IS NOT NULL),
        'tags': NULL::STRUCT("name" VARCHAR, "value" VARCHAR)[],
        'data': NULL::VARCHAR
      })
    ELSE [] END
  ) AS resources,
  {
    'arn': resource_arn,
    'resource_type': resourceType,
    'resource_id': resourceId,
    'resource_name': resourceName,
    'state_id': state_id,
    'md5': md5,
    'availability_zone': zone,
    'related_events': related_events,
    'tags': tags_object,
    'supplementary_configuration': CASE
      WHEN supplementaryConfiguration IS NULL OR supplementaryConfiguration::VARCHAR = 'null' THEN NULL
      WHEN CASE WHEN is_api THEN config_has_plain_keys(supplementaryConfiguration) ELSE false END THEN
        '{' || array_to_string(list_transform(config_members(supplementaryConfiguration),
          lambda m: to_json(m.key)::VARCHAR || ':' || COALESCE(config_parsed(m.value), 'null')), ',') || '}'
      ELSE supplementaryConfiguration::VARCHAR END,
    'relationships': CASE WHEN NOT are_plain THEN relationships::VARCHAR END,
    'resource_creation_time': CASE WHEN created IS NULL AND resourceCreationTime IS NOT NULL
      THEN config_text(resourceCreationTime) END,
    'transition_status': resourceTransitionStatus,
    'recording_frequency': recordingFrequency,
    'delivery_time': CASE WHEN configurationItemDeliveryTime IS NOT NULL THEN config_text(configurationItemDeliveryTime) END,
    'notification': CASE WHEN is_notified THEN envelope END
  } AS aws,
  CASE WHEN unmapped IS NOT NULL THEN nullif(json_merge_patch(unmapped, '{' || concat_ws(',',
    CASE WHEN ARN IS NULL AND json_type(unmapped, '$.arn') = 'VARCHAR' THEN '"arn":null' END,
    CASE WHEN configurationStateId IS NULL AND json_type(unmapped, '$.configurationStateID') = 'VARCHAR'
      THEN '"configurationStateID":null' END
  ) || '}')::VARCHAR, '{}') END AS unmapped
FROM spelled
`,
    macrosSql: `-- Helpers of normalize.sql. Macros are inlined by the engine: they cost what their text costs.

-- A JSON value's own text; null for JSON null.
CREATE OR REPLACE TEMP MACRO config_text(value) AS json_extract_string(value, '$');

-- ISO 8601, or seconds since 1970 with a fraction, as command line tools print API answers; up to the year 9999.
CREATE OR REPLACE TEMP MACRO config_instant(value) AS CASE
  WHEN regexp_full_match(config_text(value), '[0-9]{1,12}([.][0-9]{1,9})?') THEN
    CASE WHEN TRY_CAST(config_text(value) AS DECIMAL(21, 9)) < 253402300800
      THEN make_timestamptz((round(TRY_CAST(config_text(value) AS DECIMAL(21, 9)) * 1000000))::BIGINT) END
  WHEN regexp_matches(config_text(value), '^[0-9]{4}-') THEN TRY_CAST(config_text(value) AS TIMESTAMPTZ)
END;

-- Parses a string of JSON; anything else stays as it is. The first character tells: JSON functions keep 2,048 parsed
-- documents at a time, 200 MB where each has 20 KB.
CREATE OR REPLACE TEMP MACRO config_parsed(value) AS CASE left(value::VARCHAR, 1)
  WHEN 'n' THEN NULL
  WHEN '"' THEN CASE WHEN json_valid(config_text(value)) THEN json(config_text(value))::VARCHAR ELSE value::VARCHAR END
  ELSE value::VARCHAR
END;

-- The members of an object. Guarded by config_has_plain_keys: a map refuses a key that comes twice.
CREATE OR REPLACE TEMP MACRO config_members(value) AS map_entries(from_json(value, '"MAP(VARCHAR, JSON)"'));

CREATE OR REPLACE TEMP MACRO config_has_plain_keys(value) AS CASE
  WHEN json_type(value) = 'OBJECT' THEN len(list_distinct(json_keys(value))) = len(json_keys(value)) ELSE false END;

CREATE OR REPLACE TEMP MACRO config_are_pairs(tags) AS COALESCE(list_bool_and(list_transform(from_json(tags, '["JSON"]'),
  lambda t: json_type(t) = 'OBJECT' AND len(json_keys(t)) = 2
    AND COALESCE(json_type(t, '$.key') = 'VARCHAR', false) AND json_type(t, '$.value') IS NOT NULL)), true);

-- Tags as one object: the API has lists of {key, value} in some places.
CREATE OR REPLACE TEMP MACRO config_tags_object(tags) AS CASE
  WHEN json_type(tags) = 'NULL' THEN NULL
  WHEN json_type(tags) = 'ARRAY' AND config_are_pairs(tags) THEN
    '{' || array_to_string(list_transform(from_json(tags, '["JSON"]'),
      lambda t: json_extract(t, '$.key')::VARCHAR || ':' || json_extract(t, '$.value')::VARCHAR), ',') || '}'
  ELSE tags::VARCHAR
END;

-- Whether \`resources\` holds all that the relationships say.
CREATE OR REPLACE TEMP MACRO config_are_plain(relationships) AS CASE
  WHEN json_type(relationships) <> 'ARRAY' THEN false
  ELSE COALESCE(list_bool_and(list_transform(from_json(relationships, '["JSON"]'), lambda r:
    json_type(r) = 'OBJECT'
    AND list_has_all(['resourceType', 'resourceId', 'resourceName', 'relationshipName', 'name'], json_keys(r))
    AND list_has_all(['VARCHAR', 'NULL'], list_filter(
      [json_type(r, '$.resourceType'), json_type(r, '$.resourceId'), json_type(r, '$.resourceName'),
       json_type(r, '$.relationshipName'), json_type(r, '$.name')], lambda t: t IS NOT NULL))
    AND (json_extract_string(r, '$.name') IS NULL OR json_extract_string(r, '$.relationshipName') IS NULL)
    AND COALESCE(json_extract_string(r, '$.resourceId'), json_extract_string(r, '$.resourceName')) IS NOT NULL)), true)
END;
`,
  },
  {
    ...vpc_flow,
    normalizeSql: `-- Flow log record -> OCSF 1.8.0 Network Activity. Mapping after AWS's own for Security Lake, except that \`-\` is null
-- everywhere, an unknown direction is 0 and an absent traffic path has no boundary.
WITH bounded AS (
  SELECT
    *,
    vpc_flow_within(srcport, 65535)::INTEGER AS src_port,
    vpc_flow_within(dstport, 65535)::INTEGER AS dst_port,
    vpc_flow_within(protocol, 2147483647)::INTEGER AS protocol_number,
    vpc_flow_within(tcp_flags, 2147483647)::INTEGER AS flags,
    vpc_flow_within(traffic_path, 2147483647)::INTEGER AS path,
    vpc_flow_within(encryption_status, 2147483647)::INTEGER AS encryption,
    -- The last second of the year 9999, beyond which other readers' timestamps end.
    vpc_flow_within("start", 253402300799) AS start_s,
    vpc_flow_within("end", 253402300799) AS end_s,
    CASE action WHEN 'ACCEPT' THEN 1 WHEN 'REJECT' THEN 2
      ELSE CASE WHEN log_status IN ('NODATA', 'SKIPDATA') THEN 0 WHEN action IS NOT NULL THEN 99 END END AS verdict,
    COALESCE(nullif(account_id, 'unknown'), object_account, account_id) AS account,
    COALESCE(region, object_region) AS in_region,
    COALESCE(flow_direction = 'ingress', false) AS is_ingress
  FROM raw
),
judged AS (
  SELECT
    *,
    COALESCE(start_s, end_s) AS moment_s,
    CASE verdict WHEN 1 THEN 6 WHEN 2 THEN 5 WHEN 0 THEN 0 WHEN 99 THEN 99 ELSE 6 END AS activity,
    CASE verdict WHEN 1 THEN 'Traffic' WHEN 2 THEN 'Refuse' WHEN 0 THEN 'Unknown' WHEN 99 THEN 'Other'
      ELSE 'Traffic' END AS activity_caption
  FROM bounded
)
SELECT
  carried,
  moment_s * 1000 AS "time",
  make_timestamptz(moment_s * 1000000) AS time_dt,
  start_s * 1000 AS start_time,
  end_s * 1000 AS end_time,
  account AS accountid,
  in_region AS region,
  4001::INTEGER AS class_uid,
  'Network Activity' AS class_name,
  4::INTEGER AS category_uid,
  'Network Activity' AS category_name,
  activity::INTEGER AS activity_id,
  activity_caption AS activity_name,
  (400100 + activity)::BIGINT AS type_uid,
  'Network Activity: ' || activity_caption AS type_name,
  1::INTEGER AS severity_id,
  'Informational' AS severity,
  verdict::INTEGER AS action_id,
  CASE verdict WHEN 1 THEN 'Allowed' WHEN 2 THEN 'Denied' WHEN 0 THEN 'Unknown' WHEN 99 THEN action END AS action,
  CASE verdict WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 0 THEN 99 WHEN 99 THEN 99 END::INTEGER AS disposition_id,
  CASE verdict WHEN 1 THEN 'Allowed' WHEN 2 THEN 'Blocked' WHEN 0 THEN log_status WHEN 99 THEN action END AS disposition,
  log_status AS status_code,
  {
    'version': '1.8.0',
    'profiles': ['cloud', 'datetime', 'security_control'],
    'product': {
      'name': CASE WHEN tgw_id IS NULL THEN 'Amazon VPC' ELSE 'AWS Transit Gateway' END,
      'vendor_name': 'AWS',
      'version': "version"::VARCHAR,
      'feature': {'name': 'Flowlogs'}
    }
  } AS metadata,
  {'provider': 'AWS', 'region': in_region, 'zone': az_id, 'account': {'uid': account}} AS cloud,
  {
    'ip': COALESCE(pkt_srcaddr, srcaddr),
    'intermediate_ips': CASE WHEN pkt_srcaddr <> srcaddr THEN [srcaddr] END,
    'port': src_port,
    'svc_name': pkt_src_aws_service,
    'interface_uid': CASE WHEN is_ingress THEN tgw_src_eni ELSE COALESCE(interface_id, tgw_src_eni) END,
    'vpc_uid': CASE WHEN is_ingress THEN tgw_src_vpc_id ELSE COALESCE(vpc_id, tgw_src_vpc_id) END,
    'subnet_uid': CASE WHEN is_ingress THEN tgw_src_subnet_id ELSE COALESCE(subnet_id, tgw_src_subnet_id) END,
    'instance_uid': CASE WHEN NOT is_ingress THEN instance_id END,
    'zone': tgw_src_az_id,
    'owner': CASE WHEN tgw_src_vpc_account_id IS NOT NULL THEN {'account': {'uid': tgw_src_vpc_account_id}} END
  } AS src_endpoint,
  {
    'ip': COALESCE(pkt_dstaddr, dstaddr),
    'intermediate_ips': CASE WHEN pkt_dstaddr <> dstaddr THEN [dstaddr] END,
    'port': dst_port,
    'svc_name': pkt_dst_aws_service,
    'interface_uid': CASE WHEN is_ingress THEN COALESCE(interface_id, tgw_dst_eni) ELSE tgw_dst_eni END,
    'vpc_uid': CASE WHEN is_ingress THEN COALESCE(vpc_id, tgw_dst_vpc_id) ELSE tgw_dst_vpc_id END,
    'subnet_uid': CASE WHEN is_ingress THEN COALESCE(subnet_id, tgw_dst_subnet_id) ELSE tgw_dst_subnet_id END,
    'instance_uid': CASE WHEN is_ingress THEN instance_id END,
    'zone': tgw_dst_az_id,
    'owner': CASE WHEN tgw_dst_vpc_account_id IS NOT NULL THEN {'account': {'uid': tgw_dst_vpc_account_id}} END
  } AS dst_endpoint,
  {
    'protocol_num': protocol_number,
    'protocol_name': vpc_flow_protocol(protocol_number),
    'protocol_ver': "type",
    'protocol_ver_id': CASE "type" WHEN 'IPv4' THEN 4 WHEN 'IPv6' THEN 6 ELSE CASE WHEN "type" IS NOT NULL THEN 99 END END,
    'tcp_flags': flags,
    'direction_id': CASE flow_direction WHEN 'ingress' THEN 1 WHEN 'egress' THEN 2
      ELSE CASE WHEN flow_direction IS NULL THEN 0 ELSE 99 END END,
    'direction': CASE flow_direction WHEN 'ingress' THEN 'Inbound' WHEN 'egress' THEN 'Outbound'
      ELSE COALESCE(flow_direction, 'Unknown') END,
    'boundary_id': vpc_flow_boundary_id(path),
    'boundary': vpc_flow_boundary(path)
  } AS connection_info,
  {'packets': packets, 'bytes': bytes} AS traffic,
  {
    'account_id': account_id,
    'action': action,
    'flow_direction': flow_direction,
    'traffic_path': path,
    'sublocation_type': sublocation_type,
    'sublocation_id': sublocation_id,
    'resource_type': resource_type,
    'tgw_id': tgw_id,
    'tgw_attachment_id': tgw_attachment_id,
    'tgw_pair_attachment_id': tgw_pair_attachment_id,
    'tgw_src_vpc_account_id': tgw_src_vpc_account_id,
    'tgw_dst_vpc_account_id': tgw_dst_vpc_account_id,
    'tgw_src_vpc_id': tgw_src_vpc_id,
    'tgw_dst_vpc_id': tgw_dst_vpc_id,
    'tgw_src_subnet_id': tgw_src_subnet_id,
    'tgw_dst_subnet_id': tgw_dst_subnet_id,
    'tgw_src_eni': tgw_src_eni,
    'tgw_dst_eni': tgw_dst_eni,
    'tgw_src_az_id': tgw_src_az_id,
    'tgw_dst_az_id': tgw_dst_az_id,
    'packets_lost_no_route': packets_lost_no_route,
    'packets_lost_blackhole': packets_lost_blackhole,
    'packets_lost_mtu_exceeded': packets_lost_mtu_exceeded,
    'packets_lost_ttl_expired': packets_lost_ttl_expired,
    'ecs_cluster_name': ecs_cluster_name,
    'ecs_cluster_arn': ecs_cluster_arn,
    'ecs_container_instance_id': ecs_container_instance_id,
    'ecs_container_instance_arn': ecs_container_instance_arn,
    'ecs_service_name': ecs_service_name,
    'ecs_task_definition_arn': ecs_task_definition_arn,
    'ecs_task_id': ecs_task_id,
    'ecs_task_arn': ecs_task_arn,
    'ecs_container_id': ecs_container_id,
    'ecs_second_container_id': ecs_second_container_id,
    'reject_reason': reject_reason,
    'resource_id': resource_id,
    'encryption_status': encryption,
    'instance_tag': instance_tag,
    'instance_tag_2': instance_tag_2,
    'interface_tag': interface_tag,
    'interface_tag_2': interface_tag_2,
    'asg_tag': asg_tag,
    'asg_tag_2': asg_tag_2,
    'interface_type': interface_type,
    'next_hop_interface_id': next_hop_interface_id,
    'next_hop_subnet_id': next_hop_subnet_id,
    'next_hop_az_id': next_hop_az_id,
    'next_hop_vpc_id': next_hop_vpc_id,
    'next_hop_interface_type': next_hop_interface_type
  } AS aws,
  CASE
    WHEN greatest(srcport, dstport) > 65535
      OR greatest(protocol, tcp_flags, traffic_path, encryption_status) > 2147483647
      OR greatest("start", "end") > 253402300799
    THEN '{' || concat_ws(',', nullif(unmapped[2:-2], ''),
      vpc_flow_beyond('srcport', srcport, 65535),
      vpc_flow_beyond('dstport', dstport, 65535),
      vpc_flow_beyond('protocol', protocol, 2147483647),
      vpc_flow_beyond('tcp-flags', tcp_flags, 2147483647),
      vpc_flow_beyond('traffic-path', traffic_path, 2147483647),
      vpc_flow_beyond('encryption-status', encryption_status, 2147483647),
      vpc_flow_beyond('start', "start", 253402300799),
      vpc_flow_beyond('end', "end", 253402300799)) || '}'
    ELSE unmapped
  END AS unmapped
FROM judged
`,
    macrosSql: `-- Helpers of normalize.sql. Macros are inlined by the engine: they cost what their text costs.

CREATE OR REPLACE TEMP MACRO vpc_flow_protocol(number) AS CASE number
  WHEN 1 THEN 'icmp' WHEN 2 THEN 'igmp' WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 41 THEN 'ipv6' WHEN 47 THEN 'gre'
  WHEN 50 THEN 'esp' WHEN 51 THEN 'ah' WHEN 58 THEN 'ipv6-icmp' WHEN 89 THEN 'ospfigp' WHEN 112 THEN 'vrrp'
  WHEN 132 THEN 'sctp' END;

CREATE OR REPLACE TEMP MACRO vpc_flow_boundary_id(path) AS CASE path
  WHEN 1 THEN 4 WHEN 2 THEN 5 WHEN 3 THEN 6 WHEN 4 THEN 7 WHEN 5 THEN 8 WHEN 6 THEN 9 WHEN 7 THEN 10 WHEN 8 THEN 11
  ELSE CASE WHEN path IS NOT NULL THEN 99 END END;

CREATE OR REPLACE TEMP MACRO vpc_flow_boundary(path) AS CASE path
  WHEN 1 THEN 'Same VPC' WHEN 2 THEN 'Internet/VPC Gateway' WHEN 3 THEN 'Virtual Private Gateway'
  WHEN 4 THEN 'Intra-region VPC' WHEN 5 THEN 'Inter-region VPC' WHEN 6 THEN 'Local Gateway'
  WHEN 7 THEN 'Gateway VPC' WHEN 8 THEN 'Internet Gateway'
  ELSE CASE WHEN path IS NOT NULL THEN 'Other' END END;

-- The number, where the column can hold it; else it stays in \`unmapped\`.
CREATE OR REPLACE TEMP MACRO vpc_flow_within(value, most) AS CASE WHEN value <= most THEN value END;
CREATE OR REPLACE TEMP MACRO vpc_flow_beyond(name, value, most) AS
  CASE WHEN value > most THEN '"' || name || '":"' || value || '"' END;
`,
  },
];
