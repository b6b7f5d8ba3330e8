import { LOGKEEP_COLUMN } from "../../../core/row-address.ts";
import { column, list, struct, type TableDefinition } from "../../../core/table.ts";

const ACCOUNT = struct(column("uid", "string", "12-digit account id"));

const USER = struct(
  column("uid", "string", "userIdentity.arn"),
  column("uid_alt", "string", "userIdentity.principalId"),
  column("name", "string", "userIdentity.userName"),
  column("type", "string", "userIdentity.type"),
  column("type_id", "int", "0 unknown, 1 user, 2 administrator (root), 3 system (AWS service), 99 other"),
  column("credential_uid", "string", "userIdentity.accessKeyId"),
  column("account", ACCOUNT, "userIdentity.accountId"),
);

/** OCSF 1.8.0 rows for CloudTrail: API Activity, Authentication, Account Change and, for Insights, Detection Finding. */
export const CLOUDTRAIL_TABLE: TableDefinition = {
  id: "cloudtrail",
  doc: "CloudTrail events as OCSF 1.8.0: API Activity 6003, Authentication 3002, Account Change 3001, Detection Finding 2004",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: [],
  columns: [
    column("time", "long", "eventTime, milliseconds since 1970"),
    column("time_dt", "timestamptz", "eventTime"),
    column("accountid", "string", "recipientAccountId, else the account in the object's key"),
    column("region", "string", "awsRegion"),
    column("class_uid", "int", "OCSF class"),
    column("class_name", "string", "Caption of class_uid"),
    column("category_uid", "int", "OCSF category"),
    column("category_name", "string", "Caption of category_uid"),
    column("activity_id", "int", "What was done, by OCSF class"),
    column("activity_name", "string", "Caption of activity_id"),
    column("type_uid", "long", "class_uid x 100 + activity_id"),
    column("type_name", "string", "Caption of type_uid"),
    column("severity_id", "int", "1 informational"),
    column("severity", "string", "Caption of severity_id"),
    column("status_id", "int", "1 success, 2 failure"),
    column("status", "string", "Caption of status_id"),
    column(
      "metadata",
      struct(
        column("uid", "string", "eventID; for records without one, `sha256:` and the hash of the record"),
        column("version", "string", "OCSF version"),
        column("event_code", "string", "eventType"),
        column("original_event_uid", "string", "addendum.originalEventID: the event that this one replaces"),
        column("profiles", list("string"), "OCSF profiles"),
        column(
          "product",
          struct(
            column("name", "string", "CloudTrail"),
            column("vendor_name", "string", "AWS"),
            column("version", "string", "eventVersion"),
            column("feature", struct(column("name", "string", "eventCategory")), "Kind of event"),
          ),
          "Who logged it",
        ),
      ),
      "OCSF metadata",
    ),
    column(
      "api",
      struct(
        column("operation", "string", "eventName"),
        column("version", "string", "apiVersion"),
        column("service", struct(column("name", "string", "eventSource")), "The service called"),
        column(
          "request",
          struct(column("uid", "string", "requestID"), column("data", "string", "requestParameters as JSON text")),
          "The call",
        ),
        column(
          "response",
          struct(
            column("error", "string", "errorCode"),
            column("message", "string", "errorMessage"),
            column("data", "string", "responseElements as JSON text; secrets replaced by their SHA-256"),
          ),
          "The answer",
        ),
      ),
      "The API call",
    ),
    column(
      "actor",
      struct(
        column("user", USER, "Who called"),
        column(
          "session",
          struct(
            column("created_time", "long", "sessionContext creationDate, milliseconds since 1970"),
            column("is_mfa", "boolean", "sessionContext mfaAuthenticated"),
            column("issuer", "string", "sessionContext sessionIssuer.arn"),
          ),
          "The session that called",
        ),
        column("invoked_by", "string", "userIdentity.invokedBy: the AWS service that called for the user"),
        column(
          "idp",
          struct(
            column("name", "string", "identityProvider, else the federated provider"),
            column("uid", "string", "onBehalfOf.identityStoreArn"),
          ),
          "Identity provider",
        ),
      ),
      "Who did it",
    ),
    column(
      "cloud",
      struct(
        column("provider", "string", "AWS"),
        column("region", "string", "awsRegion"),
        column("account", ACCOUNT, "recipientAccountId"),
      ),
      "Where it was done",
    ),
    column(
      "src_endpoint",
      struct(
        column("ip", "string", "sourceIPAddress where it is an address"),
        column("domain", "string", "sourceIPAddress where it is a service's name"),
        column("uid", "string", "vpcEndpointId"),
      ),
      "Where the call came from",
    ),
    column("http_request", struct(column("user_agent", "string", "userAgent")), "The client"),
    column(
      "resources",
      list(
        struct(
          column("uid", "string", "ARN, else ARNPrefix"),
          column("type", "string", "AWS resource type"),
          column("owner", struct(column("account", ACCOUNT, "accountId")), "Owner"),
        ),
      ),
      "Resources that the call touched (class 6003)",
    ),
    column("action_id", "int", "2 denied, for calls that a VPC endpoint policy refused"),
    column("action", "string", "Caption of action_id"),
    column("is_mfa", "boolean", "Authentication: whether MFA was used"),
    column("user", USER, "Authentication and Account Change: the account that was entered or changed"),
    column(
      "session",
      struct(
        column("uid", "string", "responseElements.assumedRoleUser.arn"),
        column("uid_alt", "string", "responseElements.assumedRoleUser.assumedRoleId"),
        column("credential_uid", "string", "responseElements.credentials.accessKeyId"),
      ),
      "Authentication: the session that was made",
    ),
    column(
      "dst_endpoint",
      struct(column("svc_name", "string", "Service, or the address that the login leads to")),
      "Authentication: where the user logged in",
    ),
    column(
      "policies",
      list(struct(column("uid", "string", "requestParameters.policyArn"), column("name", "string", "Policy name"))),
      "Account Change: policies attached or detached",
    ),
    column(
      "finding_info",
      struct(
        column("uid", "string", "sharedEventID of an Insight, else eventID"),
        column("title", "string", "Insight type and the API it is about"),
        column("types", list("string"), "insightType"),
      ),
      "Detection Finding: the Insight",
    ),
    column("count", "int", "Aggregated events: how many calls"),
    column("start_time", "long", "Aggregated events: start of the window, milliseconds since 1970"),
    column("end_time", "long", "Aggregated events: end of the window, milliseconds since 1970"),
    column(
      "aws",
      struct(
        column(
          "session_issuer",
          struct(
            column("type", "string", "sessionContext.sessionIssuer.type"),
            column("principal_id", "string", "sessionContext.sessionIssuer.principalId"),
            column("account_id", "string", "sessionContext.sessionIssuer.accountId"),
            column("user_name", "string", "sessionContext.sessionIssuer.userName: the role's name"),
          ),
          "Who gave out the session; its ARN is actor.session.issuer",
        ),
        column("federated_provider", "string", "sessionContext.webIdFederationData.federatedProvider"),
        column("federation_attributes", "string", "sessionContext.webIdFederationData.attributes as JSON text"),
        column("ec2_role_delivery", "string", "sessionContext.ec2RoleDelivery: version of the metadata service"),
        column("source_identity", "string", "sessionContext.sourceIdentity"),
        column("assumed_root", "string", "sessionContext.assumedRoot"),
        column("identity_provider", "string", "userIdentity.identityProvider"),
        column("credential_id", "string", "userIdentity.credentialId"),
        column("on_behalf_of_user_id", "string", "userIdentity.onBehalfOf.userId"),
        column("in_scope_of", "string", "userIdentity.inScopeOf as JSON text"),
        column("invoked_by_delegate", "string", "userIdentity.invokedByDelegate as JSON text"),
        column("read_only", "boolean", "readOnly"),
        column("management_event", "boolean", "managementEvent"),
        column("event_category", "string", "eventCategory as written"),
        column("recipient_account_id", "string", "recipientAccountId as written"),
        column("shared_event_id", "string", "sharedEventID: the same action seen from another account"),
        column("vpc_endpoint_account_id", "string", "vpcEndpointAccountId"),
        column("session_credential_from_console", "string", "sessionCredentialFromConsole"),
        column("resources", "string", "resources as JSON text"),
        column("additional_event_data", "string", "additionalEventData as JSON text"),
        column("service_event_details", "string", "serviceEventDetails as JSON text"),
        column("insight_details", "string", "insightDetails as JSON text"),
        column("addendum", "string", "addendum as JSON text"),
        column("edge_device_details", "string", "edgeDeviceDetails as JSON text"),
        column("tls_details", "string", "tlsDetails as JSON text"),
        column("event_context", "string", "eventContext as JSON text"),
        column("summary", "string", "Aggregated events: summary as JSON text"),
        column("window_size", "string", "Aggregated events: timeWindow.windowSize"),
      ),
      "Parts of the record that OCSF has no place for",
    ),
    column("unmapped", "string", "JSON text: every other raw field, and explicit nulls"),
    LOGKEEP_COLUMN,
  ],
};
