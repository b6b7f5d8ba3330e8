import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import { configItem, iamUser, labInstant, labTime, trailRecord } from "../../support/trail-record.ts";

const ALICE = iamUser("alice").arn;
const GROUP = "sg-0a1b2c3d4e5f60718";
const open = (...ports: readonly number[]) => ({ ipPermissions: ports.map((fromPort) => ({ fromPort })) });
const bucket = (block: boolean) => ({
  resourceName: "example-bucket",
  supplementaryConfiguration: {
    BucketPolicy: { policyText: '{"Statement":[]}' },
    PublicAccessBlockConfiguration: { blockPublicAcls: block, restrictPublicBuckets: block },
    BucketVersioningConfiguration: { status: "Enabled" },
    ServerSideEncryptionConfiguration: {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyID: "key-1" } }],
    },
  },
});
const role = {
  roleName: "deploy",
  assumeRolePolicyDocument: "%7B%22Statement%22%3A%5B%5D%7D",
  attachedManagedPolicies: [{ policyName: "ReadOnlyAccess", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  rolePolicyList: [{ policyName: "inline", policyDocument: "%7B%22Action%22%3A%22%2A%22%7D" }],
};
const inAccount = (awsAccountId: string) => ({ awsAccountId });

const ITEMS = [
  configItem("02 09:00", "EC2::SecurityGroup", GROUP, open(443), { resourceName: "web" }),
  configItem("11:00", "EC2::SecurityGroup", GROUP, open(443, 22), { resourceName: "web", relatedEvents: ["c1"] }),
  configItem("13:00", "EC2::SecurityGroup", GROUP, open(443), { resourceName: "web", relatedEvents: ["gone"] }),
  configItem("02 09:00", "EC2::SecurityGroup", "sg-other", open(80), { resourceName: "other" }),
  // The same id in another account is another resource.
  configItem("10:30", "EC2::SecurityGroup", GROUP, open(1), { resourceName: "web", ...inAccount("444455556666") }),
  configItem("02 09:00", "S3::Bucket", "example-bucket", { name: "example-bucket" }, bucket(true)),
  configItem("12:00", "S3::Bucket", "example-bucket", { name: "example-bucket" }, bucket(false)),
  configItem("02 09:00", "IAM::Role", "AROADEPLOY", role, { resourceName: "deploy" }),
  configItem(
    "12:30",
    "IAM::Role",
    "AROADEPLOY",
    { ...role, attachedManagedPolicies: [], rolePolicyList: [] },
    {
      resourceName: "deploy",
    },
  ),
  configItem(
    "02 09:00",
    "IAM::User",
    "AIDADEPLOY",
    { userName: "deploy", groupList: ["admins"] },
    {
      resourceName: "deploy",
    },
  ),
  configItem("03 09:00", "EC2::Instance", "i-1", { state: 1 }, { resourceCreationTime: labTime("03 08:00") }),
  configItem("06 09:00", "EC2::Instance", "i-1", null),
  // Deleted, and there again.
  configItem("03 09:00", "EC2::Instance", "i-2", null),
  configItem("04 09:00", "EC2::Instance", "i-2", { state: 2 }),
];

const RECORDS = [
  trailRecord("c1", "10:59", "ec2:AuthorizeSecurityGroupIngress", { requestParameters: { groupId: GROUP } }),
  trailRecord("c2", "12:59", "ec2:RevokeSecurityGroupIngress", { requestParameters: { groupId: GROUP } }),
  trailRecord("c3", "12:10", "s3:PutBucketPolicy", { requestParameters: { bucketName: "example-bucket" } }),
  trailRecord("c4", "12:20", "iam:DetachRolePolicy", { requestParameters: { roleName: "deploy" } }),
  trailRecord("c5", "12:21", "iam:DeleteRole", { requestParameters: { roleName: "unknown" } }),
  trailRecord("c6", "12:22", "ec2:DescribeSecurityGroups", { requestParameters: { groupId: GROUP } }),
];

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({ cloudtrail: RECORDS, config: ITEMS });
});
afterAll(() => lab.close());

test("default: configuration-at gives the newest item at or before the instant", async () => {
  const at = async (time: string, ...given: string[]) =>
    pick(
      await lab.ask("configuration-at", `resource=${GROUP}`, `at=${labTime(time)}`, "account=111122223333", ...given),
      "recorded_at",
      "valid_until",
      "configuration",
    );
  const first = [labInstant("02 09:00"), labInstant("11:00"), JSON.stringify(open(443))];
  expect(await at("10:59:59")).toEqual([first]);
  expect(await at("11:00")).toEqual([[labInstant("11:00"), labInstant("13:00"), JSON.stringify(open(443, 22))]]);
  expect(await at("09 00:00")).toEqual([[labInstant("13:00"), null, JSON.stringify(open(443))]]);
  expect(await at("01 00:00")).toEqual([]);
  expect(await at("04 10:00", "lookback_days=1")).toEqual([]);
});

