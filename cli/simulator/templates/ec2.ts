import type { Json } from "../json.ts";
import { BUILDERS, type EventTemplate, INVENTORY, reads, writes } from "./template.ts";

const items = (name: string, ids: readonly string[]): Json => ({ items: ids.map((id) => ({ [name]: id })) });
const filters = (name: string, value: string): Json => ({ items: [{ name, valueSet: { items: [{ value }] } }] });

/** EC2: a third of an ordinary account's management events. */
export const EC2_TEMPLATES: readonly EventTemplate[] = [
  reads("ec2", "DescribeInstances", 60, [...INVENTORY, "user"], ({ account, random }) => ({
    request: random.chance(0.5)
      ? { maxResults: 1000, instancesSet: {}, filterSet: {} }
      : {
          instancesSet: items("instanceId", [random.pick(account.instances).id, random.pick(account.instances).id]),
          filterSet: {},
        },
  })),
  reads("ec2", "DescribeSecurityGroups", 40, INVENTORY, ({ account, random }) => ({
    request: {
      securityGroupSet: {},
      securityGroupIdSet: items("groupId", [random.pick(account.securityGroups), random.pick(account.securityGroups)]),
      filterSet: filters("vpc-id", account.vpc),
    },
  })),
  reads("ec2", "DescribeNetworkInterfaces", 45, INVENTORY, ({ account, random }) => ({
    request: {
      networkInterfaceIdSet: items("networkInterfaceId", [random.pick(account.instances).networkInterface]),
      filterSet: filters("subnet-id", random.pick(account.subnets)),
    },
  })),
  reads("ec2", "DescribeVolumes", 30, INVENTORY, ({ account, random }) => ({
    request: { maxResults: 500, volumeSet: items("volumeId", [random.pick(account.volumes)]), filterSet: {} },
  })),
  reads("ec2", "DescribeSubnets", 25, INVENTORY, ({ account }) => ({
    request: { subnetSet: items("subnetId", account.subnets), filterSet: filters("vpc-id", account.vpc) },
  })),
  reads("ec2", "DescribeRouteTables", 20, INVENTORY, ({ account, random }) => ({
    request: { routeTableIdSet: {}, filterSet: filters("association.subnet-id", random.pick(account.subnets)) },
  })),
  reads("ec2", "DescribeTags", 25, [...INVENTORY, "instance"], ({ account, random }) => ({
    request: { maxResults: 200, filterSet: filters("resource-id", random.pick(account.instances).id) },
  })),
  reads("ec2", "DescribeSnapshots", 12, INVENTORY, ({ account, random }) => ({
    request: {
      ownersSet: { items: [{ owner: account.id }] },
      snapshotSet: items("snapshotId", [random.pick(account.snapshots)]),
      filterSet: {},
      sharedUsersSet: {},
    },
  })),
  writes("ec2", "RunInstances", 58, ["automation", "service-role"], (context) => {
    const { account, random, atMs, region } = context;
    const instance = random.pick(account.instances);
    const id = `i-0${random.hex(16)}`;
    const group = random.pick(account.securityGroups);
    const subnet = random.pick(account.subnets);
    const privateDnsName = `ip-${instance.privateAddress.replaceAll(".", "-")}.ec2.internal`;
    const tags = [
      { key: "Name", value: `${account.name}-web` },
      { key: "aws:autoscaling:groupName", value: `${account.name}-web-asg` },
      { key: "cost-center", value: "4711" },
    ];
    return {
      request: {
        instancesSet: { items: [{ imageId: instance.image, minCount: 1, maxCount: 1 }] },
        instanceType: instance.type,
        blockDeviceMapping: {
          items: [
            {
              deviceName: "/dev/xvda",
              ebs: { volumeSize: 40, deleteOnTermination: true, volumeType: "gp3", encrypted: true },
            },
          ],
        },
        monitoring: { enabled: true },
        disableApiTermination: random.chance(0.5) ? false : { value: false },
        disableApiStop: false,
        clientToken: random.uuid(),
        networkInterfaceSet: { items: [{ deviceIndex: 0, subnetId: subnet, groupSet: items("groupId", [group]) }] },
        iamInstanceProfile: { arn: `arn:aws:iam::${account.id}:instance-profile/${account.name}-web-server` },
        ebsOptimized: true,
        tagSpecificationSet: { items: [{ resourceType: "instance", tags }] },
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 },
      },
      response: {
        requestId: random.uuid(),
        reservationId: `r-0${random.hex(16)}`,
        ownerId: account.id,
        groupSet: {},
        instancesSet: {
          items: [
            {
              instanceId: id,
              imageId: instance.image,
              currentInstanceBootMode: "uefi",
              instanceState: { code: 0, name: "pending" },
              privateDnsName,
              amiLaunchIndex: 0,
              productCodes: {},
              instanceType: instance.type,
              launchTime: atMs,
              placement: { availabilityZone: `${region}a`, tenancy: "default" },
              monitoring: { state: "pending" },
              subnetId: subnet,
              vpcId: account.vpc,
              privateIpAddress: instance.privateAddress,
              stateReason: { code: "pending", message: "pending" },
              architecture: "x86_64",
              rootDeviceType: "ebs",
              rootDeviceName: "/dev/xvda",
              blockDeviceMapping: {},
              virtualizationType: "hvm",
              hypervisor: "xen",
              tagSet: { items: tags },
              groupSet: { items: [{ groupId: group, groupName: `${account.name}-web` }] },
              sourceDestCheck: true,
              cpuOptions: { coreCount: 2, threadsPerCore: 2 },
              capacityReservationSpecification: { capacityReservationPreference: "open" },
              enclaveOptions: { enabled: false },
              metadataOptions: {
                state: "pending",
                httpTokens: "required",
                httpPutResponseHopLimit: 2,
                httpEndpoint: "enabled",
              },
            },
          ],
        },
      },
    };
  }),
  writes("ec2", "TerminateInstances", 16, ["automation", "service-role"], ({ random }) => {
    const instanceId = `i-0${random.hex(16)}`;
    return {
      request: { instancesSet: { items: [{ instanceId }] } },
      response: {
        requestId: random.uuid(),
        instancesSet: {
          items: [
            {
              instanceId,
              currentState: { code: 32, name: "shutting-down" },
              previousState: { code: 16, name: "running" },
            },
          ],
        },
      },
    };
  }),
  writes("ec2", "CreateTags", 24, BUILDERS, ({ account, random }) => ({
    request: {
      resourcesSet: { items: [{ resourceId: random.pick(account.volumes) }] },
      tagSet: {
        items: [
          { key: "backup", value: "daily" },
          { key: "owner", value: `${account.name}-team` },
        ],
      },
    },
    response: { requestId: random.uuid(), _return: true },
  })),
  writes("ec2", "CreateSnapshot", 30, ["automation", "service-role"], ({ account, random, atMs }) => {
    const volumeId = random.pick(account.volumes);
    const description = `nightly backup of ${volumeId}`;
    return {
      request: { volumeId, description },
      response: {
        requestId: random.uuid(),
        snapshotId: `snap-0${random.hex(16)}`,
        volumeId,
        status: "pending",
        startTime: atMs,
        progress: "",
        ownerId: account.id,
        volumeSize: "40",
        description,
        encrypted: true,
        tagSet: {},
      },
    };
  }),
  // Private addresses, and the web ports for all the world: neither opens an administration port.
  writes("ec2", "AuthorizeSecurityGroupIngress", 4, BUILDERS, ({ account, random }) => {
    const groupId = random.pick(account.securityGroups);
    const isWeb = random.chance(0.3);
    const port = isWeb ? 443 : random.pick([22, 3306, 5432, 8080]);
    const cidrIp = isWeb ? "0.0.0.0/0" : `10.${random.below(200)}.0.0/16`;
    const description = isWeb ? "public web" : "internal";
    return {
      request: {
        groupId,
        ipPermissions: {
          items: [
            {
              ipProtocol: "tcp",
              fromPort: port,
              toPort: port,
              groups: {},
              ipRanges: { items: [{ cidrIp, description }] },
              ipv6Ranges: {},
              prefixListIds: {},
            },
          ],
        },
      },
      response: {
        requestId: random.uuid(),
        _return: true,
        securityGroupRuleSet: {
          items: [
            {
              groupOwnerId: account.id,
              groupId,
              securityGroupRuleId: `sgr-0${random.hex(16)}`,
              description,
              isEgress: false,
              ipProtocol: "tcp",
              fromPort: port,
              toPort: port,
              cidrIpv4: cidrIp,
            },
          ],
        },
      },
    };
  }),
];
