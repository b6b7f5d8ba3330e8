-- CloudTrail record -> OCSF 1.8.0 row. Mapping after AWS's own for Security Lake (source version 2), with the choices
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
