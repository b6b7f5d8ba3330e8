import { arnOf, BUILDERS, type EventTemplate, INVENTORY, NOBODY_ASKED, reads, writes } from "./template.ts";

/** Functions and containers, and what deploys and watches them. */
export const COMPUTE_TEMPLATES: readonly EventTemplate[] = [
  reads("lambda", "GetFunction20150331v2", 20, INVENTORY, (c) => ({
    request: { functionName: arnOf(c, "lambda", `function:${c.random.pick(c.account.functions).name}`) },
  })),
  reads("lambda", "ListTags20170331", 10, INVENTORY, (c) => ({
    request: { resource: arnOf(c, "lambda", `function:${c.random.pick(c.account.functions).name}`) },
  })),
  writes("lambda", "UpdateFunctionCode20150331v2", 34, BUILDERS, (c) => {
    const fn = c.random.pick(c.account.functions);
    const name = arnOf(c, "lambda", `function:${fn.name}`);
    return {
      request: {
        functionName: fn.name,
        publish: true,
        dryRun: false,
        s3Bucket: c.account.buckets[0],
        s3Key: `builds/${fn.name}.zip`,
      },
      response: {
        functionName: fn.name,
        functionArn: name,
        runtime: "nodejs20.x",
        role: `arn:aws:iam::${c.account.id}:role/${fn.name}`,
        handler: "index.handler",
        codeSize: c.random.between(10_000, 4_000_000),
        description: "",
        timeout: 30,
        memorySize: 512,
        lastModified: new Date(c.atMs).toISOString().replace("Z", "+0000"),
        codeSha256: `${c.random.base64(43)}=`,
        version: String(c.random.between(2, 300)),
        tracingConfig: { mode: "Active" },
        revisionId: c.random.uuid(),
        state: "Active",
        lastUpdateStatus: "InProgress",
        lastUpdateStatusReason: "The function is being created.",
        packageType: "Zip",
        architectures: ["arm64"],
        ephemeralStorage: { size: 512 },
        snapStart: { applyOn: "None", optimizationStatus: "Off" },
        loggingConfig: { logFormat: "JSON", logGroup: `/aws/lambda/${fn.name}` },
      },
    };
  }),
  writes(
    "lambda",
    "Invoke",
    20,
    ["function"],
    (c) => {
      const arn = arnOf(c, "lambda", `function:${c.random.pick(c.account.functions).name}`);
      return {
        request: { functionName: arn, invocationType: "Event" },
        resources: [{ accountId: c.account.id, type: "AWS::Lambda::Function", ARN: arn }],
        extra: { functionVersion: `${arn}:$LATEST` },
      };
    },
    { isData: true, apiVersion: "2015-03-31" },
  ),
  reads("ecs", "DescribeTasks", 25, INVENTORY, (c) => ({
    request: {
      cluster: `${c.account.name}-cluster`,
      tasks: [arnOf(c, "ecs", `task/${c.account.name}-cluster/${c.random.hex(32)}`)],
      include: ["TAGS"],
    },
  })),
  reads("ecs", "DescribeServices", 15, INVENTORY, (c) => ({
    request: { cluster: `${c.account.name}-cluster`, services: ["web", "worker"] },
  })),
  writes("ecs", "UpdateService", 28, BUILDERS, (c) => ({
    request: {
      cluster: `${c.account.name}-cluster`,
      service: "web",
      taskDefinition: `web:${c.random.between(100, 900)}`,
      forceNewDeployment: true,
    },
    response: {
      service: {
        serviceArn: arnOf(c, "ecs", `service/${c.account.name}-cluster/web`),
        serviceName: "web",
        clusterArn: arnOf(c, "ecs", `cluster/${c.account.name}-cluster`),
        status: "ACTIVE",
        desiredCount: 4,
        runningCount: 4,
        pendingCount: 0,
        launchType: "FARGATE",
        platformVersion: "1.4.0",
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: true, rollback: true },
          maximumPercent: 200,
          minimumHealthyPercent: 100,
        },
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: c.account.subnets,
            securityGroups: c.account.securityGroups.slice(0, 1),
            assignPublicIp: "DISABLED",
          },
        },
        healthCheckGracePeriodSeconds: 60,
        schedulingStrategy: "REPLICA",
        enableECSManagedTags: true,
        propagateTags: "NONE",
      },
    },
  })),
  writes("ecs", "RegisterTaskDefinition", 44, BUILDERS, (c) => {
    const image = `${c.account.id}.dkr.ecr.${c.region}.amazonaws.com/${c.account.name}/web:release-${c.random.between(100, 900)}`;
    const environment = ["DB_HOST", "DB_NAME", "CACHE_URL", "LOG_LEVEL", "FEATURE_FLAGS"].map((name) => ({
      name,
      value: "HIDDEN_DUE_TO_SECURITY_REASONS",
    }));
    const container = {
      name: "web",
      image,
      cpu: 512,
      memoryReservation: c.random.pick([512, 1024, 2048]),
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
      essential: true,
      environment,
      mountPoints: [],
      volumesFrom: [],
      secrets: c.account.secrets.map((secret) => ({
        name: "TOKEN",
        valueFrom: arnOf(c, "secretsmanager", `secret:${secret}`),
      })),
      readonlyRootFilesystem: true,
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/web", "awslogs-region": c.region, "awslogs-stream-prefix": "web" },
      },
      healthCheck: {
        command: ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:8080/health"],
        interval: 30,
        timeout: 5,
        retries: 3,
      },
    };
    const request = {
      family: "web",
      taskRoleArn: `arn:aws:iam::${c.account.id}:role/${c.account.name}-web-task`,
      executionRoleArn: `arn:aws:iam::${c.account.id}:role/${c.account.name}-web-execution`,
      networkMode: "awsvpc",
      containerDefinitions: [container],
      requiresCompatibilities: ["FARGATE"],
      cpu: "1024",
      memory: "2048",
    };
    const revision = c.random.between(100, 999);
    return {
      request,
      response: {
        taskDefinition: {
          ...request,
          taskDefinitionArn: arnOf(c, "ecs", `task-definition/web:${revision}`),
          revision,
          status: "ACTIVE",
          compatibilities: ["EC2", "FARGATE"],
          registeredBy: c.session.arn,
          requiresAttributes: [
            "logging-driver.awslogs",
            "ecr-auth",
            "task-iam-role",
            "secrets.asm.environment-variables",
          ].map((name) => ({
            name: `com.amazonaws.ecs.capability.${name}`,
          })),
        },
      },
    };
  }),
  writes("monitoring", "PutMetricAlarm", 10, BUILDERS, (c) => ({
    request: {
      alarmName: `${c.account.name}-${c.random.pick(["5xx", "latency", "cpu", "queue-age"])}-${c.random.hex(8)}`,
      alarmDescription: "Managed by Terraform: pages the team that owns the service",
      actionsEnabled: true,
      alarmActions: [arnOf(c, "sns", "pager")],
      metricName: "ApproximateAgeOfOldestMessage",
      namespace: "AWS/SQS",
      statistic: "Maximum",
      dimensions: [{ name: "QueueName", value: c.random.pick(c.account.queues) }],
      period: 60,
      evaluationPeriods: c.random.between(1, 15),
      threshold: c.random.between(1, 5_000),
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
    },
  })),
  writes("cloudformation", "CreateChangeSet", 24, BUILDERS, (c) => {
    const id = arnOf(c, "cloudformation", `changeSet/deploy-${c.random.hex(12)}/${c.random.uuid()}`);
    return {
      request: {
        stackName: `${c.account.name}-base`,
        changeSetName: id.split("/")[1],
        changeSetType: "UPDATE",
        capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        parameters: ["VpcId", "SubnetIds", "Environment", "ImageTag", "DesiredCount", "CertificateArn"].map(
          (parameterKey) => ({
            parameterKey,
            usePreviousValue: true,
          }),
        ),
        templateURL: `https://${c.account.buckets[0]}.s3.${c.region}.amazonaws.com/templates/${c.random.hex(32)}.json`,
        roleARN: `arn:aws:iam::${c.account.id}:role/cfn-exec`,
        tags: [
          { key: "team", value: c.account.name },
          { key: "commit", value: c.random.hex(40) },
        ],
      },
      response: { id, stackId: arnOf(c, "cloudformation", `stack/${c.account.name}-base/${c.account.keys[0]}`) },
    };
  }),
  reads("eks", "DescribeCluster", 8, [...INVENTORY, "instance"], (c) => ({
    request: { name: `${c.account.name}-eks` },
  })),
  reads("ecr", "BatchGetImage", 20, ["instance"], (c) => ({
    request: {
      registryId: c.account.id,
      repositoryName: `${c.account.name}/web`,
      imageIds: [{ imageTag: `release-${c.random.between(100, 900)}` }],
      acceptedMediaTypes: [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
      ],
    },
    resources: [{ ARN: arnOf(c, "ecr", `repository/${c.account.name}/web`), accountId: c.account.id }],
  })),
  reads("ecr", "GetAuthorizationToken", 15, ["instance", "automation"], () => NOBODY_ASKED),
];
