import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import { iamUser, labInstant, labKey, roleSession, trailRecord } from "../../support/trail-record.ts";

const ALICE = iamUser("alice").arn;
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const document = (action: unknown, effect = "Allow") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: effect, Action: action, Resource: "*" }] }, null, 2);
const asked = (requestParameters: unknown, responseElements: unknown = null) => ({
  requestParameters,
  responseElements,
});
const newKey = labKey("AKIA", "NEWKEY");

const RECORDS = [
  trailRecord("g1", "10:00", "iam:AttachUserPolicy", asked({ userName: "bob", policyArn: ADMINISTRATOR })),
  trailRecord(
    "g2",
    "10:01",
    "iam:AttachUserPolicy",
    asked({ userName: "bob", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
  ),
  trailRecord(
    "g3",
    "10:02",
    "iam:PutRolePolicy",
    asked({ roleName: "web", policyName: "p", policyDocument: document(["*"]) }),
  ),
  trailRecord(
    "g4",
    "10:03",
    "iam:PutRolePolicy",
    asked({ roleName: "web", policyName: "q", policyDocument: document("s3:*") }),
  ),
  trailRecord("g5", "10:04", "iam:AddUserToGroup", asked({ userName: "bob", groupName: "admins" })),
  trailRecord("g6", "10:05", "iam:AttachRolePolicy", {
    ...asked({ roleName: "web", policyArn: ADMINISTRATOR }),
    errorCode: "AccessDenied",
  }),
  // Another account's policy of the same name is no policy of AWS.
  trailRecord(
    "g7",
    "10:06",
    "iam:AttachUserPolicy",
    asked({ userName: "bob", policyArn: "arn:aws:iam::111122223333:policy/AdministratorAccess" }),
  ),
  trailRecord(
    "g8",
    "10:07",
    "iam:PutUserPolicy",
    asked({ userName: "bob", policyName: "no", policyDocument: document("*", "Deny") }),
  ),
  trailRecord(
    "k1",
    "11:00",
    "iam:CreateAccessKey",
    asked({ userName: "bob" }, { accessKey: { userName: "bob", accessKeyId: newKey, status: "Active" } }),
  ),
  trailRecord(
    "k2",
    "11:01",
    "iam:CreateAccessKey",
    asked(null, { accessKey: { userName: "alice", accessKeyId: labKey("AKIA", "OWN"), status: "Active" } }),
  ),
  trailRecord("k3", "11:30", "s3:ListBuckets", { userIdentity: { ...iamUser("bob"), accessKeyId: newKey } }),
  trailRecord("l1", "12:00", "iam:UpdateLoginProfile", asked({ userName: "bob" })),
  trailRecord("l2", "12:01", "iam:ChangePassword"),
  trailRecord("l3", "12:02", "iam:DeactivateMFADevice", asked({ userName: "alice", serialNumber: "mfa/alice" })),
  trailRecord("l4", "12:03", "iam:UpdateAccessKey", {
    ...asked({ userName: "alice", accessKeyId: newKey, status: "Inactive" }),
    userIdentity: roleSession("helpdesk", "h", labKey("ASIA", "HELP")),
  }),
  // A user with a policy and a use; a role of the same name with neither; a policy given before the creation.
  trailRecord("n0", "13:00", "iam:PutUserPolicy", asked({ userName: "robot", policyName: "old" })),
  trailRecord("n1", "13:01", "iam:CreateUser", asked({ userName: "robot" })),
  trailRecord("n2", "13:02", "iam:CreateRole", asked({ roleName: "robot" })),
  trailRecord("n3", "13:03", "iam:AttachUserPolicy", asked({ userName: "robot", policyArn: ADMINISTRATOR })),
  trailRecord("n4", "13:10", "s3:ListBuckets", { userIdentity: iamUser("robot") }),
  trailRecord("n5", "13:11", "iam:CreateUser", { ...asked({ userName: "refused" }), errorCode: "AccessDenied" }),
  trailRecord(
    "r1",
    "14:00",
    "ec2:RunInstances",
    asked({ iamInstanceProfile: { name: "admin-profile" }, instanceType: "t3.micro" }),
  ),
  trailRecord(
    "r2",
    "14:01",
    "lambda:CreateFunction20150331",
    asked({ functionName: "f", role: "arn:aws:iam::111122223333:role/worker" }),
  ),
  trailRecord("r3", "14:02", "ec2:RunInstances", asked({ instanceType: "t3.micro" })),
  trailRecord("f1", "15:00", "iam:CreateSAMLProvider", asked({ name: "evil-idp" })),
  trailRecord(
    "f2",
    "15:01",
    "sso:CreateAccountAssignment",
    asked({ targetId: "444455556666", principalId: "group-1", permissionSetArn: "arn:aws:sso:::permissionSet/i/ps-1" }),
  ),
  trailRecord("f3", "15:02", "sso:ListPermissionSets"),
];

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({ cloudtrail: RECORDS });
});
afterAll(() => lab.close());

