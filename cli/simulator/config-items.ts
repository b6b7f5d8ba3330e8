import type { Json, JsonObject } from "./json.ts";
import type { Account, IamPrincipal, Instance } from "./organization.ts";
import type { ResourceChange } from "./stories/story.ts";

/** What AWS Config knows of a resource; the item's time and status come from its delivery. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly name: string | null;
  readonly arn: string;
  readonly availabilityZone: string;
  readonly configuration: Json;
  readonly supplementary: JsonObject;
  readonly relationships: readonly JsonObject[];
  readonly tags: JsonObject;
}

/** The recorded resources of an account, after the given changes. */
export function describeResources(account: Account, changes: readonly ResourceChange[]): readonly Resource[] {
  return [
    ...account.securityGroups.map((id) => describeSecurityGroup(account, id, changes)),
    ...account.buckets.map((name) => describeBucket(account, name, changes)),
    ...[...account.automation, ...account.instanceRoles, ...account.functions].map((role) =>
      describeRole(account, role),
    ),
    ...account.instances.map((instance, at) => describeInstance(account, instance, at)),
    describeTrail(account),
  ];
}

/** Id of the resource that a change is about. */
export function changedResource({ change }: ResourceChange): string {
  return change.kind === "bucket-policy" ? change.name : change.id;
}

/** An item in the spelling of S3 deliveries. */
export function composeItem(
  account: Account,
  resource: Resource,
  capturedMs: number,
  status: "OK" | "ResourceDiscovered",
  relatedEvents: readonly string[],
): JsonObject {
  return {
    relatedEvents,
    relationships: resource.relationships,
    configuration: resource.configuration,
    supplementaryConfiguration: resource.supplementary,
    tags: resource.tags,
    configurationItemVersion: "1.3",
    configurationItemCaptureTime: new Date(capturedMs).toISOString(),
    configurationStateId: capturedMs,
    awsAccountId: account.id,
    configurationItemStatus: status,
    resourceType: resource.type,
    resourceId: resource.id,
    resourceName: resource.name ?? undefined,
    ARN: resource.arn,
    awsRegion: resource.type === "AWS::IAM::Role" ? "global" : account.homeRegion,
    availabilityZone: resource.availabilityZone,
    configurationStateMd5Hash: "",
    resourceCreationTime: "2025-03-11T08:15:30.000Z",
  };
}

function describeSecurityGroup(account: Account, id: string, changes: readonly ResourceChange[]): Resource {
  const last = changes.findLast(({ change }) => change.kind !== "bucket-policy" && change.id === id)?.change;
  const opened = last?.kind === "security-group-open" ? [permission(last.port, last.cidr)] : [];
  const nth = account.securityGroups.indexOf(id);
  return {
    type: "AWS::EC2::SecurityGroup",
    id,
    name: `${account.name}-group-${nth}`,
    arn: `arn:aws:ec2:${account.homeRegion}:${account.id}:security-group/${id}`,
    availabilityZone: "Not Applicable",
    configuration: {
      description: "managed by terraform",
      groupName: `${account.name}-group-${nth}`,
      ipPermissions: [permission(443, "10.0.0.0/8"), ...opened],
      ownerId: account.id,
      groupId: id,
      ipPermissionsEgress: [
        {
          ipProtocol: "-1",
          ipv6Ranges: [],
          prefixListIds: [],
          userIdGroupPairs: [],
          ipv4Ranges: [{ cidrIp: "0.0.0.0/0" }],
          ipRanges: ["0.0.0.0/0"],
        },
      ],
      tags: [{ key: "managed-by", value: "terraform" }],
      vpcId: account.vpc,
    },
    supplementary: {},
    relationships: [{ resourceId: account.vpc, resourceType: "AWS::EC2::VPC", name: "Is contained in Vpc" }],
    tags: { "managed-by": "terraform" },
  };
}

function permission(port: number, cidr: string): JsonObject {
  const isV6 = cidr.includes(":");
  return {
    fromPort: port,
    ipProtocol: "tcp",
    ipv6Ranges: isV6 ? [{ cidrIpv6: cidr }] : [],
    prefixListIds: [],
    toPort: port,
    userIdGroupPairs: [],
    ipv4Ranges: isV6 ? [] : [{ cidrIp: cidr }],
    ipRanges: isV6 ? [] : [cidr],
  };
}

