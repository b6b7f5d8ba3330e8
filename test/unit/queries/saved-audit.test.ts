import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import {
  assumption,
  configItem,
  iamUser,
  labInstant,
  labKey,
  labTime,
  roleSession,
  trailRecord,
} from "../../support/trail-record.ts";

const ACCOUNT = "account=111122223333";
const asked = (requestParameters: unknown) => ({ requestParameters });
const OLD = labKey("AKIA", "OLD");
const GLASS = labKey("ASIA", "GLASS");
const root = {
  type: "Root",
  arn: "arn:aws:iam::111122223333:root",
  principalId: "111122223333",
  accountId: "111122223333",
};
const session = (mfaAuthenticated: string) => ({
  ...iamUser("carol"),
  accessKeyId: labKey("ASIA", `CAROL${mfaAuthenticated}`),
  sessionContext: { attributes: { mfaAuthenticated, creationDate: "2026-01-05T09:00:00Z" } },
});
const key = (owner: string, accessKeyId: string) => ({
  responseElements: { accessKey: { userName: owner, accessKeyId } },
});

const RECORDS = [
  trailRecord("l1", "10:00", "cloudtrail:StopLogging", asked({ name: "main" })),
  trailRecord("l2", "10:01", "cloudtrail:StartLogging", asked({ name: "main" })),
  trailRecord("l3", "10:02", "cloudtrail:PutEventSelectors", asked({ trailName: "main" })),
  trailRecord("l4", "10:03", "ec2:DeleteFlowLogs", { ...asked({}), errorCode: "Client.UnauthorizedOperation" }),
  trailRecord("l5", "10:04", "s3:PutBucketLogging", asked({ bucketName: "b", BucketLoggingStatus: {} })),
  trailRecord(
    "l6",
    "10:05",
    "s3:PutBucketLogging",
    asked({ bucketName: "b", BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "logs" } } }),
  ),
  trailRecord("l7", "10:06", "cloudtrail:GetTrailStatus", asked({ name: "main" })),
  trailRecord("l8", "10:07", "s3:DeleteTrail", asked({ name: "not-cloudtrail" })),
  // Administrators: a person through Identity Center and root; `alice` has no such name.
  trailRecord("p1", "11:00", "iam:CreateRole", {
    userIdentity: roleSession("AWSReservedSSO_Admin_0a", "judy", labKey("ASIA", "JUDY")),
  }),
  trailRecord("p2", "11:01", "iam:ListRoles", {
    userIdentity: roleSession("AWSReservedSSO_Admin_0a", "judy", labKey("ASIA", "JUDY")),
  }),
  trailRecord("p3", "11:02", "s3:DeleteBucketPolicy", { userIdentity: root }),
  trailRecord("p4", "11:03", "s3:DeleteBucket", {
    userIdentity: roleSession("AWSReservedSSO_Admin_0a", "kim", labKey("ASIA", "KIM"), "444455556666"),
    recipientAccountId: "444455556666",
  }),
  trailRecord("m1", "12:00", "s3:CreateBucket", { userIdentity: session("false") }),
  trailRecord("m2", "12:01", "s3:CreateBucket", { userIdentity: session("true") }),
  trailRecord("m3", "12:02", "signin:ConsoleLogin", {
    userIdentity: { type: "IAMUser", arn: iamUser("dave").arn, accountId: "111122223333", userName: "dave" },
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "No" },
  }),
  trailRecord("m4", "12:03", "signin:ConsoleLogin", {
    userIdentity: { type: "IAMUser", arn: iamUser("erin").arn, accountId: "111122223333", userName: "erin" },
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "Yes" },
  }),
  // bob's old key was seen first on the 1st, and switched off; his new one was made on the 3rd and is in use.
  trailRecord("k1", "01 10:00", "s3:ListBuckets", { userIdentity: { ...iamUser("bob"), accessKeyId: OLD } }),
  trailRecord("k2", "03 10:00", "iam:CreateAccessKey", key("bob", labKey("AKIA", "NEW"))),
  trailRecord(
    "k3",
    "04 10:00",
    "iam:UpdateAccessKey",
    asked({ userName: "bob", accessKeyId: OLD, status: "Inactive" }),
  ),
  trailRecord("k4", "06 10:00", "s3:ListBuckets", {
    userIdentity: { ...iamUser("bob"), accessKeyId: labKey("AKIA", "NEW") },
  }),
  trailRecord("e1", "13:00", "kms:ScheduleKeyDeletion", asked({ keyId: "key-1", pendingWindowInDays: 7 })),
  trailRecord(
    "e2",
    "13:01",
    "kms:CreateGrant",
    asked({ keyId: "key-1", granteePrincipal: "arn:aws:iam::999900001111:root" }),
  ),
  trailRecord("e3", "13:02", "kms:CreateGrant", {
    ...asked({ keyId: "key-1" }),
    userIdentity: { ...iamUser("alice"), invokedBy: "rds.amazonaws.com" },
  }),
  trailRecord("e4", "13:03", "ec2:DisableEbsEncryptionByDefault"),
  trailRecord("e5", "13:04", "kms:CancelKeyDeletion", asked({ keyId: "key-1" })),
  trailRecord("e6", "13:05", "kms:Decrypt"),
  trailRecord("b0", "14:00", "sts:AssumeRole", {
    userIdentity: iamUser("oncall", "444455556666"),
    ...assumption("BreakGlass", "inc-42", GLASS),
  }),
  trailRecord("b1", "14:01", "ec2:StopInstances", { userIdentity: roleSession("BreakGlass", "inc-42", GLASS) }),
  trailRecord("b2", "14:02", "ec2:RebootInstances", { userIdentity: roleSession("BreakGlass", "inc-42", GLASS) }),
  trailRecord("b3", "14:03", "ec2:TerminateInstances", {
    userIdentity: roleSession("BreakGlass", "inc-42", GLASS),
    errorCode: "Client.UnauthorizedOperation",
  }),
  trailRecord("b4", "14:04", "ec2:StopInstances", { userIdentity: roleSession("glasses", "x", labKey("ASIA", "X")) }),
];