test("default: admin-grants sees policies of AWS, documents that allow everything, and groups", async () => {
  expect(pick(await lab.ask("admin-grants"), "event_id", "grant", "granted", "target", "error")).toEqual([
    ["g1", "administrator policy", ADMINISTRATOR, "bob", null],
    ["g3", "document that allows everything", "p", "web", null],
    ["g5", "group membership", "admins", "bob", null],
    ["g6", "administrator policy", ADMINISTRATOR, "web", "AccessDenied"],
    ["n3", "administrator policy", ADMINISTRATOR, "robot", null],
  ]);
  expect(await lab.ask("admin-grants", "account=444455556666")).toEqual([]);
});

test("default: access-keys-created tells a key for another from one's own, and its first use", async () => {
  const rows = await lab.ask("access-keys-created");
  expect(pick(rows, "event_id", "principal", "target", "for_other", "first_used_at", "calls")).toEqual([
    ["k1", ALICE, "bob", true, labInstant("11:30"), 1],
    ["k2", ALICE, "alice", false, null, 0],
  ]);
});

test("default: credential-changes tells whose credentials were changed", async () => {
  const columns = ["event_id", "operation", "target", "for_other", "new_status"];
  expect(pick(await lab.ask("credential-changes"), ...columns)).toEqual([
    ["l1", "UpdateLoginProfile", "bob", true, null],
    ["l2", "ChangePassword", null, false, null],
    ["l3", "DeactivateMFADevice", "alice", false, null],
    ["l4", "UpdateAccessKey", "alice", true, "Inactive"],
  ]);
  expect(pick(await lab.ask("credential-changes", "others_only=true"), "event_id").flat()).toEqual(["l1", "l4"]);
});

test("default: new-principals keeps users and roles of one name apart", async () => {
  expect(pick(await lab.ask("new-principals"), "event_id", "kind", "name", "grants", "first_used_at")).toEqual([
    ["n1", "user", "robot", ADMINISTRATOR, labInstant("13:10")],
    ["n2", "role", "robot", null, null],
  ]);
});

test("default: roles-passed finds instance profiles and function roles", async () => {
  expect(pick(await lab.ask("roles-passed"), "operation", "role", "calls", "refused")).toEqual([
    ["CreateFunction20150331", "arn:aws:iam::111122223333:role/worker", 1, 0],
    ["RunInstances", "admin-profile", 1, 0],
  ]);
  expect(pick(await lab.ask("roles-passed", "role=admin"), "role")).toEqual([["admin-profile"]]);
});

test("default: federation-changes leaves out reads", async () => {
  expect(pick(await lab.ask("federation-changes"), "event_id", "subject", "target_account", "assigned_to")).toEqual([
    ["f1", "evil-idp", null, null],
    ["f2", "arn:aws:sso:::permissionSet/i/ps-1", "444455556666", "group-1"],
  ]);
});
