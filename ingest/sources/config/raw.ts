import type { RawShape } from "../../../core/source.ts";

/**
 * Fields of a configuration item as S3 files and as the API spell them. `json` where the type differs between the two
 * (a number or its text, an object or a string of JSON, a map or a list). SQL names know no case, so `arn` cannot stand
 * beside `ARN`, nor `configurationStateID` beside `configurationStateId`: the projection reads those from `unmapped`.
 * Sources: AWS, "Components of a configuration item", API reference "ConfigurationItem".
 */
export const CONFIG_RAW: RawShape = {
  configurationItemVersion: "text",
  version: "text",
  snapshotVersion: "text",
  configurationItemCaptureTime: "json",
  configurationItemDeliveryTime: "json",
  configurationItemStatus: "text",
  configurationItemState: "text",
  recordingFrequency: "text",
  configurationStateId: "json",
  configurationStateMd5Hash: "text",
  configurationItemMD5Hash: "text",
  awsAccountId: "text",
  accountId: "text",
  ARN: "text",
  resourceType: "text",
  resourceId: "text",
  resourceName: "text",
  awsRegion: "text",
  availabilityZone: "text",
  // So spelled in old files.
  availibilityZone: "text",
  resourceCreationTime: "json",
  resourceTransitionStatus: "text",
  tags: "json",
  relatedEvents: "json",
  relationships: "json",
  configuration: "json",
  supplementaryConfiguration: "json",
};
