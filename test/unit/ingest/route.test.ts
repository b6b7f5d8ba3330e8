import { expect, test } from "vitest";
import { routeKey } from "../../../ingest/route.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";

const A = "111122223333";
const O = "o-exampleorg1";
const TRAIL = `${A}_CloudTrail_eu-west-1_20260105T0005Z_AbCdEfGh12345678.json.gz`;
const ITEMS = `${A}_Config_eu-west-1_ConfigHistory_AWS::EC2::Instance_20260105T000000Z_20260105T060000Z_1.json.gz`;
const SNAPSHOT = `${A}_Config_eu-west-1_ConfigSnapshot_20260105T000000Z_0a1b2c3d-0000-1111-2222-333344445555.json.gz`;
const CHANGE = `${A}_Config_eu-west-1_ChangeNotification_AWS::EC2::Instance_i-0a_20260105T000000Z_1.json.gz`;
const FLOW = `${A}_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260105T0005Z_1a2b3c4d`;
const HIVE = `aws-account-id=${A}/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=01/day=05`;

test.each([
  ["an account trail", `AWSLogs/${A}/CloudTrail/eu-west-1/2026/01/05/${TRAIL}`, "cloudtrail", "delivery"],
  ["a prefix", `any/prefix/AWSLogs/${A}/CloudTrail/eu-west-1/2026/01/05/${TRAIL}`, "cloudtrail", "delivery"],
  ["an organization trail", `AWSLogs/${O}/${A}/CloudTrail/eu-west-1/2026/01/05/${TRAIL}`, "cloudtrail", "delivery"],
  ["Control Tower", `${O}/AWSLogs/${O}/${A}/CloudTrail/eu-west-1/2026/01/05/${TRAIL}`, "cloudtrail", "delivery"],
  [
    "Insights",
    `AWSLogs/${A}/CloudTrail-Insight/eu-west-1/2026/01/05/${TRAIL.replace("CloudTrail_", "CloudTrail-Insight_")}`,
    "cloudtrail",
    "delivery",
  ],
  [
    "network activity",
    `AWSLogs/${A}/CloudTrail-NetworkActivity/eu-west-1/2026/01/05/${TRAIL.replace("CloudTrail_", "CloudTrail-NetworkActivity_")}`,
    "cloudtrail",
    "delivery",
  ],
  [
    "aggregated events",
    `AWSLogs/${A}/CloudTrail-Aggregated/eu-west-1/2026/01/05/${TRAIL.replace("CloudTrail_", "CloudTrail-Aggregated_")}`,
    "cloudtrail",
    "delivery",
  ],
  ["a gunzipped copy", `copies/${TRAIL.slice(0, -3)}`, "cloudtrail", "delivery"],
  ["Config history", `AWSLogs/${A}/Config/eu-west-1/2026/1/5/ConfigHistory/${ITEMS}`, "config", "history"],
  [
    "Config history, Control Tower",
    `${O}/AWSLogs/${A}/Config/eu-west-1/2026/1/5/ConfigHistory/${ITEMS}`,
    "config",
    "history",
  ],
  ["a Config snapshot", `AWSLogs/${A}/Config/eu-west-1/2026/1/5/ConfigSnapshot/${SNAPSHOT}`, "config", "snapshot"],
  [
    "an oversized change",
    `AWSLogs/${A}/Config/eu-west-1/2026/1/5/OversizedChangeNotification/AWS::EC2::Instance/i-0a/${CHANGE}`,
    "config",
    "change",
  ],
  [
    "an oversized change whose id has slashes",
    `AWSLogs/${A}/Config/eu-west-1/2026/1/5/OversizedChangeNotification/AWS::X::Y/a/b/${A}_Config_eu-west-1_ChangeNotification_AWS::X::Y_a/b_20260105T000000Z_1.json.gz`,
    "config",
    "change",
  ],
  ["flow logs", `AWSLogs/${A}/vpcflowlogs/eu-west-1/2026/01/05/${FLOW}.log.gz`, "vpc_flow", "delivery"],
  ["hourly flow logs", `p/AWSLogs/${A}/vpcflowlogs/eu-west-1/2026/01/05/07/${FLOW}.log.gz`, "vpc_flow", "delivery"],
  ["Hive-style flow logs", `AWSLogs/${HIVE}/${FLOW}.log.gz`, "vpc_flow", "delivery"],
  ["hourly Hive-style flow logs", `AWSLogs/${HIVE}/hour=07/${FLOW}.log.parquet`, "vpc_flow", "delivery"],
  ["Parquet flow logs", `AWSLogs/${A}/vpcflowlogs/eu-west-1/2026/01/05/${FLOW}.parquet`, "vpc_flow", "delivery"],
])("default: %s", (_, key, source, variant) => {
  const route = routeKey(key, SOURCES);
  expect({ ...route, source: route.source?.id ?? null }).toEqual({
    source,
    variant,
    skipRule: null,
    account: A,
    region: "eu-west-1",
    day: key.startsWith("copies/") ? null : "2026-01-05",
  });
});

