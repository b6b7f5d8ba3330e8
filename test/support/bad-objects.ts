/** What may be wrong with a delivered object, each with the ledger's answer to it. */
import { gzipSync } from "node:zlib";
import { flowKey, trailEvent, trailKey, trailObject } from "./ingest-folder.ts";

/** State, reason, records in, rows kept, records rejected. */
type Outcome = readonly [
  state: string,
  reason: string | null,
  recordsIn: number | null,
  kept: number,
  rejected: number,
];

type BadObject = readonly [what: string, key: string, bytes: Buffer, outcome: Outcome];

const FLOW_HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const FLOW = "2 111122223333 eni-0a 192.0.2.1 198.51.100.2 443 49152 6 10 840 1767571260 1767571320 ACCEPT OK";
const flow = (...lines: readonly (string | Buffer)[]): Buffer =>
  gzipSync(Buffer.concat([FLOW_HEADER, ...lines].map((line) => Buffer.concat([Buffer.from(line), Buffer.from("\n")]))));
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const text = (json: string): Buffer => gzipSync(json);
export const good = (id: string): string => JSON.stringify(trailEvent(id));
const records = (...each: readonly (string | Buffer)[]): Buffer =>
  gzipSync(
    Buffer.concat([
      Buffer.from('{"Records":['),
      ...each.flatMap((record, index) => [Buffer.from(index === 0 ? "" : ","), Buffer.from(record)]),
      Buffer.from("]}"),
    ]),
  );
const wrong = (value: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.keys(trailEvent("w")).map((name) => [name, value]));
const itemKey =
  "AWSLogs/111122223333/Config/eu-west-1/2026/1/5/ConfigHistory/111122223333_Config_eu-west-1_ConfigHistory_AWS::EC2::Instance_20260105T000000Z_20260105T060000Z_1.json.gz";

