import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import { dataRecord, flowLog, iamUser, labInstant, labTime, trailRecord } from "../../support/trail-record.ts";

const ALICE = iamUser("alice").arn;
const BOB = iamUser("bob").arn;
const bob = { userIdentity: iamUser("bob") };
const other = { recipientAccountId: "444455556666" };

const RECORDS = [
  // The account logs at 08, 09 and 20 o'clock; the other one until 10 o'clock.
  trailRecord("a1", "08:10", "s3:ListBuckets", other),
  trailRecord("a2", "10:50", "s3:ListBuckets", other),
  trailRecord("b1", "08:00", "guardduty:UpdateDetector"),
  trailRecord("b2", "08:01", "guardduty:CreateDetector"),
  trailRecord("b3", "08:02", "s3:DeleteBucketPublicAccessBlock"),
  trailRecord("b4", "08:03", "events:DisableRule", { errorCode: "AccessDenied" }),
  trailRecord("b5", "08:04", "example:DisableRule"),
  trailRecord("c1", "09:00", "organizations:DetachPolicy", {
    requestParameters: { policyId: "p-1", targetId: "ou-1" },
    awsRegion: "us-east-1",
  }),
  trailRecord("c2", "09:01", "organizations:RemoveAccountFromOrganization", {
    requestParameters: { accountId: "444455556666" },
    awsRegion: "us-east-1",
  }),
  trailRecord("c3", "09:02", "organizations:ListAccounts", { awsRegion: "us-east-1" }),
  dataRecord("d1", "20:00", "s3:GetObject", { requestParameters: { bucketName: "books", key: "a" } }),
  dataRecord("d2", "20:01", "s3:GetObject", { requestParameters: { bucketName: "books", key: "b" } }),
  dataRecord("d3", "20:02", "s3:PutObject", { ...bob, requestParameters: { bucketName: "books", key: "c" } }),
  dataRecord("d4", "20:03", "dynamodb:GetItem", { ...bob, requestParameters: { tableName: "t" } }),
  trailRecord("t1", "20:04", "ec2:DescribeInstances", { ...bob, errorCode: "Client.RequestLimitExceeded" }),
  trailRecord("t2", "20:04:30", "ec2:DescribeInstances", { ...bob, errorCode: "Client.RequestLimitExceeded" }),
  trailRecord("t3", "20:05", "ec2:DescribeInstances", { ...bob, errorCode: "Client.InvalidInstanceID.NotFound" }),
  trailRecord("r1", "20:06", "ec2:RunInstances", { ...bob, awsRegion: "ap-south-1" }),
  trailRecord("r2", "20:07", "ec2:RunInstances", { awsRegion: "ap-south-1" }),
  trailRecord("r3", "20:08", "ec2:RunInstances", { awsRegion: "sa-east-1", errorCode: "AccessDenied" }),
];

const FLOWS = flowLog(
  "08:00 10.0.1.1 1 10.0.1.2 443 6 10 7500 ACCEPT",
  "08:01 10.0.1.1 2 10.0.1.2 443 6 10 1500 ACCEPT",
  "08:02 10.0.1.3 2 10.0.1.2 22 6 10 1000 ACCEPT",
  "08:03 10.0.1.3 2 10.0.1.2 23 6 10 9000 REJECT",
  "08:04 - - - - - - - - SKIPDATA",
  "08:05 - - - - - - - - NODATA",
);

