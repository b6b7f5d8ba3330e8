import { LOGKEEP_COLUMN } from "../../../core/row-address.ts";
import { type Column, column, list, struct, type TableDefinition } from "../../../core/table.ts";

const ACCOUNT = struct(column("uid", "string", "12-digit account id"));

const RESOURCE: readonly Column[] = [
  column("uid", "string", "The item: ARN, else resourceId; a related resource: its resourceId"),
  column("uid_alt", "string", "The item: resourceId"),
  column("name", "string", "resourceName"),
  column("type", "string", "resourceType, such as AWS::EC2::SecurityGroup"),
  column("region", "string", "awsRegion"),
  column("created_time", "long", "resourceCreationTime, milliseconds since 1970"),
  column("role_id", "int", "4 related; null for the item itself"),
  column("role", "string", "Caption of role_id"),
  column("labels", list("string"), "Related resources: the relationship, such as `Is contained in Vpc`"),
  column(
    "tags",
    list(struct(column("name", "string", "Tag key"), column("value", "string", "Tag value"))),
    "Tags of the resource",
  ),
  column("data", "string", "configuration as JSON text; null for deleted resources"),
];

/** OCSF 1.8.0 Cloud Resources Inventory Info rows for AWS Config. */
export const CONFIG_TABLE: TableDefinition = {
  id: "config",
  doc: "AWS Config items as OCSF 1.8.0 Cloud Resources Inventory Info 5023; a row is one resource at one time",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: [],
  columns: [
    column("time", "long", "configurationItemCaptureTime, milliseconds since 1970"),
    column("time_dt", "timestamptz", "configurationItemCaptureTime"),
    column("accountid", "string", "awsAccountId, else the account in the object's key"),
    column("region", "string", "awsRegion, else the region in the object's key"),
    column("class_uid", "int", "5023"),
    column("class_name", "string", "Cloud Resources Inventory Info"),
    column("category_uid", "int", "5"),
    column("category_name", "string", "Discovery"),
    column("activity_id", "int", "1 log (history, change), 2 collect (snapshot)"),
    column("activity_name", "string", "Caption of activity_id"),
    column("type_uid", "long", "class_uid x 100 + activity_id"),
    column("type_name", "string", "Caption of type_uid"),
    column("severity_id", "int", "1 informational"),
    column("severity", "string", "Caption of severity_id"),
    column("status_code", "string", "configurationItemStatus: OK, ResourceDiscovered, ResourceDeleted, ..."),
    column(
      "metadata",
      struct(
        column(
          "uid",
          "string",
          "account/region/type/id/capture time/state id; `sha256:` and a hash where one is missing",
        ),
        column("version", "string", "OCSF version"),
        column("profiles", list("string"), "OCSF profiles"),
        column("correlation_uid", "string", "First of relatedEvents: the eventID of the CloudTrail event behind it"),
        column("original_time", "string", "configurationItemCaptureTime as written, where it is no time"),
        column(
          "product",
          struct(
            column("name", "string", "AWS Config"),
            column("vendor_name", "string", "AWS"),
            column("version", "string", "configurationItemVersion"),
            column(
              "feature",
              struct(column("name", "string", "ConfigHistory, ConfigSnapshot, ChangeNotification")),
              "File",
            ),
          ),
          "Who logged it",
        ),
      ),
      "OCSF metadata",
    ),
    column(
      "cloud",
      struct(
        column("provider", "string", "AWS"),
        column("region", "string", "awsRegion"),
        column("zone", "string", "availabilityZone where it is one"),
        column("cloud_partition", "string", "Partition of the ARN, such as aws"),
        column("account", ACCOUNT, "awsAccountId"),
      ),
      "Where the resource is",
    ),
    column("resources", list(struct(...RESOURCE)), "First the item itself, then the resources it is related to"),
    column(
      "aws",
      struct(
        column("arn", "string", "ARN"),
        column("resource_type", "string", "resourceType"),
        column("resource_id", "string", "resourceId"),
        column("resource_name", "string", "resourceName"),
        column("state_id", "string", "configurationStateId"),
        column("md5", "string", "configurationStateMd5Hash; empty in newer items"),
        column("availability_zone", "string", "availabilityZone as written, such as `Regional`"),
        column("related_events", list("string"), "relatedEvents: eventIDs of CloudTrail events; often empty"),
        column("tags", "string", "tags as JSON text: an object, key to value"),
        column(
          "supplementary_configuration",
          "string",
          "supplementaryConfiguration as JSON text, strings of JSON parsed",
        ),
        column("relationships", "string", "relationships as JSON text, where they say more than `resources` holds"),
        column("resource_creation_time", "string", "resourceCreationTime as written, where it is no time"),
        column("transition_status", "string", "resourceTransitionStatus"),
        column("recording_frequency", "string", "recordingFrequency: CONTINUOUS or DAILY"),
        column("delivery_time", "string", "configurationItemDeliveryTime as written"),
        column(
          "notification",
          "string",
          "Change notifications: JSON text of what stood around the item, such as the diff",
        ),
      ),
      "Parts of the item that OCSF has no place for",
    ),
    column("unmapped", "string", "JSON text: every other raw field, and explicit nulls"),
    LOGKEEP_COLUMN,
  ],
};
