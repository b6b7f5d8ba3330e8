import { afterAll, beforeAll, expect, test } from "vitest";
import { openQueryLab, pick, type QueryLab } from "../../support/query-lab.ts";
import { configItem, flowLog, iamUser, labInstant, trailRecord } from "../../support/trail-record.ts";

const INTERFACE = "eni-0a1b2c3d4e5f60718";
const rules = (...items: readonly unknown[]) => ({
  requestParameters: { groupId: "sg-web", ipPermissions: { items } },
});
const rule = (port: number, cidr: string) => ({
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
  groups: {},
  ipRanges: cidr.includes(":") ? {} : { items: [{ cidrIp: cidr }] },
  ipv6Ranges: cidr.includes(":") ? { items: [{ cidrIpv6: cidr }] } : {},
  prefixListIds: {},
});

const RECORDS = [
  trailRecord("t1", "10:00", "s3:ListBuckets", { sourceIPAddress: "198.51.100.9" }),
  trailRecord("t2", "10:01", "s3:ListBuckets", { sourceIPAddress: "198.51.100.90" }),
  trailRecord("g1", "11:00", "ec2:AuthorizeSecurityGroupIngress", rules(rule(22, "0.0.0.0/0"), rule(443, "::/0"))),
  trailRecord("g2", "11:01", "ec2:RevokeSecurityGroupIngress", {
    requestParameters: { groupId: "sg-other", securityGroupRuleIds: { items: [{ securityGroupRuleId: "sgr-1" }] } },
  }),
  trailRecord("g3", "11:02", "ec2:AuthorizeSecurityGroupEgress", rules(rule(5432, "10.0.0.0/8"))),
  trailRecord("g4", "11:03", "ec2:DescribeSecurityGroups"),
];

const ITEMS = [
  configItem("09:00", "EC2::NetworkInterface", INTERFACE, { privateIpAddress: "10.0.1.25" }),
  configItem("09:01", "EC2::EIP", "eipalloc-1", { publicIp: "198.51.100.9" }),
  configItem("09:02", "EC2::EIP", "eipalloc-2", { publicIp: "198.51.100.99" }),
];

const FINDINGS = [
  {
    rule_id: "r",
    accountid: "111122223333",
    region: "eu-central-1",
    entity: "e",
    time_dt: "2026-01-05T10:00:00Z",
    evidences: [{ data: '{"sourceIPAddress":"198.51.100.9"}' }],
  },
  {
    rule_id: "r",
    accountid: "111122223333",
    region: "eu-central-1",
    entity: "f",
    time_dt: "2026-01-05T10:00:00Z",
    evidences: [{ data: '{"sourceIPAddress":"198.51.100.90"}' }],
  },
];

/** Every five minutes 300 bytes, and an irregular neighbour. */
const clock = Array.from(
  { length: 13 },
  (_, at) =>
    `${14 + Math.floor(at / 12)}:${String((at * 5) % 60).padStart(2, "0")} 10.0.9.9 40000 203.0.113.66 443 6 3 300 ACCEPT`,
);
const people = [0, 1, 2, 7, 9, 20, 21, 30, 31, 33, 50, 55, 59].map(
  (minute) => `15:${String(minute).padStart(2, "0")} 10.0.9.8 40000 203.0.113.67 443 6 3 300 ACCEPT`,
);
const scan = Array.from({ length: 20 }, (_, at) => `16:${10 + at} 10.0.5.5 50000 10.0.5.6 ${1000 + at} 6 1 60 REJECT`);
const sweep = Array.from({ length: 4 }, (_, at) => `17:0${at} 10.0.5.7 50000 10.0.6.${at} 445 6 1 60 REJECT`);

const FLOWS = flowLog(
  // A session and a probe on SSH; HTTPS; SSH from within.
  "12:00 198.51.100.9 51000 10.0.1.25 22 6 20 9000 ACCEPT",
  "12:01 198.51.100.8 51000 10.0.1.25 22 6 2 120 ACCEPT",
  "12:02 198.51.100.9 51000 10.0.1.25 443 6 20 9000 ACCEPT",
  "12:03 10.0.2.2 51000 10.0.1.26 22 6 20 9000 ACCEPT",
  "12:04 198.51.100.9 51000 10.0.1.27 22 6 1 60 REJECT",
  // An upload with a small answer, and traffic that stays inside.
  "13:00 10.0.3.3 40000 203.0.113.80 443 6 100 500000 ACCEPT",
  "13:30 203.0.113.80 443 10.0.3.3 40000 6 10 700 ACCEPT",
  "14:10 10.0.3.3 40000 203.0.113.80 8443 6 100 20000 ACCEPT",
  "13:00 10.0.3.3 40000 10.0.3.4 443 6 100 900000 ACCEPT",
  "13:01 10.0.3.3 40001 192.0.2.53 53 17 5 400 ACCEPT",
  "13:02 10.0.3.3 40001 10.0.0.2 53 17 5 400 ACCEPT",
  ...clock,
  ...people,
  ...scan,
  "16:50 10.0.5.5 50000 10.0.5.6 1005 6 9 4000 ACCEPT",
  ...sweep,
);

