import { arnOf, BUILDERS, type EventTemplate, INVENTORY, NOBODY_ASKED, reads, WORKLOADS, writes } from "./template.ts";

/** Everything else an ordinary account runs: queues, secrets, monitoring, security services. */
export const PLATFORM_TEMPLATES: readonly EventTemplate[] = [
  writes("ssm", "UpdateInstanceInformation", 120, ["instance"], (c) => {
    const instance =
      c.account.instances.find((one) => one.id === c.session.instanceId) ?? c.random.pick(c.account.instances);
    return {
      request: {
        instanceId: instance.id,
        agentVersion: "3.3.1345.0",
        agentStatus: "Active",
        platformType: "Linux",
        platformName: "Amazon Linux",
        platformVersion: "2023",
        iPAddress: instance.privateAddress,
        computerName: `ip-${instance.privateAddress.replaceAll(".", "-")}.ec2.internal`,
        agentName: "amazon-ssm-agent",
        availabilityZone: `${c.region}a`,
        availabilityZoneId: "use1-az1",
        sSMConnectionChannel: "ssmmessages",
      },
    };
  }),
  reads("ssm", "GetParameter", 45, WORKLOADS, (c) => {
    const name = `/${c.account.name}/${c.random.pick(["db/host", "db/name", "feature/flags", "api/endpoint"])}`;
    return {
      request: { name, withDecryption: true },
      resources: [{ accountId: c.account.id, ARN: arnOf(c, "ssm", `parameter${name}`) }],
    };
  }),
  reads("ssm", "DescribeInstanceInformation", 10, INVENTORY, (c) => ({
    request: {
      filters: [{ key: "InstanceIds", values: c.account.instances.slice(0, 4).map((one) => one.id) }],
      maxResults: 50,
    },
  })),
  reads("secretsmanager", "GetSecretValue", 30, WORKLOADS, (c) => ({
    request: {
      secretId: arnOf(c, "secretsmanager", `secret:${c.random.pick(c.account.secrets)}`),
      versionStage: "AWSCURRENT",
    },
  })),
  reads("secretsmanager", "DescribeSecret", 12, INVENTORY, (c) => ({
    request: { secretId: arnOf(c, "secretsmanager", `secret:${c.random.pick(c.account.secrets)}`) },
  })),
  reads("sqs", "GetQueueAttributes", 14, [...INVENTORY, ...WORKLOADS], (c) => ({
    request: {
      queueUrl: `https://sqs.${c.region}.amazonaws.com/${c.account.id}/${c.random.pick(c.account.queues)}`,
      attributeNames: ["All"],
    },
  })),
  reads("sns", "GetTopicAttributes", 10, INVENTORY, (c) => ({
    request: { topicArn: arnOf(c, "sns", c.random.pick(c.account.queues)) },
  })),
  writes(
    "logs",
    "CreateLogStream",
    40,
    WORKLOADS,
    (c) => ({
      request: {
        logGroupName: c.random.pick(c.account.logGroups),
        logStreamName: `${new Date(c.atMs).toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${c.random.hex(32)}`,
      },
    }),
    { apiVersion: "20140328" },
  ),
  reads(
    "logs",
    "DescribeLogGroups",
    15,
    INVENTORY,
    (c) => ({ request: { logGroupNamePrefix: c.random.pick(c.account.logGroups), limit: 50 } }),
    { apiVersion: "20140328" },
  ),
  reads("monitoring", "DescribeAlarms", 20, INVENTORY, (c) => ({
    request: { alarmNames: [`${c.account.name}-5xx`, `${c.account.name}-latency`], maxRecords: 100 },
  })),
  reads("monitoring", "ListMetrics", 8, INVENTORY, () => ({
    request: { namespace: "AWS/ApplicationELB", metricName: "HTTPCode_Target_5XX_Count" },
  })),
  reads(
    "elasticloadbalancing",
    "DescribeTargetHealth",
    25,
    [...INVENTORY, "instance"],
    (c) => ({
      request: {
        targetGroupArn: arnOf(
          c,
          "elasticloadbalancing",
          `targetgroup/${c.account.name}-web/${c.account.detector.slice(0, 16)}`,
        ),
      },
    }),
    { apiVersion: "2015-12-01" },
  ),
  reads("elasticloadbalancing", "DescribeLoadBalancers", 15, INVENTORY, () => ({ request: { pageSize: 400 } }), {
    apiVersion: "2015-12-01",
  }),
  reads("autoscaling", "DescribeAutoScalingGroups", 15, INVENTORY, (c) => ({
    request: { autoScalingGroupNames: [`${c.account.name}-web-asg`], maxRecords: 100 },
  })),
  reads("cloudformation", "DescribeStacks", 15, INVENTORY, (c) => ({
    request: { stackName: arnOf(c, "cloudformation", `stack/${c.account.name}-base/${c.account.keys[0]}`) },
  })),
  reads("cloudtrail", "DescribeTrails", 6, INVENTORY, () => ({
    request: { includeShadowTrails: true, trailNameList: [] },
  })),
  reads("cloudtrail", "GetTrailStatus", 6, INVENTORY, (c) => ({
    request: { name: arnOf(c, "cloudtrail", `trail/${c.account.trail}`) },
  })),
  reads("config", "DescribeConfigurationRecorderStatus", 6, INVENTORY, () => NOBODY_ASKED),
  writes("config", "PutEvaluations", 40, ["function"], (c) => ({
    request: {
      evaluations: [
        {
          complianceResourceType: "AWS::S3::Bucket",
          complianceResourceId: c.random.pick(c.account.buckets),
          complianceType: "COMPLIANT",
          orderingTimestamp: "Jan 5, 2026, 1:00:00 AM",
        },
      ],
      resultToken: c.random.base64(88),
      testMode: false,
    },
    response: { failedEvaluations: [] },
  })),
  reads("guardduty", "GetDetector", 6, INVENTORY, (c) => ({ request: { detectorId: c.account.detector } })),
  writes("guardduty", "UpdateDetector", 1, BUILDERS, (c) => ({
    request: { detectorId: c.account.detector, enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" },
  })),
  reads("securityhub", "GetFindings", 8, INVENTORY, (c) => ({
    request: {
      Filters: {
        AwsAccountId: [{ Value: c.account.id, Comparison: "EQUALS" }],
        RecordState: [{ Value: "ACTIVE", Comparison: "EQUALS" }],
      },
      MaxResults: 100,
    },
  })),
  reads("health", "DescribeEventAggregates", 10, ["person"], () => ({
    request: {
      aggregateField: "eventTypeCategory",
      filter: { eventStatusCodes: ["open", "upcoming"], startTimes: [{ from: "Dec 29, 2025, 12:00:00 AM" }] },
    },
  })),
  reads("tagging", "GetResources", 10, INVENTORY, () => ({
    request: { resourcesPerPage: 100, tagFilters: [{ key: "owner" }], resourceTypeFilters: ["ec2:instance", "rds:db"] },
  })),
  reads("apigateway", "GetRestApis", 6, INVENTORY, () => ({ request: { limit: 500, template: false } })),
  reads(
    "route53",
    "ListResourceRecordSets",
    6,
    INVENTORY,
    (c) => ({ request: { hostedZoneId: `Z${c.account.detector.slice(0, 18).toUpperCase()}`, maxItems: 100 } }),
    { isGlobal: true },
  ),
  reads("athena", "GetQueryExecution", 8, ["automation", "person"], (c) => ({
    request: { queryExecutionId: c.random.uuid() },
  })),
  writes("athena", "StartQueryExecution", 14, ["automation", "person"], (c) => ({
    request: {
      queryString:
        "SELECT day, count(*) AS orders FROM sales.orders WHERE day >= date_add('day', -7, current_date) GROUP BY day ORDER BY day",
      clientRequestToken: c.random.uuid(),
      queryExecutionContext: { database: "sales", catalog: "AwsDataCatalog" },
      resultConfiguration: { outputLocation: `s3://${c.account.buckets[2]}/athena/` },
      workGroup: "primary",
    },
    response: { queryExecutionId: c.random.uuid() },
  })),
  reads("glue", "GetTable", 10, ["automation", "function"], (c) => ({
    request: { catalogId: c.account.id, databaseName: "sales", name: c.random.pick(c.account.tables) },
  })),
];
