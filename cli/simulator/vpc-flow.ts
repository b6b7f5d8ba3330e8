import type { Account } from "./organization.ts";
import { type Random, startRandom } from "./random.ts";
import { drawTimes } from "./rhythm.ts";
import type { PlannedFlow } from "./stories/story.ts";
import { dayFolder, HOUR_MS, MINUTE_MS, SECOND_MS, stampMinutes } from "./time.ts";
import type { ObjectWriter } from "./writer.ts";

interface FlowDay {
  readonly account: Account;
  readonly seed: number;
  readonly dayMs: number;
  readonly flowCount: number;
  readonly planned: readonly PlannedFlow[];
}

/** One aggregation window of one connection; `status` other than OK has no traffic. */
interface Flow {
  readonly atMs: number;
  readonly instance: number;
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly action: "ACCEPT" | "REJECT";
  readonly direction: "ingress" | "egress";
  readonly status: "OK" | "NODATA" | "SKIPDATA";
}

interface FlowFormat {
  readonly fields: readonly string[];
  readonly layout: "daily" | "hourly" | "hive";
  /** Gzip members of one object: large files come in several. */
  readonly members: number;
}

const DEFAULT_FIELDS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );
const CUSTOM_FIELDS =
  "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol tcp-flags packets bytes start end action log-status region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path".split(
    " ",
  );
const TRANSIT_FIELDS =
  "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction".split(
    " ",
  );

/** Owners choose their own formats and folders; which account has which is fixed by its place in the organization. */
const FORMATS: readonly FlowFormat[] = [
  { fields: DEFAULT_FIELDS, layout: "daily", members: 1 },
  { fields: CUSTOM_FIELDS, layout: "hive", members: 1 },
  { fields: DEFAULT_FIELDS, layout: "hourly", members: 1 },
  { fields: CUSTOM_FIELDS, layout: "daily", members: 3 },
];
const TRANSIT: FlowFormat = { fields: TRANSIT_FIELDS, layout: "daily", members: 1 };
/** The account that owns the transit gateway: its own is small, and only it logs it. */
const TRANSIT_OWNER = 0;
const TRANSIT_SHARE = 0.1;

/**
 * Writes one account's day of flow logs: text with a header line, gzip, one object an hour. Returns the number of
 * lines, headers left out.
 */
export async function writeFlowDay(day: FlowDay, writer: ObjectWriter): Promise<number> {
  const { account, dayMs } = day;
  const random = startRandom(day.seed, "flows", account.index, dayMs);
  const format = FORMATS[account.index % FORMATS.length] ?? TRANSIT;
  const flowLog = `fl-0${account.detector.slice(0, 16)}`;
  const ordinary = drawTimes(dayMs, day.flowCount, random).map((atMs) => drawFlow(account, atMs, random));
  const flows = [...ordinary, ...day.planned.map((planned) => tellFlow(account, planned, random))];
  const spell = (one: Flow): Readonly<Record<string, string | number>> => spellFlow(account, one);
  await writeHours(account, format, flowLog, flows, spell, random, writer);
  if (account.index !== TRANSIT_OWNER) return flows.length;
  const transit = drawTimes(dayMs, Math.floor(day.flowCount * TRANSIT_SHARE), random).map((atMs) =>
    drawFlow(account, atMs, random),
  );
  await writeHours(
    account,
    TRANSIT,
    `fl-0${account.detector.slice(16)}`,
    transit,
    (one) => spellTransit(account, one),
    random,
    writer,
  );
  return flows.length + transit.length;
}

async function writeHours(
  account: Account,
  format: FlowFormat,
  flowLog: string,
  flows: readonly Flow[],
  spell: (flow: Flow) => Readonly<Record<string, string | number>>,
  random: Random,
  writer: ObjectWriter,
): Promise<void> {
  const hours = Map.groupBy(
    [...flows].sort((a, b) => a.atMs - b.atMs),
    (one) => one.atMs - (one.atMs % HOUR_MS),
  );
  for (const [hourMs, inHour] of hours) {
    const header = `${format.fields.join(" ")}\n`;
    const lines = inHour.map((one) => {
      const values = spell(one);
      return `${format.fields.map((field) => values[field] ?? "-").join(" ")}\n`;
    });
    const perMember = Math.max(1, Math.ceil(lines.length / format.members));
    const members = Array.from({ length: Math.ceil(lines.length / perMember) }, (_, nth) =>
      Buffer.from((nth === 0 ? header : "") + lines.slice(nth * perMember, (nth + 1) * perMember).join("")),
    );
    await writer.writeGzip(flowKey(account, format, flowLog, hourMs, random), members);
  }
}

function flowKey(account: Account, format: FlowFormat, flowLog: string, atMs: number, random: Random): string {
  const region = account.homeRegion;
  const file = `${account.id}_vpcflowlogs_${region}_${flowLog}_${stampMinutes(atMs)}_${random.hex(8)}.log.gz`;
  const folder = dayFolder(atMs);
  const hour = new Date(atMs).toISOString().slice(11, 13);
  if (format.layout !== "hive") {
    return `AWSLogs/${account.id}/vpcflowlogs/${region}/${folder}/${format.layout === "hourly" ? `${hour}/` : ""}${file}`;
  }
  const [year, month, date] = folder.split("/");
  return `AWSLogs/aws-account-id=${account.id}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${date}/hour=${hour}/${file}`;
}