const policy = (principal: unknown) =>
  JSON.stringify({ Statement: [{ Sid: "a", Effect: "Allow", Principal: principal, Action: "s3:GetObject" }] });
const bucket = (name: string, principal: unknown, restrict: boolean) =>
  configItem(
    "02 09:00",
    "S3::Bucket",
    name,
    { name },
    {
      supplementaryConfiguration: {
        BucketPolicy: { policyText: policy(principal) },
        PublicAccessBlockConfiguration: { restrictPublicBuckets: restrict },
      },
    },
  );
const group = (time: string, id: string, ...permissions: readonly unknown[]) =>
  configItem(
    time,
    "EC2::SecurityGroup",
    id,
    { ipPermissions: permissions },
    {
      relationships: [{ resourceType: "AWS::EC2::NetworkInterface", resourceId: "eni-1", name: "Is associated with " }],
    },
  );
const permission = (fromPort: number, toPort: number, cidrIp: string, ipProtocol = "tcp") => ({
  ipProtocol,
  fromPort,
  toPort,
  ipv4Ranges: [{ cidrIp }],
  ipv6Ranges: [],
});

const ITEMS = [
  bucket("open", "*", false),
  bucket("blocked", "*", true),
  bucket("own", { AWS: "arn:aws:iam::111122223333:root" }, false),
  configItem("02 09:00", "RDS::DBInstance", "db-open", { publiclyAccessible: true, storageEncrypted: true }),
  configItem("02 09:00", "RDS::DBInstance", "db-closed", { publiclyAccessible: false, storageEncrypted: false }),
  configItem("06 09:00", "RDS::DBInstance", "db-open", { publiclyAccessible: false, storageEncrypted: true }),
  configItem("02 09:00", "EC2::Volume", "vol-plain", { encrypted: false }),
  configItem("02 09:00", "EC2::Volume", "vol-gone", { encrypted: false }),
  configItem("03 09:00", "EC2::Volume", "vol-gone", null),
  configItem("02 09:00", "EC2::Volume", "vol-safe", { encrypted: true }),
  group("02 09:00", "sg-ssh", permission(22, 22, "0.0.0.0/0"), permission(443, 443, "0.0.0.0/0")),
  group("02 09:00", "sg-inside", permission(22, 22, "10.0.0.0/8")),
  group("06 09:00", "sg-ssh", permission(443, 443, "0.0.0.0/0")),
];

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({ cloudtrail: RECORDS, config: ITEMS });
});
afterAll(() => lab.close());

test("default: logging-changes tells loss, change and recovery", async () => {
  expect(pick(await lab.ask("logging-changes"), "event_id", "kind", "target", "error")).toEqual([
    ["l1", "loss", "main", null],
    ["l2", "recovery", "main", null],
    ["l3", "change", "main", null],
    ["l4", "loss", null, "Client.UnauthorizedOperation"],
    ["l5", "loss", "b", null],
    ["l6", "change", "b", null],
  ]);
  expect(await lab.ask("logging-changes", "account=444455556666")).toEqual([]);
});

