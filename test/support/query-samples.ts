/** Synthetic records of one morning, for the tests of saved queries. */
/** An IAM user of 111122223333. */
export const ALICE = {
  type: "IAMUser",
  arn: "arn:aws:iam::111122223333:user/alice",
  principalId: "AIDAALICE0000EXAMPLE",
  accountId: "111122223333",
  accessKeyId: "AKIAALICE0000EXAMPLE",
  userName: "alice",
};
/** A role session of 444455556666. */
export const DEPLOYER = {
  type: "AssumedRole",
  arn: "arn:aws:sts::444455556666:assumed-role/deploy/build-7",
  principalId: "AROADEPLOY000EXAMPLE:build-7",
  accountId: "444455556666",
  accessKeyId: "ASIADEPLOY000EXAMPLE",
  sessionContext: {
    sessionIssuer: { type: "Role", arn: "arn:aws:iam::444455556666:role/deploy", userName: "deploy" },
    attributes: { mfaAuthenticated: "false", creationDate: "2026-01-05T09:00:00Z" },
  },
};
const ROOT = {
  type: "Root",
  arn: "arn:aws:iam::111122223333:root",
  principalId: "111122223333",
  accountId: "111122223333",
};

let count = 0;
/** A CloudTrail record with sensible values for what a case does not care about. */
function record(eventTime: string, service: string, eventName: string, rest: Record<string, unknown> = {}) {
  count += 1;
  return {
    eventVersion: "1.11",
    userIdentity: ALICE,
    eventTime: `2026-01-05T${eventTime}:00Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: "eu-central-1",
    sourceIPAddress: "198.51.100.7",
    userAgent: "aws-cli/2",
    requestParameters: null,
    responseElements: null,
    requestID: `r${count}`,
    eventID: `e${String(count).padStart(2, "0")}`,
    readOnly: /^(Get|List|Describe)/.test(eventName),
    eventType: "AwsApiCall",
    managementEvent: true,
    eventCategory: "Management",
    recipientAccountId: "111122223333",
    ...rest,
  };
}

/** CloudTrail records, one of them logged in two accounts. */
export const RECORDS = [
  record("10:00", "signin", "ConsoleLogin", {
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "No" },
  }),
  record("10:01", "signin", "ConsoleLogin", {
    userIdentity: ROOT,
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "Yes" },
    sourceIPAddress: "203.0.113.9",
  }),
  record("10:02", "iam", "CreateAccessKey", {
    requestParameters: { userName: "bob" },
    responseElements: { accessKey: { userName: "bob", accessKeyId: "AKIABOB00000EXAMPLE0", status: "Active" } },
  }),
  record("10:03", "s3", "GetBucketAcl", {
    requestParameters: { bucketName: "example-bucket" },
    errorCode: "AccessDenied",
  }),
  record("10:04", "s3", "GetBucketAcl", {
    requestParameters: { bucketName: "example-bucket" },
    errorCode: "AccessDenied",
  }),
  record("10:05", "sts", "AssumeRole", {
    userIdentity: DEPLOYER,
    sourceIPAddress: "203.0.113.5",
    sharedEventID: "shared-1",
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/admin", roleSessionName: "s" },
    responseElements: {
      credentials: { accessKeyId: "ASIAADMIN0000EXAMPLE" },
      assumedRoleUser: { arn: "arn:aws:sts::111122223333:assumed-role/admin/s", assumedRoleId: "AROA:s" },
    },
  }),
  record("10:05", "sts", "AssumeRole", {
    userIdentity: DEPLOYER,
    sourceIPAddress: "203.0.113.5",
    sharedEventID: "shared-1",
    recipientAccountId: "444455556666",
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/admin", roleSessionName: "s" },
  }),
  record("10:06", "s3", "PutBucketPolicy", {
    userIdentity: DEPLOYER,
    sourceIPAddress: "203.0.113.5",
    requestParameters: { bucketName: "example-bucket" },
  }),
  record("10:07", "secretsmanager", "GetSecretValue", {
    requestParameters: { secretId: "prod/database" },
    readOnly: true,
  }),
  record("10:08", "s3", "GetObject", {
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: { bucketName: "example-bucket", key: "a" },
    additionalEventData: { bytesTransferredOut: 1500.0 },
  }),
  record("10:09", "iam", "AttachUserPolicy", {
    requestParameters: { userName: "bob", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  }),
];

/** A flow log object. */
export const FLOWS = `version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.9 10.0.1.25 51000 22 6 3 180 1767607200 1767607260 REJECT OK
2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.8 10.0.1.25 51001 22 6 1 60 1767607200 1767607260 REJECT OK
2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.9 10.0.1.25 51002 443 6 10 5000 1767607300 1767607360 ACCEPT OK
2 111122223333 eni-0a1b2c3d4e5f60718 10.0.1.25 203.0.113.80 40000 443 6 20 9000 1767607300 1767607360 ACCEPT OK
2 111122223333 eni-0a1b2c3d4e5f60718 - - - - - - - 1767607400 1767607460 - NODATA
`;

/** A security group. */
export const GROUP = "sg-0a1b2c3d4e5f60718";

/** An AWS Config item of a security group. */
function groupItem(time: string, status: string, configuration: unknown) {
  return {
    configurationItemVersion: "1.3",
    configurationItemCaptureTime: `2026-01-05T${time}:00.000Z`,
    configurationStateId: Date.parse(`2026-01-05T${time}:00Z`),
    awsAccountId: "111122223333",
    configurationItemStatus: status,
    resourceType: "AWS::EC2::SecurityGroup",
    resourceId: GROUP,
    resourceName: "web",
    ARN: `arn:aws:ec2:eu-central-1:111122223333:security-group/${GROUP}`,
    awsRegion: "eu-central-1",
    relatedEvents: [],
    relationships: [],
    configuration,
  };
}

const permission = (fromPort: number, cidrIp: string) => ({
  ipProtocol: "tcp",
  fromPort,
  toPort: fromPort,
  ipv4Ranges: [{ cidrIp, description: "people" }],
  ipv6Ranges: [],
  userIdGroupPairs: [{ groupId: "sg-peer" }],
  prefixListIds: [],
});
const EGRESS = [{ ipProtocol: "-1", ipv4Ranges: [{ cidrIp: "0.0.0.0/0" }], ipv6Ranges: [{ cidrIpv6: "::/0" }] }];

/** The security group's life in AWS Config. */
export const ITEMS = [
  groupItem("09:00", "ResourceDiscovered", {
    ipPermissions: [permission(443, "192.0.2.0/24")],
    ipPermissionsEgress: EGRESS,
  }),
  groupItem("11:00", "OK", { ipPermissions: [permission(22, "0.0.0.0/0")], ipPermissionsEgress: EGRESS }),
  groupItem("12:00", "OK", { ipPermissions: [permission(22, "0.0.0.0/0")], ipPermissionsEgress: EGRESS }),
  groupItem("13:00", "ResourceDeleted", null),
];