function describeBucket(account: Account, name: string, changes: readonly ResourceChange[]): Resource {
  const last = changes.findLast(({ change }) => change.kind === "bucket-policy" && change.name === name)?.change;
  const policyText = last?.kind === "bucket-policy" ? last.policy : null;
  const isBlocked = policyText === null;
  return {
    type: "AWS::S3::Bucket",
    id: name,
    name,
    arn: `arn:aws:s3:::${name}`,
    availabilityZone: "Regional",
    configuration: {
      name,
      owner: { displayName: null, id: account.detector.repeat(2) },
      creationDate: "2025-03-11T08:15:30.000Z",
      region: account.homeRegion,
    },
    supplementary: {
      AccessControlList: JSON.stringify({
        grantSet: null,
        grantList: [{ grantee: { id: account.detector.repeat(2), displayName: null }, permission: "FullControl" }],
        owner: { displayName: null, id: account.detector.repeat(2) },
        isRequesterCharged: false,
      }),
      BucketPolicy: { policyText },
      BucketVersioningConfiguration: { status: "Enabled", isMfaDeleteEnabled: null },
      PublicAccessBlockConfiguration: {
        blockPublicAcls: isBlocked,
        ignorePublicAcls: isBlocked,
        blockPublicPolicy: isBlocked,
        restrictPublicBuckets: isBlocked,
      },
      ServerSideEncryptionConfiguration: {
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyID: account.keys[0] },
            bucketKeyEnabled: true,
          },
        ],
      },
    },
    relationships: [],
    tags: { team: account.name, "data.class": "internal" },
  };
}

function describeRole(account: Account, role: IamPrincipal): Resource {
  const arn = `arn:aws:iam::${account.id}:role${role.path}${role.name}`;
  return {
    type: "AWS::IAM::Role",
    id: role.id,
    name: role.name,
    arn,
    availabilityZone: "Not Applicable",
    configuration: {
      path: role.path,
      roleName: role.name,
      roleId: role.id,
      arn,
      createDate: "2025-03-11T08:15:30.000Z",
      assumeRolePolicyDocument: encodeURIComponent(
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }),
      ),
      instanceProfileList: [],
      rolePolicyList: [],
      attachedManagedPolicies: [{ policyName: "ReadOnlyAccess", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
      permissionsBoundary: null,
      tags: [],
      roleLastUsed: null,
    },
    supplementary: {},
    relationships: [
      {
        resourceId: "ANPA2ZPRIL7KEXAMPLE00",
        resourceName: "ReadOnlyAccess",
        resourceType: "AWS::IAM::Policy",
        name: "Is attached to CustomerManagedPolicy",
      },
    ],
    tags: {},
  };
}

function describeInstance(account: Account, instance: Instance, nth: number): Resource {
  const group = account.securityGroups[nth % account.securityGroups.length] ?? "sg-0";
  const subnet = account.subnets[nth % account.subnets.length] ?? "subnet-0";
  return {
    type: "AWS::EC2::Instance",
    id: instance.id,
    name: null,
    arn: `arn:aws:ec2:${account.homeRegion}:${account.id}:instance/${instance.id}`,
    availabilityZone: `${account.homeRegion}a`,
    configuration: {
      imageId: instance.image,
      instanceId: instance.id,
      instanceType: instance.type,
      launchTime: "2025-12-28T04:11:09.000Z",
      monitoring: { state: "enabled" },
      placement: { availabilityZone: `${account.homeRegion}a`, tenancy: "default" },
      privateDnsName: `ip-${instance.privateAddress.replaceAll(".", "-")}.ec2.internal`,
      privateIpAddress: instance.privateAddress,
      state: { code: 16, name: "running" },
      subnetId: subnet,
      vpcId: account.vpc,
      architecture: "x86_64",
      ebsOptimized: true,
      iamInstanceProfile: { arn: `arn:aws:iam::${account.id}:instance-profile/${account.name}-web-server` },
      networkInterfaces: [
        {
          networkInterfaceId: instance.networkInterface,
          privateIpAddress: instance.privateAddress,
          groups: [{ groupId: group }],
          status: "in-use",
        },
      ],
      securityGroups: [{ groupId: group }],
      tags: [{ key: "Name", value: `${account.name}-web` }],
      metadataOptions: {
        state: "applied",
        httpTokens: "required",
        httpPutResponseHopLimit: 2,
        httpEndpoint: "enabled",
      },
    },
    supplementary: {},
    relationships: [
      { resourceId: group, resourceType: "AWS::EC2::SecurityGroup", name: "Is associated with SecurityGroup" },
      { resourceId: subnet, resourceType: "AWS::EC2::Subnet", name: "Is contained in Subnet" },
      { resourceId: account.vpc, resourceType: "AWS::EC2::VPC", name: "Is contained in Vpc" },
    ],
    tags: { Name: `${account.name}-web` },
  };
}

function describeTrail(account: Account): Resource {
  const arn = `arn:aws:cloudtrail:${account.homeRegion}:${account.id}:trail/${account.trail}`;
  return {
    type: "AWS::CloudTrail::Trail",
    id: arn,
    name: account.trail,
    arn,
    availabilityZone: "Not Applicable",
    configuration: {
      name: account.trail,
      s3BucketName: "aws-controltower-logs-example",
      includeGlobalServiceEvents: true,
      isMultiRegionTrail: true,
      homeRegion: account.homeRegion,
      trailARN: arn,
      logFileValidationEnabled: true,
      hasCustomEventSelectors: false,
      isOrganizationTrail: true,
    },
    supplementary: {},
    relationships: [
      {
        resourceId: "aws-controltower-logs-example",
        resourceType: "AWS::S3::Bucket",
        name: "Is associated with S3Bucket",
      },
    ],
    tags: {},
  };
}
