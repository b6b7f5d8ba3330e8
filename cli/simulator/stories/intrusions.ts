import type { Account, IamPrincipal } from "../organization.ts";
import { denyAccess } from "../record.ts";
import {
  assumedRole,
  assumedRoleArn,
  openInstanceSession,
  openPersonSession,
  openUserSession,
  type Session,
} from "../sessions.ts";
import { assumedRoleResponse } from "../templates/identity.ts";
import { bucketCall, objectCall } from "../templates/storage.ts";
import { longTime } from "../time.ts";
import {
  ADMINISTRATOR_POLICY,
  ATTACK_AGENT,
  ATTACK_CLI,
  call,
  dataCall,
  publicReadPolicy,
  STAR_POLICY,
  usedFrom,
} from "./calls.ts";
import type { Stage, Story } from "./story.ts";

/** A user's or role's first item, which the organization always has. */
function first<T>(from: readonly T[]): T {
  const [head] = from;
  if (head === undefined) throw new RangeError("accounts have one of each");
  return head;
}

/**
 * Goes from one account into another's role: both trails log it, under one `sharedEventID`. In the caller's own account
 * there is one record only.
 */
function crossInto(
  stage: Stage,
  minute: number,
  from: Account,
  session: Session,
  into: Account,
  role: IamPrincipal,
): Session {
  const roleArn = `arn:aws:iam::${into.id}:role/${role.name}`;
  const name = "ops";
  const sharedEventID = stage.random.uuid();
  const context = stage.at(minute, from, session);
  const payload = {
    request: { roleArn, roleSessionName: name },
    response: assumedRoleResponse({ ...context, account: into }, role.name, role.id, name) ?? null,
    resources: [{ accountId: into.id, type: "AWS::IAM::Role", ARN: roleArn }],
  };
  stage.step("pivot", context, { ...call("sts", "AssumeRole"), readOnly: true }, payload, null, { sharedEventID });
  if (into.id !== from.id) {
    const seen: Session = {
      ...session,
      identity: { type: "AWSAccount", principalId: session.identity.principalId, accountId: from.id },
    };
    stage.step("pivot", stage.at(minute, into, seen), { ...call("sts", "AssumeRole"), readOnly: true }, payload, null, {
      sharedEventID,
    });
  }
  return {
    ...session,
    kind: "automation",
    identity: assumedRole(into, role, name, `ASIA${stage.random.upper(16)}`, stage.since(minute), {}),
    userName: null,
    arn: assumedRoleArn(into.id, role.name, name),
  };
}

