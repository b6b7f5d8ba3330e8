/** The words of this folder: what a queue's message says, judged record by record. */

/** An object that a message says was delivered. Nothing of it is verified yet. */
export interface AnnouncedObject {
  readonly bucket: string;
  /** As S3 has it: never URL-encoded. */
  readonly key: string;
  /** Null where the message tells none: the bucket keeps no versions, or the sender does not say. */
  readonly versionId: string | null;
  /** Without quotes; null where the message tells none. */
  readonly etag: string | null;
  readonly sizeBytes: number | null;
  /** Milliseconds since 1970; null where the message tells none that can be read. */
  readonly eventAtMs: number | null;
  /** As the sender calls it: `ObjectCreated:Put`, `Object Created`, `ConfigurationHistoryDeliveryCompleted`. */
  readonly eventName: string;
}

/** What one record of a message comes to. */
export type Announcement =
  | { readonly kind: "object"; readonly object: AnnouncedObject }
  /** There is nothing to do, by a rule that has a name (`ACKNOWLEDGING_RULES`). */
  | { readonly kind: "acknowledged"; readonly rule: AcknowledgingRule }
  /** Never eaten: the message stays in the queue, and ends in its dead letters. */
  | NotUnderstood;

/** Why a record, or a whole message, is not understood. */
export interface NotUnderstood {
  readonly kind: "not-understood";
  readonly code: NotificationFault;
  /** The fault in words; names fields and limits, never their content. */
  readonly detail: string;
}

/** Rules by which a message is done without an object, each with what it is about. */
export const ACKNOWLEDGING_RULES = {
  "s3.test-event": "S3 tried a new notification setting",
  "s3.object-removed": "an object was deleted, or got a delete marker",
  "s3.object-restored": "an archived object was restored, or its copy expired",
  "s3.object-tagged": "tags of an object changed",
  "s3.object-acl": "an object's access list changed",
  "s3.object-moved": "a lifecycle or tiering rule moved or expired an object",
  "s3.replication": "replication of an object",
  "s3.object-lost": "S3 lost an object in the reduced redundancy class",
  "s3.object-annotated": "annotations of an object changed",
  "sns.subscription": "SNS asks to confirm a subscription, or says that one ended",
  "cloudtrail.validation": "CloudTrail tried its topic",
  "config.item-change": "AWS Config tells a change that comes as an object later",
  "config.rules": "AWS Config evaluates rules",
  "config.delivery-started": "AWS Config begins to deliver a snapshot",
  "config.delivery-failed": "AWS Config could not deliver to its bucket",
} as const;

/** One of them. */
export type AcknowledgingRule = keyof typeof ACKNOWLEDGING_RULES;

/** Why something is not understood, each with what it means. */
export const NOTIFICATION_FAULTS = {
  "notification.too-large": "the message is larger than any that SQS delivers",
  "notification.not-json": "the text is no JSON",
  "notification.too-deep": "it is nested deeper than any sender nests it",
  "notification.duplicate-key": "a key comes twice in one object, and readers differ on which holds",
  "notification.too-many-records": "it has more records than any sender puts into a message",
  "notification.no-records": "it has an empty list of records",
  "notification.unknown-shape": "it looks like no message of a known sender",
  "notification.unknown-version": "its format has another major version than the known one",
  "notification.unknown-event": "the sender is known, the event is not",
  "notification.bad-record": "a field is missing or of another type than the sender's format says",
  "notification.bad-key": "the object's key is no text that a key can be",
  "notification.foreign-bucket": "the bucket is none of those that are configured",
  "notification.foreign-key": "the key is below none of the configured prefixes of its bucket",
} as const;

/** One of them. */
export type NotificationFault = keyof typeof NOTIFICATION_FAULTS;

/** What a whole message comes to: at least one announcement, in the message's order. */
export interface ParsedMessage {
  readonly announcements: readonly [Announcement, ...Announcement[]];
}

/** A bucket, or a part of one, that objects are fetched from. */
export interface AllowedPrefix {
  readonly bucket: string;
  /** The beginning of keys, as written; empty for the whole bucket. */
  readonly prefix: string;
}

/** Makes the verdict on something that is not understood. */
export function notUnderstood(code: NotificationFault, detail: string = NOTIFICATION_FAULTS[code]): NotUnderstood {
  return { kind: "not-understood", code, detail };
}

/** The address of an announced object, as listings and the ledger write it. */
export function announcedUri({ bucket, key }: Pick<AnnouncedObject, "bucket" | "key">): string {
  return `s3://${bucket}/${key}`;
}

/**
 * Names an announced object within a process: equal for two announcements of the same bytes at the same address, as far
 * as they tell. The same object announced with and without its ETag has two names; the ledger sees through that.
 */
export function announcedName(object: AnnouncedObject): string {
  return `${announcedUri(object)}\0${object.etag ?? object.versionId ?? ""}`;
}
