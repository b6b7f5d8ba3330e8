import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import { dataRecord, iamUser, labInstant, trailRecord } from "../../support/trail-record.ts";

const ALICE = iamUser("alice").arn;
const BOB = iamUser("bob").arn;
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const bob = { userIdentity: iamUser("bob") };
const asked = (requestParameters: unknown) => ({ requestParameters });
const policy = (principal: unknown) => ({
  Statement: [{ Effect: "Allow", Principal: principal, Action: "s3:GetObject" }],
});
const object = (bucketName: string, key: string, bytes = 0) => ({
  requestParameters: { bucketName, key },
  additionalEventData: { bytesTransferredOut: bytes },
});
const usedKey = (rest = {}) => ({ resources: [{ ARN: KEY, type: "AWS::KMS::Key" }], ...rest });
const stranger = { userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" } };

const RECORDS = [
  trailRecord("b1", "10:00", "s3:PutBucketPolicy", asked({ bucketName: "open", bucketPolicy: policy("*") })),
  trailRecord("b2", "10:01", "s3:PutBucketPolicy", {
    ...asked({
      bucketName: "shared",
      bucketPolicy: policy({ AWS: ["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:role/own"] }),
    }),
  }),
  trailRecord("b3", "10:02", "s3:PutBucketAcl", asked({ bucketName: "open", "x-amz-acl": ["private"] })),
  trailRecord("b4", "10:03", "s3:PutBucketAcl", asked({ bucketName: "open", "x-amz-acl": ["public-read"] })),
  trailRecord(
    "b5",
    "10:04",
    "s3:PutBucketPublicAccessBlock",
    asked({
      bucketName: "open",
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: false },
    }),
  ),
  trailRecord("b6", "10:05", "s3:DeleteBucketPublicAccessBlock", asked({ bucketName: "shared" })),
  trailRecord("b7", "10:06", "s3:PutBucketTagging", asked({ bucketName: "open" })),
  trailRecord(
    "s1",
    "11:00",
    "ec2:ModifySnapshotAttribute",
    asked({
      snapshotId: "snap-1",
      attributeType: "CREATE_VOLUME_PERMISSION",
      createVolumePermission: { add: { items: [{ userId: "999900001111" }, { userId: "444455556666" }] } },
    }),
  ),
  trailRecord(
    "s2",
    "11:01",
    "ec2:ModifyImageAttribute",
    asked({ imageId: "ami-1", launchPermission: { add: { items: [{ group: "all" }] } } }),
  ),
  trailRecord(
    "s3",
    "11:02",
    "rds:ModifyDBSnapshotAttribute",
    asked({ dBSnapshotIdentifier: "db-1", attributeName: "restore", valuesToAdd: ["999900001111"] }),
  ),
  trailRecord(
    "s4",
    "11:03",
    "ec2:ModifySnapshotAttribute",
    asked({ snapshotId: "snap-1", createVolumePermission: { remove: { items: [{ userId: "999900001111" }] } } }),
  ),
  dataRecord("o1", "12:00", "s3:GetObject", object("books", "finance/q1.csv", 1000)),
  dataRecord("o2", "12:01", "s3:GetObject", object("books", "public/readme", 10)),
  dataRecord("o3", "12:02", "s3:GetObject", object("other-books", "finance/q1.csv", 5)),
  dataRecord("o4", "12:03", "s3:ListObjects", asked({ bucketName: "books", prefix: "finance/" })),
  dataRecord("o5", "12:04", "s3:DeleteObjects", {
    ...bob,
    ...asked({ bucketName: "books", delete: { objects: [{ key: "a" }, { key: "b" }, { key: "c" }] } }),
  }),
  dataRecord("o6", "06 12:00", "s3:GetObject", object("books", "finance/q1.csv", 4040)),
  dataRecord("o7", "06 12:01", "s3:GetObject", { ...bob, ...object("books", "finance/q1.csv", 70) }),
  dataRecord("o8", "06 12:02", "s3:GetObject", { ...object("books", "finance/q2.csv", 90), errorCode: "AccessDenied" }),
  dataRecord("x1", "13:00", "s3:DeleteObject", { ...bob, ...object("books", "finance/q1.csv") }),
  trailRecord("x2", "13:01", "ec2:TerminateInstances"),
  trailRecord("x3", "13:02", "ec2:TerminateInstances", { errorCode: "Client.UnauthorizedOperation" }),
  trailRecord("m1", "14:00", "kms:Decrypt", usedKey()),
  trailRecord("m2", "14:01", "kms:Decrypt", usedKey({ errorCode: "AccessDenied" })),
  trailRecord(
    "m3",
    "14:02",
    "kms:GenerateDataKey",
    usedKey({ userIdentity: { ...iamUser("alice"), invokedBy: "s3.amazonaws.com" } }),
  ),
  trailRecord("m4", "14:03", "kms:DescribeKey", usedKey()),
  trailRecord("r1", "01 10:00", "secretsmanager:GetSecretValue", asked({ secretId: "prod/db" })),
  trailRecord("r2", "06 10:00", "secretsmanager:GetSecretValue", asked({ secretId: "prod/db" })),
  trailRecord("r3", "01 10:01", "secretsmanager:GetSecretValue", {
    ...bob,
    ...asked({ secretId: "prod/db" }),
    errorCode: "AccessDenied",
  }),
  trailRecord("r4", "06 10:01", "secretsmanager:GetSecretValue", { ...bob, ...asked({ secretId: "prod/db" }) }),
  trailRecord("r5", "06 10:02", "ssm:GetParameter", { ...bob, ...asked({ name: "/plain", withDecryption: false }) }),
  trailRecord(
    "e1",
    "15:00",
    "rds:StartExportTask",
    asked({ sourceArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:db-1", s3BucketName: "away", kmsKeyId: KEY }),
  ),
  trailRecord("e2", "15:01", "rds:DescribeExportTasks"),
  dataRecord("a1", "16:00", "s3:GetObject", { ...stranger, ...object("open", "index.html", 5) }),
  dataRecord("a2", "16:01", "s3:GetObject", { ...stranger, ...object("closed", "k"), errorCode: "AccessDenied" }),
];

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({ cloudtrail: RECORDS });
});
afterAll(() => lab.close());

