import { describe, expect, test } from "vitest";
import type { Announcement } from "../../../../ingest/notifications/announcement.ts";
import { isUnderstood, parseMessage } from "../../../../ingest/notifications/parse-message.ts";
import { routeKey } from "../../../../ingest/route.ts";
import { SOURCES } from "../../../../ingest/sources.gen.ts";
import {
  configMessage,
  EVENT_TIME,
  eventBridgeEvent,
  s3Message,
  s3Record,
  s3TestEvent,
  snsEnvelope,
  trailMessage,
} from "../../../support/notification-messages.ts";

const ALLOWED = [{ bucket: "logs", prefix: "" }];
const KEY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05/a b+c=ü%.json.gz";
const TOLD = { bucket: "logs", key: KEY, versionId: "3HL4kqtJlcpXroDTDmjVBH40Nr", etag: "abc-2", sizeBytes: 7 };
const OBJECT = { ...TOLD, eventAtMs: Date.parse(EVENT_TIME) };

const parse = (body: string, allowed: Parameters<typeof parseMessage>[1] = ALLOWED): readonly Announcement[] =>
  parseMessage(body, allowed).announcements;
/** The kind, with the object's key, the rule or the code. */
const brief = (body: string) =>
  parse(body).map((each) => {
    if (each.kind === "object") return each.object.key;
    return each.kind === "acknowledged" ? each.rule : each.code;
  });
const records = (...list: readonly unknown[]) => JSON.stringify({ Records: list });
const withObject = (object: object) => {
  const record = s3Record(TOLD);
  return { ...record, s3: { ...record.s3, object: { ...record.s3.object, ...object } } };
};

