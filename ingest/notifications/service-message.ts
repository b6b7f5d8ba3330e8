/**
 * What CloudTrail and AWS Config publish to their own topics. Keys are as they are, and neither version, ETag nor size
 * is told. Pure.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/notifications-for-AWS-Config.html
 */
import { z } from "zod";
import { announceObject } from "./announced-object.ts";
import { type AcknowledgingRule, type AllowedPrefix, type Announcement, notUnderstood } from "./announcement.ts";
import { badRecord } from "./record-fields.ts";

/** The text, no JSON, that CloudTrail publishes when a trail is given a topic. */
export const CLOUDTRAIL_VALIDATION = /^CloudTrail validation message\.?\s*$/;

const bucketField = z.string().max(255);
const DELIVERY = z.object({ s3Bucket: bucketField, s3ObjectKey: z.string() });

/** One key of CloudTrail's list. Digest files are announced like log files; their route skips them. */
export function readTrailKey(bucket: unknown, key: unknown, allowed: readonly AllowedPrefix[] | null): Announcement {
  const parsed = DELIVERY.safeParse({ s3Bucket: bucket, s3ObjectKey: key });
  if (!parsed.success) return badRecord(parsed.error);
  const { s3Bucket, s3ObjectKey } = parsed.data;
  return announceObject({ bucket: s3Bucket, key: s3ObjectKey, eventName: "CloudTrail delivery" }, allowed);
}

const DELIVERED = new Set(["ConfigurationHistoryDeliveryCompleted", "ConfigurationSnapshotDeliveryCompleted"]);
const OVERSIZED = "OversizedConfigurationItemChangeNotification";

const CONFIG_RULES: Readonly<Record<string, AcknowledgingRule>> = {
  ConfigurationItemChangeNotification: "config.item-change",
  ComplianceChangeNotification: "config.rules",
  ConfigRulesEvaluationStarted: "config.rules",
  ConfigurationSnapshotDeliveryStarted: "config.delivery-started",
  ConfigurationSnapshotDeliveryFailed: "config.delivery-failed",
  ConfigurationHistoryDeliveryFailed: "config.delivery-failed",
  OversizedConfigurationItemChangeDeliveryFailed: "config.delivery-failed",
};

const timeField = z.string().max(100).optional();
const DELIVERED_MESSAGE = DELIVERY.extend({ notificationCreationTime: timeField });
const OVERSIZED_MESSAGE = z.object({
  s3DeliverySummary: z.object({ s3BucketLocation: z.string().regex(/^[^/]{1,255}\//, "must be bucket/key") }),
  notificationCreationTime: timeField,
});

/** A message with a `messageType`. */
export function readConfigMessage(
  message: Readonly<Record<string, unknown>>,
  allowed: readonly AllowedPrefix[] | null,
): Announcement {
  const eventName = String(message["messageType"]);
  if (DELIVERED.has(eventName)) {
    const parsed = DELIVERED_MESSAGE.safeParse(message);
    if (!parsed.success) return badRecord(parsed.error);
    const { s3Bucket: bucket, s3ObjectKey: key, notificationCreationTime: eventTime } = parsed.data;
    return announceObject({ bucket, key, eventTime, eventName }, allowed);
  }
  if (eventName === OVERSIZED) {
    const parsed = OVERSIZED_MESSAGE.safeParse(message);
    if (!parsed.success) return badRecord(parsed.error);
    const { s3BucketLocation: location } = parsed.data.s3DeliverySummary;
    const slash = location.indexOf("/");
    const eventTime = parsed.data.notificationCreationTime;
    const at = { bucket: location.slice(0, slash), key: location.slice(slash + 1) };
    return announceObject({ ...at, eventTime, eventName }, allowed);
  }
  const rule = Object.hasOwn(CONFIG_RULES, eventName) ? CONFIG_RULES[eventName] : undefined;
  return rule === undefined ? notUnderstood("notification.unknown-event") : { kind: "acknowledged", rule };
}
