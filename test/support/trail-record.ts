/** CloudTrail records, flow log lines and AWS Config items for the tests of saved queries, with sensible values for what a case does not care about. */

/** `10:00` is on 2026-01-05; `07 10:00` on another day of that month. */
export function labTime(text: string): string {
  const [day, time] = text.includes(" ") ? text.split(" ") : ["05", text];
  return `2026-01-${day}T${time}${time?.length === 5 ? ":00" : ""}Z`;
}

/** As answers spell it. */
export function labInstant(text: string): string {
  return new Date(labTime(text)).toISOString();
}

/** `call` is service:Operation. The event's id is `id`. */
export function trailRecord(id: string, time: string, call: string, rest: Readonly<Record<string, unknown>> = {}) {
  const [service = "", eventName = ""] = call.split(":");
  return {
    eventVersion: "1.11",
    userIdentity: iamUser("alice"),
    eventTime: labTime(time),
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: "eu-central-1",
    sourceIPAddress: "198.51.100.7",
    userAgent: "aws-cli/2",
    requestParameters: null,
    responseElements: null,
    requestID: `r-${id}`,
    eventID: id,
    readOnly: /^(Get|List|Describe|Head|Lookup)/.test(eventName),
    eventType: "AwsApiCall",
    managementEvent: true,
    eventCategory: "Management",
    recipientAccountId: "111122223333",
    ...rest,
  };
}

/** A data event. */
export function dataRecord(id: string, time: string, call: string, rest: Readonly<Record<string, unknown>> = {}) {
  return trailRecord(id, time, call, { eventCategory: "Data", managementEvent: false, ...rest });
}

/** An IAM user and its key, `AKIA`, the name, and zeros. */
export function iamUser(name: string, account = "111122223333") {
  return {
    type: "IAMUser",
    arn: `arn:aws:iam::${account}:user/${name}`,
    principalId: `AIDA${name.toUpperCase()}`,
    accountId: account,
    accessKeyId: labKey("AKIA", name),
    userName: name,
  };
}

/** A session of a role. `rest` adds to its session context. */
export function roleSession(
  role: string,
  session: string,
  key: string,
  account = "111122223333",
  rest: Readonly<Record<string, unknown>> = {},
) {
  return {
    type: "AssumedRole",
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    principalId: `AROA${role.toUpperCase()}:${session}`,
    accountId: account,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        arn: `arn:aws:iam::${account}:role/${role}`,
        principalId: `AROA${role.toUpperCase()}`,
        accountId: account,
        userName: role,
      },
      attributes: { mfaAuthenticated: "false", creationDate: "2026-01-05T09:00:00Z" },
      ...rest,
    },
  };
}

/** An access key id of the right length. */
export function labKey(prefix: "AKIA" | "ASIA", name: string): string {
  return `${prefix}${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`.padEnd(20, "0");
}

/** What AssumeRole is asked and answers. */
export function assumption(role: string, session: string, key: string, account = "111122223333") {
  return {
    requestParameters: { roleArn: `arn:aws:iam::${account}:role/${role}`, roleSessionName: session },
    responseElements: {
      credentials: { accessKeyId: key, expiration: "Jan 5, 2026, 11:00:00 AM" },
      assumedRoleUser: {
        arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
        assumedRoleId: `AROA${role.toUpperCase()}:${session}`,
      },
    },
  };
}

const FLOW_HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/** A flow log object. A line is `time source sourcePort target targetPort protocol packets bytes action`. */
export function flowLog(...lines: readonly string[]): string {
  const rows = lines.map((line) => {
    const [time = "", source, sourcePort, target, targetPort, protocol, packets, bytes, action, status = "OK"] =
      line.split(" ");
    const start = Date.parse(labTime(time.replace("_", " "))) / 1000;
    return `2 111122223333 eni-0a1b2c3d4e5f60718 ${source} ${target} ${sourcePort} ${targetPort} ${protocol} ${packets} ${bytes} ${start} ${start + 60} ${action} ${status}`;
  });
  return `${[FLOW_HEADER, ...rows].join("\n")}\n`;
}

/** An AWS Config item. `type` is without `AWS::`. */
export function configItem(
  time: string,
  type: string,
  resourceId: string,
  configuration: unknown,
  rest: Readonly<Record<string, unknown>> = {},
) {
  return {
    configurationItemVersion: "1.3",
    configurationItemCaptureTime: labTime(time),
    configurationStateId: Date.parse(labTime(time)),
    awsAccountId: "111122223333",
    configurationItemStatus: configuration === null ? "ResourceDeleted" : "OK",
    resourceType: `AWS::${type}`,
    resourceId,
    resourceName: resourceId,
    ARN: `arn:aws:test:eu-central-1:111122223333:${resourceId}`,
    awsRegion: "eu-central-1",
    relatedEvents: [],
    relationships: [],
    configuration,
    ...rest,
  };
}
