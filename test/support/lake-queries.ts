/**
 * Queries as people write them for a managed CloudTrail lake, in Athena's SQL with only the table's name changed, and the
 * rows that they must give over `LAKE_RECORDS`.
 */
import { ALICE, DEPLOYER, RECORDS } from "./query-samples.ts";

/** One of them. Instants are ISO 8601, counts numbers or, where an engine says so, digits. */
export interface LakeQuery {
  readonly title: string;
  readonly sql: string;
  readonly rows: readonly (readonly unknown[])[];
}

let count = 0;
function extra(over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  count += 1;
  return {
    eventVersion: "1.11",
    userIdentity: ALICE,
    eventTime: `2026-01-06T08:0${count}:00Z`,
    eventSource: "ec2.amazonaws.com",
    eventName: "DescribeInstances",
    awsRegion: "eu-west-1",
    sourceIPAddress: "192.0.2.44",
    userAgent: "console.example.com",
    requestParameters: null,
    responseElements: null,
    requestID: `x${count}`,
    eventID: `x${count}`,
    readOnly: true,
    eventType: "AwsApiCall",
    managementEvent: true,
    eventCategory: "Management",
    recipientAccountId: "111122223333",
    ...over,
  };
}

const RUNNER = {
  type: "AssumedRole",
  arn: "arn:aws:sts::111122223333:assumed-role/runner/job",
  principalId: "AROARUNNER000EXAMPLE:job",
  accountId: "111122223333",
  accessKeyId: "ASIARUNNER000EXAMPLE",
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: "AROARUNNER000EXAMPLE",
      arn: "arn:aws:iam::111122223333:role/runner",
      accountId: "111122223333",
      userName: "runner",
    },
    webIdFederationData: {
      federatedProvider: "arn:aws:iam::111122223333:oidc-provider/tokens.example.com",
      attributes: { "tokens.example.com:sub": "repo:example/shop:ref:refs/heads/main" },
    },
    attributes: { creationDate: "2026-01-06T07:59:30Z", mfaAuthenticated: "false" },
    sourceIdentity: "ann",
    ec2IssuedInVpc: "vpc-0a1b2c3d",
  },
  inScopeOf: { issuerType: "AWS::Lambda::Function", credentialsIssuedTo: "function/shop" },
};

