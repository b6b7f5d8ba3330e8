/**
 * The body of a queue's message -> what each of its records comes to. Understood are S3's notifications, raw, by SNS
 * (with and without raw delivery), by EventBridge and by EventBridge through SNS, and CloudTrail's and Config's own.
 * Pure: it decides nothing about fetching, and throws nothing, whatever the text is.
 *
 * Who may send is the queue's policy to say: SNS signs its envelopes, but what comes raw is not signed, so no signature
 * is relied on. A message can only name objects; what is in them is read from the configured buckets.
 */
import { isObject, type RawRecord } from "../../core/raw-record.ts";
import {
  type AllowedPrefix,
  type Announcement,
  type NotUnderstood,
  notUnderstood,
  type ParsedMessage,
} from "./announcement.ts";
import { readEventBridgeEvent } from "./eventbridge-message.ts";
import { readS3Record, readTestEvent } from "./s3-message.ts";
import { CLOUDTRAIL_VALIDATION, readConfigMessage, readTrailKey } from "./service-message.ts";
import { parseStrictJson } from "./strict-json.ts";

/** S3 sends one record in a message, CloudTrail some tens of keys. */
const MAX_RECORDS = 1000;

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const SUBSCRIPTION_TYPES = new Set(["SubscriptionConfirmation", "UnsubscribeConfirmation"]);

/** Parses a body. `allowed` null: no bucket is foreign; for looking at messages, never for fetching. */
export function parseMessage(body: string, allowed: readonly AllowedPrefix[] | null): ParsedMessage {
  return { announcements: readText(body, allowed, true) };
}

/** True when nothing of the message is left to the dead letters: it may be deleted once its objects are decided. */
export function isUnderstood({ announcements }: ParsedMessage): boolean {
  return announcements.every(({ kind }) => kind !== "not-understood");
}

type Announcements = ParsedMessage["announcements"];

function readText(text: string, allowed: readonly AllowedPrefix[] | null, mayBeWrapped: boolean): Announcements {
  if (text.length < 100 && CLOUDTRAIL_VALIDATION.test(text)) {
    return [{ kind: "acknowledged", rule: "cloudtrail.validation" }];
  }
  const json = parseStrictJson(text);
  if (json.kind === "not-understood") return [json];
  return isObject(json.value) ? readValue(json.value, allowed, mayBeWrapped) : [unknownShape()];
}

function readValue(value: RawRecord, allowed: readonly AllowedPrefix[] | null, mayBeWrapped: boolean): Announcements {
  const has = (key: string) => Object.hasOwn(value, key);
  const type = has("Type") ? value["Type"] : null;
  if (typeof type === "string") {
    // SNS delivers what was published to it; it never wraps what it has wrapped.
    if (!mayBeWrapped) return [notUnderstood("notification.too-deep")];
    if (SUBSCRIPTION_TYPES.has(type)) return [{ kind: "acknowledged", rule: "sns.subscription" }];
    const message = has("Message") ? value["Message"] : null;
    return type === "Notification" && typeof message === "string"
      ? readText(message, allowed, false)
      : [unknownShape()];
  }
  if (has("Records")) return readEach(value["Records"], (record) => readS3Record(record, allowed));
  if (has("Event") && value["Event"] === "s3:TestEvent") return [readTestEvent(value, allowed)];
  if (has("detail-type")) return [readEventBridgeEvent(value, allowed)];
  if (has("messageType") && typeof value["messageType"] === "string") return [readConfigMessage(value, allowed)];
  if (has("s3ObjectKey")) return readEach(value["s3ObjectKey"], (key) => readTrailKey(value["s3Bucket"], key, allowed));
  return [unknownShape()];
}

function readEach(records: unknown, read: (record: unknown) => Announcement): Announcements {
  if (!Array.isArray(records)) return [unknownShape()];
  if (records.length > MAX_RECORDS) return [notUnderstood("notification.too-many-records")];
  const [first, ...others] = records.map(read);
  return first === undefined ? [notUnderstood("notification.no-records")] : [first, ...others];
}

function unknownShape(): NotUnderstood {
  return notUnderstood("notification.unknown-shape");
}
