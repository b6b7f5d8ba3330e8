import { type Account, FOREIGN_ACCOUNTS, type Instance } from "../organization.ts";
import { openPersonSession, openUserSession, rootSession, type Session } from "../sessions.ts";
import { signIn } from "../templates/sign-in.ts";
import { bucketCall, objectCall } from "../templates/storage.ts";
import { longTime } from "../time.ts";
import { CONSOLE_LOGIN, call, dataCall, ingress } from "./calls.ts";
import type { Stage, Story } from "./story.ts";

const firstGroup = (account: Account): string => account.securityGroups[0] ?? "sg-0";

/** An IAM user of the account in the web console. */
function consoleUser(stage: Stage, account: Account, name: string, address: string): Session {
  const user = account.users.find((one) => one.name === name);
  if (user === undefined) throw new RangeError("no such user in the cast");
  return { ...openUserSession(account, user, stage.since(0), true, stage.random), address };
}

const CARELESS_ADMIN: Story = {
  id: "careless-admin",
  startHour: 10,
  tell(stage) {
    const account = stage.account(2);
    const person = account.people[0] ?? "alice@example.com";
    const session = {
      ...openPersonSession(account, person, account.ssoAdmin, stage.since(-20), stage.random),
      isConsole: true,
    };
    const group = firstGroup(account);
    const at = (minute: number) => stage.at(minute, account, session);
    stage.flow(-15, account, { from: "192.0.2.90", instance: 0, port: 22, action: "REJECT" });
    stage.step("look", at(0), call("ec2", "DescribeSecurityGroups"), {
      request: { securityGroupIdSet: { items: [{ groupId: group }] }, filterSet: {} },
    });
    const opened = stage.step(
      "open",
      at(2),
      call("ec2", "AuthorizeSecurityGroupIngress"),
      ingress(group, 22, "0.0.0.0/0"),
      "security-group-opened",
    );
    stage.change(at(2), opened, { kind: "security-group-open", id: group, port: 22, cidr: "0.0.0.0/0" });
    for (let nth = 0; nth < 12; nth++) {
      stage.flow(20 + nth * 9, account, { from: `192.0.2.${90 + (nth % 3)}`, instance: 0, port: 22, action: "ACCEPT" });
    }
    const second = stage.account(5);
    const other = {
      ...openPersonSession(second, person, second.ssoAdmin, stage.since(10), stage.random),
      isConsole: true,
    };
    const there = (minute: number) => stage.at(minute, second, other);
    const desktop = second.securityGroups[1] ?? "sg-1";
    const openedThere = stage.step(
      "open",
      there(30),
      call("ec2", "AuthorizeSecurityGroupIngress"),
      ingress(desktop, 3389, "::/0"),
      "security-group-opened",
    );
    stage.change(there(30), openedThere, { kind: "security-group-open", id: desktop, port: 3389, cidr: "::/0" });
    const closedThere = stage.step(
      "close",
      there(340),
      call("ec2", "RevokeSecurityGroupIngress"),
      ingress(desktop, 3389, "::/0"),
    );
    stage.change(there(340), closedThere, { kind: "security-group-closed", id: desktop });
    const closed = stage.step(
      "close",
      at(330),
      call("ec2", "RevokeSecurityGroupIngress"),
      ingress(group, 22, "0.0.0.0/0"),
    );
    stage.change(at(330), closed, { kind: "security-group-closed", id: group });
  },
};