/** Records of a morning, and one of each kind that the queries look for. */
export const LAKE_RECORDS: readonly Readonly<Record<string, unknown>>[] = [
  ...RECORDS,
  extra({
    eventName: "AuthorizeSecurityGroupIngress",
    readOnly: false,
    requestParameters: {
      groupId: "sg-0a1b2c3d",
      ipPermissions: { items: [{ fromPort: 22, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }] },
      dryRun: false,
      note: null,
    },
    responseElements: { _return: true },
    tlsDetails: {
      tlsVersion: "TLSv1.1",
      cipherSuite: "ECDHE-RSA-AES128-SHA",
      clientProvidedHostHeader: "ec2.example.com",
    },
    sessionCredentialFromConsole: "true",
  }),
  extra({
    userIdentity: RUNNER,
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: { bucketName: "example-data", key: "a/b'c.txt" },
    resources: [
      { type: "AWS::S3::Object", ARN: "arn:aws:s3:::example-data/a/b'c.txt" },
      { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::example-data", accountId: "111122223333" },
    ],
    vpcEndpointId: "vpce-0a1b2c3d",
    vpcEndpointAccountId: "111122223333",
    additionalEventData: { bytesTransferredOut: 2048, "x-amz-id-2": "abc" },
  }),
  extra({
    userIdentity: { type: "AWSService", invokedBy: "backup.example.com" },
    sourceIPAddress: "backup.example.com",
    eventSource: "kms.amazonaws.com",
    eventName: "DescribeKey",
    addendum: { reason: "DELIVERY_DELAY" },
    serviceEventDetails: { keyId: "k-1" },
    annotation: "kept by hand",
  }),
];

const T = "cloudtrail_lake";

/** The queries. */
export const LAKE_QUERIES: readonly LakeQuery[] = [
  {
    title: "what a user did after a moment",
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'bucketName') AS bucket FROM ${T}
      WHERE eventTime > '2026-01-05 10:07:00' AND eventTime < '2026-01-06 00:00:00' AND userIdentity.arn LIKE '%:user/alice'
      ORDER BY eventTime`,
    rows: [
      ["2026-01-05T10:08:00.000Z", "GetObject", "example-bucket"],
      ["2026-01-05T10:09:00.000Z", "AttachUserPolicy", null],
    ],
  },
  {
    title: "calls by service in a month",
    sql: `SELECT eventSource, COUNT(*) AS calls FROM ${T}
      WHERE eventTime >= '2026-01-01' AND eventTime < '2026-01-06 00:00:00' GROUP BY eventSource ORDER BY calls DESC, eventSource`,
    rows: [
      ["s3.amazonaws.com", 4],
      ["iam.amazonaws.com", 2],
      ["signin.amazonaws.com", 2],
      ["sts.amazonaws.com", 2],
      ["secretsmanager.amazonaws.com", 1],
    ],
  },
  {
    title: "denied calls by principal",
    sql: `SELECT userIdentity.arn AS principal, errorCode, COUNT(*) AS denied FROM ${T}
      WHERE errorCode IN ('AccessDenied', 'UnauthorizedOperation') GROUP BY userIdentity.arn, errorCode`,
    rows: [[ALICE.arn, "AccessDenied", 2]],
  },
  {
    title: "changes of bucket policies",
    sql: `SELECT eventTime, userIdentity.principalId, element_at(requestParameters, 'bucketName') AS bucket FROM ${T}
      WHERE eventName IN ('PutBucketPolicy', 'DeleteBucketPolicy') AND eventTime BETWEEN '2026-01-05 00:00:00' AND '2026-01-05 23:59:59'`,
    rows: [["2026-01-05T10:06:00.000Z", DEPLOYER.principalId, "example-bucket"]],
  },
  {
    title: "sign-ins without a second factor",
    sql: `SELECT eventTime, userIdentity.userName, sourceIPAddress FROM ${T} WHERE eventName = 'ConsoleLogin'
      AND element_at(additionalEventData, 'MFAUsed') = 'No' AND element_at(responseElements, 'ConsoleLogin') = 'Success'`,
    rows: [["2026-01-05T10:00:00.000Z", "alice", "198.51.100.7"]],
  },
  {
    title: "use of the root user",
    sql: `SELECT eventName, sourceIPAddress FROM ${T} WHERE userIdentity.type = 'Root' AND userIdentity.invokedBy IS NULL AND eventType <> 'AwsServiceEvent'`,
    rows: [["ConsoleLogin", "203.0.113.9"]],
  },
  {
    title: "secrets that were read",
    sql: `SELECT element_at(requestParameters, 'secretId') AS secret, COUNT(*) AS reads FROM ${T}
      WHERE eventSource = 'secretsmanager.amazonaws.com' AND eventName = 'GetSecretValue' GROUP BY element_at(requestParameters, 'secretId')`,
    rows: [["prod/database", 1]],
  },
  {
    title: "security groups opened to the world",
    sql: `SELECT element_at(requestParameters, 'groupId') AS sg, userIdentity.userName FROM ${T}
      WHERE eventName = 'AuthorizeSecurityGroupIngress' AND element_at(requestParameters, 'ipPermissions') LIKE '%0.0.0.0/0%'`,
    rows: [["sg-0a1b2c3d", "alice"]],
  },
  {
    title: "a number inside of a nested parameter",
    sql: `SELECT json_extract_scalar(element_at(requestParameters, 'ipPermissions'), '$.items[0].fromPort') AS port FROM ${T} WHERE eventName LIKE 'Authorize%'`,
    rows: [["22"]],
  },
  {
    title: "parameters that are no strings",
    sql: `SELECT element_at(requestParameters, 'dryRun') AS dry, element_at(requestParameters, 'note') AS note,
      element_at(responseElements, '_return') AS done, cardinality(requestParameters) AS many FROM ${T} WHERE eventID = 'x1'`,
    rows: [["false", null, "true", 4]],
  },
  {
    title: "roles that were assumed, with the key that was given out",
    sql: `SELECT element_at(requestParameters, 'roleArn') AS role, json_extract_scalar(element_at(responseElements, 'credentials'), '$.accessKeyId') AS access_key
      FROM ${T} WHERE eventName = 'AssumeRole' AND element_at(responseElements, 'credentials') IS NOT NULL`,
    rows: [["arn:aws:iam::111122223333:role/admin", "ASIAADMIN0000EXAMPLE"]],
  },
  {
    title: "sessions of a role",
    sql: `SELECT eventName, userIdentity.sessionContext.sessionIssuer.arn AS role FROM ${T}
      WHERE userIdentity.sessionContext.sessionIssuer.userName = 'deploy' ORDER BY eventTime, recipientAccountId LIMIT 1`,
    rows: [["AssumeRole", "arn:aws:iam::444455556666:role/deploy"]],
  },
  {
    title: "sessions without a second factor, and when they began",
    sql: `SELECT DISTINCT userIdentity.sessionContext.attributes.creationDate AS began, userIdentity.accessKeyId FROM ${T}
      WHERE userIdentity.sessionContext.attributes.mfaAuthenticated = 'false' ORDER BY userIdentity.accessKeyId`,
    rows: [
      ["2026-01-05T09:00:00.000Z", "ASIADEPLOY000EXAMPLE"],
      ["2026-01-06T07:59:30.000Z", "ASIARUNNER000EXAMPLE"],
    ],
  },
  {
    title: "resources of a call, one row each",
    sql: `SELECT r.type, r.arn, r.accountId FROM ${T} CROSS JOIN UNNEST(resources) AS r(accountId, type, arn, arnPrefix) ORDER BY r.type`,
    rows: [
      ["AWS::S3::Bucket", "arn:aws:s3:::example-data", "111122223333"],
      ["AWS::S3::Object", "arn:aws:s3:::example-data/a/b'c.txt", null],
    ],
  },
  {
    title: "the first resource of a call",
    sql: `SELECT element_at(resources, 1).arn AS arn, cardinality(resources) AS many FROM ${T} WHERE element_at(resources, 1).type = 'AWS::S3::Object'`,
    rows: [["arn:aws:s3:::example-data/a/b'c.txt", 2]],
  },
  {
    title: "calls that touched a bucket",
    sql: `SELECT eventID FROM ${T} WHERE any_match(resources, r -> r.arn LIKE 'arn:aws:s3:::example-data%')`,
    rows: [["x2"]],
  },
  {
    title: "who changes things",
    sql: `SELECT userIdentity.userName, COUNT(*) AS changes FROM ${T} WHERE readOnly = false AND managementEvent = true AND userIdentity.type = 'IAMUser'
      GROUP BY userIdentity.userName`,
    rows: [["alice", 4]],
  },
  {
    title: "addresses with the most principals",
    sql: `SELECT sourceIPAddress, COUNT(DISTINCT userIdentity.principalId) AS principals FROM ${T}
      WHERE sourceIPAddress NOT LIKE '%.com' GROUP BY sourceIPAddress HAVING COUNT(DISTINCT userIdentity.principalId) > 1`,
    rows: [["192.0.2.44", 2]],
  },
  {
    title: "old TLS",
    sql: `SELECT tlsDetails.tlsVersion, tlsDetails.clientProvidedHostHeader, COUNT(*) AS calls FROM ${T}
      WHERE tlsDetails.tlsVersion IN ('TLSv1', 'TLSv1.1') GROUP BY tlsDetails.tlsVersion, tlsDetails.clientProvidedHostHeader`,
    rows: [["TLSv1.1", "ec2.example.com", 1]],
  },
  {
    title: "web identities",
    sql: `SELECT userIdentity.sessionContext.webIdFederationData.federatedProvider AS provider,
      element_at(userIdentity.sessionContext.webIdFederationData.attributes, 'tokens.example.com:sub') AS subject,
      userIdentity.sessionContext.sourceIdentity AS person, userIdentity.sessionContext.ec2IssuedInVpc AS vpc, userIdentity.inScopeOf.issuerType AS issuer
      FROM ${T} WHERE userIdentity.sessionContext.webIdFederationData IS NOT NULL`,
    rows: [
      [
        "arn:aws:iam::111122223333:oidc-provider/tokens.example.com",
        "repo:example/shop:ref:refs/heads/main",
        "ann",
        "vpc-0a1b2c3d",
        "AWS::Lambda::Function",
      ],
    ],
  },
  {
    title: "callers from other accounts",
    sql: `SELECT recipientAccountId, userIdentity.accountId, COUNT(*) AS calls FROM ${T}
      WHERE userIdentity.accountId <> recipientAccountId GROUP BY recipientAccountId, userIdentity.accountId`,
    rows: [["111122223333", "444455556666", 2]],
  },
  {
    title: "both sides of a shared event",
    sql: `SELECT a.eventID, b.recipientAccountId FROM ${T} a JOIN ${T} b ON a.sharedEventID = b.sharedEventID
      WHERE a.recipientAccountId = '111122223333' AND b.recipientAccountId <> a.recipientAccountId
      AND a.eventTime > '2026-01-05 00:00:00'`,
    rows: [["e06", "444455556666"]],
  },
  {
    title: "calls by hour",
    sql: `SELECT date_trunc('hour', eventTime) AS hour, COUNT(*) AS calls FROM ${T} GROUP BY date_trunc('hour', eventTime) ORDER BY 1`,
    rows: [
      ["2026-01-05T10:00:00.000Z", 11],
      ["2026-01-06T08:00:00.000Z", 3],
    ],
  },
  {
    title: "an endpoint's calls",
    sql: `SELECT eventName, vpcEndpointAccountId, element_at(additionalEventData, 'bytesTransferredOut') AS bytes FROM ${T} WHERE vpcEndpointId = 'vpce-0a1b2c3d'`,
    rows: [["GetObject", "111122223333", "2048"]],
  },
  {
    title: "late events, and what a service adds",
    sql: `SELECT userIdentity.invokedBy, element_at(addendum, 'reason') AS reason, element_at(serviceEventDetails, 'keyId') AS key_id, annotation
      FROM ${T} WHERE addendum IS NOT NULL`,
    rows: [["backup.example.com", "DELIVERY_DELAY", "k-1", "kept by hand"]],
  },
  {
    title: "sessions that the console gave out",
    sql: `SELECT eventID, eventVersion, awsRegion, userAgent, requestID, eventCategory FROM ${T} WHERE sessionCredentialFromConsole = 'true'`,
    rows: [["x1", "1.11", "eu-west-1", "console.example.com", "x1", "Management"]],
  },
];
