import type { JsonObject } from "./json.ts";
import type { Account } from "./organization.ts";
import type { Random } from "./random.ts";
import { assumedRole } from "./sessions.ts";
import { isoSeconds, MINUTE_MS } from "./time.ts";

/** Record kinds that CloudTrail delivers into folders of their own. */
export type SpecialKind = "CloudTrail-Insight" | "CloudTrail-NetworkActivity" | "CloudTrail-Aggregated";

/** An Insights pair: the start and the end of an unusual rate of calls, joined by `sharedEventID`. */
export function composeInsight(
  account: Account,
  region: string,
  startMs: number,
  random: Random,
): readonly JsonObject[] {
  const sharedEventID = random.uuid();
  const [source, name] = random.pick([
    ["ssm", "UpdateInstanceInformation"],
    ["autoscaling", "CompleteLifecycleAction"],
    ["ec2", "RunInstances"],
  ] as const);
  const minutes = random.between(1, 9);
  const usual = random.float() * 1e-4;
  const unusual = random.between(2, 600) / 10;
  const actor = `arn:aws:sts::${account.id}:assumed-role/${random.pick(account.automation).name}`;
  return (["Start", "End"] as const).map((state) => ({
    eventVersion: "1.09",
    eventTime: isoSeconds(startMs + (state === "End" ? minutes * MINUTE_MS : 0)),
    awsRegion: region,
    eventID: random.uuid(),
    eventType: "AwsCloudTrailInsight",
    recipientAccountId: account.id,
    sharedEventID,
    insightDetails: {
      state,
      eventSource: `${source}.amazonaws.com`,
      eventName: name,
      insightType: "ApiCallRateInsight",
      insightContext: {
        statistics: {
          baseline: { average: usual },
          insight: { average: unusual },
          insightDuration: state === "End" ? minutes : undefined,
          baselineDuration: 11_336,
        },
        attributions: [
          {
            attribute: "userIdentityArn",
            insight: [{ value: actor, average: unusual }],
            baseline: [{ value: actor, average: usual }],
          },
          { attribute: "userAgent", insight: [{ value: `${source}.amazonaws.com`, average: unusual }], baseline: [] },
          // AWS writes the text "null" where calls had no error.
          {
            attribute: "errorCode",
            insight: [{ value: "null", average: unusual }],
            baseline: [{ value: "null", average: usual }],
          },
        ],
      },
    },
    eventCategory: "Insight",
  }));
}

/** A call that went through a VPC endpoint, seen by the endpoint; one in ten was denied by its policy. */
export function composeNetworkActivity(account: Account, region: string, atMs: number, random: Random): JsonObject {
  const isDenied = random.chance(0.1);
  const instance = random.pick(account.instances);
  const role = random.pick(account.instanceRoles);
  const [source, name] = random.pick([
    ["kms", "ListKeys"],
    ["s3", "GetObject"],
    ["ec2", "DescribeInstances"],
    ["secretsmanager", "GetSecretValue"],
  ] as const);
  return {
    eventVersion: "1.09",
    userIdentity: isDenied
      ? { type: "AWSAccount", principalId: `AIDA${random.upper(17)}`, accountId: account.id }
      : assumedRole(account, role, instance.id, `ASIA${random.upper(16)}`, isoSeconds(atMs - 20 * MINUTE_MS), {
          ec2RoleDelivery: "2.0",
        }),
    eventTime: isoSeconds(atMs),
    eventSource: `${source}.amazonaws.com`,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: instance.privateAddress,
    errorCode: isDenied ? "VpceAccessDenied" : undefined,
    errorMessage: isDenied ? "The request was denied due to a VPC endpoint policy" : undefined,
    requestID: random.uuid(),
    eventID: random.uuid(),
    eventType: "AwsVpceEvent",
    recipientAccountId: account.id,
    sharedEventID: random.uuid(),
    vpcEndpointId: account.vpcEndpoint,
    vpcEndpointAccountId: account.id,
    eventCategory: "NetworkActivity",
  };
}

/** Data events of five minutes added up: no time, name or identity, and `eventId` and `accountId` spelled so. */
export function composeAggregated(account: Account, region: string, atMs: number, random: Random): JsonObject {
  const startMs = atMs - (atMs % (5 * MINUTE_MS));
  const first = random.between(10, 800);
  const second = random.between(1, 200);
  const objects = (bucket: string | undefined): string => `arn:aws:s3:::${bucket ?? "unknown"}`;
  return {
    eventVersion: "1.0",
    accountId: account.id,
    eventId: random.uuid(),
    eventCategory: "Aggregated",
    eventType: "AwsAggregatedEvent",
    awsRegion: region,
    eventSource: "s3.amazonaws.com",
    timeWindow: {
      windowStart: isoSeconds(startMs),
      windowEnd: isoSeconds(startMs + 5 * MINUTE_MS),
      windowSize: "PT5M",
    },
    summary: {
      primaryDimension: {
        dimension: "eventName",
        statistics: [{ name: "GetObject", value: first + second }],
        aggregationType: "Count",
      },
      details: [
        {
          dimension: "resourceARN",
          statistics: [
            { name: objects(account.buckets[0]), value: first },
            { name: objects(account.buckets[1]), value: second },
          ],
          aggregationType: "Count",
        },
      ],
    },
  };
}
