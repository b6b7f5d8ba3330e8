import type { Json, JsonObject } from "./json.ts";
import type { Account, IamPrincipal } from "./organization.ts";
import type { Random } from "./random.ts";
import { isoSeconds } from "./time.ts";

/** Whose credentials a call is made with. */
export type ActorKind =
  | "person"
  | "automation"
  | "instance"
  | "function"
  | "user"
  | "service-role"
  | "service"
  | "untyped"
  | "root";

/** Somebody (or something) with credentials: the part of a record that says who, from where and with what. */
export interface Session {
  readonly kind: ActorKind;
  readonly identity: JsonObject;
  readonly address: string;
  readonly userAgent: string;
  /** True for calls made in the web console. */
  readonly isConsole: boolean;
  readonly userName: string | null;
  /** How an error message names the caller. */
  readonly arn: string;
  /** Instance whose role this is. */
  readonly instanceId: string | null;
}

/** Sessions last this long in the simulation; then everyone signs in anew. */
export const SESSION_HOURS = 1;
/** A busy function runs in several places at a time, each with credentials of its own. */
const FUNCTION_COPIES = 4;

const BROWSER =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const CLI_AGENT =
  "aws-cli/2.22.12 md/awscrt#0.22.0 ua/2.0 os/macos#24.1.0 md/arch#arm64 lang/python#3.12.6 md/pyimpl#CPython m/C cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#";
const TERRAFORM_AGENT =
  "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.78.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.5 ua/2.1 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64 api/";
const SDK_AGENTS = [
  "Boto3/1.35.70 md/Botocore#1.35.70 ua/2.0 os/linux#6.1.115-126.197.amzn2023.x86_64 md/arch#x86_64 lang/python#3.12.7 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.35.70",
  "aws-sdk-java/2.29.20 md/io#sync md/http#Apache ua/2.1 os/Linux#5.10.228-219.884.amzn2.x86_64 lang/java#21.0.5 md/OpenJDK_64-Bit_Server_VM#21.0.5+11-LTS md/vendor#Amazon.com_Inc. md/en_US exec-env/AWS_ECS_EC2 m/D,E",
  "aws-sdk-js/3.699.0 ua/2.1 os/linux#5.10.227-239.884.amzn2.aarch64 lang/js md/nodejs#20.18.0 api/dynamodb#3.699.0 exec-env/AWS_Lambda_nodejs20.x m/E,N",
  "aws-sdk-go-v2/1.32.5 ua/2.1 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#arm64 api/ssm#1.55.6 m/E,e",
] as const;
const SERVICE_ROLES = [
  "config",
  "guardduty",
  "securityhub",
  "autoscaling",
  "elasticloadbalancing",
  "access-analyzer",
  "rds",
] as const;
const SERVICES = ["ec2", "lambda", "ecs-tasks", "cloudtrail", "delivery.logs", "config", "states", "events"] as const;

/** The sessions open in an account at a time; records pick among them, as real ones repeat their sessions. */
export function openSessions(
  account: Account,
  atMs: number,
  random: Random,
): Readonly<Record<ActorKind, readonly Session[]>> {
  const since = (): string => isoSeconds(atMs - random.between(60, 3_000) * 1000);
  const people = account.people.map((person, at) =>
    openPersonSession(account, person, at === 0 ? account.ssoAdmin : account.ssoReader, since(), random),
  );
  const roleSession = (kind: ActorKind, role: IamPrincipal, name: string, address: string, agent: string): Session => ({
    kind,
    identity: assumedRole(account, role, name, `ASIA${random.upper(16)}`, since(), {}),
    address,
    userAgent: agent,
    isConsole: false,
    userName: null,
    arn: assumedRoleArn(account.id, role.name, name),
    instanceId: null,
  });
  return {
    person: people,
    automation: account.automation.map((role, at) =>
      roleSession(
        "automation",
        role,
        at === 1 ? "GitHubActions" : `run-${random.below(1_000_000)}`,
        `203.0.113.${200 + at}`,
        at % 2 === 0 ? TERRAFORM_AGENT : random.pick(SDK_AGENTS),
      ),
    ),
    instance: account.instances.map((instance, at) => {
      const role = account.instanceRoles[at % account.instanceRoles.length] ?? account.ssoReader;
      return openInstanceSession(account, role, instance.id, since(), random, {
        address:
          at % 4 === 0 ? instance.privateAddress : at % 7 === 1 ? `2001:db8:100::${10 + at}` : account.egressAddress,
        userAgent: SDK_AGENTS[at % SDK_AGENTS.length] ?? SDK_AGENTS[0],
      });
    }),
    function: account.functions.flatMap((role) =>
      Array.from({ length: FUNCTION_COPIES }, () => {
        const session = roleSession(
          "function",
          role,
          role.name,
          account.egressAddress,
          random.pick([SDK_AGENTS[0], SDK_AGENTS[2]]),
        );
        const credentialsIssuedTo = `arn:aws:lambda:${account.homeRegion}:${account.id}:function:${role.name}`;
        return {
          ...session,
          identity: { ...session.identity, inScopeOf: { issuerType: "AWS::Lambda::Function", credentialsIssuedTo } },
        };
      }),
    ),
    user: account.users.map((user, at) => openUserSession(account, user, since(), at === 2 || at === 4, random)),
    "service-role": SERVICE_ROLES.map((service) => openServiceRoleSession(account, service, since(), random)),
    service: SERVICES.map((service) =>
      servicePrincipal(
        "service",
        { type: "AWSService", invokedBy: `${service}.amazonaws.com` },
        `${service}.amazonaws.com`,
      ),
    ),
    untyped: ["secretsmanager", "kms", "ssm"].map((service) =>
      servicePrincipal(
        "untyped",
        { accountId: account.id, invokedBy: `${service}.amazonaws.com` },
        `${service}.amazonaws.com`,
      ),
    ),
    root: [rootSession(account, account.officeAddress, since(), random)],
  };
}