const object = (name: string, rest: Readonly<Record<string, unknown>>) => ({
  object: name,
  object_version: "1",
  source: "cloudtrail",
  accountid: "111122223333",
  region: "eu-central-1",
  state: "ingested",
  records_in: 10,
  records_duplicate: 0,
  size_bytes: 20_000,
  inflated_bytes: 100_000,
  last_event_at: labTime("10:00"),
  decided_at: labTime("10:10"),
  ...rest,
});
const LEDGER = [
  object("o1", {}),
  object("o2", { decided_at: labTime("12:00"), size_bytes: 500, records_duplicate: 4 }),
  object("o3", { accountid: "444455556666", decided_at: labTime("07 10:00") }),
  object("o4", { state: "quarantined", reason: "ingest.truncated-gzip", last_event_at: null }),
  object("o5", { state: "skipped", reason: "ingest.not-a-log", last_event_at: null, records_in: null }),
  object("o6", { decided_at: "2025-12-01T00:00:00Z" }),
];
const reject = (name: string, ordinal: number, reason: string) => ({
  object: name,
  source: "cloudtrail",
  accountid: "111122223333",
  ordinal,
  reason,
  decided_at: labTime("10:00"),
});
const finding = (rule_id: string, entity: string, severity_id: number, accountid = "111122223333") => ({
  rule_id,
  entity,
  severity_id,
  accountid,
  time_dt: labTime("10:00"),
});

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({
    cloudtrail: RECORDS,
    flows: FLOWS,
    ledger: LEDGER,
    rejects: [
      reject("o2", 7, "r.twice"),
      reject("o1", 9, "r.twice"),
      reject("o1", 3, "r.twice"),
      reject("o1", 4, "r.one"),
    ],
    findings: [
      finding("rule-a", "alice", 3),
      finding("rule-b", "alice", 3, "444455556666"),
      finding("rule-a", "bob", 4),
      finding("rule-a", "carol", 3),
      finding("rule-a", "carol", 3),
      finding("rule-a", "carol", 3),
      finding("rule-z", "dave", 1),
    ],
  });
});
afterAll(() => lab.close());

test("default: guardrail-changes knows the service that an operation belongs to", async () => {
  expect(pick(await lab.ask("guardrail-changes"), "event_id", "guardrail", "error")).toEqual([
    ["b1", "GuardDuty", null],
    ["b3", "S3 public access block", null],
    ["b4", "alerting", "AccessDenied"],
  ]);
});

test("default: organization-changes leaves out reads", async () => {
  expect(pick(await lab.ask("organization-changes"), "event_id", "kind", "policy", "target")).toEqual([
    ["c1", "policy", "p-1", "ou-1"],
    ["c2", "account", null, "444455556666"],
  ]);
});

test("default: log-gaps finds silence between events and at the end", async () => {
  const columns = ["account", "source", "silent_from", "silent_to", "silent_hours", "open"];
  const ended = ["111122223333", "cloudtrail", labInstant("10:00"), labInstant("20:00"), 10, false];
  const open = ["444455556666", "cloudtrail", labInstant("11:00"), labInstant("21:00"), 10, true];
  expect(pick(await lab.ask("log-gaps"), ...columns)).toEqual([ended, open]);
  const short = ["444455556666", "cloudtrail", labInstant("09:00"), labInstant("10:00"), 1, false];
  expect(pick(await lab.ask("log-gaps", "min_hours=1"), ...columns)).toEqual([ended, open, short]);
  expect(await lab.ask("log-gaps", "min_hours=11")).toEqual([]);
});

test("default: delivery-delay averages what was taken in since", async () => {
  const rows = await lab.ask("delivery-delay", "since=2026-01-01");
  expect(pick(rows, "account", "objects", "mean_seconds", "most_seconds", "over_an_hour", "over_a_day")).toEqual([
    ["444455556666", 1, 172_800, 172_800, 1, 1],
    ["111122223333", 2, 3900, 7200, 1, 0],
  ]);
});

test("default: quarantined-objects lists skipped ones on demand", async () => {
  expect(pick(await lab.ask("quarantined-objects"), "object", "reason")).toEqual([["o4", "ingest.truncated-gzip"]]);
  expect(pick(await lab.ask("quarantined-objects", "skipped=true"), "object")).toEqual([["o4"], ["o5"]]);
  expect(await lab.ask("quarantined-objects", "since=2026-01-06")).toEqual([]);
});

test("default: rejected-records names the first place of each reason", async () => {
  const rows = await lab.ask("rejected-records");
  expect(pick(rows, "reason", "records", "objects", "example_object", "example_ordinal")).toEqual([
    ["r.twice", 3, 2, "o1", 3],
    ["r.one", 1, 1, "o1", 4],
  ]);
});

