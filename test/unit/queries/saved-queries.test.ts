import { afterAll, beforeAll, expect, test } from "vitest";
import { FINDINGS_TABLE } from "../../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../../core/ledger.ts";
import type { SqlEngine, SqlParams } from "../../../core/sql-engine.ts";
import { translateAthena } from "../../../queries/dialect/translate.ts";
import { parseParameters } from "../../../queries/parse-parameters.ts";
import { SAVED_QUERIES } from "../../../queries/saved.gen.ts";
import { type Parameter, parseSavedQuery } from "../../../queries/saved-query.ts";
import { openTestEngine } from "../../support/engine.ts";
import { HOSTILE_VALUES } from "../../support/hostile-values.ts";
import { createNormalizedTable } from "../../support/normalize-records.ts";
import { ALICE, DEPLOYER, FLOWS, GROUP, ITEMS, RECORDS } from "../../support/query-samples.ts";
import { createTableOf } from "../../support/table-rows.ts";

const NOW_MS = Date.UTC(2026, 0, 10);
const HOSTILE = "x'; DROP TABLE cloudtrail; --";

let engine: SqlEngine;

beforeAll(async () => {
  engine = await openTestEngine();
  await createNormalizedTable(engine, "cloudtrail", "cloudtrail", [RECORDS]);
  await createNormalizedTable(engine, "vpc_flow", "vpc_flow", [FLOWS]);
  await createNormalizedTable(engine, "config", "config", [ITEMS]);
  await createTableOf(engine, FINDINGS_TABLE, [
    { rule_id: "rule-a", severity_id: 3, accountid: "111122223333", entity: "x", time_dt: "2026-01-05T10:00:00Z" },
    { rule_id: "rule-a", severity_id: 3, accountid: "444455556666", entity: "x", time_dt: "2026-01-05T11:00:00Z" },
    { rule_id: "rule-b", severity_id: 5, accountid: "111122223333", entity: "y", time_dt: "2026-01-05T12:00:00Z" },
  ]);
  await createTableOf(engine, LEDGER_TABLE, []);
  await createTableOf(engine, REJECTS_TABLE, []);
});

afterAll(() => engine.close());

async function ask(id: string, ...given: string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const file = SAVED_QUERIES.find((each) => each.id === id);
  if (file === undefined) throw new Error(`no query ${id}`);
  const query = parseSavedQuery(file);
  return rowsOf(query.sql, query.parameters, parseParameters(query, given, NOW_MS));
}

/** Macros that the engine has. */
const ran = new Set<string>();

