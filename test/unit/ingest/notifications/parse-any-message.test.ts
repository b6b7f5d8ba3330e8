import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACKNOWLEDGING_RULES,
  type Announcement,
  NOTIFICATION_FAULTS,
} from "../../../../ingest/notifications/announcement.ts";
import { parseMessage } from "../../../../ingest/notifications/parse-message.ts";
import { ROOT } from "../../../support/catalog.ts";
import { corpusFolder } from "../../../support/corpora.ts";
import {
  EVENT_TIME,
  encodeNotifiedKey,
  eventBridgeEvent,
  s3Message,
  s3Record,
  snsEnvelope,
  type Told,
  trailMessage,
} from "../../../support/notification-messages.ts";

const ALLOWED = [{ bucket: "logs", prefix: "" }];
const KEY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05/a b+c=ü%.json.gz";
const TOLD = { bucket: "logs", key: KEY, versionId: "3HL4kqtJlcpXroDTDmjVBH40Nr", etag: "abc-2", sizeBytes: 7 };

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

describe("any message", () => {
  const key = fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
  const printable = fc.string({ unit: fc.constantFrom(..."abcXYZ019-._"), minLength: 1, maxLength: 40 });
  const told: fc.Arbitrary<Told> = fc.record(
    { bucket: fc.constant("logs"), key, versionId: printable, etag: printable, sizeBytes: fc.maxSafeNat() },
    { requiredKeys: ["bucket", "key"] },
  );

  test("behavior: a record comes out the same in every envelope", () => {
    fc.assert(
      fc.property(told, (each) => {
        const facts = (body: string) =>
          parse(body).map((one) => (one.kind === "object" ? { ...one.object, eventName: "" } : one));
        const plain = facts(s3Message(each));
        expect(plain).toMatchObject([{ ...each, eventAtMs: Date.parse(EVENT_TIME) }]);
        const bodies = [snsEnvelope(s3Message(each)), eventBridgeEvent(each), snsEnvelope(eventBridgeEvent(each))];
        for (const body of bodies) expect(facts(body)).toEqual(plain);
        expect(brief(trailMessage("logs", [each.key]))).toEqual([each.key]);
        // Some servers encode the slashes, too.
        const encoded = encodeURIComponent(each.key);
        expect(brief(records(withObject({ key: encoded })))).toEqual([each.key]);
        expect(encodeNotifiedKey(each.key)).not.toContain(" ");
      }),
    );
  });

  test("behavior: records beside junk come out as if alone", () => {
    const junk = fc.oneof(fc.jsonValue(), fc.constant({ eventSource: "aws:s3", eventVersion: "2.1" }));
    fc.assert(
      fc.property(fc.array(fc.tuple(told, junk), { minLength: 1, maxLength: 8 }), (pairs) => {
        const mixed = parse(records(...pairs.flatMap(([each, other]) => [other, s3Record(each)])));
        expect(mixed.filter((_, at) => at % 2 === 1)).toEqual(parse(s3Message(...pairs.map(([each]) => each))));
        expect(mixed.filter((_, at) => at % 2 === 0).every(({ kind }) => kind === "not-understood")).toBe(true);
      }),
    );
  });

  test("behavior: junk is never understood, and never throws", () => {
    const shapes = fc.record(
      {
        Records: fc.jsonValue(),
        Type: fc.oneof(fc.constant("Notification"), fc.jsonValue()),
        Message: fc.oneof(fc.json(), fc.jsonValue()),
        Event: fc.constant("s3:TestEvent"),
        "detail-type": fc.jsonValue(),
        source: fc.constant("aws.s3"),
        detail: fc.jsonValue(),
        messageType: fc.jsonValue(),
        s3ObjectKey: fc.jsonValue(),
        s3Bucket: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      shapes.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parse(text).every(({ kind }) => kind === "not-understood")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test("behavior: the documentation names every rule and every code", () => {
  const page = readFileSync(`${ROOT}docs/service.md`, "utf8");
  const named = new Set(
    [...page.matchAll(/`((?:s3|sns|cloudtrail|config|notification)\.[a-z-]+)`/g)].map(([, name]) => name),
  );
  expect([...named].sort()).toEqual([...Object.keys(ACKNOWLEDGING_RULES), ...Object.keys(NOTIFICATION_FAULTS)].sort());
});

const corpus = corpusFolder("notification-envelopes");
test.skipIf(corpus === null)("behavior: other projects' samples", () => {
  const folder = join(corpus ?? "", "cloudtrail-rs/crates/core/tests/fixtures");
  const verdicts: Record<string, readonly string[]> = {};
  for (const name of readdirSync(folder).sort()) {
    const sample = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      readonly Records?: readonly { readonly body?: string; readonly Sns?: object }[];
    };
    // What a function is called with: the queue's messages, or the topic's, stand in a list.
    const bodies = (sample.Records ?? []).flatMap(
      ({ body, Sns }) => body ?? (Sns === undefined ? [] : JSON.stringify(Sns)),
    );
    verdicts[name] = (bodies.length === 0 ? [JSON.stringify(sample)] : bodies).flatMap((body) =>
      parse(body, null).map((each) => {
        if (each.kind === "object") return each.object.key;
        return each.kind === "acknowledged" ? each.rule : each.code;
      }),
    );
  }
  expect(verdicts).toEqual({
    "eventbridge-object-annotation-created.json": ["s3.object-annotated"],
    "eventbridge-object-created-plus-key.json": ["my+file.json.gz"],
    "eventbridge-object-created-unsupported-version.json": ["notification.unknown-version"],
    "eventbridge-object-created.json": ["example-key"],
    "eventbridge-object-deleted.json": ["s3.object-removed"],
    "eventbridge-object-restore-completed.json": ["s3.object-restored"],
    "s3-event-object-created.json": ["b21b84d653bb07b05b1e6b33684dc11b"],
    "s3-event-urlencoded-key.json": ["my file=a.json.gz"],
    "s3-test-event.json": ["s3.test-event"],
    "sns-s3-event.json": ["b21b84d653bb07b05b1e6b33684dc11b"],
    "sns-s3-test-event.json": ["s3.test-event"],
    "sqs-batch-partial-garbage.json": [
      "b21b84d653bb07b05b1e6b33684dc11b",
      "notification.not-json",
      "second-sibling-object.json.gz",
    ],
    "sqs-s3-event.json": ["b21b84d653bb07b05b1e6b33684dc11b"],
    "sqs-sns-event.json": ["b21b84d653bb07b05b1e6b33684dc11b"],
  });
});