let lab: QueryLab;
beforeAll(async () => {
  lab = await openQueryLab({ cloudtrail: RECORDS, flows: FLOWS, config: ITEMS, findings: FINDINGS });
});
afterAll(() => lab.close());

test("default: address-everywhere asks all four tables, and takes no address for a longer one", async () => {
  const rows = await lab.ask("address-everywhere", "ip=198.51.100.9");
  expect(pick(rows, "source", "part", "what", "events", "bytes")).toEqual([
    ["cloudtrail", "called from", iamUser("alice").arn, 1, null],
    ["config", "held by", "arn:aws:test:eu-central-1:111122223333:eipalloc-1", 1, null],
    ["findings", "named in", "r", 1, null],
    ["vpc_flow", "sent", "10.0.1.25 port 22 allowed", 1, 9000],
    ["vpc_flow", "sent", "10.0.1.25 port 443 allowed", 1, 9000],
    ["vpc_flow", "sent", "10.0.1.27 port 22 denied", 1, 60],
  ]);
  expect(await lab.ask("address-everywhere", "ip=198.51.100.9", "account=444455556666")).toEqual([]);
  expect(pick(await lab.ask("address-everywhere", "ip=10.0.1.25"), "part", "detail", "events")).toEqual([
    ["held by", "AWS::EC2::NetworkInterface", 1],
    ["received", INTERFACE, 1],
    ["received", INTERFACE, 1],
    ["received", INTERFACE, 1],
  ]);
});

test("default: admin-ports-reached tells sessions from probes, and leaves out our own networks", async () => {
  const columns = ["target", "port", "sources", "flows", "sessions", "bytes"];
  expect(pick(await lab.ask("admin-ports-reached"), ...columns)).toEqual([["10.0.1.25", 22, 2, 2, 1, 9120]]);
  expect(await lab.ask("admin-ports-reached", "account=444455556666", "sessions_only=true")).toEqual([]);
});

test("default: egress-by-destination adds up both directions of a pair", async () => {
  const rows = await lab.ask("egress-by-destination", "min_bytes=10000");
  expect(pick(rows, "address", "destination", "sent", "received", "ports", "hours")).toEqual([
    ["10.0.3.3", "203.0.113.80", 520000, 700, 2, 2],
  ]);
});

test("default: port-scans tells scans from sweeps", async () => {
  const rows = await lab.ask("port-scans", "min_targets=4");
  expect(pick(rows, "hour", "kind", "source", "scanned", "breadth", "flows", "accepted", "from_inside")).toEqual([
    [labInstant("16:00"), "scan", "10.0.5.5", "10.0.5.6", 20, 21, 1, true],
    [labInstant("17:00"), "sweep", "10.0.5.7", "port 445", 4, 4, 0, true],
  ]);
  expect(pick(await lab.ask("port-scans", "min_ports=21"), "kind")).toEqual([]);
});

test("default: refused-then-accepted wants the acceptance after the refusals", async () => {
  const columns = ["source", "target", "refused_before", "ports_refused", "accepted_after", "ports_accepted"];
  expect(pick(await lab.ask("refused-then-accepted"), ...columns)).toEqual([
    ["10.0.5.5", "10.0.5.6", 20, 20, 1, "1005"],
  ]);
  expect(await lab.ask("refused-then-accepted", "min_refused=21")).toEqual([]);
});

test("default: beacons finds the clock, not people", async () => {
  const rows = await lab.ask("beacons");
  expect(pick(rows, "address", "destination", "flows", "mean_gap_seconds", "jitter", "size_jitter")).toEqual([
    ["10.0.9.9", "203.0.113.66", 13, 300, 0, 0],
  ]);
  expect(await lab.ask("beacons", "min_flows=14")).toEqual([]);
});

test("default: outside-resolvers leaves out the resolver inside", async () => {
  const rows = await lab.ask("outside-resolvers");
  expect(pick(rows, "address", "port", "protocol", "destinations", "example_destination", "bytes")).toEqual([
    ["10.0.3.3", 53, 17, 1, "192.0.2.53", 400],
  ]);
});

test("default: security-group-changes gives each rule and peer a row", async () => {
  const columns = ["event_id", "group_id", "change", "direction", "from_port", "peer", "to_everyone"];
  expect(pick(await lab.ask("security-group-changes"), ...columns)).toEqual([
    ["g1", "sg-web", "opened", "in", 22, "0.0.0.0/0", true],
    ["g1", "sg-web", "opened", "in", 443, "::/0", true],
    ["g2", "sg-other", "closed", "in", null, null, false],
    ["g3", "sg-web", "opened", "out", 5432, "10.0.0.0/8", false],
  ]);
  expect(pick(await lab.ask("security-group-changes", "group_id=sg-other"), "event_id")).toEqual([["g2"]]);
});

test("default: flows-of-interface keeps to the interface", async () => {
  const [first] = await lab.ask("flows-of-interface", `interface=${INTERFACE}`, "limit=1");
  expect(first).toMatchObject({ src: "10.0.3.3", dst: "10.0.3.4", flows: 1, bytes: 900000, action: "Allowed" });
  expect(await lab.ask("flows-of-interface", "interface=eni-0a1b2c3d4e5f6071")).toEqual([]);
});
