/** The fields of a configuration item in the spelling of S3 files, each with the SQL that reads it from a row. */
export const CONFIG_FIELDS: Readonly<Record<string, string>> = {
  configurationItemVersion: "metadata.product.version",
  configurationItemCaptureTime: "strftime(time_dt AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')",
  configurationItemStatus: "status_code",
  configurationStateId: "aws.state_id",
  configurationStateMd5Hash: "aws.md5",
  awsAccountId: "accountid",
  ARN: "aws.arn",
  resourceType: "aws.resource_type",
  resourceId: "aws.resource_id",
  resourceName: "aws.resource_name",
  awsRegion: "region",
  availabilityZone: "aws.availability_zone",
  resourceCreationTime:
    "COALESCE(strftime(make_timestamp(resources[1].created_time * 1000), '%Y-%m-%dT%H:%M:%S.%gZ'), aws.resource_creation_time)",
  resourceTransitionStatus: "aws.transition_status",
  recordingFrequency: "aws.recording_frequency",
  configurationItemDeliveryTime: "aws.delivery_time",
};

/** Read by JSON path below these names. */
export const CONFIG_JSON_FIELDS: Readonly<Record<string, string>> = {
  configuration: "resources[1].data",
  supplementaryConfiguration: "aws.supplementary_configuration",
  tags: "aws.tags",
  relatedEvents: "CAST(to_json(aws.related_events) AS VARCHAR)",
  relationships:
    "COALESCE(aws.relationships, CAST(to_json(list_transform(resources[2:], lambda r: {'resourceType': r.type, 'resourceId': r.uid, 'resourceName': r.name, 'name': r.labels[1]})) AS VARCHAR))",
  configurationItemDiff: "CAST(json_extract(aws.notification, '$.configurationItemDiff') AS VARCHAR)",
};