const LEAKED_KEY: Story = {
  id: "leaked-access-key",
  startHour: 2,
  tell(stage) {
    const { random } = stage;
    const victim = stage.account(1);
    const target = stage.account(2);
    const user = first(victim.users);
    const thief = usedFrom(openUserSession(victim, user, stage.since(0), false, random), "192.0.2.44", ATTACK_CLI);
    const at = (minute: number) => stage.at(minute, victim, thief);
    stage.step("recon", at(0), call("sts", "GetCallerIdentity"), { request: null });
    stage.step("recon", at(1), call("iam", "ListUsers"), { request: { maxItems: 1000 } });
    stage.step("recon", at(2), call("organizations", "ListAccounts"), { request: null }, null, {
      failure: denyAccess(at(2), call("organizations", "ListAccounts")),
    });
    stage.step("recon", at(3), call("ec2", "DescribeInstances"), {
      request: { maxResults: 1000, instancesSet: {}, filterSet: {} },
    });
    const backdoor = "support-sync";
    stage.step("persistence", at(9), call("iam", "CreateUser"), {
      request: { userName: backdoor },
      response: {
        user: {
          path: "/",
          userName: backdoor,
          userId: `AIDA${random.upper(17)}`,
          arn: `arn:aws:iam::${victim.id}:user/${backdoor}`,
          createDate: longTime(at(9).atMs),
        },
      },
    });
    stage.step(
      "persistence",
      at(10),
      call("iam", "CreateAccessKey"),
      {
        request: { userName: backdoor },
        response: {
          accessKey: {
            accessKeyId: `AKIA${random.upper(16)}`,
            status: "Active",
            userName: backdoor,
            createDate: longTime(at(10).atMs),
          },
        },
      },
      "access-key-created-for-other-user",
    );
    stage.step(
      "privilege-escalation",
      at(11),
      call("iam", "AttachUserPolicy"),
      {
        request: { userName: backdoor, policyArn: ADMINISTRATOR_POLICY },
      },
      "admin-policy-attached",
    );
    const role = { name: "OrganizationAccountAccessRole", id: `AROA${random.upper(17)}`, path: "/", accessKey: "" };
    const inside = crossInto(stage, 20, victim, thief, target, role);
    const there = (minute: number) => stage.at(minute, target, inside);
    stage.step(
      "defense-evasion",
      there(24),
      call("cloudtrail", "StopLogging"),
      {
        request: { name: `arn:aws:cloudtrail:us-east-1:${target.id}:trail/${target.trail}` },
      },
      "cloudtrail-weakened",
    );
    stage.step(
      "defense-evasion",
      there(25),
      call("guardduty", "DeleteDetector"),
      { request: { detectorId: target.detector } },
      "guardduty-disabled",
    );
    stage.step(
      "defense-evasion",
      there(26),
      call("config", "StopConfigurationRecorder"),
      { request: { configurationRecorderName: "default" } },
      "config-recorder-stopped",
    );
    const bucket = target.buckets[4] ?? first(target.buckets);
    stage.step(
      "exfiltration",
      there(34),
      call("s3", "DeleteBucketPublicAccessBlock"),
      bucketCall(there(34), bucket, "publicAccessBlock"),
    );
    const policy = publicReadPolicy(bucket);
    const record = stage.step(
      "exfiltration",
      there(35),
      call("s3", "PutBucketPolicy"),
      bucketCall(there(35), bucket, "policy", { bucketPolicy: policy }),
      "bucket-made-public",
    );
    stage.change(there(35), record, { kind: "bucket-policy", name: bucket, policy: JSON.stringify(policy) });
    const anyone: Session = {
      ...inside,
      identity: { type: "AWSAccount", principalId: "", accountId: "ANONYMOUS_PRINCIPAL" },
      address: "192.0.2.45",
      userAgent: "curl/8.5.0",
    };
    for (let nth = 0; nth < 8; nth++) {
      const context = stage.at(37 + nth / 4, target, anyone);
      const shape = dataCall("s3", "GetObject");
      stage.step(
        "exfiltration",
        context,
        shape,
        objectCall(
          context,
          bucket,
          `customers/2025/export-${String(nth).padStart(3, "0")}.csv`,
          {},
          0,
          random.between(1e6, 9e6),
        ),
      );
    }
    // The responders' own work.
    const responder = openPersonSession(
      target,
      target.people[0] ?? "alice@example.com",
      target.ssoAdmin,
      stage.since(150),
      random,
    );
    const response = stage.at(180, target, responder);
    const closed = stage.step(
      "response",
      response,
      call("s3", "DeleteBucketPolicy"),
      bucketCall(response, bucket, "policy"),
    );
    stage.change(response, closed, { kind: "bucket-policy", name: bucket, policy: null });
    const restart = stage.at(184, target, responder);
    const name = `arn:aws:cloudtrail:us-east-1:${target.id}:trail/${target.trail}`;
    stage.step("response", restart, call("cloudtrail", "StartLogging"), { request: { name } });
  },
};