const whole = trailObject(trailEvent("whole-1"), trailEvent("whole-2"));
const LISTED: readonly BadObject[] = [
  [
    "truncated gzip",
    trailKey("truncated"),
    whole.subarray(0, whole.length - 20),
    ["quarantined", "inflate.truncated", null, 0, 0],
  ],
  [
    "gzip without its trailer",
    trailKey("notrailer"),
    whole.subarray(0, whole.length - 8),
    ["quarantined", "inflate.truncated", null, 0, 0],
  ],
  ["a damaged byte", trailKey("damaged"), flipped(whole, 60), ["quarantined", "inflate.corrupt", null, 0, 0]],
  [
    "a second gzip member after CloudTrail",
    trailKey("second"),
    Buffer.concat([trailObject(trailEvent("member-1")), trailObject(trailEvent("forged"))]),
    ["quarantined", "inflate.extra-member", null, 0, 0],
  ],
  [
    "trailing bytes after CloudTrail",
    trailKey("trailing"),
    Buffer.concat([trailObject(trailEvent("trailing-1")), Buffer.from("xyz")]),
    ["quarantined", "inflate.trailing-bytes", null, 0, 0],
  ],
  [
    "several members in a flow log",
    flowKey("members"),
    Buffer.concat([flow(FLOW), gzipSync(`${FLOW}\n${FLOW}\n`)]),
    ["ingested", null, 3, 3, 0],
  ],
  ["zero bytes", trailKey("zero"), Buffer.alloc(0), ["quarantined", "inflate.empty", null, 0, 0]],
  ["an empty gzip", trailKey("emptygz"), gzipSync(""), ["quarantined", "object.empty", null, 0, 0]],
  ["no records", trailKey("norecords"), text('{"Records":[]}'), ["ingested", null, 0, 0, 0]],
  [
    "not gzip, not JSON",
    trailKey("notgzip"),
    Buffer.from("<html>403 Forbidden</html>"),
    ["quarantined", "frame.unexpected-content", null, 0, 0],
  ],
  [
    "not gzip, but JSON",
    trailKey("plainjson"),
    Buffer.from(JSON.stringify({ Records: [trailEvent("plain-1")] })),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "JSON cut short between records",
    trailKey("cutbetween"),
    text(`{"Records":[${good("cut-1")},`),
    ["quarantined", "frame.cut-short", null, 0, 0],
  ],
  [
    "JSON cut short in a record",
    trailKey("cutinside"),
    text(`{"Records":[${good("cut-2")},{"eventID":"cu`),
    ["quarantined", "frame.cut-short", null, 0, 0],
  ],
  [
    "JSON cut short before its last brace",
    trailKey("cutlast"),
    text(`{"Records":[${good("cut-3")}]`),
    ["quarantined", "frame.cut-short", null, 0, 0],
  ],
  [
    "something else after the document",
    trailKey("after"),
    text(`{"Records":[${good("after-1")}]}{"Records":[${good("after-2")}]}`),
    ["quarantined", "frame.trailing-content", null, 0, 0],
  ],
  [
    "one broken record among good ones",
    trailKey("broken"),
    records(good("b-1"), '{"eventID":"b-2",,}', good("b-3")),
    ["ingested", null, 3, 2, 1],
  ],
  [
    "records that are no objects",
    trailKey("noobjects"),
    records("1", '"text"', "null", "[]", "{}", good("no-1")),
    ["ingested", null, 6, 2, 4],
  ],
  [
    "a key twice in a record",
    trailKey("twice"),
    records(good("t-1"), `{"eventID":"x",${good("t-2").slice(1)}`),
    ["ingested", null, 2, 1, 1],
  ],
  ["numbers in every field", trailKey("numbers"), trailObject(wrong(7)), ["ingested", null, 1, 1, 0]],
  ["arrays in every field", trailKey("arrays"), trailObject(wrong([[1], { a: 2 }])), ["ingested", null, 1, 1, 0]],
  ["objects in every field", trailKey("objects"), trailObject(wrong({ type: { a: [] } })), ["ingested", null, 1, 1, 0]],
  [
    "texts in every field",
    trailKey("texts"),
    trailObject(wrong("\u0000\ud83d\ude00'\"\\")),
    ["ingested", null, 1, 1, 0],
  ],
  ["nulls in every field", trailKey("nulls"), trailObject(wrong(null)), ["ingested", null, 1, 1, 0]],
  [
    "10,000 levels in a known field",
    trailKey("deep"),
    records(good("d-1"), `{"eventID":"d-2","requestParameters":${nested(10_000)}}`),
    ["ingested", null, 2, 1, 1],
  ],
  [
    "10,000 levels in an unknown field",
    trailKey("deeper"),
    records(good("d-3"), `{"eventID":"d-4","unknown":${nested(10_000)}}`),
    ["ingested", null, 2, 1, 1],
  ],
  [
    "10,000 levels of arrays and no end",
    trailKey("deepopen"),
    text(`{"Records":[${"[".repeat(10_000)}`),
    ["quarantined", "frame.cut-short", null, 0, 0],
  ],
  [
    "invalid UTF-8 in a record",
    trailKey("utf8"),
    records(
      good("u-1"),
      Buffer.concat([Buffer.from('{"eventID":"'), Buffer.from([0xff, 0xc0, 0xaf]), Buffer.from('"}')]),
      good("u-3"),
    ),
    ["ingested", null, 3, 2, 1],
  ],
  [
    "a bare NUL in a record",
    trailKey("nul"),
    records(good("n-1"), Buffer.from('{"eventID":"n\0"}')),
    ["ingested", null, 2, 1, 1],
  ],
  [
    "an escaped NUL",
    trailKey("nulescaped"),
    records(`{"eventID":"ne-1","userAgent":"a\\u0000b"}`),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "half a surrogate pair",
    trailKey("surrogate"),
    records(`{"eventID":"su-1","userAgent":"\\ud800"}`, good("su-2")),
    ["ingested", null, 2, 1, 1],
  ],
  [
    "a second array beside the records",
    trailKey("beside"),
    text(`{"Records":[${good("be-1")}],"Other":[${good("be-2")}]}`),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "the records twice",
    trailKey("twicerecords"),
    text(`{"Records":[${good("tr-1")}],"Records":[${good("tr-2")}]}`),
    ["quarantined", "frame.trailing-content", null, 0, 0],
  ],
  [
    "10,000 levels around a good field",
    trailKey("deepnull"),
    records(`{"eventID":"d-5","requestParameters":null,"responseElements":${nested(10_000)}}`),
    ["ingested", null, 1, 0, 1],
  ],
  [
    "200,000 levels, at which the engine would die",
    trailKey("deepest"),
    records(good("d-6"), `{"eventID":"d-7","unknown":${nested(200_000)}}`),
    ["ingested", null, 2, 1, 1],
  ],
  [
    "4,000 levels",
    trailKey("deepenough"),
    records(`{"eventID":"d-8","unknown":${nested(4_000)}}`),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "20,000 objects side by side",
    trailKey("broad"),
    records(`{"eventID":"br-1","unknown":[${'{"a":[{}]},'.repeat(20_000)}{}]}`),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "a byte order mark",
    trailKey("bom"),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify({ Records: [trailEvent("bom-1")] }))]),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "numbers beyond 2^53",
    trailKey("big"),
    records(
      `{"eventID":"big-1","eventTime":"2026-01-05T00:00:00Z","requestParameters":{"n":9007199254740993,"m":123456789012345678901234567890},"unknown":18446744073709551615}`,
    ),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "an event time in the year 9999",
    trailKey("year9999"),
    trailObject(trailEvent("y-1", { eventTime: "9999-12-31T23:59:59Z" })),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "an event time beyond all calendars",
    trailKey("year99999"),
    trailObject(
      trailEvent("y-2", { eventTime: "+294248-01-01T00:00:00Z" }),
      trailEvent("y-3", { eventTime: "infinity" }),
    ),
    ["ingested", null, 2, 2, 0],
  ],
  [
    "no event time",
    trailKey("notime"),
    trailObject(trailEvent("y-4", { eventTime: undefined })),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "another account than the key's",
    trailKey("other", "444455556666"),
    trailObject(trailEvent("o-1")),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "flow lines with too few and too many fields",
    flowKey("fields"),
    flow(FLOW, "2 111122223333 eni-0a", `${FLOW} more`, ""),
    ["ingested", null, 3, 1, 2],
  ],
  [
    "flow log with unknown fields",
    flowKey("unknown"),
    gzipSync(`${FLOW_HEADER} brand-new-field\n${FLOW} 17\n`),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "flow lines of garbage",
    flowKey("garbage"),
    flow(
      FLOW.replace("443", "99999999999999999999").replace("192.0.2.1", "1';--"),
      Buffer.from([0xff, 0xfe, 0x20, 0x00]),
    ),
    ["ingested", null, 2, 1, 1],
  ],
  [
    "flow log without a header",
    flowKey("headless"),
    gzipSync(`${FLOW}\n`),
    ["quarantined", "frame.unexpected-content", null, 0, 0],
  ],
  [
    "a Parquet file that is none",
    flowKey("fake", "log.parquet"),
    Buffer.from(`PAR1${"x".repeat(200)}PAR1`),
    ["quarantined", "frame.broken-parquet", null, 0, 0],
  ],
  [
    "a Parquet file cut short",
    flowKey("cutparquet", "log.parquet"),
    Buffer.from("PAR1"),
    ["quarantined", "frame.broken-parquet", null, 0, 0],
  ],
  [
    "text under a Parquet name",
    flowKey("textparquet", "log.parquet"),
    Buffer.from("hello"),
    ["quarantined", "frame.unexpected-content", null, 0, 0],
  ],
  [
    "a Config object of another shape",
    itemKey,
    gzipSync('{"configurationItems":{"a":1}}'),
    ["quarantined", "frame.unexpected-content", null, 0, 0],
  ],
  [
    "an unknown key with unknown content",
    "holiday/photo.jpg",
    Buffer.from("\xff\xd8\xff\xe0", "latin1"),
    ["skipped", "frame.no-source", null, 0, 0],
  ],
  [
    "an unknown key with records",
    "from a friend.json",
    Buffer.from(JSON.stringify({ Records: [trailEvent("friend-1")] })),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "a name that SQL and terminals would obey",
    "'; DROP TABLE x; --\u001b[2J\u202e.json",
    Buffer.from(JSON.stringify({ Records: [trailEvent("name-1")] })),
    ["ingested", null, 1, 1, 0],
  ],
  [
    "good",
    trailKey("good"),
    trailObject(...Array.from({ length: 50 }, (_, index) => trailEvent(`good-${index}`))),
    ["ingested", null, 50, 50, 0],
  ],
];
export const BAD_OBJECTS = LISTED.map(([what, key, bytes, outcome]) => ({ what, key, bytes, outcome }));

function flipped(bytes: Buffer, index: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ 0xff;
  return changed;
}
