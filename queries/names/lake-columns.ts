/**
 * The columns of a managed CloudTrail lake's event data store, in their order, with their types
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html). Names and types alone:
 * what stands in a column is the source's own definition of the field of that name.
 */

/**
 * `map` is a JSON object with text values: strings as they are, everything else as JSON text. `row` has the fields below
 * it; `rows` is an array of them.
 */
export type LakeType = "text" | "boolean" | "instant" | "map" | "row" | "rows";

/** A column or a field of one. `key` is CloudTrail's own spelling where the lake's is another. */
export interface LakeColumn {
  readonly name: string;
  readonly type: LakeType;
  readonly fields: readonly LakeColumn[];
  readonly key: string;
}

const leaf = (type: LakeType, name: string, key = name): LakeColumn => ({ name, type, fields: [], key });
const texts = (...names: readonly string[]): readonly LakeColumn[] => names.map((name) => leaf("text", name));
const maps = (...names: readonly string[]): readonly LakeColumn[] => names.map((name) => leaf("map", name));
const nested = (type: "row" | "rows", name: string, ...fields: readonly LakeColumn[]): LakeColumn => ({
  name,
  type,
  fields,
  key: name,
});

const SESSION_CONTEXT = nested(
  "row",
  "sessionContext",
  nested("row", "attributes", leaf("instant", "creationDate"), leaf("text", "mfaAuthenticated")),
  nested("row", "sessionIssuer", ...texts("type", "principalId", "arn", "accountId", "userName")),
  nested("row", "webIdFederationData", leaf("text", "federatedProvider"), leaf("map", "attributes")),
  ...texts("sourceIdentity", "ec2RoleDelivery", "ec2IssuedInVpc"),
);

const USER_IDENTITY = nested(
  "row",
  "userIdentity",
  ...texts("type", "principalId", "arn", "accountId", "accessKeyId", "userName"),
  SESSION_CONTEXT,
  nested("row", "onBehalfOf", ...texts("userId", "identityStoreArn")),
  nested("row", "inScopeOf", ...texts("sourceArn", "sourceAccount", "issuerType", "credentialsIssuedTo")),
  ...texts("invokedBy", "identityProvider"),
);

/** The columns. */
export const LAKE_COLUMNS: readonly LakeColumn[] = [
  leaf("text", "eventVersion"),
  USER_IDENTITY,
  leaf("instant", "eventTime"),
  ...texts("eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent", "errorCode", "errorMessage"),
  ...maps("requestParameters", "responseElements", "additionalEventData"),
  ...texts("requestID", "eventID"),
  leaf("boolean", "readOnly"),
  nested(
    "rows",
    "resources",
    ...texts("accountId", "type"),
    leaf("text", "arn", "ARN"),
    leaf("text", "arnPrefix", "ARNPrefix"),
  ),
  ...texts("eventType", "apiVersion"),
  leaf("boolean", "managementEvent"),
  ...texts("recipientAccountId", "sharedEventID", "annotation", "vpcEndpointId", "vpcEndpointAccountId"),
  ...maps("serviceEventDetails", "addendum", "edgeDeviceDetails", "insightDetails"),
  leaf("text", "eventCategory"),
  nested("row", "tlsDetails", ...texts("tlsVersion", "cipherSuite", "clientProvidedHostHeader")),
  leaf("text", "sessionCredentialFromConsole"),
];
