import type { RawShape } from "../../../core/source.ts";

/**
 * The record fields that AWS documents up to event version 1.11, with the types seen in real deliveries. Payloads whose
 * shape differs by service stay JSON text: their types conflict between services, so no struct would hold them.
 * Source: AWS, "CloudTrail record contents" and "userIdentity element".
 */
export const CLOUDTRAIL_RAW: RawShape = {
  eventVersion: "text",
  userIdentity: {
    type: "text",
    principalId: "text",
    arn: "text",
    accountId: "text",
    accessKeyId: "text",
    userName: "text",
    sessionContext: {
      sessionIssuer: { type: "text", principalId: "text", arn: "text", accountId: "text", userName: "text" },
      webIdFederationData: { federatedProvider: "text", attributes: "json" },
      attributes: { creationDate: "instant", mfaAuthenticated: "bool-text" },
      ec2RoleDelivery: "text",
      sourceIdentity: "text",
      assumedRoot: "text",
    },
    invokedBy: "text",
    invokedByDelegate: "json",
    identityProvider: "text",
    credentialId: "text",
    onBehalfOf: { userId: "text", identityStoreArn: "text" },
    inScopeOf: "json",
  },
  eventTime: "instant",
  eventSource: "text",
  eventName: "text",
  awsRegion: "text",
  sourceIPAddress: "text",
  userAgent: "text",
  errorCode: "text",
  errorMessage: "text",
  requestParameters: "json",
  responseElements: "json",
  additionalEventData: "json",
  requestID: "text",
  eventID: "text",
  readOnly: "bool",
  resources: "json",
  eventType: "text",
  apiVersion: "text",
  managementEvent: "bool",
  recipientAccountId: "text",
  serviceEventDetails: "json",
  sharedEventID: "text",
  vpcEndpointId: "text",
  vpcEndpointAccountId: "text",
  eventCategory: "text",
  insightDetails: "json",
  addendum: "json",
  sessionCredentialFromConsole: "text",
  edgeDeviceDetails: "json",
  tlsDetails: "json",
  eventContext: "json",
  // Aggregated events (`CloudTrail-Aggregated`) have a summary instead of a call. Their `eventId` is not listed here:
  // SQL names know no case, so it cannot stand beside `eventID`; the projection reads it from `unmapped`.
  accountId: "text",
  timeWindow: { windowStart: "instant", windowEnd: "instant", windowSize: "text" },
  summary: "json",
};