test("default: state-at-event joins the items before and after, of that resource and account alone", async () => {
  const rows = await lab.ask("state-at-event", "event_id=c1", `event_at=${labTime("10:59")}`);
  expect(pick(rows, "state", "named_by", "recorded_at", "configuration")).toEqual([
    ["before", "id", labInstant("02 09:00"), JSON.stringify(open(443))],
    ["after", "id", labInstant("11:00"), JSON.stringify(open(443, 22))],
  ]);
  const byName = await lab.ask("state-at-event", "event_id=c4", `event_at=${labTime("12:20")}`);
  expect(pick(byName, "resource_type", "state", "named_by")).toEqual([
    ["AWS::IAM::Role", "before", "name"],
    ["AWS::IAM::Role", "after", "name"],
    ["AWS::IAM::User", "before", "name"],
  ]);
  expect(await lab.ask("state-at-event", "event_id=c1", `event_at=${labTime("12:20")}`)).toEqual([]);
});

test("default: changes-with-state gives each change the state that it met", async () => {
  const window = [`since=${labTime("00:00")}`, `until=${labTime("06 00:00")}`];
  const rows = await lab.ask("changes-with-state", ...window);
  expect(pick(rows, "event_id", "resource_type", "resource", "state_recorded_at")).toEqual([
    ["c1", "AWS::EC2::SecurityGroup", GROUP, labInstant("02 09:00")],
    ["c3", "AWS::S3::Bucket", "example-bucket", labInstant("12:00")],
    ["c4", "AWS::IAM::Role", "deploy", labInstant("02 09:00")],
    ["c5", "AWS::IAM::Role", "unknown", null],
    ["c2", "AWS::EC2::SecurityGroup", GROUP, labInstant("11:00")],
  ]);
  const groups = await lab.ask("changes-with-state", ...window, "resource_type=AWS::EC2::SecurityGroup");
  expect(pick(groups, "event_id", "state")).toEqual([
    ["c1", JSON.stringify(open(443))],
    ["c2", JSON.stringify(open(443, 22))],
  ]);
});

test("default: bucket-at reads the settings out of the supplement", async () => {
  const at = async (time: string) =>
    pick(
      await lab.ask("bucket-at", "bucket=example-bucket", `at=${labTime(time)}`),
      "policy",
      "block_public_acls",
      "ignore_public_acls",
      "encryption",
      "kms_key",
      "versioning",
      "log_bucket",
    );
  const settings = ["aws:kms", "key-1", "Enabled", null];
  expect(await at("11:59")).toEqual([['{"Statement":[]}', "true", null, ...settings]]);
  expect(await at("12:00")).toEqual([['{"Statement":[]}', "false", null, ...settings]]);
  expect(await at("01 00:00")).toEqual([]);
});

test("default: principal-at lists policies, groups and trust", async () => {
  const at = async (time: string) =>
    pick(
      await lab.ask("principal-at", "name=deploy", `at=${labTime(time)}`),
      "resource_type",
      "part",
      "granted",
      "document",
    );
  const trust = ["AWS::IAM::Role", "trust", null, '{"Statement":[]}'];
  const user = ["AWS::IAM::User", "group", "admins", null];
  expect(await at("12:00")).toEqual([
    ["AWS::IAM::Role", "inline policy", "inline", '{"Action":"*"}'],
    ["AWS::IAM::Role", "managed policy", "arn:aws:iam::aws:policy/ReadOnlyAccess", null],
    trust,
    user,
  ]);
  expect(await at("13:00")).toEqual([trust, user]);
});

test("default: config-changes-with-actor joins the event that the item names", async () => {
  const rows = await lab.ask(
    "config-changes-with-actor",
    "account=111122223333",
    "resource_type=AWS::EC2::SecurityGroup",
  );
  expect(pick(rows, "recorded_at", "resource_id", "principal", "operation", "event_id")).toEqual([
    [labInstant("02 09:00"), GROUP, null, null, null],
    [labInstant("02 09:00"), "sg-other", null, null, null],
    [labInstant("11:00"), GROUP, ALICE, "AuthorizeSecurityGroupIngress", "c1"],
    [labInstant("13:00"), GROUP, null, null, "gone"],
  ]);
});

test("default: deleted-resources leaves out what is there again", async () => {
  const rows = await lab.ask("deleted-resources");
  expect(pick(rows, "resource_id", "deleted_at", "created_at", "lived_days", "last_seen_at")).toEqual([
    ["i-1", labInstant("06 09:00"), labInstant("03 08:00"), 3, labInstant("03 09:00")],
  ]);
});

test("default: inventory-at counts what was there at that time", async () => {
  const at = async (time: string) =>
    pick(await lab.ask("inventory-at", `at=${labTime(time)}`, "account=111122223333"), "resource_type", "resources");
  const rest = [
    ["AWS::EC2::SecurityGroup", 2],
    ["AWS::IAM::Role", 1],
    ["AWS::IAM::User", 1],
    ["AWS::S3::Bucket", 1],
  ];
  expect(await at("02 10:00")).toEqual(rest);
  expect(await at("03 10:00")).toEqual([["AWS::EC2::Instance", 1], ...rest]);
  expect(await at("05 10:00")).toEqual([["AWS::EC2::Instance", 2], ...rest]);
  expect(await at("07 10:00")).toEqual([["AWS::EC2::Instance", 1], ...rest]);
});
