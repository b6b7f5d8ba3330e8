import { type Random, startRandom } from "./random.ts";

/** The organization, and where its global services log. */
export const ORGANIZATION_ID = "o-exampleorg1";
export const GLOBAL_REGION = "us-east-1";
/** Where the organization's own machines leave for the internet: the noise uses no other for instance credentials. */
export const EGRESS_ADDRESSES: readonly string[] = ["198.51.100.0/24", "2001:db8:100::/48"];
/** Accounts that do not belong to the organization: partners, vendors, attackers. */
export const FOREIGN_ACCOUNTS: readonly [string, string] = ["999988887777", "888877776666"];

/** Instances of an account: enough that their sessions vary as much as real ones. */
const INSTANCES = 36;
const FIRST_IDS = ["111122223333", "222233334444", "012345678901", "444455556666", "555566667777"];
const NAMES = [
  "security",
  "shared-services",
  "prod-web",
  "prod-data",
  "staging",
  "dev",
  "sandbox",
  "payments",
  "analytics",
];
const OTHER_REGIONS = ["us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2", "us-east-2"];

/** A member account by name. */
export interface OrganizationAccount {
  readonly index: number;
  readonly id: string;
  readonly name: string;
}

/** All that is fixed before the first event. */
export interface Organization {
  readonly seed: number;
  readonly accounts: readonly OrganizationAccount[];
  /** With one region only, every object of an account lies in one folder: what measuring runs want. */
  readonly singleRegion: boolean;
}

/** A member account with everything in it that its events speak of. */
export interface Account extends OrganizationAccount {
  readonly homeRegion: string;
  readonly regions: readonly string[];
  readonly trail: string;
  readonly people: readonly string[];
  readonly users: readonly IamPrincipal[];
  readonly ssoAdmin: IamPrincipal;
  readonly ssoReader: IamPrincipal;
  readonly automation: readonly IamPrincipal[];
  readonly instanceRoles: readonly IamPrincipal[];
  readonly functions: readonly IamPrincipal[];
  readonly instances: readonly Instance[];
  readonly buckets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly subnets: readonly string[];
  readonly vpc: string;
  readonly vpcEndpoint: string;
  readonly volumes: readonly string[];
  readonly snapshots: readonly string[];
  readonly keys: readonly string[];
  readonly secrets: readonly string[];
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  readonly logGroups: readonly string[];
  readonly detector: string;
  readonly egressAddress: string;
  readonly officeAddress: string;
}

/** A user or a role. */
export interface IamPrincipal {
  readonly name: string;
  readonly id: string;
  /** Path of the role or user, with slashes at both ends. */
  readonly path: string;
  readonly accessKey: string;
}

/** An EC2 instance. */
export interface Instance {
  readonly id: string;
  readonly privateAddress: string;
  readonly networkInterface: string;
  readonly type: string;
  readonly image: string;
}

/** Names the organization's accounts. Their content is made by `describeAccount`, one account at a time. */
export function planOrganization(seed: number, accounts: number, singleRegion: boolean): Organization {
  const taken = new Set<string>([...FIRST_IDS, ...FOREIGN_ACCOUNTS]);
  const planned: OrganizationAccount[] = [];
  for (let index = 0; index < accounts; index++) {
    let id = FIRST_IDS[index];
    // The step is odd and no multiple of 5, so that it runs through all twelve-digit numbers before it repeats one.
    for (let step = index; id === undefined; step += accounts) {
      const next = String((step * 618_033_988_751 + 370_299_999_999) % 1_000_000_000_000).padStart(12, "0");
      if (!taken.has(next)) id = next;
    }
    taken.add(id);
    const name = NAMES[index % NAMES.length] ?? "member";
    planned.push({ index, id, name: index < NAMES.length ? name : `${name}-${Math.floor(index / NAMES.length) + 1}` });
  }
  return { seed, accounts: planned, singleRegion };
}

/** Makes an account's principals and resources. The same organization and index give the same account. */
export function describeAccount(organization: Organization, index: number): Account {
  const member = organization.accounts[index % organization.accounts.length];
  if (member === undefined) throw new RangeError("an organization has at least one account");
  const random = startRandom(organization.seed, "account", member.index);
  const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
  const principal = (name: string, prefix: "AROA" | "AIDA", path = "/"): IamPrincipal => ({
    name,
    path,
    id: `${prefix}${random.upper(17)}`,
    accessKey: `AKIA${random.upper(16)}`,
  });
  const sso = (set: string): IamPrincipal =>
    principal(`AWSReservedSSO_${set}_${random.hex(16)}`, "AROA", "/aws-reserved/sso.amazonaws.com/us-east-1/");
  const resource = (prefix: string): string => `${prefix}-0${random.hex(16)}`;
  return {
    ...member,
    homeRegion: GLOBAL_REGION,
    regions: organization.singleRegion ? [GLOBAL_REGION] : planRegions(random),
    trail: "organization-trail",
    people: many(6, () => `${random.pick(PEOPLE)}@example.com`),
    users: ["deploy-bot", "backup-agent", "maria", "build-runner", "tom"].map((name) => principal(name, "AIDA")),
    ssoAdmin: sso("AdministratorAccess"),
    ssoReader: sso("ViewOnlyAccess"),
    automation: ["terraform-deploy", "github-actions", "cfn-exec", "cost-reporter"].map((n) => principal(n, "AROA")),
    instanceRoles: ["web-server", "batch-worker", "eks-node"].map((name) =>
      principal(`${member.name}-${name}`, "AROA"),
    ),
    functions: ["order-events", "image-resize", "nightly-report"].map((n) => principal(`${member.name}-${n}`, "AROA")),
    instances: many(INSTANCES, (at) => ({
      id: resource("i"),
      privateAddress: `10.${member.index % 200}.${random.between(1, 60)}.${10 + at}`,
      networkInterface: resource("eni"),
      type: random.pick(["t3.medium", "m6i.large", "c7g.xlarge", "r6i.2xlarge"]),
      image: resource("ami"),
    })),
    buckets: ["assets", "logs", "exports", "backups", "customer-documents"].map(
      (use) => `${member.name}-${use}-${random.hex(8)}`,
    ),
    securityGroups: many(6, () => resource("sg")),
    subnets: many(4, () => resource("subnet")),
    vpc: resource("vpc"),
    vpcEndpoint: resource("vpce"),
    volumes: many(8, () => resource("vol")),
    snapshots: many(8, () => resource("snap")),
    keys: many(5, () => random.uuid()),
    secrets: ["db/password", "api/token", "partner/sftp"].map((name) => `${member.name}/${name}-${random.alnum(6)}`),
    tables: ["orders", "sessions", "inventory"],
    queues: ["orders", "orders-dlq", "thumbnails"],
    logGroups: ["/aws/lambda/order-events", "/ecs/web", "/aws/rds/cluster/main/postgresql", "/app/audit"],
    detector: random.hex(32),
    egressAddress: `198.51.100.${1 + (member.index % 250)}`,
    officeAddress: `203.0.113.${1 + random.below(250)}`,
  };
}

const PEOPLE = [
  "alice",
  "bob",
  "carol",
  "dave",
  "erin",
  "frank",
  "grace",
  "heidi",
  "ivan",
  "judy",
  "mallory",
  "olivia",
];

function planRegions(random: Random): string[] {
  const first = random.pick(OTHER_REGIONS);
  const second = random.pick(OTHER_REGIONS);
  return first === second ? [GLOBAL_REGION, first] : [GLOBAL_REGION, first, second];
}