const ROOT_AT_NIGHT: Story = {
  id: "root-at-night",
  startHour: 1,
  tell(stage) {
    const account = stage.account(0);
    const root = rootSession(account, "192.0.2.130", stage.since(0), stage.random);
    const at = (minute: number) => stage.at(minute, account, root);
    stage.step("guess", at(0), CONSOLE_LOGIN, signIn(at(0), "Failure", "No"));
    stage.step("enter", at(3), CONSOLE_LOGIN, signIn(at(3), "Success", "No"), "root-console-login");
    stage.step("look", at(5), call("iam", "GetAccountSummary"), { request: null });
    stage.step("look", at(6), call("cloudtrail", "DescribeTrails"), {
      request: { includeShadowTrails: true, trailNameList: [] },
    });
    const trailARN = `arn:aws:cloudtrail:us-east-1:${account.id}:trail/${account.trail}`;
    stage.step(
      "hide",
      at(9),
      call("cloudtrail", "UpdateTrail"),
      {
        request: {
          name: trailARN,
          s3BucketName: "archive-999988887777",
          isMultiRegionTrail: false,
          includeGlobalServiceEvents: false,
        },
        response: {
          name: account.trail,
          s3BucketName: "archive-999988887777",
          includeGlobalServiceEvents: false,
          isMultiRegionTrail: false,
          trailARN,
          logFileValidationEnabled: false,
          isOrganizationTrail: false,
        },
      },
      "cloudtrail-weakened",
    );
    destroyKey(stage, 16, account, root);
  },
};

const INSIDER: Story = {
  id: "insider-snapshot",
  startHour: 16,
  tell(stage) {
    const account = stage.account(3);
    const maria = consoleUser(stage, account, "maria", "203.0.113.77");
    const at = (minute: number) => stage.at(minute, account, maria);
    stage.step("enter", at(0), CONSOLE_LOGIN, signIn(at(0), "Success", "No"), "console-login-without-mfa");
    const [volume, snapshot] = [account.volumes[0] ?? "vol-0", account.snapshots[0] ?? "snap-0"];
    stage.step("copy", at(5), call("ec2", "CreateSnapshot"), {
      request: { volumeId: volume, description: "migration" },
      response: {
        snapshotId: snapshot,
        volumeId: volume,
        status: "pending",
        startTime: at(5).atMs,
        ownerId: account.id,
        volumeSize: "40",
        encrypted: false,
      },
    });
    const share = (userId: string) => ({
      request: {
        snapshotId: snapshot,
        createVolumePermission: { add: { items: [{ userId }] } },
        attributeType: "CREATE_VOLUME_PERMISSION",
      },
      response: { _return: true },
    });
    stage.step(
      "share",
      at(12),
      call("ec2", "ModifySnapshotAttribute"),
      share(FOREIGN_ACCOUNTS[0]),
      "snapshot-shared-outside",
    );
    const image = (account.instances[0] satisfies Instance | undefined)?.image ?? "ami-0";
    stage.step(
      "share",
      at(15),
      call("ec2", "ModifyImageAttribute"),
      {
        request: {
          imageId: image,
          launchPermission: { add: { items: [{ group: "all" }] } },
          attributeType: "launchPermission",
        },
        response: { _return: true },
      },
      "snapshot-shared-outside",
    );
    const second = stage.account(6);
    const tom = consoleUser(stage, second, "tom", "203.0.113.77");
    const there = (minute: number) => stage.at(minute, second, tom);
    stage.step("enter", there(40), CONSOLE_LOGIN, signIn(there(40), "Success", "No"), "console-login-without-mfa");
    stage.step(
      "share",
      there(46),
      call("rds", "ModifyDBSnapshotAttribute"),
      {
        request: {
          dBSnapshotIdentifier: `${second.name}-main-final`,
          attributeName: "restore",
          valuesToAdd: [FOREIGN_ACCOUNTS[0]],
        },
        response: {
          dBSnapshotIdentifier: `${second.name}-main-final`,
          dBSnapshotAttributes: [{ attributeName: "restore", attributeValues: [FOREIGN_ACCOUNTS[0]] }],
        },
      },
      "snapshot-shared-outside",
    );
  },
};

