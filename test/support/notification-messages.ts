/** Messages as the senders write them, for tests of the intake. */

/** What a test says of an object. */
export interface Told {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
  readonly sizeBytes?: number;
  readonly eventName?: string;
}

/** When all events of these messages were. */
export const EVENT_TIME = "2026-01-05T00:00:00.123Z";

/** A key as S3 puts it into its own notifications; folders' slashes stay. */
export function encodeNotifiedKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

/** One of `Records`. */
export function s3Record({ bucket, key, versionId, etag, sizeBytes, eventName = "ObjectCreated:Put" }: Told) {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "us-east-1",
    eventTime: EVENT_TIME,
    eventName,
    userIdentity: { principalId: "AWS:EXAMPLE" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "logs",
      bucket: { name: bucket, ownerIdentity: { principalId: "EXAMPLE" }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeNotifiedKey(key),
        ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
        ...(etag === undefined ? {} : { eTag: etag }),
        ...(versionId === undefined ? {} : { versionId }),
        sequencer: "0055AED6DCD90281E5",
      },
    },
  };
}

/** S3's own message. */
export function s3Message(...told: readonly Told[]): string {
  return JSON.stringify({ Records: told.map(s3Record) });
}

/** Around what was published to a topic, where raw delivery is off. */
export function snsEnvelope(message: string, type = "Notification"): string {
  return JSON.stringify({
    Type: type,
    MessageId: "95df01b4-1111-5cb9-9903-4c221d41eb5e",
    TopicArn: "arn:aws:sns:us-east-1:111122223333:logs",
    Subject: "Amazon S3 Notification",
    Message: message,
    Timestamp: EVENT_TIME,
    SignatureVersion: "1",
    Signature: "EXAMPLE==",
    SigningCertURL: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-example.pem",
    UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
  });
}

/** By way of EventBridge. */
export function eventBridgeEvent({
  bucket,
  key,
  versionId,
  etag,
  sizeBytes,
  eventName = "Object Created",
}: Told): string {
  return JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": eventName,
    source: "aws.s3",
    account: "111122223333",
    time: EVENT_TIME,
    region: "us-east-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      "event-version": "1.1",
      bucket: { name: bucket },
      object: {
        key,
        ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
        ...(etag === undefined ? {} : { etag }),
        ...(versionId === undefined ? {} : { "version-id": versionId }),
        sequencer: "617f08299329d189",
      },
      reason: "PutObject",
    },
  });
}

/** CloudTrail's own. */
export function trailMessage(bucket: string, keys: readonly unknown[]): string {
  return JSON.stringify({ s3Bucket: bucket, s3ObjectKey: keys });
}

/** AWS Config's own. */
export function configMessage(messageType: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...fields, notificationCreationTime: EVENT_TIME, messageType, recordVersion: "1.1" });
}

/** What S3 sends when notifications are set up. */
export function s3TestEvent(bucket: string): string {
  return JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: EVENT_TIME,
    Bucket: bucket,
    RequestId: "5582815E1AEA5ADF",
    HostId: "EXAMPLE=",
  });
}