describe("senders", () => {
  test("default: S3's own message, raw and in SNS's envelope", () => {
    const announced = [{ kind: "object", object: { ...OBJECT, eventName: "ObjectCreated:Put" } }];
    expect(parse(s3Message(TOLD))).toEqual(announced);
    expect(parse(snsEnvelope(s3Message(TOLD)))).toEqual(announced);
  });

  test("default: EventBridge's, whose keys are as they are, raw and in SNS's envelope", () => {
    const announced = [{ kind: "object", object: { ...OBJECT, eventName: "Object Created" } }];
    expect(parse(eventBridgeEvent(TOLD))).toEqual(announced);
    expect(parse(snsEnvelope(eventBridgeEvent(TOLD)))).toEqual(announced);
    expect(brief(eventBridgeEvent({ bucket: "logs", key: "my+file%3D.gz" }))).toEqual(["my+file%3D.gz"]);
  });

  test("default: CloudTrail's own, with a list of keys", () => {
    const keys = ["AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05/a.json.gz", "b+c%20.json.gz"];
    for (const body of [trailMessage("logs", keys), snsEnvelope(trailMessage("logs", keys))]) {
      expect(brief(body)).toEqual(keys);
      const unknown = { versionId: null, etag: null, sizeBytes: null, eventAtMs: null };
      expect(parse(body)[0]).toMatchObject({ kind: "object", object: { bucket: "logs", ...unknown } });
    }
  });

  test("default: AWS Config's own", () => {
    const at = { s3Bucket: "logs", s3ObjectKey: "AWSLogs/1_Config_AWS::CloudTrail::Trail_1.json.gz" };
    for (const type of ["ConfigurationHistoryDeliveryCompleted", "ConfigurationSnapshotDeliveryCompleted"]) {
      const [announced] = parse(snsEnvelope(configMessage(type, at)));
      expect(announced).toMatchObject({
        kind: "object",
        object: { bucket: "logs", key: at.s3ObjectKey, eventAtMs: Date.parse(EVENT_TIME), eventName: type },
      });
    }
    const s3DeliverySummary = { s3BucketLocation: "logs/AWSLogs/a/b.json.gz", errorCode: null, errorMessage: null };
    expect(brief(configMessage("OversizedConfigurationItemChangeNotification", { s3DeliverySummary }))).toEqual([
      "AWSLogs/a/b.json.gz",
    ]);
  });

  test("behavior: what is no object is acknowledged by a rule with a name", () => {
    const removed = (eventName: string) => s3Message({ ...TOLD, eventName });
    const cases: readonly (readonly [string, string])[] = [
      [s3TestEvent("logs"), "s3.test-event"],
      [snsEnvelope(s3TestEvent("logs")), "s3.test-event"],
      [removed("ObjectRemoved:DeleteMarkerCreated"), "s3.object-removed"],
      [removed("ObjectRestore:Completed"), "s3.object-restored"],
      [removed("ObjectTagging:Put"), "s3.object-tagged"],
      [removed("ObjectAcl:Put"), "s3.object-acl"],
      [removed("LifecycleExpiration:Delete"), "s3.object-moved"],
      [removed("LifecycleTransition"), "s3.object-moved"],
      [removed("IntelligentTiering"), "s3.object-moved"],
      [removed("Replication:OperationFailedReplication"), "s3.replication"],
      [removed("s3:ReducedRedundancyLostObject"), "s3.object-lost"],
      [removed("ObjectAnnotation:Put"), "s3.object-annotated"],
      [eventBridgeEvent({ ...TOLD, eventName: "Object Deleted" }), "s3.object-removed"],
      [eventBridgeEvent({ ...TOLD, eventName: "Object Tags Added" }), "s3.object-tagged"],
      [snsEnvelope("https://sns.us-east-1.amazonaws.com/", "SubscriptionConfirmation"), "sns.subscription"],
      [snsEnvelope("gone", "UnsubscribeConfirmation"), "sns.subscription"],
      ["CloudTrail validation message.", "cloudtrail.validation"],
      [snsEnvelope("CloudTrail validation message."), "cloudtrail.validation"],
      [configMessage("ConfigurationItemChangeNotification", { configurationItem: {} }), "config.item-change"],
      [configMessage("ComplianceChangeNotification"), "config.rules"],
      [configMessage("ConfigurationSnapshotDeliveryStarted"), "config.delivery-started"],
      [configMessage("ConfigurationHistoryDeliveryFailed"), "config.delivery-failed"],
    ];
    for (const [body, rule] of cases) expect(brief(body), body).toEqual([rule]);
  });

  test("behavior: probe files and folder markers are objects, which their routes skip by name", () => {
    const keys = ["AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", "AWSLogs/111122223333/CloudTrail/"];
    expect(brief(s3Message(...keys.map((key) => ({ bucket: "logs", key }))))).toEqual(keys);
    for (const key of keys) expect(routeKey(key, SOURCES).skipRule).not.toBeNull();
  });

  test("behavior: each record is judged alone", () => {
    const body = records(
      s3Record(TOLD),
      withObject({ key: "%zz" }),
      s3Record({ ...TOLD, bucket: "elsewhere" }),
      "junk",
      s3Record({ ...TOLD, eventName: "ObjectRemoved:Delete" }),
      s3Record({ ...TOLD, key: "last" }),
    );
    const verdicts = [
      KEY,
      "notification.bad-key",
      "notification.foreign-bucket",
      "notification.bad-record",
      "s3.object-removed",
      "last",
    ];
    expect(brief(body)).toEqual(verdicts);
    expect(isUnderstood(parseMessage(body, ALLOWED))).toBe(false);
    expect(isUnderstood(parseMessage(s3Message(TOLD), ALLOWED))).toBe(true);
    expect(brief(trailMessage("logs", ["a", 1, null, "", "b"]))).toEqual([
      "a",
      "notification.bad-record",
      "notification.bad-record",
      "notification.bad-key",
      "b",
    ]);
  });

  test("behavior: versions of the format count by their first number", () => {
    for (const eventVersion of ["2.0", "2.1", "2.2", "2.3", "2.5", "2.31"]) {
      expect(brief(records({ ...s3Record(TOLD), eventVersion }))).toEqual([KEY]);
    }
    for (const eventVersion of ["3.0", "1.0", "2", "2.x", ""]) {
      expect(brief(records({ ...s3Record(TOLD), eventVersion }))).toEqual(["notification.unknown-version"]);
    }
    const event = JSON.parse(eventBridgeEvent(TOLD)) as { detail: object };
    const later = { ...event, detail: { ...event.detail, "event-version": "2.0" } };
    expect(brief(JSON.stringify(later))).toEqual(["notification.unknown-version"]);
  });

  test("behavior: what a server leaves out or spells its own way is unknown, not wrong", () => {
    const bare = { ...s3Record({ bucket: "logs", key: "k" }), eventTime: "2026-01-05T00:00:00.123456" };
    expect(parse(records(bare))).toMatchObject([
      { object: { versionId: null, etag: null, sizeBytes: null, eventAtMs: Date.parse(EVENT_TIME) } },
    ]);
    const quoted = withObject({ eTag: '"abc"', versionId: null });
    expect(parse(records(quoted))).toMatchObject([{ object: { etag: "abc", versionId: null } }]);
    expect(parse(records(withObject({ versionId: "null" })))).toMatchObject([{ object: { versionId: null } }]);
    for (const eventTime of ["yesterday", "2026-13-45T00:00:00Z", ""]) {
      expect(parse(records({ ...s3Record(TOLD), eventTime }))).toMatchObject([{ object: { eventAtMs: null } }]);
    }
  });
});

