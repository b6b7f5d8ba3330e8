-- Configuration item -> OCSF 1.8.0 Cloud Resources Inventory Info. No public mapping exists. The spellings of S3 files
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
