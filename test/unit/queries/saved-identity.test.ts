import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import {
  assumption,
  dataRecord,
  iamUser,
  labInstant,
  labKey,
  roleSession,
  trailRecord,
} from "../../support/trail-record.ts";

const ALICE = iamUser("alice").arn;

const login = (result: "Success" | "Failure", mfa: "Yes" | "No") => ({
  eventType: "AwsConsoleSignIn",
  responseElements: { ConsoleLogin: result },
  additionalEventData: { MFAUsed: mfa },
});
const github = {
  type: "WebIdentityUser",
  principalId: "accounts.example.com:app:repo",
  userName: "repo:example-org/app:ref:refs/heads/main",
  identityProvider: "arn:aws:iam::111122223333:oidc-provider/ci.example.com",
};

const RECORDS = [
  trailRecord("a1", "10:00", "ec2:DescribeInstances"),
  trailRecord("a2", "10:01", "ec2:RunInstances", { errorCode: "Client.UnauthorizedOperation" }),
  trailRecord("a3", "10:02", "ec2:StopInstances", { recipientAccountId: "444455556666" }),
  trailRecord("a4", "10:03", "ec2:StopInstances", { userIdentity: iamUser("alice2") }),
  // Two failures and a success of carol; dave failed after his success; erin never failed.
  trailRecord("c1", "11:00", "signin:ConsoleLogin", { userIdentity: iamUser("carol"), ...login("Failure", "No") }),
  trailRecord("c2", "11:01", "signin:ConsoleLogin", { userIdentity: iamUser("carol"), ...login("Failure", "No") }),
  trailRecord("c3", "11:02", "signin:ConsoleLogin", { userIdentity: iamUser("carol"), ...login("Success", "Yes") }),
  trailRecord("d1", "11:03", "signin:ConsoleLogin", { userIdentity: iamUser("dave"), ...login("Success", "No") }),
  trailRecord("d2", "11:04", "signin:ConsoleLogin", { userIdentity: iamUser("dave"), ...login("Failure", "No") }),
  trailRecord("e1", "11:05", "signin:ConsoleLogin", { userIdentity: iamUser("erin"), ...login("Success", "Yes") }),
  // bob's key on two networks at once; frank moved; grace's addresses are of one network.
  trailRecord("b1", "12:00", "s3:ListBuckets", { userIdentity: iamUser("bob"), sourceIPAddress: "192.0.2.10" }),
  trailRecord("b2", "12:10", "s3:ListBuckets", { userIdentity: iamUser("bob"), sourceIPAddress: "203.0.113.9" }),
  trailRecord("b3", "12:20", "s3:ListBuckets", { userIdentity: iamUser("bob"), sourceIPAddress: "192.0.2.10" }),
  trailRecord("f1", "12:00", "s3:ListBuckets", { userIdentity: iamUser("frank"), sourceIPAddress: "2001:db8:1:1::5" }),
  trailRecord("f2", "12:30", "s3:ListBuckets", { userIdentity: iamUser("frank"), sourceIPAddress: "2001:db8:2:1::5" }),
  trailRecord("g1", "12:00", "s3:ListBuckets", { userIdentity: iamUser("grace"), sourceIPAddress: "192.0.2.10" }),
  trailRecord("g2", "12:01", "s3:ListBuckets", { userIdentity: iamUser("grace"), sourceIPAddress: "192.0.2.77" }),
  trailRecord("g3", "12:02", "s3:ListBuckets", {
    userIdentity: iamUser("grace"),
    sourceIPAddress: "cloudformation.amazonaws.com",
  }),
  trailRecord("w1", "13:00", "sts:AssumeRoleWithWebIdentity", {
    userIdentity: github,
    ...assumption("release", "run-1", labKey("ASIA", "RUN1")),
  }),
  trailRecord("w2", "13:01", "sts:AssumeRoleWithWebIdentity", {
    userIdentity: { ...github, userName: "repo:stranger/app:ref:refs/heads/main" },
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/release" },
    errorCode: "AccessDenied",
  }),
  trailRecord("w3", "13:02", "sts:AssumeRole", assumption("release", "by-hand", labKey("ASIA", "HAND"))),
  // Credentials of an instance at home and elsewhere, and a person's session whose name only begins alike.
  trailRecord("i1", "14:00", "s3:ListBuckets", {
    userIdentity: roleSession("web", "i-0123456789abcdef0", labKey("ASIA", "INST")),
    sourceIPAddress: "10.0.1.25",
  }),
  trailRecord("i2", "14:05", "s3:ListBuckets", {
    userIdentity: roleSession("web", "i-0123456789abcdef0", labKey("ASIA", "INST")),
    sourceIPAddress: "203.0.113.50",
  }),
  trailRecord("i3", "14:06", "s3:ListBuckets", {
    userIdentity: roleSession("web", "i-am-ivan", labKey("ASIA", "IVAN")),
    sourceIPAddress: "203.0.113.51",
  }),
  // One person in two accounts, once by session name and once carried along as source identity.
  trailRecord("p1", "15:00", "iam:CreateUser", {
    userIdentity: roleSession("AWSReservedSSO_Admin_0a", "judy@example.com", labKey("ASIA", "JUDY1")),
  }),
  trailRecord("p2", "15:01", "iam:ListUsers", {
    userIdentity: roleSession("AWSReservedSSO_Admin_0a", "judy@example.com", labKey("ASIA", "JUDY1")),
  }),
  trailRecord("p3", "15:02", "s3:ListBuckets", {
    userIdentity: roleSession("deploy", "build", labKey("ASIA", "JUDY2"), "444455556666", {
      sourceIdentity: "judy@example.com",
    }),
    recipientAccountId: "444455556666",
  }),
  trailRecord("p4", "15:03", "s3:ListBuckets", {
    userIdentity: roleSession("deploy", "build", labKey("ASIA", "KIM"), "444455556666", {
      sourceIdentity: "not-judy@example.com",
    }),
    recipientAccountId: "444455556666",
  }),
  trailRecord("u1", "16:00", "ec2:DescribeInstances", {
    userIdentity: iamUser("mallory"),
    userAgent: "aws-cli/2.9 os/linux#6.5.0-kali3-amd64",
  }),
  dataRecord("u2", "16:01", "s3:GetObject", { userIdentity: iamUser("alice"), userAgent: "[S3 Browser/10.0]" }),
];

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({ cloudtrail: RECORDS });
});
afterAll(() => lab.close());

