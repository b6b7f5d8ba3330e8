/**
 * S3's events by way of EventBridge: the same facts under other names, and the key as it is. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
import { z } from "zod";
import { announceObject, foreignBucket } from "./announced-object.ts";
import { type AcknowledgingRule, type AllowedPrefix, type Announcement, notUnderstood } from "./announcement.ts";
import { badRecord, etagField, sizeField, versionIdField } from "./record-fields.ts";

const VERSIONED = z.object({
  detail: z.object({ version: z.string().max(20).optional(), "event-version": z.string().max(20).optional() }),
});

const EVENT = z.object({
  "detail-type": z.string().max(200),
  time: z.string().max(100).optional(),
  detail: z.object({
    bucket: z.object({ name: z.string().max(255) }),
    object: z.object({
      key: z.string(),
      size: sizeField.optional(),
      etag: etagField.optional(),
      "version-id": versionIdField.nullish(),
    }),
  }),
});

const RULES: Readonly<Record<string, AcknowledgingRule>> = {
  "Object Deleted": "s3.object-removed",
  "Object Restore Initiated": "s3.object-restored",
  "Object Restore Completed": "s3.object-restored",
  "Object Restore Expired": "s3.object-restored",
  "Object Tags Added": "s3.object-tagged",
  "Object Tags Deleted": "s3.object-tagged",
  "Object ACL Updated": "s3.object-acl",
  "Object Storage Class Changed": "s3.object-moved",
  "Object Access Tier Changed": "s3.object-moved",
  "Object Annotation Created": "s3.object-annotated",
  "Object Annotation Deleted": "s3.object-annotated",
};

/** A whole event. Of other services than S3 it has an unknown shape. */
export function readEventBridgeEvent(
  event: Readonly<Record<string, unknown>>,
  allowed: readonly AllowedPrefix[] | null,
): Announcement {
  if (event["source"] !== "aws.s3") return notUnderstood("notification.unknown-shape");
  const versioned = VERSIONED.safeParse(event);
  if (!versioned.success) return badRecord(versioned.error);
  const { version = "0", "event-version": eventVersion = "1.0" } = versioned.data.detail;
  if (version !== "0" || !/^1\.\d+$/.test(eventVersion)) return notUnderstood("notification.unknown-version");
  const parsed = EVENT.safeParse(event);
  if (!parsed.success) return badRecord(parsed.error);
  const { "detail-type": eventName, time: eventTime, detail } = parsed.data;
  if (eventName !== "Object Created") {
    const rule = Object.hasOwn(RULES, eventName) ? RULES[eventName] : undefined;
    if (rule === undefined) return notUnderstood("notification.unknown-event");
    return foreignBucket(detail.bucket.name, allowed) ?? { kind: "acknowledged", rule };
  }
  const { key, size: sizeBytes, etag, "version-id": versionId } = detail.object;
  return announceObject({ bucket: detail.bucket.name, key, versionId, etag, sizeBytes, eventTime, eventName }, allowed);
}
