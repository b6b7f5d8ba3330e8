import { afterAll, beforeAll, expect, test } from "vitest";
import { FINDINGS_TABLE } from "../../../core/finding.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { parseParameters } from "../../../queries/parse-parameters.ts";
import { SAVED_QUERIES } from "../../../queries/saved.gen.ts";
import { parseSavedQuery } from "../../../queries/saved-query.ts";
import { openTestEngine } from "../../support/engine.ts";
import { createNormalizedTable } from "../../support/normalize-records.ts";
import { createTableOf } from "../../support/table-rows.ts";

const NOW_MS = Date.UTC(2026, 0, 10);
const ALICE = {
  type: "IAMUser",
  arn: "arn:aws:iam::111122223333:user/alice",
  principalId: "AIDAALICE0000EXAMPLE",
  accountId: "111122223333",
  accessKeyId: "AKIAALICE0000EXAMPLE",
  userName: "alice",
};
const DEPLOYER = {
  type: "AssumedRole",
  arn: "arn:aws:sts::444455556666:assumed-role/deploy/build-7",
  principalId: "AROADEPLOY000EXAMPLE:build-7",
  accountId: "444455556666",
  accessKeyId: "ASIADEPLOY000EXAMPLE",
  sessionContext: {
    sessionIssuer: { type: "Role", arn: "arn:aws:iam::444455556666:role/deploy", userName: "deploy" },
    attributes: { mfaAuthenticated: "false", creationDate: "2026-01-05T09:00:00Z" },
  },
};
const ROOT = {
  type: "Root",
  arn: "arn:aws:iam::111122223333:root",
  principalId: "111122223333",
  accountId: "111122223333",
};
const HOSTILE = "x'; DROP TABLE cloudtrail; --";