test("default: bucket-exposure-changes tells everyone, other accounts, and neither", async () => {
  expect(pick(await lab.ask("bucket-exposure-changes"), "event_id", "bucket", "names_everyone", "accounts")).toEqual([
    ["b1", "open", true, ""],
    ["b2", "shared", false, "444455556666"],
    ["b3", "open", false, ""],
    ["b4", "open", true, ""],
    ["b5", "open", true, ""],
    ["b6", "shared", true, ""],
  ]);
  expect(pick(await lab.ask("bucket-exposure-changes", "bucket=share"), "event_id")).toEqual([]);
});

test("default: snapshots-shared lists receivers, and leaves out what only takes away", async () => {
  expect(pick(await lab.ask("snapshots-shared"), "event_id", "snapshot", "shared_with", "with_everyone")).toEqual([
    ["s1", "snap-1", "444455556666 999900001111", false],
    ["s2", "ami-1", "all", true],
    ["s3", "db-1", "999900001111", false],
  ]);
});

test("default: object-access keeps to the bucket and the prefix", async () => {
  const rows = await lab.ask("object-access", "bucket=books", "prefix=finance/");
  expect(pick(rows, "event_id", "operation", "bytes_out", "error")).toEqual([
    ["o1", "GetObject", 1000, null],
    ["o4", "ListObjects", null, null],
    ["o5", "DeleteObjects", null, null],
    ["x1", "DeleteObject", 0, null],
    ["o6", "GetObject", 4040, null],
    ["o7", "GetObject", 70, null],
    ["o8", "GetObject", 90, "AccessDenied"],
  ]);
  expect(pick(await lab.ask("object-access", "bucket=open"), "principal")).toEqual([["anonymous"]]);
});

test("default: downloads-by-day compares a day with the principal's others", async () => {
  const rows = await lab.ask("downloads-by-day", "bucket=books");
  expect(pick(rows, "day", "principal", "downloads", "bytes_out", "times_usual")).toEqual([
    ["2026-01-06", ALICE, 1, 4040, 4],
    ["2026-01-05", ALICE, 2, 1010, 0.3],
    ["2026-01-06", BOB, 1, 70, null],
  ]);
  expect(pick(await lab.ask("downloads-by-day", "min_bytes=4040"), "day")).toEqual([["2026-01-06"]]);
});

test("default: mass-deletions counts the objects of one call, and no refused call", async () => {
  const rows = await lab.ask("mass-deletions", "min_deletions=1");
  expect(pick(rows, "principal", "operation", "deletions", "example_container")).toEqual([
    [BOB, "DeleteObjects", 3, "books"],
    [ALICE, "TerminateInstances", 1, null],
    [ALICE, "DeleteBucketPublicAccessBlock", 1, "shared"],
    [BOB, "DeleteObject", 1, "books"],
  ]);
  expect(pick(await lab.ask("mass-deletions", "min_deletions=3"), "operation")).toEqual([["DeleteObjects"]]);
});

test("default: key-use tells decryption from other uses, and services from people", async () => {
  const rows = await lab.ask("key-use", "key=1234abcd");
  expect(pick(rows, "key", "principal", "through", "decrypts", "other_uses", "refused")).toEqual([
    [KEY, ALICE, null, 1, 0, 1],
    [KEY, ALICE, "s3.amazonaws.com", 0, 1, 0],
  ]);
  expect(await lab.ask("key-use", "key=ffff")).toEqual([]);
});

test("default: new-secret-readers takes a refusal for no reading", async () => {
  const rows = await lab.ask("new-secret-readers", "since=2026-01-05");
  expect(pick(rows, "principal", "secret", "first_read_at", "read_count", "refused")).toEqual([
    [BOB, "prod/db", labInstant("06 10:01"), 1, 1],
  ]);
  expect(pick(await lab.ask("new-secret-readers", "since=2026-01-01"), "principal")).toEqual([[BOB], [ALICE]]);
});

test("default: data-exports says what went where", async () => {
  expect(pick(await lab.ask("data-exports"), "event_id", "destination", "kms_key")).toEqual([["e1", "away", KEY]]);
});

test("default: anonymous-access tells public from refused", async () => {
  expect(pick(await lab.ask("anonymous-access"), "resource", "successes", "refused")).toEqual([
    ["open", 1, 0],
    ["closed", 0, 1],
  ]);
  expect(pick(await lab.ask("anonymous-access", "successes_only=true"), "resource")).toEqual([["open"]]);
});