describe("hostile messages", () => {
  test("behavior: buckets and prefixes that are not configured are foreign, whoever tells them", () => {
    const told = { bucket: "other", key: "k" };
    for (const body of [
      s3Message(told),
      eventBridgeEvent(told),
      trailMessage("other", ["k"]),
      configMessage("ConfigurationHistoryDeliveryCompleted", { s3Bucket: "other", s3ObjectKey: "k" }),
      configMessage("OversizedConfigurationItemChangeNotification", {
        s3DeliverySummary: { s3BucketLocation: "other/k" },
      }),
      s3Message({ ...told, eventName: "ObjectRemoved:Delete" }),
      s3TestEvent("other"),
    ]) {
      expect(brief(body), body).toEqual(["notification.foreign-bucket"]);
    }
    const allowed = [
      { bucket: "logs", prefix: "AWSLogs/" },
      { bucket: "logs", prefix: "flow/" },
    ];
    const codes = parse(
      s3Message(...["AWSLogs/a", "flow/a", "AWSLogs", "x/AWSLogs/a"].map((key) => ({ bucket: "logs", key }))),
      allowed,
    );
    expect(codes.map((each) => (each.kind === "not-understood" ? each.code : each.kind))).toEqual([
      "object",
      "object",
      "notification.foreign-key",
      "notification.foreign-key",
    ]);
    expect(parse(s3Message(told), [])).toMatchObject([{ code: "notification.foreign-bucket" }]);
    expect(parse(s3Message(told), null)).toMatchObject([{ kind: "object" }]);
  });

  test("behavior: keys that no object can have", () => {
    for (const key of ["", "%", "%2", "%zz", "%ff", "%c3%28", "%ED%A0%80", "a".repeat(1025), "%C3%BC".repeat(513)]) {
      expect(brief(records(withObject({ key }))), key).toEqual(["notification.bad-key"]);
    }
    expect(brief(eventBridgeEvent({ bucket: "logs", key: "\ud800" }))).toEqual(["notification.bad-key"]);
    for (const key of ["a".repeat(1024), "new\nline\u001b[31m\0", "../../etc/passwd", "__proto__"]) {
      expect(brief(s3Message({ bucket: "logs", key }))).toEqual([key]);
    }
  });

  test("behavior: fields of wrong types, and texts that would go into headers", () => {
    for (const object of [
      { key: 1 },
      { key: null },
      { key: ["k"] },
      { size: "7" },
      { size: -1 },
      { size: 1.5 },
      { size: 1e300 },
      { eTag: 7 },
      { eTag: "a\r\nx-evil: 1" },
      { eTag: "" },
      { versionId: { a: 1 } },
      { versionId: "a b" },
      { versionId: "x".repeat(1025) },
    ]) {
      expect(brief(records(withObject(object))), JSON.stringify(object)).toEqual(["notification.bad-record"]);
    }
    const [fault] = parse(records(withObject({ size: "secret-value" })));
    expect(fault).toMatchObject({ detail: expect.stringMatching(/^s3\.object\.size: /) });
    expect(JSON.stringify(fault)).not.toContain("secret-value");
  });

  test("behavior: whole messages that are not understood", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const cases: readonly (readonly [string, string])[] = [
      ["", "notification.not-json"],
      ["{", "notification.not-json"],
      ["hello", "notification.not-json"],
      [`{"a":NaN}`, "notification.not-json"],
      ["null", "notification.unknown-shape"],
      ["[]", "notification.unknown-shape"],
      ["{}", "notification.unknown-shape"],
      [`"CloudTrail validation message."`, "notification.unknown-shape"],
      [`{"Records":{}}`, "notification.unknown-shape"],
      [`{"Records":[]}`, "notification.no-records"],
      [`{"s3ObjectKey":[]}`, "notification.no-records"],
      [`{"Records":[${"1,".repeat(1000)}1]}`, "notification.too-many-records"],
      [`{"a":${nested(64)}}`, "notification.too-deep"],
      [`{"a":${nested(100_000)}}`, "notification.too-deep"],
      [`{"a":"${"x".repeat(1_048_576)}"}`, "notification.too-large"],
      [`{"Records":[],"Records":[]}`, "notification.duplicate-key"],
      [`{"Records":[],"\\u0052ecords":[]}`, "notification.duplicate-key"],
      [`{"x":[{"y":1,"z":{"q":1},"y":2}]}`, "notification.duplicate-key"],
      [`{"__proto__":{"Records":[]}}`, "notification.unknown-shape"],
      [`{"Event":"s3:TestEvent"}`, "notification.bad-record"],
      [`{"detail-type":"Object Created","source":"aws.ec2"}`, "notification.unknown-shape"],
      [eventBridgeEvent({ ...TOLD, eventName: "Object Eaten" }), "notification.unknown-event"],
      [s3Message({ ...TOLD, eventName: "constructor" }), "notification.unknown-event"],
      [configMessage("SomethingNew"), "notification.unknown-event"],
      [configMessage("toString"), "notification.unknown-event"],
      [snsEnvelope(snsEnvelope(s3Message(TOLD))), "notification.too-deep"],
      [snsEnvelope("no json"), "notification.not-json"],
      [snsEnvelope(s3Message(TOLD), "Surprise"), "notification.unknown-shape"],
      [JSON.stringify({ Type: "Notification", Message: { Records: [] } }), "notification.unknown-shape"],
    ];
    for (const [body, code] of cases) expect(brief(body), body.slice(0, 200)).toEqual([code]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    parse(`{"__proto__":{"polluted":1},"Records":[{"__proto__":{"polluted":1}}]}`);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("behavior: equal keys in different objects are no fault", () => {
    expect(brief(`{"Records":[{"a":1,"b":{"a":2}},{"a":"\\"a\\":1,{"}]}`)).toEqual([
      "notification.bad-record",
      "notification.bad-record",
    ]);
  });
});
