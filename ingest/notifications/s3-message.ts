/**
 * S3's own notifications. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
import { z } from "zod";
import { announceObject, decodeNotifiedKey, foreignBucket } from "./announced-object.ts";
import { type AcknowledgingRule, type AllowedPrefix, type Announcement, notUnderstood } from "./announcement.ts";
import { badRecord, etagField, sizeField, versionIdField } from "./record-fields.ts";

const VERSIONED = z.object({ eventSource: z.literal("aws:s3"), eventVersion: z.string().max(20) });

// Versions 2.0 to 2.5 exist. The page above: compare the major version, ignore new fields.
const KNOWN_VERSION = /^2\.\d+$/;

const RECORD = z.object({
  eventName: z.string().max(200),
  eventTime: z.string().max(100).optional(),
  s3: z.object({
    bucket: z.object({ name: z.string().max(255) }),
    object: z.object({
      key: z.string(),
      size: sizeField.optional(),
      eTag: etagField.optional(),
      versionId: versionIdField.nullish(),
    }),
  }),
});

const TEST_EVENT = z.object({ Service: z.literal("Amazon S3"), Bucket: z.string().max(255) });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const RULES: Readonly<Record<string, AcknowledgingRule>> = {
  ObjectRemoved: "s3.object-removed",
  ObjectRestore: "s3.object-restored",
  ObjectTagging: "s3.object-tagged",
  ObjectAcl: "s3.object-acl",
  LifecycleExpiration: "s3.object-moved",
  LifecycleTransition: "s3.object-moved",
  IntelligentTiering: "s3.object-moved",
  Replication: "s3.replication",
  ReducedRedundancyLostObject: "s3.object-lost",
  ObjectAnnotation: "s3.object-annotated",
};

/** One entry of `Records`. */
export function readS3Record(record: unknown, allowed: readonly AllowedPrefix[] | null): Announcement {
  const versioned = VERSIONED.safeParse(record);
  if (!versioned.success) return badRecord(versioned.error);
  if (!KNOWN_VERSION.test(versioned.data.eventVersion)) return notUnderstood("notification.unknown-version");
  const parsed = RECORD.safeParse(record);
  if (!parsed.success) return badRecord(parsed.error);
  const { eventName, eventTime, s3 } = parsed.data;
  const [family = ""] = eventName.replace(/^s3:/, "").split(":");
  if (family !== "ObjectCreated") {
    const rule = Object.hasOwn(RULES, family) ? RULES[family] : undefined;
    if (rule === undefined) return notUnderstood("notification.unknown-event");
    return foreignBucket(s3.bucket.name, allowed) ?? { kind: "acknowledged", rule };
  }
  const { key, size: sizeBytes, eTag: etag, versionId } = s3.object;
  const fields = { bucket: s3.bucket.name, versionId, etag, sizeBytes, eventTime, eventName };
  return announceObject({ ...fields, key: decodeNotifiedKey(key) }, allowed);
}

/** The message that S3 sends when notifications are set up. */
export function readTestEvent(message: unknown, allowed: readonly AllowedPrefix[] | null): Announcement {
  const parsed = TEST_EVENT.safeParse(message);
  if (!parsed.success) return badRecord(parsed.error);
  return foreignBucket(parsed.data.Bucket, allowed) ?? { kind: "acknowledged", rule: "s3.test-event" };
}