const RANSOM: Story = {
  id: "ransom",
  startHour: 19,
  tell(stage) {
    const account = stage.account(1);
    const bot = account.users[1] ?? account.ssoAdmin;
    const session = { ...openUserSession(account, bot, stage.since(0), false, stage.random), address: "192.0.2.166" };
    const at = (minute: number) => stage.at(minute, account, session);
    const bucket = account.buckets[3] ?? "backups";
    stage.step("recon", at(0), call("s3", "ListBuckets"), { request: { Host: "s3.us-east-1.amazonaws.com" } });
    stage.step(
      "exfiltration",
      at(4),
      call("s3", "PutBucketAcl"),
      bucketCall(at(4), bucket, "acl", { "x-amz-acl": ["public-read"] }),
      "bucket-made-public",
    );
    for (let nth = 0; nth < 5; nth++) {
      const context = at(8 + nth);
      stage.step(
        "impact",
        context,
        dataCall("s3", "DeleteObject"),
        objectCall(context, bucket, `backup-${nth}.tar`, {}, 0, 0),
      );
    }
    destroyKey(stage, 20, account, session);
    const note = at(22);
    stage.step("impact", note, dataCall("s3", "PutObject"), objectCall(note, bucket, "READ-ME.txt", {}, 812, 0));
  },
};

/** Looks like the others and is none of them: everything here is as it should be. */
const LOOKALIKES: Story = {
  id: "lookalikes",
  startHour: 9,
  tell(stage) {
    const account = stage.account(1);
    const maria = consoleUser(stage, account, "maria", account.officeAddress);
    const at = (minute: number) => stage.at(minute, account, maria);
    stage.step("mistyped-password", at(0), CONSOLE_LOGIN, signIn(at(0), "Failure", "No"));
    stage.step("login-with-mfa", at(1), CONSOLE_LOGIN, signIn(at(1), "Success", "Yes"));
    stage.step("own-key", at(10), call("iam", "CreateAccessKey"), {
      request: { userName: "maria" },
      response: {
        accessKey: {
          accessKeyId: `AKIA${stage.random.upper(16)}`,
          status: "Active",
          userName: "maria",
          createDate: longTime(at(10).atMs),
        },
      },
    });
    stage.step(
      "inside-port",
      at(20),
      call("ec2", "AuthorizeSecurityGroupIngress"),
      ingress(firstGroup(account), 22, "10.0.0.0/8"),
    );
    stage.step(
      "web-port",
      at(22),
      call("ec2", "AuthorizeSecurityGroupIngress"),
      ingress(firstGroup(account), 443, "0.0.0.0/0"),
    );
    stage.step("shared-inside", at(30), call("ec2", "ModifySnapshotAttribute"), {
      request: {
        snapshotId: account.snapshots[1],
        createVolumePermission: { add: { items: [{ userId: stage.account(2).id }] } },
        attributeType: "CREATE_VOLUME_PERMISSION",
      },
      response: { _return: true },
    });
    stage.step("detector-on", at(40), call("guardduty", "UpdateDetector"), {
      request: { detectorId: account.detector, enable: true },
    });
    stage.step("reader-policy", at(45), call("iam", "AttachUserPolicy"), {
      request: { userName: "tom", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
    });
    stage.step(
      "private-acl",
      at(50),
      call("s3", "PutBucketAcl"),
      bucketCall(at(50), account.buckets[0] ?? "assets", "acl", { "x-amz-acl": ["private"] }),
    );
  },
};

function destroyKey(stage: Stage, minute: number, account: Account, session: Session): void {
  const context = stage.at(minute, account, session);
  const arn = `arn:aws:kms:us-east-1:${account.id}:key/${account.keys[0]}`;
  stage.step(
    "impact",
    context,
    call("kms", "ScheduleKeyDeletion"),
    {
      request: { keyId: account.keys[0], pendingWindowInDays: 7 },
      response: {
        keyId: arn,
        keyState: "PendingDeletion",
        deletionDate: longTime(context.atMs + 7 * 86_400_000),
        pendingWindowInDays: 7,
      },
      resources: [{ accountId: account.id, type: "AWS::KMS::Key", ARN: arn }],
    },
    "kms-key-deletion-scheduled",
  );
}

/** Stories of the organization's own people, and of look-alikes. */
export const INSIDERS: readonly Story[] = [CARELESS_ADMIN, ROOT_AT_NIGHT, INSIDER, RANSOM, LOOKALIKES];
