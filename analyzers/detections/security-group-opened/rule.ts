import type { CandidateTest, Reason } from "../../../core/detection-rule.ts";
import { objectsAt, type RawRecord, textAt, textsAt } from "../../../core/raw-record.ts";

/** The port range and the networks must stand in one and the same rule, which Sigma cannot ask for. */
const opensAdminPort: CandidateTest = (record) => {
  const reasons = [...authorized(record), ...modified(record)].flatMap(judge);
  return reasons.length === 0 ? null : reasons;
};

export default opensAdminPort;

interface GroupRule {
  readonly field: string;
  readonly protocol: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly networks: readonly string[];
}

const PERMISSIONS = "requestParameters.ipPermissions.items";
const MODIFIED = "requestParameters.ModifySecurityGroupRulesRequest.SecurityGroupRule.SecurityGroupRule";

function authorized(record: RawRecord): readonly GroupRule[] {
  const listed = objectsAt(record, PERMISSIONS).map((item) => ({
    field: PERMISSIONS,
    protocol: textAt(item, "ipProtocol"),
    from: textAt(item, "fromPort"),
    to: textAt(item, "toPort"),
    networks: [...textsAt(item, "ipRanges.items.cidrIp"), ...textsAt(item, "ipv6Ranges.items.cidrIpv6")],
  }));
  // The call's short form has one rule, without lists.
  const short = objectsAt(record, "requestParameters").map((parameters) => ({
    field: "requestParameters",
    protocol: textAt(parameters, "ipProtocol"),
    from: textAt(parameters, "fromPort"),
    to: textAt(parameters, "toPort"),
    networks: [...textsAt(parameters, "cidrIp"), ...textsAt(parameters, "cidrIpv6")],
  }));
  return [...listed, ...short];
}

function modified(record: RawRecord): readonly GroupRule[] {
  return objectsAt(record, MODIFIED).map((item) => ({
    field: MODIFIED,
    protocol: textAt(item, "IpProtocol"),
    from: textAt(item, "FromPort"),
    to: textAt(item, "ToPort"),
    networks: [...textsAt(item, "CidrIpv4"), ...textsAt(item, "CidrIpv6")],
  }));
}

/** Remote administration, container and cluster control, file shares, databases and caches. */
const SENSITIVE_PORTS = [
  22, 23, 135, 139, 445, 1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5439, 5601, 5900, 5985, 5986, 6379, 6443, 9042,
  9200, 10250, 11211, 27017,
];

function judge(rule: GroupRule): readonly Reason[] {
  const worlds = rule.networks.filter(isWorld);
  if (worlds.length === 0 || !coversSensitivePort(rule)) return [];
  const ports = `${rule.protocol ?? "any"} ${rule.from ?? "*"}-${rule.to ?? "*"}`;
  return [{ field: rule.field, values: [ports, ...worlds].slice(0, 5) }];
}

function coversSensitivePort({ protocol, from, to }: GroupRule): boolean {
  if (protocol === "-1" || protocol === "all") return true;
  if (protocol !== null && !["tcp", "udp", "6", "17"].includes(protocol.toLowerCase())) return false;
  const low = Number(from ?? 0);
  const high = Number(to ?? 65_535);
  if (low === -1) return true;
  return SENSITIVE_PORTS.some((port) => low <= port && port <= high);
}

/** No organization owns more than a /8 of IPv4 or a /16 of IPv6: halves and quarters of the world count as the world. */
function isWorld(network: string): boolean {
  const length = /\/(\d{1,3})$/.exec(network)?.[1];
  return length !== undefined && Number(length) < (network.includes(":") ? 16 : 8);
}
