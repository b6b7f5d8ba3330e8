import type { JsonObject } from "../json.ts";
import type { EventPayload, EventShape } from "../record.ts";
import type { Session } from "../sessions.ts";

/** An API call by its two names. */
export function call(source: string, name: string): EventShape {
  return { source, name, readOnly: /^(Get|List|Describe|Lookup)/.test(name) };
}

/** A call that CloudTrail logs as a data event. */
export function dataCall(source: string, name: string): EventShape {
  return { ...call(source, name), isData: true };
}

/** Signing in to the console. */
export const CONSOLE_LOGIN: EventShape = {
  source: "signin",
  name: "ConsoleLogin",
  readOnly: false,
  type: "AwsConsoleSignIn",
};

/** The same credentials used from another place. */
export function usedFrom(session: Session, address: string, userAgent: string): Session {
  return { ...session, address, userAgent, isConsole: false };
}

/** Parameters of an ingress rule; `cidr` decides between IPv4 and IPv6. */
export function ingress(groupId: string, port: number, cidr: string): EventPayload {
  const isV6 = cidr.includes(":");
  const ranges: JsonObject = isV6 ? { items: [{ cidrIpv6: cidr }] } : { items: [{ cidrIp: cidr }] };
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
            ipRanges: isV6 ? {} : ranges,
            ipv6Ranges: isV6 ? ranges : {},
            prefixListIds: {},
          },
        ],
      },
    },
    response: { _return: true },
  };
}

/** A bucket policy that lets everyone read. */
export function publicReadPolicy(bucket: string): JsonObject {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Everyone",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ],
  };
}

/** Policies that allow everything: AWS's own, and one written by hand. */
export const ADMINISTRATOR_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess";
export const STAR_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
/** What an attacker's tools call themselves. */
export const ATTACK_AGENT =
  "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux#6.6.9-amd64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.11";
export const ATTACK_CLI =
  "aws-cli/1.29.62 md/Botocore#1.31.62 ua/2.0 os/linux#6.5.0-kali3-amd64 md/arch#x86_64 lang/python#3.11.6 md/pyimpl#CPython cfg/retry-mode#legacy botocore/1.31.62";
