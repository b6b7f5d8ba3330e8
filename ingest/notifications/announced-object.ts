/** Fields of one record, of whatever sender -> an announced object, or why not. Pure: nothing is asked of S3. */
import {
  type AllowedPrefix,
  type AnnouncedObject,
  type Announcement,
  type NotUnderstood,
  notUnderstood,
} from "./announcement.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** An instant with or without its zone: without, it is UTC, as some S3-compatible servers write it. */
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/;

/**
 * The version id of objects that were put while the bucket kept no versions. The next such object takes its place, so it
 * names no bytes, and asking for it takes a permission that reading does not.
 */
const NO_VERSION = "null";

/** What a record says of an object, types already checked, the key as S3 has it. */
export interface RecordFields {
  readonly bucket: string;
  /** Null: it could not be decoded. */
  readonly key: string | null;
  readonly versionId?: string | null | undefined;
  readonly etag?: string | null | undefined;
  readonly sizeBytes?: number | undefined;
  readonly eventTime?: string | undefined;
  readonly eventName: string;
}

/** An object's announcement. `allowed` null: nothing is foreign; for looking at messages, never for fetching. */
export function announceObject(fields: RecordFields, allowed: readonly AllowedPrefix[] | null): Announcement {
  const { bucket, key, eventName } = fields;
  const foreign = foreignBucket(bucket, allowed);
  if (foreign !== null) return foreign;
  if (key === null || key === "" || !key.isWellFormed() || Buffer.byteLength(key) > MAX_KEY_BYTES)
    return notUnderstood("notification.bad-key");
  if (allowed !== null && !allowed.some((each) => each.bucket === bucket && key.startsWith(each.prefix)))
    return notUnderstood("notification.foreign-key");
  const object: AnnouncedObject = {
    bucket,
    key,
    versionId: fields.versionId === NO_VERSION ? null : (fields.versionId ?? null),
    etag: fields.etag?.replaceAll('"', "") ?? null,
    sizeBytes: fields.sizeBytes ?? null,
    eventAtMs: readInstant(fields.eventTime),
    eventName,
  };
  return { kind: "object", object };
}

/** The verdict on a bucket that is not ours; null when it is. */
export function foreignBucket(bucket: string, allowed: readonly AllowedPrefix[] | null): NotUnderstood | null {
  const isOurs = allowed === null || allowed.some((each) => each.bucket === bucket);
  return isOurs ? null : notUnderstood("notification.foreign-bucket");
}

/**
 * A key as S3's own notifications encode it: a form field's way, `+` for a blank, percent signs over UTF-8. Null where it
 * is not that.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function decodeNotifiedKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return null;
  }
}

/** An event's time only measures the delay: one that cannot be read costs nothing. */
function readInstant(text: string | undefined): number | null {
  const [, instant, zone = "Z"] = INSTANT.exec(text ?? "") ?? [];
  const atMs = instant === undefined ? Number.NaN : Date.parse(`${instant}${zone}`);
  return Number.isNaN(atMs) ? null : atMs;
}
