import type { Json, JsonObject } from "./json.ts";
import type { Account } from "./organization.ts";
import type { Random } from "./random.ts";
import type { Session } from "./sessions.ts";
import { isoSeconds } from "./time.ts";

/** What the call itself adds to a record; who, where and when come from the session. */
export interface EventPayload {
  readonly request: Json | undefined;
  readonly response?: Json;
  readonly resources?: readonly JsonObject[];
  /** `additionalEventData`. */
  readonly extra?: JsonObject;
  /** `serviceEventDetails`, of service events. */
  readonly details?: JsonObject;
}

/** Who, where and when. */
export interface EventContext {
  readonly random: Random;
  readonly account: Account;
  readonly region: string;
  readonly atMs: number;
  readonly session: Session;
}

/** What kind of call it is: the same for every record of it. */
export interface EventShape {
  /** `ec2` for `ec2.amazonaws.com`. */
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly isData?: boolean;
  readonly apiVersion?: string;
  readonly type?: "AwsApiCall" | "AwsServiceEvent" | "AwsConsoleAction" | "AwsConsoleSignIn";
}

/** How a call was refused. */
export interface EventFailure {
  readonly code: string;
  readonly message: string;
}

/** What links, withholds or replaces a record. */
export interface EventLinks {
  readonly failure?: EventFailure | undefined;
  readonly sharedEventID?: string;
  readonly recipientAccountId?: string;
  readonly addendum?: JsonObject;
  readonly vpcEndpointId?: string | undefined;
}

/** A CloudTrail record; `eventID` is what the truth names it by. */
export interface CloudTrailRecord extends JsonObject {
  readonly eventID: string;
}

const CIPHER = "TLS_AES_128_GCM_SHA256";

/** Puts a record together, members in the order in which AWS writes them. */
export function composeRecord(
  context: EventContext,
  shape: EventShape,
  payload: EventPayload,
  links: EventLinks = {},
): CloudTrailRecord {
  const { random, session, region } = context;
  const host = `${shape.source}.amazonaws.com`;
  const isOutside = !session.address.includes("amazonaws.com") && session.address !== "AWS Internal";
  const type = shape.type ?? "AwsApiCall";
  const isS3 = shape.source === "s3";
  const roll = random.below(100);
  const failed = links.failure !== undefined;
  return {
    eventVersion: roll < 45 ? "1.11" : roll < 70 ? "1.10" : roll < 88 ? "1.09" : "1.08",
    // Who signs in has no credentials yet: neither key nor session.
    userIdentity:
      type === "AwsConsoleSignIn" && session.kind !== "person"
        ? { ...session.identity, accessKeyId: undefined, sessionContext: undefined }
        : session.identity,
    eventTime: isoSeconds(context.atMs),
    eventSource: host,
    eventName: shape.name,
    awsRegion: region,
    sourceIPAddress: session.address,
    // S3 keeps the client's own brackets; the other services do not.
    userAgent: isS3 && isOutside ? `[${spellAgent(session.userAgent, shape)}]` : spellAgent(session.userAgent, shape),
    errorCode: links.failure?.code,
    errorMessage: links.failure?.message,
    requestParameters: payload.request,
    responseElements: failed ? null : (payload.response ?? null),
    additionalEventData: payload.extra,
    requestID: isS3 ? random.upper(16) : type === "AwsServiceEvent" ? "" : random.uuid(),
    eventID: random.uuid(),
    readOnly: shape.readOnly,
    resources: payload.resources,
    eventType: type,
    apiVersion: shape.apiVersion,
    managementEvent: shape.isData !== true,
    recipientAccountId: links.recipientAccountId ?? context.account.id,
    sharedEventID: links.sharedEventID,
    vpcEndpointId: links.vpcEndpointId,
    vpcEndpointAccountId: links.vpcEndpointId === undefined ? undefined : context.account.id,
    serviceEventDetails: payload.details,
    addendum: links.addendum,
    eventCategory: shape.isData === true ? "Data" : "Management",
    tlsDetails:
      isOutside && type === "AwsApiCall" && !session.isConsole
        ? {
            tlsVersion: "TLSv1.3",
            cipherSuite: CIPHER,
            clientProvidedHostHeader: hostHeader(shape.source, region, payload),
          }
        : undefined,
    sessionCredentialFromConsole: session.isConsole && type === "AwsApiCall" ? "true" : undefined,
  };
}

/** The refusal that services give when the caller lacks a permission; EC2 spells it its own way. */
export function denyAccess(context: EventContext, shape: EventShape): EventFailure {
  const action = `${shape.source}:${shape.name}`;
  if (shape.source === "ec2") {
    return {
      code: "Client.UnauthorizedOperation",
      message: `You are not authorized to perform this operation. User: ${context.session.arn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action. Encoded authorization failure message: ${context.random.alnum(480)}`,
    };
  }
  return {
    code: shape.source === "dynamodb" || shape.source === "ssm" ? "AccessDeniedException" : "AccessDenied",
    message: `User: ${context.session.arn} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
  };
}

/** The command line tool and Terraform's provider name the call at the end of their user agent. */
function spellAgent(agent: string, shape: EventShape): string {
  if (agent.endsWith("md/command#")) return `${agent}${shape.source}.${kebab(shape.name)}`;
  return agent.endsWith("api/") ? `${agent}${shape.source}#1.44.0 m/g` : agent;
}

function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

function hostHeader(source: string, region: string, payload: EventPayload): string {
  const request = payload.request;
  if (source === "s3" && typeof request === "object" && request !== null && "Host" in request) {
    return String(request.Host);
  }
  return source === "iam" ? "iam.amazonaws.com" : `${source}.${region}.amazonaws.com`;
}