function drawFlow(account: Account, atMs: number, random: Random): Flow {
  const instance = random.below(account.instances.length);
  const own = account.instances[instance]?.privateAddress ?? "10.0.0.10";
  const roll = random.below(1000);
  const packets = random.chance(0.8) ? random.between(1, 60) : random.between(60, 90_000);
  const base = {
    atMs,
    instance,
    packets,
    bytes: packets * random.between(40, 1_400),
    status: roll < 8 ? "NODATA" : roll < 10 ? "SKIPDATA" : "OK",
  } as const;
  if (roll < 620) {
    const to = random.chance(0.7)
      ? `10.${account.index % 200}.${random.between(1, 60)}.${random.between(4, 250)}`
      : "203.0.113.10";
    const toPort = random.pick([443, 443, 443, 5432, 3306, 6379, 53, 8080]);
    return {
      ...base,
      from: own,
      to,
      fromPort: random.between(32_768, 60_999),
      toPort,
      protocol: toPort === 53 ? 17 : 6,
      action: "ACCEPT",
      direction: "egress",
    };
  }
  // The internet's background: scans that the security groups refuse.
  if (roll < 760) {
    const toPort = random.pick([23, 22, 445, 3389, 8081, 5900, 0]);
    const from = random.chance(0.1) ? `2001:db8:dead::${random.hex(4)}` : `203.0.113.${random.between(1, 254)}`;
    const fromPort = toPort === 0 ? 0 : random.between(1_024, 65_535);
    return {
      ...base,
      packets: 1,
      bytes: 44,
      from,
      to: own,
      fromPort,
      toPort,
      protocol: toPort === 0 ? 1 : 6,
      action: "REJECT",
      direction: "ingress",
    };
  }
  const from = random.chance(0.5)
    ? `10.${account.index % 200}.${random.between(1, 60)}.${random.between(4, 250)}`
    : `203.0.113.${random.between(1, 254)}`;
  return {
    ...base,
    from,
    to: own,
    fromPort: random.between(1_024, 65_535),
    toPort: random.pick([443, 8080]),
    protocol: 6,
    action: "ACCEPT",
    direction: "ingress",
  };
}

function tellFlow(account: Account, planned: PlannedFlow, random: Random): Flow {
  const isIn = planned.action === "ACCEPT";
  return {
    atMs: planned.atMs,
    instance: planned.instance,
    from: planned.from,
    to: account.instances[planned.instance]?.privateAddress ?? "10.0.0.10",
    fromPort: random.between(32_768, 60_999),
    toPort: planned.port,
    protocol: 6,
    packets: isIn ? random.between(12, 400) : 1,
    bytes: isIn ? random.between(2_000, 90_000) : 60,
    action: planned.action,
    direction: "ingress",
    status: "OK",
  };
}

/** The values by field name; what is missing is written `-`. */
function spellFlow(account: Account, flow: Flow): Readonly<Record<string, string | number>> {
  const instance = account.instances[flow.instance];
  const startS = Math.floor(flow.atMs / SECOND_MS);
  const place = {
    "account-id": account.id,
    "interface-id": instance?.networkInterface ?? "-",
    "vpc-id": account.vpc,
    "subnet-id": account.subnets[flow.instance % account.subnets.length] ?? "-",
    "instance-id": instance?.id ?? "-",
    region: account.homeRegion,
    "az-id": "use1-az1",
    start: startS,
    end: startS + MINUTE_MS / SECOND_MS - 1,
    "log-status": flow.status,
    // The highest version among the chosen fields.
    version: FORMATS[account.index % FORMATS.length]?.fields === CUSTOM_FIELDS ? 5 : 2,
  };
  if (flow.status !== "OK") return place;
  return {
    ...place,
    type: flow.from.includes(":") ? "IPv6" : "IPv4",
    srcaddr: flow.from,
    dstaddr: flow.to,
    "pkt-srcaddr": flow.from,
    "pkt-dstaddr": flow.to,
    srcport: flow.fromPort,
    dstport: flow.toPort,
    protocol: flow.protocol,
    "tcp-flags": flow.protocol === 6 ? (flow.action === "REJECT" ? 2 : 3) : 0,
    packets: flow.packets,
    bytes: flow.bytes,
    action: flow.action,
    "flow-direction": flow.direction,
    "traffic-path": flow.direction === "egress" ? 1 : "-",
  };
}

function spellTransit(account: Account, flow: Flow): Readonly<Record<string, string | number>> {
  const values = spellFlow(account, { ...flow, status: "OK" });
  return {
    ...values,
    version: 6,
    "resource-type": "TransitGateway",
    "tgw-id": `tgw-0${account.vpc.slice(-16)}`,
    "tgw-attachment-id": `tgw-attach-0${account.vpcEndpoint.slice(-16)}`,
    "tgw-src-vpc-account-id": account.id,
    "tgw-dst-vpc-account-id": account.id,
    "tgw-src-vpc-id": account.vpc,
    "tgw-dst-vpc-id": `vpc-0${account.detector.slice(0, 16)}`,
    "tgw-src-subnet-id": account.subnets[0] ?? "-",
    "tgw-dst-subnet-id": account.subnets[1] ?? "-",
    "tgw-src-eni": account.instances[0]?.networkInterface ?? "-",
    "tgw-dst-eni": account.instances[1]?.networkInterface ?? "-",
    "tgw-src-az-id": "use1-az1",
    "tgw-dst-az-id": "use1-az2",
    "tgw-pair-attachment-id": `tgw-attach-0${account.detector.slice(16)}`,
    "packets-lost-no-route": 0,
    "packets-lost-blackhole": flow.action === "REJECT" ? flow.packets : 0,
    "packets-lost-mtu-exceeded": 0,
    "packets-lost-ttl-expired": 0,
  };
}