test.each([
  [
    `AWSLogs/${A}/CloudTrail-Digest/eu-west-1/2026/01/05/${A}_CloudTrail-Digest_eu-west-1_trail_eu-west-1_20260105T000102Z.json.gz`,
    "cloudtrail.digest",
  ],
  [
    `AWSLogs/${O}/${A}/CloudTrail-Digest/eu-west-1/2026/01/05/${A}_CloudTrail-Digest_eu-west-1_trail_eu-west-1_20260105T000102Z_backfill.json.gz`,
    "cloudtrail.digest",
  ],
  [`AWSLogs/${A}/CloudTrail/`, "cloudtrail.folder-marker"],
  [`AWSLogs/${A}/CloudTrail-Insight/`, "cloudtrail.folder-marker"],
  [`p/AWSLogs/${O}/${A}/CloudTrail/eu-west-1/2026/`, "cloudtrail.folder-marker"],
  [`AWSLogs/${A}/Config/ConfigWritabilityCheckFile`, "config.writability-check"],
  [`${O}/AWSLogs/${A}/Config/`, "config.folder-marker"],
  [`AWSLogs/${A}/vpcflowlogs/`, "vpc_flow.folder-marker"],
  ["anything/", "folder.marker"],
  ["folder/.DS_Store", "folder.hidden-file"],
])("behavior: %s is skipped by a named rule", (key, rule) => {
  expect(routeKey(key, SOURCES).skipRule).toBe(rule);
});

test.each([
  // A prefix is the bucket owner's, or an attacker's: only the last folder and the file's name decide.
  [`AWSLogs/999988887777/AWSLogs/${A}/CloudTrail/eu-west-1/2026/01/05/${TRAIL}`, A],
  [`AWSLogs/999988887777/CloudTrail/us-east-1/2020/02/02/AWSLogs/${A}/CloudTrail/eu-west-1/2026/01/05/${TRAIL}`, A],
  [`999988887777_CloudTrail_us-east-1_20200202T0000Z_x.json.gz/${TRAIL}`, A],
  [`AWSLogs/999988887777/CloudTrail-Digest/${TRAIL}`, A],
  [
    `AWSLogs/999988887777/Config/ConfigWritabilityCheckFile/AWSLogs/${A}/vpcflowlogs/eu-west-1/2026/01/05/${FLOW}.log.gz`,
    A,
  ],
])("behavior: a hostile prefix does not mislead: %s", (key, account) => {
  const route = routeKey(key, SOURCES);
  expect([route.account, route.region, route.skipRule]).toEqual([account, "eu-west-1", null]);
});

test.each([
  `x${TRAIL}`,
  TRAIL.replace(A, "1111222233334"),
  TRAIL.replace("eu-west-1", "../../etc"),
  TRAIL.replace(".json.gz", ".json.gz.exe"),
  `${TRAIL}\n`,
  `${TRAIL}/x`,
  FLOW,
  "",
])("behavior: %j is nobody's: its content decides", (key) => {
  const { source, account, skipRule } = routeKey(key, SOURCES);
  expect([source?.id ?? null, account, skipRule]).toEqual(key === FLOW ? ["vpc_flow", A, null] : [null, null, null]);
});

test("behavior: a hostile key costs no more than a usual one", () => {
  const startedAt = performance.now();
  for (const part of [
    "AWSLogs/",
    "2026/01/05/",
    "a/",
    `${A}_Config_`,
    "OversizedChangeNotification/",
    "year=2026/month=01/day=05/",
  ]) {
    routeKey(part.repeat(1024 / part.length), SOURCES);
  }
  expect(performance.now() - startedAt).toBeLessThan(500);
});