test("default: privileged-access counts administrators and root of one account", async () => {
  const columns = ["principal", "person", "sessions", "events", "changes"];
  expect(pick(await lab.ask("privileged-access", ACCOUNT), ...columns)).toEqual([
    ["AWSReservedSSO_Admin_0a", "judy", 1, 2, 1],
    ["root", "root", 0, 1, 1],
  ]);
  const glass = await lab.ask("privileged-access", ACCOUNT, "name_part=BREAK");
  expect(pick(glass, "principal", "errors")).toEqual([
    ["BreakGlass", 1],
    ["root", 0],
  ]);
});

test("default: access-without-mfa tells the ways apart, and leaves out who had a second factor", async () => {
  const rows = await lab.ask("access-without-mfa", ACCOUNT);
  expect(pick(rows, "principal", "way").toSorted()).toEqual([
    ["alice", "long-term key"],
    ["bob", "long-term key"],
    ["carol", "session without MFA"],
    ["dave", "console sign-in"],
    ["oncall", "long-term key"],
  ]);
  expect(rows.find((row) => row["principal"] === "carol")).toMatchObject({ events: 1, changes: 1 });
});

test("default: access-key-age knows created keys from keys that were only seen", async () => {
  const rows = await lab.ask("access-key-age", `at=${labTime("10 12:00")}`, "min_days=7");
  expect(pick(rows, "owner", "access_key", "state", "age_days", "age_is_known", "last_used_at", "calls")).toEqual([
    ["bob", OLD, "inactive", 9, false, labInstant("01 10:00"), 1],
    // alice's first call is that of the 3rd; l1 to l8, k2, k3 and e1 to e6 are hers.
    ["alice", labKey("AKIA", "alice"), "active", 7, false, labInstant("13:05"), 16],
    ["bob", labKey("AKIA", "NEW"), "active", 7, true, labInstant("06 10:00"), 1],
  ]);
  const before = await lab.ask("access-key-age", `at=${labTime("03 12:00")}`);
  expect(pick(before, "access_key", "state", "age_days", "calls")).toEqual([
    [OLD, "active", 2, 1],
    [labKey("AKIA", "alice"), "active", 0, 1],
    [labKey("AKIA", "NEW"), "active", 0, 0],
  ]);
});

test("default: public-resources weighs the public access block, as of a time", async () => {
  const at = async (time: string) =>
    pick(await lab.ask("public-resources", `at=${labTime(time)}`), "resource_id", "why");
  const open = ["open", "policy names everyone"];
  expect(await at("05 00:00")).toEqual([["db-open", "publicly accessible"], open]);
  expect(await at("07 00:00")).toEqual([open]);
  expect(await at("01 00:00")).toEqual([]);
});

test("default: unencrypted-resources leaves out what is gone", async () => {
  expect(pick(await lab.ask("unencrypted-resources"), "resource_type", "resource_id")).toEqual([
    ["AWS::EC2::Volume", "vol-plain"],
    ["AWS::RDS::DBInstance", "db-closed"],
  ]);
  const before = await lab.ask("unencrypted-resources", `at=${labTime("02 10:00")}`);
  expect(pick(before, "resource_id")).toEqual([["vol-gone"], ["vol-plain"], ["db-closed"]]);
});

test("default: open-security-groups lists rules for everyone, as of a time", async () => {
  const columns = ["group_id", "protocol", "from_port", "to_port", "peer", "used_by"];
  const ssh = ["sg-ssh", "tcp", 22, 22, "0.0.0.0/0", 1];
  const web = ["sg-ssh", "tcp", 443, 443, "0.0.0.0/0", 1];
  const at = `at=${labTime("05 00:00")}`;
  expect(pick(await lab.ask("open-security-groups", at), ...columns)).toEqual([ssh]);
  expect(pick(await lab.ask("open-security-groups", at, "web=true"), ...columns)).toEqual([ssh, web]);
  expect(await lab.ask("open-security-groups")).toEqual([]);
});

test("default: encryption-changes leaves out grants that services make for themselves", async () => {
  expect(pick(await lab.ask("encryption-changes"), "event_id", "kind", "target", "grantee", "pending_days")).toEqual([
    ["e1", "loss", "key-1", null, "7"],
    ["e2", "access", "key-1", "arn:aws:iam::999900001111:root", null],
    ["e4", "loss", null, null, null],
    ["e5", "recovery", "key-1", null, null],
  ]);
});

test("default: break-glass-use gives each session a row with its changes and who opened it", async () => {
  const columns = ["principal", "person", "opened_by", "events", "changes", "errors", "operations"];
  expect(pick(await lab.ask("break-glass-use"), ...columns)).toEqual([
    ["BreakGlass", "inc-42", iamUser("oncall", "444455556666").arn, 3, 2, 1, "RebootInstances StopInstances"],
  ]);
  expect(pick(await lab.ask("break-glass-use", "name_part=alic"), "principal", "person")).toContainEqual([
    "alice",
    "alice",
  ]);
});
