import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import { assumption, iamUser, labInstant, labKey, roleSession, trailRecord } from "../../support/trail-record.ts";

const HUB = "444455556666";
const PROD = "777788889999";
const STRANGER = "999900001111";

const CI = labKey("ASIA", "CI");
const BUILD = labKey("ASIA", "BUILD");
const DEPLOY = labKey("ASIA", "DEPLOY");
const OTHER = labKey("ASIA", "OTHER");
const SIDE = labKey("ASIA", "SIDE");
const ci = { type: "WebIdentityUser", principalId: "ci.example.com:app", userName: "repo:example-org/app" };
const build = roleSession("build", "run-1", CI);
const deploy = roleSession("deploy", "run-1", BUILD, HUB, { sourceIdentity: "repo:example-org/app" });
const admin = roleSession("admin", "run-1", DEPLOY, PROD, { sourceIdentity: "repo:example-org/app" });

/** The caller as the role's account sees it: without ARN and key. */
const seenFrom = (session: typeof build) => ({
  type: "AWSAccount",
  principalId: session.principalId,
  accountId: session.accountId,
});

const RECORDS = [
  // CI -> build (1111) -> deploy (4444) -> admin (7777), each assumption across accounts logged in both.
  trailRecord("s1", "10:00", "sts:AssumeRoleWithWebIdentity", {
    userIdentity: ci,
    ...assumption("build", "run-1", CI),
  }),
  trailRecord("s2", "10:01", "sts:AssumeRole", {
    userIdentity: build,
    sharedEventID: "x1",
    ...assumption("deploy", "run-1", BUILD, HUB),
  }),
  trailRecord("s2b", "10:01", "sts:AssumeRole", {
    userIdentity: seenFrom(build),
    sharedEventID: "x1",
    recipientAccountId: HUB,
    ...assumption("deploy", "run-1", BUILD, HUB),
  }),
  trailRecord("s3", "10:02", "sts:AssumeRole", {
    userIdentity: deploy,
    sharedEventID: "x2",
    recipientAccountId: HUB,
    ...assumption("admin", "run-1", DEPLOY, PROD),
  }),
  trailRecord("s3b", "10:02", "sts:AssumeRole", {
    userIdentity: seenFrom(deploy),
    sharedEventID: "x2",
    recipientAccountId: PROD,
    ...assumption("admin", "run-1", DEPLOY, PROD),
  }),
  trailRecord("s4", "10:03", "s3:DeleteBucket", { userIdentity: admin, recipientAccountId: PROD }),
  trailRecord("s5", "10:04", "s3:ListBuckets", { userIdentity: admin, recipientAccountId: PROD }),
  // A second branch out of build's session, and a session of someone else.
  trailRecord("s6", "10:05", "sts:AssumeRole", { userIdentity: build, ...assumption("audit", "run-1", SIDE) }),
  trailRecord("s7", "10:06", "sts:AssumeRole", assumption("deploy", "alice", OTHER, HUB)),
  trailRecord("s8", "10:07", "sts:AssumeRole", {
    userIdentity: build,
    requestParameters: { roleArn: `arn:aws:iam::${PROD}:role/root`, roleSessionName: "x" },
    errorCode: "AccessDenied",
  }),
  // A stranger's account took a role; another was refused; a member account did as well.
  trailRecord("o1", "11:00", "sts:AssumeRole", {
    userIdentity: { type: "AWSAccount", principalId: "AIDASTRANGER", accountId: STRANGER },
    ...assumption("vendor", "v", labKey("ASIA", "VENDOR")),
  }),
  trailRecord("o2", "11:01", "sts:AssumeRole", {
    userIdentity: { type: "AWSAccount", principalId: "AIDASTRANGER", accountId: STRANGER },
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/vendor", externalId: "e-1" },
    errorCode: "AccessDenied",
  }),
  trailRecord("o3", "11:02", "sts:AssumeRole", {
    userIdentity: iamUser("hubert", HUB),
    ...assumption("vendor", "v", labKey("ASIA", "MEMBER")),
  }),
];

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({
    cloudtrail: RECORDS,
    ledger: ["111122223333", HUB, PROD].map((accountid) => ({ object: `o-${accountid}`, accountid })),
  });
});
afterAll(() => lab.close());

