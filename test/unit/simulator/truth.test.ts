import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { RuleId } from "../../../cli/simulator/stories/story.ts";
import { type ReadRecord, readRecords, readTruth, runSimulation, textOf } from "../../support/simulation.ts";

/**
 * The twelve conditions, written here once more from their description and not from the rules: what the noise must not
 * meet by accident and the stories must.
 */
const get = (record: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], record);
const text = (record: unknown, path: string): string => JSON.stringify(get(record, path) ?? null);

function matchedRules(record: ReadRecord, members: ReadonlySet<string>): RuleId[] {
  const { eventName } = record;
  const request = text(record, "requestParameters");
  const matched: RuleId[] = [];
  const type = get(record, "userIdentity.type");
  const isLogin = eventName === "ConsoleLogin" && get(record, "responseElements.ConsoleLogin") === "Success";
  if (isLogin && type === "Root") matched.push("root-console-login");
  if (isLogin && type === "IAMUser" && get(record, "additionalEventData.MFAUsed") === "No")
    matched.push("console-login-without-mfa");
  if (["StopLogging", "DeleteTrail", "UpdateTrail"].includes(eventName)) matched.push("cloudtrail-weakened");
  if (eventName === "PutEventSelectors" && request.includes('"includeManagementEvents":false'))
    matched.push("cloudtrail-weakened");
  if (
    /^(StopConfigurationRecorder|DeleteConfigurationRecorder|DeleteDeliveryChannel|DeleteConfigRule)$/.test(eventName)
  ) {
    matched.push("config-recorder-stopped");
  }
  if (eventName === "DeleteDetector" || (eventName === "UpdateDetector" && /"enable":"?false/.test(request)))
    matched.push("guardduty-disabled");
  const keyOf = get(record, "requestParameters.userName");
  if (eventName === "CreateAccessKey" && typeof keyOf === "string" && keyOf !== get(record, "userIdentity.userName")) {
    matched.push("access-key-created-for-other-user");
  }
  if (
    /^Attach(User|Role|Group)Policy$/.test(eventName) &&
    /(AdministratorAccess|PowerUserAccess|IAMFullAccess)/.test(request)
  )
    matched.push("admin-policy-attached");
  if (/^(Put(User|Role|Group)Policy|CreatePolicy|CreatePolicyVersion)$/.test(eventName)) {
    const document = JSON.parse(String(get(record, "requestParameters.policyDocument")));
    if (
      document.Statement.some(
        (one: { Action: unknown; Effect: string }) => one.Effect === "Allow" && one.Action === "*",
      )
    )
      matched.push("admin-policy-attached");
  }
  if (eventName === "PutBucketPolicy" && /"Principal":(\{"AWS":)?"\*"/.test(request))
    matched.push("bucket-made-public");
  if (/^Put(Bucket|Object)Acl$/.test(eventName) && /public-read|AllUsers/.test(request))
    matched.push("bucket-made-public");
  if (
    eventName === "AuthorizeSecurityGroupIngress" &&
    /0\.0\.0\.0\/0|::\/0/.test(request) &&
    !/"fromPort":(80|443)\b/.test(request)
  )
    matched.push("security-group-opened");
  if (/^Modify(Snapshot|Image|DBSnapshot|DBClusterSnapshot)Attribute$/.test(eventName)) {
    const outside = [...request.matchAll(/"(\d{12})"/g)].some(([, id]) => !members.has(id!));
    if (outside || request.includes('"all"')) matched.push("snapshot-shared-outside");
  }
  if (eventName === "ScheduleKeyDeletion" || eventName === "DisableKey") matched.push("kms-key-deletion-scheduled");
  const address = String(record.sourceIPAddress ?? "");
  const isInside = /^(10\.|198\.51\.100\.|2001:db8:100:)/.test(address) || !/^[\d.:a-f]+$/.test(address);
  if (
    /:i-[0-9a-f]+$/.test(String(get(record, "userIdentity.principalId"))) &&
    !isInside &&
    get(record, "userIdentity.invokedBy") === undefined
  ) {
    matched.push("instance-credentials-outside");
  }
  return matched;
}

describe("the truth file", () => {
  for (const accounts of [1, 3, 8]) {
    test(`behavior: names every event that matches a rule and no other (${accounts} accounts)`, async () => {
      const run = await runSimulation({ accounts, days: 2, eventsPerDay: 3_000, seed: 7, vpcFlow: false });
      const settings: { accounts: { id: string }[]; egress_addresses: string[] } = parse(
        textOf(run, run.summary.settingsKey),
      );
      const members = new Set(settings.accounts.map(({ id }) => id));
      expect(members.size).toBe(accounts);
      expect(settings.egress_addresses).toEqual(["198.51.100.0/24", "2001:db8:100::/48"]);
      const found = new Set<string>();
      for (const { record } of readRecords(run)) {
        for (const rule of matchedRules(record, members)) found.add(`${record.eventID} ${rule}`);
      }
      const expected = readTruth(run).flatMap((line) => (line.rule === null ? [] : [`${line.eventID} ${line.rule}`]));
      expect([...found].sort()).toEqual(expected.sort());
      expect(new Set(expected.map((line) => line.split(" ")[1])).size).toBe(12);
    });
  }

  test("behavior: every line is an event of the objects, in its account, at its time", async () => {
    const run = await runSimulation({
      accounts: 5,
      days: 3,
      eventsPerDay: 1_000,
      seed: 3,
      vpcFlow: false,
      config: false,
    });
    const truth = readTruth(run);
    const wanted = new Map(truth.map((line) => [line.eventID, line]));
    expect(wanted.size).toBe(truth.length);
    const seen = new Set<string>();
    for (const { key, record } of readRecords(run)) {
      const line = wanted.get(record.eventID);
      if (line === undefined) continue;
      seen.add(record.eventID);
      expect(record).toMatchObject({
        eventName: line.eventName,
        eventTime: line.eventTime,
        recipientAccountId: line.account,
      });
      expect(key).toContain(`/${line.account}/`);
    }
    expect(seen.size).toBe(truth.length);
    expect(run.summary.stories.map(({ id }) => id).sort()).toEqual(
      [...new Set(truth.map((line) => line.story))].sort(),
    );
    expect(run.summary.stories.length).toBeGreaterThanOrEqual(6);
    const chained = Map.groupBy(
      truth.filter((line) => line.rule !== null),
      (line) => line.story,
    );
    expect(
      [...chained.values()].filter((lines) => new Set(lines.map((line) => line.account)).size > 1).length,
    ).toBeGreaterThanOrEqual(4);
  });

  test("args: stories can be left out", async () => {
    const run = await runSimulation({
      accounts: 2,
      days: 1,
      eventsPerDay: 500,
      stories: false,
      vpcFlow: false,
      config: false,
    });
    expect(readTruth(run)).toEqual([]);
    expect(run.summary.stories).toEqual([]);
  });
});