const STOLEN_ROLE: Story = {
  id: "stolen-instance-role",
  startHour: 13,
  tell(stage) {
    const { random } = stage;
    const account = stage.account(3);
    const instance = account.instances[1] ?? first(account.instances);
    const role = first(account.instanceRoles);
    const session = openInstanceSession(account, role, instance.id, stage.since(-30), random, {
      address: account.egressAddress,
      userAgent: ATTACK_AGENT,
    });
    stage.flow(-4, account, { from: "192.0.2.77", instance: 1, port: 443, action: "ACCEPT" });
    // The instance itself, from the organization's own address: nothing is wrong yet.
    stage.step("before", stage.at(-10, account, session), call("ssm", "GetParameter"), {
      request: { name: `/${account.name}/db/host`, withDecryption: true },
    });
    const thief = usedFrom(session, "192.0.2.77", ATTACK_AGENT);
    const rule = "instance-credentials-outside";
    const at = (minute: number) => stage.at(minute, account, thief);
    stage.step("credential-access", at(0), call("sts", "GetCallerIdentity"), { request: null }, rule);
    stage.step(
      "discovery",
      at(1),
      call("s3", "ListBuckets"),
      { request: { Host: "s3.us-east-1.amazonaws.com" } },
      rule,
    );
    stage.step("discovery", at(2), call("iam", "ListRoles"), { request: null }, rule, {
      failure: denyAccess(at(2), call("iam", "ListRoles")),
    });
    stage.step("discovery", at(3), call("secretsmanager", "ListSecrets"), { request: { maxResults: 100 } }, rule);
    for (const [nth, secret] of account.secrets.entries()) {
      stage.step(
        "credential-access",
        at(5 + nth),
        call("secretsmanager", "GetSecretValue"),
        {
          request: { secretId: `arn:aws:secretsmanager:us-east-1:${account.id}:secret:${secret}` },
        },
        rule,
      );
    }
    const bucket = account.buckets[2] ?? first(account.buckets);
    for (let nth = 0; nth < 6; nth++) {
      const context = at(12 + nth);
      stage.step(
        "exfiltration",
        context,
        dataCall("s3", "GetObject"),
        objectCall(context, bucket, `nightly/dump-${nth}.sql.gz`, {}, 0, random.between(1e7, 9e7)),
        rule,
      );
    }
  },
};

const QUIET_BACKDOOR: Story = {
  id: "quiet-backdoor",
  startHour: 4,
  tell(stage) {
    const { random } = stage;
    const entry = stage.account(4);
    const user = entry.users[3] ?? first(entry.users);
    const thief = usedFrom(openUserSession(entry, user, stage.since(0), false, random), "192.0.2.201", ATTACK_AGENT);
    const at = (minute: number) => stage.at(minute, entry, thief);
    const role = first(entry.automation);
    stage.step("recon", at(0), call("iam", "GetAccountAuthorizationDetails"), {
      request: { filter: ["User", "Role"], maxItems: 1000 },
    });
    stage.step(
      "privilege-escalation",
      at(4),
      call("iam", "PutRolePolicy"),
      {
        request: { roleName: role.name, policyName: "maintenance", policyDocument: STAR_POLICY },
      },
      "admin-policy-attached",
    );
    stage.step("persistence", at(6), call("iam", "UpdateAssumeRolePolicy"), {
      request: {
        roleName: role.name,
        policyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { AWS: "arn:aws:iam::999988887777:root" }, Action: "sts:AssumeRole" },
          ],
        }),
      },
    });
    const next = stage.account(0);
    const inside = crossInto(stage, 15, entry, thief, next, {
      name: "support-access",
      id: `AROA${random.upper(17)}`,
      path: "/",
      accessKey: "",
    });
    const there = (minute: number) => stage.at(minute, next, inside);
    stage.step(
      "defense-evasion",
      there(18),
      call("cloudtrail", "PutEventSelectors"),
      {
        request: {
          trailName: next.trail,
          eventSelectors: [
            {
              readWriteType: "All",
              includeManagementEvents: false,
              dataResources: [],
              excludeManagementEventSources: [],
            },
          ],
        },
        response: { trailARN: `arn:aws:cloudtrail:us-east-1:${next.id}:trail/${next.trail}` },
      },
      "cloudtrail-weakened",
    );
    stage.step(
      "defense-evasion",
      there(20),
      call("guardduty", "UpdateDetector"),
      { request: { detectorId: next.detector, enable: false } },
      "guardduty-disabled",
    );
    stage.step(
      "defense-evasion",
      there(22),
      call("config", "DeleteDeliveryChannel"),
      { request: { deliveryChannelName: "default" } },
      "config-recorder-stopped",
    );
    stage.step(
      "privilege-escalation",
      there(30),
      call("iam", "AttachRolePolicy"),
      {
        request: { roleName: first(next.functions).name, policyArn: ADMINISTRATOR_POLICY },
      },
      "admin-policy-attached",
    );
  },
};

/** Stories of attackers from outside. */
export const INTRUSIONS: readonly Story[] = [LEAKED_KEY, STOLEN_ROLE, QUIET_BACKDOOR];