test("default: principal-timeline lists the calls in order of time, of that principal alone", async () => {
  const rows = await lab.ask("principal-timeline", `principal=${ALICE}`, "account=111122223333");
  expect(pick(rows, "event_id", "operation", "error")).toEqual([
    ["a1", "DescribeInstances", null],
    ["a2", "RunInstances", "Client.UnauthorizedOperation"],
    ["w3", "AssumeRole", null],
    ["u2", "GetObject", null],
  ]);
  const changes = await lab.ask("principal-timeline", "principal=alice", "changes_only=true", "limit=2");
  expect(pick(changes, "event_id", "account")).toEqual([
    ["a2", "111122223333"],
    ["a3", "444455556666"],
  ]);
});

test("default: console-sign-ins tells a success after failures from a failure after success", async () => {
  const rows = await lab.ask("console-sign-ins");
  expect(pick(rows, "principal", "successes", "failures", "successes_with_mfa", "success_after_failures")).toEqual([
    ["carol", 1, 2, 1, true],
    ["dave", 1, 1, 0, false],
    ["erin", 1, 0, 1, false],
  ]);
  expect(pick(await lab.ask("console-sign-ins", "min_failures=2"), "principal")).toEqual([["carol"]]);
});

test("default: keys-on-many-networks counts networks, not addresses", async () => {
  const rows = await lab.ask("keys-on-many-networks");
  expect(pick(rows, "access_key", "networks", "addresses", "overlapping", "events", "first_at", "last_at")).toEqual([
    [labKey("AKIA", "bob"), 2, 2, true, 3, labInstant("12:00"), labInstant("12:20")],
    [labKey("AKIA", "frank"), 2, 2, false, 2, labInstant("12:00"), labInstant("12:30")],
    [labKey("ASIA", "INST"), 2, 2, false, 2, labInstant("14:00"), labInstant("14:05")],
  ]);
  expect(await lab.ask("keys-on-many-networks", "min_networks=3")).toEqual([]);
});

test("default: federated-sessions names provider and subject", async () => {
  const columns = ["provider", "subject", "role", "sessions", "failures"];
  const role = "arn:aws:iam::111122223333:role/release";
  expect(pick(await lab.ask("federated-sessions"), ...columns)).toEqual([
    [github.identityProvider, "repo:stranger/app:ref:refs/heads/main", role, 0, 1],
    [github.identityProvider, github.userName, role, 1, 0],
  ]);
  expect(pick(await lab.ask("federated-sessions", "subject=example-org/"), "sessions")).toEqual([[1]]);
});

test("default: instance-credentials leaves out sessions that only look like an instance's", async () => {
  const rows = await lab.ask("instance-credentials");
  expect(pick(rows, "instance", "role", "source", "events", "sources_of_instance")).toEqual([
    ["i-0123456789abcdef0", "arn:aws:iam::111122223333:role/web", "10.0.1.25", 1, 2],
    ["i-0123456789abcdef0", "arn:aws:iam::111122223333:role/web", "203.0.113.50", 1, 2],
  ]);
  expect(await lab.ask("instance-credentials", "min_sources=3")).toEqual([]);
});

test("default: sessions-of-person finds session names and source identities, whole ones", async () => {
  const rows = await lab.ask("sessions-of-person", "person=judy@example.com");
  expect(pick(rows, "account", "known_by", "events", "changes")).toEqual([
    ["111122223333", "session name", 2, 1],
    ["444455556666", "source identity", 1, 0],
  ]);
  expect(await lab.ask("sessions-of-person", "person=judy")).toEqual([]);
});

test("default: tool-user-agents knows common tools, and one that is asked for", async () => {
  expect(pick(await lab.ask("tool-user-agents"), "principal", "tool")).toEqual([
    [ALICE, "s3 browser"],
    [iamUser("mallory").arn, "kali"],
  ]);
  const also = await lab.ask("tool-user-agents", "also=KALI3-amd64", "account=111122223333");
  expect(pick(also, "tool")).toEqual([["s3 browser"], ["kali3-amd64"]]);
});