/** A person's session through the identity center, in the console or with the command line tool. */
export function openPersonSession(
  account: Account,
  person: string,
  role: IamPrincipal,
  since: string,
  random: Random,
): Session {
  const isConsole = random.chance(0.6);
  const attributes = { creationDate: since, mfaAuthenticated: "false" };
  return {
    kind: "person",
    identity: assumedRole(account, role, person, `ASIA${random.upper(16)}`, attributes.creationDate, {}),
    address: account.officeAddress,
    userAgent: isConsole ? BROWSER : CLI_AGENT,
    isConsole,
    userName: null,
    arn: assumedRoleArn(account.id, role.name, person),
    instanceId: null,
  };
}

/** An IAM user with a long-lived key, or one who signed in to the console with a second factor. */
export function openUserSession(
  account: Account,
  user: IamPrincipal,
  since: string,
  isConsole: boolean,
  random: Random,
): Session {
  const arn = `arn:aws:iam::${account.id}:user${user.path}${user.name}`;
  const context = {
    sessionIssuer: {},
    webIdFederationData: {},
    attributes: { creationDate: since, mfaAuthenticated: "true" },
  };
  return {
    kind: "user",
    identity: {
      type: "IAMUser",
      principalId: user.id,
      arn,
      accountId: account.id,
      accessKeyId: isConsole ? `ASIA${random.upper(16)}` : user.accessKey,
      userName: user.name,
      sessionContext: isConsole ? context : undefined,
    },
    address: isConsole ? account.officeAddress : account.egressAddress,
    userAgent: isConsole ? BROWSER : CLI_AGENT,
    isConsole,
    userName: user.name,
    arn,
    instanceId: null,
  };
}

/** The credentials of an instance's role: the session is named after the instance. */
export function openInstanceSession(
  account: Account,
  role: IamPrincipal,
  instanceId: string,
  since: string,
  random: Random,
  from: { readonly address: string; readonly userAgent: string },
): Session {
  return {
    kind: "instance",
    identity: assumedRole(account, role, instanceId, `ASIA${random.upper(16)}`, since, { ec2RoleDelivery: "2.0" }),
    address: from.address,
    userAgent: from.userAgent,
    isConsole: false,
    userName: null,
    arn: assumedRoleArn(account.id, role.name, instanceId),
    instanceId,
  };
}

/** The account's root user. */
export function rootSession(account: Account, address: string, since: string, random: Random): Session {
  const arn = `arn:aws:iam::${account.id}:root`;
  return {
    kind: "root",
    identity: {
      type: "Root",
      principalId: account.id,
      arn,
      accountId: account.id,
      accessKeyId: `ASIA${random.upper(16)}`,
      sessionContext: {
        sessionIssuer: {},
        webIdFederationData: {},
        attributes: { creationDate: since, mfaAuthenticated: "true" },
      },
    },
    address,
    userAgent: BROWSER,
    isConsole: true,
    userName: null,
    arn,
    instanceId: null,
  };
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
export function assumedRoleArn(account: string, role: string, session: string): string {
  return `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
}

/** The `userIdentity` of a role session. */
export function assumedRole(
  account: Account,
  role: IamPrincipal,
  session: string,
  accessKeyId: string,
  since: string,
  more: Readonly<Record<string, Json>>,
): JsonObject {
  return {
    type: "AssumedRole",
    principalId: `${role.id}:${session}`,
    arn: assumedRoleArn(account.id, role.name, session),
    accountId: account.id,
    accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: role.id,
        arn: `arn:aws:iam::${account.id}:role${role.path}${role.name}`,
        accountId: account.id,
        userName: role.name,
      },
      webIdFederationData: {},
      attributes: { creationDate: since, mfaAuthenticated: "false" },
      ...more,
    },
  };
}

function openServiceRoleSession(account: Account, service: string, since: string, random: Random): Session {
  const name = `AWSServiceRoleFor${service.replaceAll("-", "")}`;
  const host = `${service}.amazonaws.com`;
  const role = { name, id: `AROA${random.upper(17)}`, path: `/aws-service-role/${host}/`, accessKey: "" };
  const isInternal = random.chance(0.3);
  return {
    kind: "service-role",
    identity: {
      ...assumedRole(account, role, `${service}-session`, `ASIA${random.upper(16)}`, since, {}),
      invokedBy: isInternal ? "AWS Internal" : host,
    },
    address: isInternal ? "AWS Internal" : host,
    userAgent: isInternal ? "AWS Internal" : host,
    isConsole: false,
    userName: null,
    arn: assumedRoleArn(account.id, name, `${service}-session`),
    instanceId: null,
  };
}

function servicePrincipal(kind: ActorKind, identity: JsonObject, host: string): Session {
  return {
    kind,
    identity,
    address: host,
    userAgent: host,
    isConsole: false,
    userName: null,
    arn: host,
    instanceId: null,
  };
}