test("default: session-lineage goes up to the web identity and down to the last account", async () => {
  const columns = ["hop", "access_key", "parent_key", "caller_account", "role_account", "identity", "source_identity"];
  const up = await lab.ask("session-lineage", `access_key=${DEPLOY}`);
  expect(pick(up, ...columns, "calls", "changes")).toEqual([
    [-2, CI, null, null, "111122223333", "repo:example-org/app", null, 3, 3],
    [-1, BUILD, CI, "111122223333", HUB, null, null, 1, 1],
    [0, DEPLOY, BUILD, HUB, PROD, null, "repo:example-org/app", 2, 1],
  ]);
  const down = await lab.ask("session-lineage", `access_key=${CI}`);
  expect(pick(down, "hop", "access_key", "issued_at")).toEqual([
    [0, CI, labInstant("10:00")],
    [1, BUILD, labInstant("10:01")],
    [1, SIDE, labInstant("10:05")],
    [2, DEPLOY, labInstant("10:02")],
  ]);
});

test("behavior: session-lineage goes both ways from the middle, and leaves other branches out", async () => {
  const rows = await lab.ask("session-lineage", `access_key=${BUILD}`);
  expect(pick(rows, "hop", "access_key")).toEqual([
    [-1, CI],
    [0, BUILD],
    [1, DEPLOY],
  ]);
  const ofUser = await lab.ask("session-lineage", `access_key=${labKey("AKIA", "alice")}`);
  expect(pick(ofUser, "hop", "access_key", "caller")).toEqual([[1, OTHER, iamUser("alice").arn]]);
});

test("behavior: session-lineage follows five hops each way", async () => {
  const keys = Array.from({ length: 8 }, (_, at) => labKey("ASIA", `HOP${at}`));
  const chain = keys.slice(1).map((key, at) =>
    trailRecord(`h${at}`, `12:0${at}`, "sts:AssumeRole", {
      userIdentity: roleSession(`r${at}`, "s", keys[at] ?? ""),
      ...assumption(`r${at + 1}`, "s", key),
    }),
  );
  const long = await openQueryLab({ cloudtrail: chain });
  const hops = async (key: string | undefined) =>
    pick(await long.ask("session-lineage", `access_key=${key}`), "hop").flat();
  expect(await hops(keys[0])).toEqual([1, 2, 3, 4, 5]);
  expect(await hops(keys[7])).toEqual([-5, -4, -3, -2, -1, 0]);
  await long.close();
});

test("default: role-chains counts an assumption that two accounts logged once", async () => {
  const columns = ["from_account", "from_role", "to_account", "to_role", "sessions", "failures"];
  expect(pick(await lab.ask("role-chains", "across_only=true"), ...columns)).toEqual([
    ["111122223333", "arn:aws:iam::111122223333:role/build", PROD, `arn:aws:iam::${PROD}:role/root`, 0, 1],
    [HUB, `arn:aws:iam::${HUB}:role/deploy`, PROD, `arn:aws:iam::${PROD}:role/admin`, 1, 0],
    ["111122223333", "arn:aws:iam::111122223333:role/build", HUB, `arn:aws:iam::${HUB}:role/deploy`, 1, 0],
  ]);
  const within = await lab.ask("role-chains", "account=111122223333");
  expect(pick(within, "to_role")).toEqual([["arn:aws:iam::111122223333:role/audit"]]);
});

test("default: external-assumptions leaves out accounts whose logs are here", async () => {
  const rows = await lab.ask("external-assumptions");
  expect(pick(rows, "from_account", "role", "sessions", "failures", "without_external_id")).toEqual([
    [STRANGER, "arn:aws:iam::111122223333:role/vendor", 1, 1, 1],
  ]);
  expect(await lab.ask("external-assumptions", `account=${PROD}`)).toEqual([]);
});

test("default: identity-lineage finds what an identity opened, and what came of that", async () => {
  const rows = await lab.ask("identity-lineage", "identity=repo:example-org/app");
  expect(pick(rows, "hop", "access_key", "role_account")).toEqual([
    [1, CI, "111122223333"],
    // deploy's session carries the source identity: what it opened counts from there.
    [1, DEPLOY, PROD],
    [2, BUILD, HUB],
    [2, SIDE, "111122223333"],
  ]);
  expect(pick(await lab.ask("identity-lineage", "identity=alice"), "hop", "access_key")).toEqual([[1, OTHER]]);
  expect(await lab.ask("identity-lineage", "identity=repo:example-org")).toEqual([]);
});