test("default: flow-log-gaps tells lost from empty windows", async () => {
  const rows = await lab.ask("flow-log-gaps");
  expect(pick(rows, "interface", "flows", "skipped_windows", "empty_windows", "first_skipped_at")).toEqual([
    ["eni-0a1b2c3d4e5f60718", 4, 1, 1, labInstant("08:04")],
  ]);
  expect(await lab.ask("flow-log-gaps", "account=444455556666")).toEqual([]);
});

test("default: findings-by-entity puts severity before number", async () => {
  const rows = await lab.ask("findings-by-entity", "min_severity=2");
  expect(pick(rows, "entity", "severity_id", "rules", "findings", "accounts")).toEqual([
    ["bob", 4, "rule-a", 1, 1],
    ["alice", 3, "rule-a rule-b", 2, 2],
    ["carol", 3, "rule-a", 3, 1],
  ]);
});

test("default: regions-in-use names the first who changed something", async () => {
  const rows = await lab.ask("regions-in-use");
  expect(pick(rows, "region", "changes", "principals", "first_principal", "first_at")).toEqual([
    ["ap-south-1", 2, 2, BOB, labInstant("20:06")],
    ["us-east-1", 2, 1, ALICE, labInstant("09:00")],
    ["eu-central-1", 4, 1, ALICE, labInstant("08:00")],
  ]);
});

test("default: top-principals shares add up", async () => {
  const rows = await lab.ask("top-principals", "account=111122223333");
  // 18 events: bob's are d3, d4, t1 to t3 and r1.
  expect(pick(rows, "principal", "events", "share_percent", "data_events", "errors")).toEqual([
    [ALICE, 12, 66.67, 2, 2],
    [BOB, 6, 33.33, 2, 3],
  ]);
});

test("default: top-calls shares are of all events", async () => {
  const rows = await lab.ask("top-calls", "limit=2");
  expect(pick(rows, "operation", "events", "share_percent", "principals", "errors")).toEqual([
    ["DescribeInstances", 3, 15, 1, 3],
    ["RunInstances", 3, 15, 2, 1],
  ]);
});

test("default: data-event-volume names the main principal of a resource", async () => {
  const rows = await lab.ask("data-event-volume");
  expect(pick(rows, "day", "resource", "events", "read_events", "main_principal", "main_events")).toEqual([
    ["2026-01-05", "books", 3, 2, ALICE, 2],
    ["2026-01-05", "t", 1, 1, BOB, 1],
  ]);
});

test("default: throttled-calls counts minutes, and no other error", async () => {
  expect(pick(await lab.ask("throttled-calls"), "principal", "operation", "throttled", "minutes")).toEqual([
    [BOB, "DescribeInstances", 2, 1],
  ]);
});

test("default: errors-by-code counts each code of a service", async () => {
  expect(pick(await lab.ask("errors-by-code"), "service", "error", "events", "example_operation")).toEqual([
    ["ec2.amazonaws.com", "Client.RequestLimitExceeded", 2, "DescribeInstances"],
    ["ec2.amazonaws.com", "AccessDenied", 1, "RunInstances"],
    ["ec2.amazonaws.com", "Client.InvalidInstanceID.NotFound", 1, "DescribeInstances"],
    ["events.amazonaws.com", "AccessDenied", 1, "DisableRule"],
  ]);
});

test("default: delivered-volume adds up a day's objects", async () => {
  const rows = await lab.ask("delivered-volume", "since=2026-01-01", "account=111122223333");
  expect(pick(rows, "day", "objects", "small_objects", "records", "duplicate_records", "bytes")).toEqual([
    ["2026-01-05", 4, 1, 30, 4, 60_500],
  ]);
});

test("default: top-flows leaves out refused traffic", async () => {
  expect(pick(await lab.ask("top-flows"), "src", "dst", "port", "bytes", "share_percent", "flows")).toEqual([
    ["10.0.1.1", "10.0.1.2", 443, 9000, 90, 2],
    ["10.0.1.3", "10.0.1.2", 22, 1000, 10, 1],
  ]);
});