let count = 0;
/** A CloudTrail record with sensible values for what a case does not care about. */
function record(eventTime: string, service: string, eventName: string, rest: Record<string, unknown> = {}) {
  count += 1;
  return {
    eventVersion: "1.11",
    userIdentity: ALICE,
    eventTime: `2026-01-05T${eventTime}:00Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: "eu-central-1",
    sourceIPAddress: "198.51.100.7",
    userAgent: "aws-cli/2",
    requestParameters: null,
    responseElements: null,
    requestID: `r${count}`,
    eventID: `e${String(count).padStart(2, "0")}`,
    readOnly: /^(Get|List|Describe)/.test(eventName),
    eventType: "AwsApiCall",
    managementEvent: true,
    eventCategory: "Management",
    recipientAccountId: "111122223333",
    ...rest,
  };
}

const RECORDS = [
  record("10:00", "signin", "ConsoleLogin", {
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "No" },
  }),
  record("10:01", "signin", "ConsoleLogin", {
    userIdentity: ROOT,
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "Yes" },
    sourceIPAddress: "203.0.113.9",
  }),
  record("10:02", "iam", "CreateAccessKey", {
    requestParameters: { userName: "bob" },
    responseElements: { accessKey: { userName: "bob", accessKeyId: "AKIABOB00000EXAMPLE0", status: "Active" } },
  }),
  record("10:03", "s3", "GetBucketAcl", {
    requestParameters: { bucketName: "example-bucket" },
    errorCode: "AccessDenied",
  }),
  record("10:04", "s3", "GetBucketAcl", {
    requestParameters: { bucketName: "example-bucket" },
    errorCode: "AccessDenied",
  }),
  record("10:05", "sts", "AssumeRole", {
    userIdentity: DEPLOYER,
    sourceIPAddress: "203.0.113.5",
    sharedEventID: "shared-1",
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/admin", roleSessionName: "s" },
    responseElements: {
      credentials: { accessKeyId: "ASIAADMIN0000EXAMPLE" },
      assumedRoleUser: { arn: "arn:aws:sts::111122223333:assumed-role/admin/s", assumedRoleId: "AROA:s" },
    },
  }),
  record("10:05", "sts", "AssumeRole", {
    userIdentity: DEPLOYER,
    sourceIPAddress: "203.0.113.5",
    sharedEventID: "shared-1",
    recipientAccountId: "444455556666",
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/admin", roleSessionName: "s" },
  }),
  record("10:06", "s3", "PutBucketPolicy", {
    userIdentity: DEPLOYER,
    sourceIPAddress: "203.0.113.5",
    requestParameters: { bucketName: "example-bucket" },
  }),
  record("10:07", "secretsmanager", "GetSecretValue", {
    requestParameters: { secretId: "prod/database" },
    readOnly: true,
  }),
  record("10:08", "s3", "GetObject", {
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: { bucketName: "example-bucket", key: "a" },
    additionalEventData: { bytesTransferredOut: 1500.0 },
  }),
  record("10:09", "iam", "AttachUserPolicy", {
    requestParameters: { userName: "bob", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  }),
];

let engine: SqlEngine;

beforeAll(async () => {
  engine = await openTestEngine();
  await createNormalizedTable(engine, "cloudtrail", "cloudtrail", [RECORDS]);
  await createTableOf(engine, FINDINGS_TABLE, [
    { rule_id: "rule-a", severity_id: 3, accountid: "111122223333", entity: "x", time_dt: "2026-01-05T10:00:00Z" },
    { rule_id: "rule-a", severity_id: 3, accountid: "444455556666", entity: "x", time_dt: "2026-01-05T11:00:00Z" },
    { rule_id: "rule-b", severity_id: 5, accountid: "111122223333", entity: "y", time_dt: "2026-01-05T12:00:00Z" },
  ]);
  await engine.run("CREATE TEMP MACRO json_extract_scalar(text, path) AS json_extract_string(text, path)");
});

afterAll(() => engine.close());

async function ask(id: string, ...given: string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const file = SAVED_QUERIES.find((each) => each.id === id);
  if (file === undefined) throw new Error(`no query ${id}`);
  const query = parseSavedQuery(file);
  const { chunks } = await engine.stream(query.sql, parseParameters(query, given, NOW_MS));
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return rows;
}

const at = (time: string) => `2026-01-05T${time}:00.000Z`;

test("default: who-used-ip counts each principal of an address", async () => {
  expect(await ask("who-used-ip", "ip=203.0.113.5")).toEqual([
    {
      account: "111122223333",
      principal: DEPLOYER.arn,
      principal_type: "AssumedRole",
      access_key: "ASIADEPLOY000EXAMPLE",
      events: 2,
      operations: 2,
      errors: 0,
      first_at: at("10:05"),
      last_at: at("10:06"),
    },
    expect.objectContaining({ account: "444455556666", events: 1 }),
  ]);
  expect(await ask("who-used-ip", "ip=2001:db8::1")).toEqual([]);
});

test("default: principal-activity finds a principal by any of its names", async () => {
  for (const name of [DEPLOYER.arn, "deploy", "arn:aws:iam::444455556666:role/deploy", DEPLOYER.principalId]) {
    const rows = await ask("principal-activity", `principal=${name}`, "account=111122223333");
    expect(rows.map((row) => [row["operation"], row["events"]])).toEqual([
      ["PutBucketPolicy", 1],
      ["AssumeRole", 1],
    ]);
  }
});

test("default: access-key-timeline begins with the call that made the key", async () => {
  expect((await ask("access-key-timeline", "access_key=AKIABOB00000EXAMPLE0")).map((row) => row["what"])).toEqual([
    "managed",
  ]);
  expect((await ask("access-key-timeline", "access_key=ASIAADMIN0000EXAMPLE")).map((row) => row["what"])).toEqual([
    "issued",
  ]);
  const used = await ask("access-key-timeline", "access_key=AKIAALICE0000EXAMPLE", "limit=3");
  expect(used.map((row) => [row["what"], row["operation"]])).toEqual([
    ["used", "ConsoleLogin"],
    ["used", "CreateAccessKey"],
    ["used", "GetBucketAcl"],
  ]);
});

test("default: console-logins-without-mfa leaves out logins with MFA", async () => {
  const rows = await ask("console-logins-without-mfa");
  expect(rows).toEqual([
    {
      event_at: at("10:00"),
      account: "111122223333",
      principal_type: "IAMUser",
      principal: "alice",
      source: "198.51.100.7",
      user_agent: "aws-cli/2",
      event_id: "e01",
    },
  ]);
});

test("default: denied-calls-by-account counts refused calls", async () => {
  const rows = await ask("denied-calls-by-account", "account=111122223333");
  expect(rows.map((row) => [row["principal"], row["operation"], row["denied"]])).toEqual([
    [ALICE.arn, "GetBucketAcl", 2],
  ]);
});

test("default: role-assumptions counts a session that two accounts logged once", async () => {
  const [row, ...rest] = await ask("role-assumptions", "target_account=111122223333");
  expect(rest).toEqual([]);
  expect(row).toMatchObject({
    caller_account: "444455556666",
    caller: "arn:aws:iam::444455556666:role/deploy",
    role_account: "111122223333",
    role: "arn:aws:iam::111122223333:role/admin",
    sessions: 1,
    failures: 0,
  });
  expect(await ask("role-assumptions", "role=arn:aws:iam::111122223333:role/other")).toEqual([]);
});

test("default: resource-changes leaves out reads", async () => {
  const rows = await ask("resource-changes", "resource=example-bucket");
  expect(rows.map((row) => row["operation"])).toEqual(["PutBucketPolicy"]);
});

test("default: account-activity sums a day by kind of event", async () => {
  const rows = await ask("account-activity", "account=111122223333");
  expect(rows.map((row) => [row["day"], row["category"], row["events"], row["reads"], row["errors"]])).toEqual([
    ["2026-01-05", "Data", 1, 1, 0],
    ["2026-01-05", "Management", 9, 3, 2],
  ]);
});

test("default: findings-by-rule puts the most severe first", async () => {
  const rows = await ask("findings-by-rule");
  expect(rows.map((row) => [row["rule"], row["severity_id"], row["findings"], row["accounts"]])).toEqual([
    ["rule-b", 5, 1, 1],
    ["rule-a", 3, 2, 2],
  ]);
});

test("default: rare-api-calls leaves out frequent ones", async () => {
  const rows = await ask("rare-api-calls", "max_events=1");
  const operations = rows.map((row) => row["operation"]);
  expect(operations).toContain("PutBucketPolicy");
  expect(operations).not.toContain("GetBucketAcl");
});

test("default: secrets-read names the secret", async () => {
  const [row] = await ask("secrets-read", "secret=database");
  expect(row).toMatchObject({ principal: ALICE.arn, secret: "prod/database", reads: 1, refused: 0 });
  expect(await ask("secrets-read", "secret=other")).toEqual([]);
});

test("default: data-events-by-bucket sums the bytes", async () => {
  const [row] = await ask("data-events-by-bucket", "bucket=example-bucket");
  expect(row).toMatchObject({ operation: "GetObject", events: 1, errors: 0, bytes_out: 1500 });
});

test("default: cross-account-access compares caller and account", async () => {
  const rows = await ask("cross-account-access");
  expect(rows.map((row) => [row["from_account"], row["to_account"], row["events"]])).toEqual([
    ["444455556666", "111122223333", 2],
  ]);
});

test("default: root-activity shows the sign-in", async () => {
  const rows = await ask("root-activity");
  expect(rows.map((row) => [row["operation"], row["status"], row["mfa"]])).toEqual([["ConsoleLogin", "Success", true]]);
});

test("default: iam-changes names target and policy", async () => {
  const rows = await ask("iam-changes", "account=111122223333");
  expect(rows.map((row) => [row["operation"], row["target"], row["policy"]])).toEqual([
    ["CreateAccessKey", "bob", null],
    ["AttachUserPolicy", "bob", "arn:aws:iam::aws:policy/AdministratorAccess"],
  ]);
});

test("args: hostile values are values", async () => {
  for (const file of SAVED_QUERIES) {
    const query = parseSavedQuery(file);
    if (!query.tables.every((table) => table === "cloudtrail" || table === "findings")) continue;
    for (const parameter of query.parameters.filter((each) => each.type === "string")) {
      const others = query.parameters.filter((each) => each.required && each !== parameter);
      const given = [`${parameter.name}=${HOSTILE}`, ...others.map((each) => `${each.name}=${each.example}`)];
      expect(await ask(query.id, ...given)).toEqual([]);
    }
  }
  const [row] = await engine.all("SELECT count(*)::INT AS events FROM cloudtrail");
  expect(row).toEqual({ events: RECORDS.length });
});

test("args: every example of every query fits its type and runs", async () => {
  const known = new Set(["findings", ...SOURCES.map((source) => source.id)]);
  for (const file of SAVED_QUERIES) {
    const query = parseSavedQuery(file);
    const given = query.parameters.map((each) => `${each.name}=${each.example}`);
    parseParameters(query, given, NOW_MS);
    if (query.tables.every((table) => known.has(table) && ["cloudtrail", "findings"].includes(table)))
      await ask(query.id, ...given);
  }
});
