import { type Account, describeAccount, GLOBAL_REGION, type Organization } from "../organization.ts";
import { type Random, startRandom } from "../random.ts";
import {
  type CloudTrailRecord,
  composeRecord,
  type EventContext,
  type EventFailure,
  type EventPayload,
  type EventShape,
} from "../record.ts";
import type { Session } from "../sessions.ts";
import { DAY_MS, isoSeconds, MINUTE_MS } from "../time.ts";

/** The shipped detections that stories set off: their folder names. */
export type RuleId =
  | "root-console-login"
  | "console-login-without-mfa"
  | "cloudtrail-weakened"
  | "config-recorder-stopped"
  | "guardduty-disabled"
  | "access-key-created-for-other-user"
  | "admin-policy-attached"
  | "bucket-made-public"
  | "security-group-opened"
  | "snapshot-shared-outside"
  | "kms-key-deletion-scheduled"
  | "instance-credentials-outside";

/** One event that was planned before its object: of a story, or one half of a pair. */
export interface PlannedEvent {
  /** Index of the account in whose trail it appears. */
  readonly account: number;
  readonly region: string;
  readonly atMs: number;
  readonly record: CloudTrailRecord;
  readonly truth: Truth | null;
}

/** A line of the truth file. `rule` is the detection that must fire on the event, or null. */
export interface Truth {
  readonly story: string;
  readonly step: string;
  readonly eventID: string;
  readonly eventName: string;
  readonly account: string;
  readonly eventTime: string;
  readonly rule: RuleId | null;
}

/**
 * A resource that a story changed, for AWS Config. Stories also change it back on the same day, so that a day's
 * snapshot needs no other day's changes.
 */
export interface ResourceChange {
  readonly account: number;
  readonly atMs: number;
  readonly eventID: string;
  readonly change:
    | { readonly kind: "security-group-open"; readonly id: string; readonly port: number; readonly cidr: string }
    | { readonly kind: "security-group-closed"; readonly id: string }
    | { readonly kind: "bucket-policy"; readonly name: string; readonly policy: string | null };
}

/** Packets of a story, for the flow logs. */
export interface PlannedFlow {
  readonly account: number;
  readonly atMs: number;
  readonly from: string;
  readonly instance: number;
  readonly port: number;
  readonly action: "ACCEPT" | "REJECT";
}

/** What a story writes with. Minutes count from the story's start. */
export interface Stage {
  readonly random: Random;
  readonly startMs: number;
  /** The n-th account of the cast; small organizations cast the same account twice. */
  readonly account: (nth: number) => Account;
  readonly at: (minute: number, account: Account, session: Session, region?: string) => EventContext;
  readonly since: (minute: number) => string;
  readonly step: (
    name: string,
    context: EventContext,
    shape: EventShape,
    payload: EventPayload,
    rule?: RuleId | null,
    links?: { readonly failure?: EventFailure; readonly sharedEventID?: string },
  ) => CloudTrailRecord;
  readonly change: (context: EventContext, record: CloudTrailRecord, change: ResourceChange["change"]) => void;
  readonly flow: (minute: number, account: Account, flow: Omit<PlannedFlow, "account" | "atMs">) => void;
}

/** One course of events that analysts should find. */
export interface Story {
  readonly id: string;
  /** UTC hour at which it may begin; all end on the same day. */
  readonly startHour: number;
  readonly tell: (stage: Stage) => void;
}

/** What a story leaves in the logs. */
export interface StoryPlan {
  readonly events: readonly PlannedEvent[];
  readonly changes: readonly ResourceChange[];
  readonly flows: readonly PlannedFlow[];
}

/** Tells one story on one day. The same organization, story and day give the same events. */
export function tellStory(organization: Organization, story: Story, dayMs: number, cast: number): StoryPlan {
  const random = startRandom(organization.seed, "story", story.id, dayMs);
  const startMs = dayMs + story.startHour * 60 * MINUTE_MS + random.below(40) * MINUTE_MS + random.below(60) * 1000;
  const events: PlannedEvent[] = [];
  const changes: ResourceChange[] = [];
  const flows: PlannedFlow[] = [];
  const at = (minute: number): number => Math.min(startMs + Math.round(minute * 60) * 1000, dayMs + DAY_MS - 1000);
  story.tell({
    random,
    startMs,
    account: (nth) => describeAccount(organization, cast + nth),
    since: (minute) => isoSeconds(at(minute)),
    at: (minute, account, session, region = GLOBAL_REGION) => ({ random, account, region, atMs: at(minute), session }),
    step: (name, context, shape, payload, rule = null, links = {}) => {
      const record = composeRecord(context, shape, payload, links);
      const truth = {
        story: story.id,
        step: name,
        eventID: record.eventID,
        eventName: shape.name,
        account: context.account.id,
        eventTime: isoSeconds(context.atMs),
        rule,
      };
      events.push({ account: context.account.index, region: context.region, atMs: context.atMs, record, truth });
      return record;
    },
    change: (context, record, change) => {
      changes.push({ account: context.account.index, atMs: context.atMs, eventID: record.eventID, change });
    },
    flow: (minute, account, flow) => {
      flows.push({ account: account.index, atMs: at(minute), ...flow });
    },
  });
  return { events, changes, flows };
}