test("default: trust-policy-changes reads accounts, providers and everyone out of the document", async () => {
  const trust = (principal: unknown, rest = {}) =>
    JSON.stringify(
      {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...rest }],
      },
      null,
      1,
    );
  const created = (id: string, time: string, roleName: string, document: string) =>
    trailRecord(id, time, "iam:CreateRole", { requestParameters: { roleName, assumeRolePolicyDocument: document } });
  const small = await openQueryLab({
    cloudtrail: [
      created("t1", "10:00", "vendor", trust({ AWS: [`arn:aws:iam::${STRANGER}:root`, HUB] })),
      created("t2", "10:01", "service", trust({ Service: "ec2.amazonaws.com" })),
      created("t3", "10:02", "own", trust({ AWS: "arn:aws:iam::111122223333:root" })),
      trailRecord("t4", "10:03", "iam:UpdateAssumeRolePolicy", {
        requestParameters: {
          roleName: "open",
          policyDocument: trust("*", { Condition: { StringEquals: { a: "b" } } }),
        },
      }),
      created("t5", "10:04", "ci", trust({ Federated: "arn:aws:iam::111122223333:oidc-provider/ci.example.com" })),
    ],
  });
  const columns = ["event_id", "role_name", "everyone", "other_accounts", "federated", "conditions"];
  expect(pick(await small.ask("trust-policy-changes"), ...columns)).toEqual([
    ["t1", "vendor", false, `${HUB} ${STRANGER}`, "", false],
    ["t4", "open", true, "", "", true],
    ["t5", "ci", false, "", "ci.example.com", false],
  ]);
  expect(pick(await small.ask("trust-policy-changes", "services=true"), "event_id").flat()).toEqual([
    "t1",
    "t2",
    "t3",
    "t4",
    "t5",
  ]);
  await small.close();
});

test("default: cross-account-changes leaves out reads and sessions of our own roles", async () => {
  const small = await openQueryLab({
    cloudtrail: [
      trailRecord("k1", "10:00", "kms:PutKeyPolicy", {
        userIdentity: iamUser("hubert", HUB),
        resources: [{ ARN: "arn:aws:kms:eu-central-1:111122223333:key/k", accountId: "111122223333" }],
      }),
      trailRecord("k2", "10:01", "kms:DescribeKey", { userIdentity: iamUser("hubert", HUB) }),
      trailRecord("k3", "10:02", "kms:PutKeyPolicy"),
    ],
  });
  expect(pick(await small.ask("cross-account-changes"), "event_id", "from_account", "resources")).toEqual([
    ["k1", HUB, "arn:aws:kms:eu-central-1:111122223333:key/k"],
  ]);
  expect(await small.ask("cross-account-changes", `from_account=${PROD}`)).toEqual([]);
  await small.close();
});

test("default: root-sessions-of-members joins the calls of the session", async () => {
  const key = labKey("ASIA", "ROOT");
  const root = (accessKeyId: string) => ({
    type: "Root",
    arn: `arn:aws:iam::${HUB}:root`,
    accountId: HUB,
    accessKeyId,
  });
  const small = await openQueryLab({
    cloudtrail: [
      trailRecord("m1", "10:00", "sts:AssumeRoot", {
        requestParameters: {
          targetPrincipal: HUB,
          taskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" },
        },
        responseElements: { credentials: { accessKeyId: key } },
      }),
      trailRecord("m2", "10:01", "s3:DeleteBucketPolicy", { userIdentity: root(key), recipientAccountId: HUB }),
      trailRecord("m3", "10:02", "s3:DeleteBucket", {
        userIdentity: root(labKey("ASIA", "ELSE")),
        recipientAccountId: HUB,
      }),
    ],
  });
  expect(pick(await small.ask("root-sessions-of-members"), "member", "task", "calls", "operations")).toEqual([
    [HUB, "S3UnlockBucketPolicy", 1, "DeleteBucketPolicy"],
  ]);
  expect(await small.ask("root-sessions-of-members", `member=${PROD}`)).toEqual([]);
  await small.close();
});