async function rowsOf(
  text: string,
  parameters: readonly Parameter[],
  values: SqlParams,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { sql, setup } = translateAthena(text, parameters);
  for (const statement of setup.filter((each) => !ran.has(each))) {
    await engine.run(statement);
    ran.add(statement);
  }
  const { chunks } = await engine.stream(sql, values);
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

test("default: flows-for-address shows both directions", async () => {
  const rows = await ask("flows-for-address", "ip=10.0.1.25");
  expect(
    rows.map((row) => [row["direction"], row["peer"], row["port"], row["action"], row["flows"], row["bytes"]]),
  ).toEqual([
    ["from", "203.0.113.80", 443, "Allowed", 1, 9000],
    ["to", "198.51.100.9", 443, "Allowed", 1, 5000],
    ["to", "198.51.100.9", 22, "Denied", 1, 180],
    ["to", "198.51.100.8", 22, "Denied", 1, 60],
  ]);
  expect(await ask("flows-for-address", "ip=10.0.1.2")).toEqual([]);
});

test("default: rejected-flows-by-port counts sources and targets", async () => {
  const rows = await ask("rejected-flows-by-port");
  expect(
    rows.map((row) => [row["port"], row["protocol"], row["flows"], row["packets"], row["sources"], row["targets"]]),
  ).toEqual([[22, 6, 2, 4, 2, 1]]);
});

test("default: first-last-event covers every source", async () => {
  const rows = await ask("first-last-event");
  expect(rows.map((row) => [row["account"], row["source"], row["events"]])).toEqual([
    ["111122223333", "cloudtrail", 10],
    ["111122223333", "config", 4],
    ["111122223333", "vpc_flow", 5],
    ["444455556666", "cloudtrail", 1],
  ]);
});

test("default: security-group-at gives the rules of that time", async () => {
  const rulesAt = async (time: string) =>
    (await ask("security-group-at", `group_id=${GROUP}`, `at=2026-01-05T${time}:00Z`)).map((row) => [
      row["direction"],
      row["protocol"],
      row["from_port"],
      row["peer"],
    ]);
  const egress = [
    ["out", "all", null, "0.0.0.0/0"],
    ["out", "all", null, "::/0"],
  ];
  expect(await rulesAt("08:00")).toEqual([]);
  expect(await rulesAt("10:00")).toEqual([
    ["in", "tcp", 443, "192.0.2.0/24"],
    ["in", "tcp", 443, "sg-peer"],
    ...egress,
  ]);
  expect(await rulesAt("11:00")).toEqual([["in", "tcp", 22, "0.0.0.0/0"], ["in", "tcp", 22, "sg-peer"], ...egress]);
  expect(await rulesAt("23:00")).toEqual([[null, null, null, null]]);
});

test("default: resource-history tells what changed", async () => {
  for (const name of [GROUP, "web", `arn:aws:ec2:eu-central-1:111122223333:security-group/${GROUP}`]) {
    const rows = await ask("resource-history", `resource=${name}`);
    expect(rows.map((row) => [row["status"], row["changed"]])).toEqual([
      ["ResourceDiscovered", true],
      ["OK", true],
      ["OK", false],
      ["ResourceDeleted", true],
    ]);
  }
});

test("args: hostile values are values", async () => {
  for (const file of SAVED_QUERIES) {
    const query = parseSavedQuery(file);
    for (const parameter of query.parameters.filter((each) => each.type === "string")) {
      const others = query.parameters.filter((each) => each.required && each !== parameter);
      const given = [`${parameter.name}=${HOSTILE}`, ...others.map((each) => `${each.name}=${each.example}`)];
      // The root user is privileged whatever names are looked for.
      const expected = query.id === "privileged-access" ? [expect.objectContaining({ principal: "root" })] : [];
      expect(await ask(query.id, ...given)).toEqual(expected);
    }
  }
  const [row] = await engine.all("SELECT count(*)::INT AS events FROM cloudtrail");
  expect(row).toEqual({ events: RECORDS.length });
});

test("args: a hostile value bound as a parameter finds what the same text as a literal finds", async () => {
  const places = SAVED_QUERIES.map(parseSavedQuery).flatMap((query) =>
    // Long texts take most of the time to plan; the case above asks them.
    query.parameters
      .filter((each) => each.type === "string" && query.sql.length < 1500)
      .map((parameter) => ({ query, parameter })),
  );
  const values = HOSTILE_VALUES.filter((each) => !each.includes("\0"));
  expect(values.length).toBeGreaterThanOrEqual(200);
  // Each value in one place of the library, each place with many values.
  for (const [index, hostile] of values.entries()) {
    const place = places[index % places.length];
    if (place === undefined) throw new Error("no query takes a text");
    const { query, parameter } = place;
    const others = query.parameters.filter((each) => each !== parameter);
    const rest = parseParameters(
      { ...query, parameters: others },
      others.filter((each) => each.required).map((each) => `${each.name}=${each.example}`),
      NOW_MS,
    );
    const literal = `'${hostile.replaceAll("'", "''")}'`;
    const inPlace = query.sql.replaceAll(new RegExp(`\\$${parameter.name}\\b`, "g"), () => literal);
    const bound = await rowsOf(query.sql, query.parameters, { ...rest, [parameter.name]: hostile });
    expect(bound, `${query.id} ${JSON.stringify(hostile)}`).toEqual(await rowsOf(inPlace, others, rest));
  }
  const [row] = await engine.all("SELECT count(*)::INT AS events FROM cloudtrail");
  expect(row).toEqual({ events: RECORDS.length });
});

test("args: every example of every query fits its type and runs", async () => {
  for (const file of SAVED_QUERIES) {
    const query = parseSavedQuery(file);
    const given = query.parameters.map((each) => `${each.name}=${each.example}`);
    parseParameters(query, given, NOW_MS);
    await ask(query.id, ...given);
  }
});
