import type { EventContext, EventPayload } from "../record.ts";
import { longTime } from "../time.ts";
import { BUILDERS, type EventTemplate, INVENTORY, NOBODY_ASKED, reads, writes } from "./template.ts";

const GLOBAL = { isGlobal: true };
const roleName = ({ account, random }: EventContext): string =>
  random.pick([...account.automation, ...account.instanceRoles]).name;

/** What STS answers to AssumeRole; the token is as long as a real one. */
export function assumedRoleResponse(
  context: EventContext,
  roleName: string,
  roleId: string,
  session: string,
): EventPayload["response"] {
  const { random, account, atMs } = context;
  return {
    credentials: {
      accessKeyId: `ASIA${random.upper(16)}`,
      // Real tokens of one region begin alike.
      sessionToken: `IQoJb3JpZ2luX2VjE${random.base64(620)}`,
      expiration: longTime(atMs + 3_600_000),
    },
    assumedRoleUser: {
      assumedRoleId: `${roleId}:${session}`,
      arn: `arn:aws:sts::${account.id}:assumed-role/${roleName}/${session}`,
    },
  };
}

/** STS and IAM. */
export const IDENTITY_TEMPLATES: readonly EventTemplate[] = [
  writes(
    "sts",
    "AssumeRole",
    100,
    ["service"],
    (context) => {
      const { account, random, session } = context;
      const role = random.pick([...account.functions, ...account.instanceRoles]);
      const arn = `arn:aws:iam::${account.id}:role/${role.name}`;
      const name = session.address.startsWith("ec2")
        ? random.pick(account.instances).id
        : random.pick([role.name, `${random.below(1e6)}`]);
      return {
        request: { roleArn: arn, roleSessionName: name, durationSeconds: 3600 },
        response: assumedRoleResponse(context, role.name, role.id, name) ?? null,
        resources: [{ accountId: account.id, type: "AWS::IAM::Role", ARN: arn }],
      };
    },
    { readOnly: true },
  ),
  reads("sts", "GetCallerIdentity", 30, ["person", "automation", "instance", "user"], () => NOBODY_ASKED),
  reads("iam", "GetRole", 30, INVENTORY, (c) => ({ request: { roleName: roleName(c) } }), GLOBAL),
  reads("iam", "ListAttachedRolePolicies", 20, INVENTORY, (c) => ({ request: { roleName: roleName(c) } }), GLOBAL),
  reads(
    "iam",
    "ListRolePolicies",
    15,
    INVENTORY,
    (c) => ({ request: { roleName: roleName(c), maxItems: 1000 } }),
    GLOBAL,
  ),
  reads(
    "iam",
    "GetPolicyVersion",
    15,
    INVENTORY,
    ({ account, random }) => ({
      request: {
        policyArn: `arn:aws:iam::${account.id}:policy/${account.name}-boundary`,
        versionId: `v${random.between(1, 5)}`,
      },
    }),
    GLOBAL,
  ),
  reads("iam", "ListRoles", 8, INVENTORY, () => ({ request: { maxItems: 1000 } }), GLOBAL),
  reads("iam", "GetUser", 10, ["user"], () => NOBODY_ASKED, GLOBAL),
  reads("iam", "ListAccessKeys", 6, ["user"], ({ session }) => ({ request: { userName: session.userName } }), GLOBAL),
  reads("iam", "GetAccountSummary", 5, ["person", "root"], () => NOBODY_ASKED, GLOBAL),
  // Rotation: everyone makes a key for themselves only.
  writes(
    "iam",
    "CreateAccessKey",
    1,
    ["user"],
    ({ session, random, atMs }) => ({
      request: random.chance(0.5) ? null : { userName: session.userName },
      response: {
        accessKey: {
          accessKeyId: `AKIA${random.upper(16)}`,
          status: "Active",
          userName: session.userName,
          createDate: longTime(atMs),
        },
      },
    }),
    GLOBAL,
  ),
  writes(
    "iam",
    "CreateRole",
    26,
    BUILDERS,
    ({ account, random, atMs }) => {
      const name = `${account.name}-task-${random.hex(8)}`;
      const policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
      });
      const tags = [
        { key: "managed-by", value: "terraform" },
        { key: "stack", value: account.name },
      ];
      return {
        request: { path: "/", roleName: name, assumeRolePolicyDocument: policy, maxSessionDuration: 3600, tags },
        response: {
          role: {
            path: "/",
            roleName: name,
            roleId: `AROA${random.upper(17)}`,
            arn: `arn:aws:iam::${account.id}:role/${name}`,
            createDate: longTime(atMs),
            assumeRolePolicyDocument: encodeURIComponent(policy),
            tags,
          },
        },
      };
    },
    GLOBAL,
  ),
  writes(
    "iam",
    "AttachRolePolicy",
    4,
    BUILDERS,
    (c) => ({
      request: {
        roleName: roleName(c),
        policyArn: `arn:aws:iam::aws:policy/${c.random.pick(["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy", "ReadOnlyAccess"])}`,
      },
    }),
    GLOBAL,
  ),
  writes(
    "iam",
    "PutRolePolicy",
    3,
    BUILDERS,
    (c) => ({
      request: {
        roleName: roleName(c),
        policyName: "read-own-bucket",
        policyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "Read",
              Effect: "Allow",
              Action: ["s3:GetObject", "s3:ListBucket"],
              Resource: [`arn:aws:s3:::${c.random.pick(c.account.buckets)}/*`],
            },
            {
              Sid: "Logs",
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: `arn:aws:logs:*:${c.account.id}:log-group:/app/*`,
            },
          ],
        }),
      },
    }),
    GLOBAL,
  ),
  reads(
    "organizations",
    "ListAccounts",
    4,
    ["automation"],
    ({ random }) => ({ request: random.chance(0.5) ? null : { maxResults: 20 } }),
    GLOBAL,
  ),
  reads("organizations", "DescribeOrganization", 4, INVENTORY, () => NOBODY_ASKED, GLOBAL),
  reads("sso", "ListAccountRoles", 3, ["person"], ({ account }) => ({
    request: { accountId: account.id, accessToken: "HIDDEN_DUE_TO_SECURITY_REASONS" },
  })),
  reads("account", "GetContactInformation", 6, ["root"], () => NOBODY_ASKED, GLOBAL),
  reads(
    "ce",
    "GetCostAndUsage",
    6,
    ["root", "automation"],
    () => ({
      request: {
        TimePeriod: { Start: "2026-01-01", End: "2026-01-31" },
        Granularity: "MONTHLY",
        Metrics: ["UnblendedCost"],
        GroupBy: [{ Type: "DIMENSION", Key: "SERVICE" }],
      },
    }),
    GLOBAL,
  ),
  writes(
    "signin",
    "ConsoleLogin",
    3,
    ["person"],
    ({ region }) => ({
      request: null,
      response: { ConsoleLogin: "Success" },
      // The second factor was given to the identity center, so the console itself saw none.
      extra: {
        LoginTo: `https://${region}.console.aws.amazon.com/console/home?region=${region}&state=hashArgs%23&isauthcode=true`,
        MobileVersion: "No",
        MFAUsed: "No",
      },
    }),
    { type: "AwsConsoleSignIn" },
  ),
  writes(
    "secretsmanager",
    "StartSecretVersionDelete",
    10,
    ["untyped"],
    (c) => ({
      request: null,
      extra: {
        ARN: `arn:aws:secretsmanager:${c.region}:${c.account.id}:secret:${c.random.pick(c.account.secrets)}`,
        Name: "expired",
      },
    }),
    { type: "AwsServiceEvent" },
  ),
  writes(
    "kms",
    "RotateKey",
    3,
    ["untyped"],
    (c) => ({
      request: null,
      resources: [
        {
          accountId: c.account.id,
          type: "AWS::KMS::Key",
          ARN: `arn:aws:kms:${c.region}:${c.account.id}:key/${c.random.pick(c.account.keys)}`,
        },
      ],
      details: { keyId: c.random.pick(c.account.keys), rotationType: "AUTOMATIC" },
    }),
    { type: "AwsServiceEvent" },
  ),
];
