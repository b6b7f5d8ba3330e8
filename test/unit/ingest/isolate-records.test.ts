import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLocalSpool } from "../../../adapters/local-spool.ts";
import type { SpoolFolder } from "../../../core/spool.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { isolateRecords } from "../../../ingest/isolate-records.ts";
import type { OpenedObject } from "../../../ingest/objects.ts";
import { routeKey } from "../../../ingest/route.ts";
import { openTestEngine } from "../../support/engine.ts";
import { trailKey } from "../../support/ingest-folder.ts";
import { sourceOf } from "../../support/normalize-records.ts";

let engine: SqlEngine;
let parent: string;
let folder: SpoolFolder;
let place = 0;
beforeAll(async () => {
  engine = await openTestEngine();
  parent = await mkdtemp(join(tmpdir(), "isolate-"));
  folder = createLocalSpool({ dataFolder: parent, memoryFolder: null }).createFolder();
});
afterAll(async () => {
  engine.close();
  await rm(parent, { recursive: true });
});

/** An object whose array was spooled as given, with ten bytes before it. */
function spooled(bytes: Uint8Array, over: Partial<OpenedObject> = {}): OpenedObject {
  place += 1;
  const file = folder.create(`${String(place).padStart(6, "0")}.jsn`);
  file.write(bytes);
  file.close(bytes.length);
  const key = trailKey("x");
  return {
    kind: "opened",
    ref: { uri: `file:///${key}`, key, sizeBytes: 10, version: "v" },
    route: routeKey(key, []),
    source: sourceOf("cloudtrail"),
    format: { kind: "json-array", path: [] },
    path: file.path,
    offsetBytes: 10,
    spooledBytes: bytes.length,
    inflatedBytes: bytes.length + 12,
    sha256: "00",
    isEndKnown: true,
    arrayKey: "Records",
    envelope: "{}",
    largestRecordBytes: 1024,
    rejects: [],
    ...over,
  };
}

const isolate = (text: string | Uint8Array, over: Partial<OpenedObject> = {}) =>
  isolateRecords(spooled(Buffer.from(text), over), folder, engine);

test("default: a null stands where a bad record stood, and the reject has its address", async () => {
  const isolated = await isolate('[{"a":1}, {"b":,} ,{"c":"]"}]');
  expect(await readFile(isolated.path, "utf8")).toBe('[{"a":1},null,{"c":"]"}]');
  expect(isolated.rejects).toEqual([
    {
      ordinal: 1,
      offsetBytes: 19,
      sizeBytes: 9,
      reason: "record.broken-json",
      detail: "the record is not valid JSON",
      text: ' {"b":,} ',
    },
  ]);
});

test.each([
  [Buffer.from('[{"a":"\xff"}]', "latin1"), "record.invalid-utf8"],
  [`[${"[".repeat(5_001)}${"]".repeat(5_001)}]`, "record.too-deep"],
  ['[{"a":"\\ud800"}]', "record.broken-json"],
  ["[1,,2]", "record.broken-json"],
  ['[\ufeff{"a":1}]', "record.broken-json"],
  ['[{"a":1} {"b":2}]', "record.broken-json"],
])("error: %s", async (text, reason) => {
  expect((await isolate(text)).rejects.map((reject) => reject.reason)).toEqual([reason]);
});

test("behavior: a reject's text is cut, a good record's size is learned", async () => {
  const isolated = await isolate(
    `[{"a":"${"x".repeat(100_000)}"},{"b":"${"y".repeat(100_000)}]`.replace("y]", 'y",,}]'),
  );
  expect(isolated.rejects[0]?.text).toHaveLength(65_536);
  expect(isolated.largestRecordBytes).toBeGreaterThan(100_000);
});

test("behavior: among 20,000 records the bad ones keep their ordinals and offsets", async () => {
  const isBad = (index: number) => index % 997 === 5 || index === 19_999;
  const records = Array.from({ length: 20_000 }, (_, index) =>
    isBad(index) ? `{"n":${index},,}` : `{"n":${index},"text":"${"é\\n".repeat(index % 40)}"}`,
  );
  const text = `[${records.join(",")}]`;
  // More than one piece, so that records lie across the edge of two.
  expect(Buffer.byteLength(text)).toBeGreaterThan(1_500_000);
  const isolated = await isolate(text);
  const bad = records.map((_, index) => index).filter(isBad);
  expect(isolated.rejects.map(({ ordinal }) => ordinal)).toEqual(bad);
  const bytes = Buffer.from(text);
  for (const reject of isolated.rejects) {
    const start = Number(reject.offsetBytes) - 10;
    expect(bytes.subarray(start, start + Number(reject.sizeBytes)).toString()).toBe(records[reject.ordinal]);
  }
  const kept: unknown = JSON.parse(await readFile(isolated.path, "utf8"));
  expect(kept).toEqual(records.map((record, index) => (isBad(index) ? null : JSON.parse(record))));
});

test("behavior: a record larger than what is judged together is judged too", async () => {
  const long = "x".repeat(2_200_000);
  const isolated = await isolate(`[{"a":1},{"b":"${long}"},{"c":"${long}",,},{"d":,}]`);
  expect(isolated.rejects.map(({ ordinal }) => ordinal)).toEqual([2, 3]);
});

test("behavior: after 16 MiB of an object's rejects only the beginning of each text is kept", async () => {
  const isolated = await isolate(
    `[${Array(300)
      .fill(`{"a":"${"x".repeat(70_000)}",,}`)
      .join(",")}]`,
  );
  const lengths = isolated.rejects.map(({ text }) => text.length);
  expect(lengths).toEqual([...Array(256).fill(65_536), ...Array(44).fill(1_024)]);
});

test.each([
  ['[{"a":1}', {}, "frame.cut-short"],
  ['[{"a":1},', { isEndKnown: false }, "frame.cut-short"],
  ['[{"a":1}]', { isEndKnown: false }, "frame.cut-short"],
  ['[{"a":1}]', { isEndKnown: false, arrayKey: null }, null],
  ['[{"a":1}],"b":2}', { isEndKnown: false }, null],
  ['[{"a":1}],"b":[{"c":[]}]}', { isEndKnown: false }, null],
  ['[{"a":1}],"b":[2]', {}, null],
  ['[{"a":1}],"Records":[2]', {}, "frame.trailing-content"],
  ['[{"a":1}]}{"Records":[2]', {}, "frame.trailing-content"],
  ['[{"a":1}],[2]', { arrayKey: null }, "frame.trailing-content"],
] as const)("error: of the document %s %j the end is judged: %s", async (text, over, code) => {
  const outcome = isolate(text, over);
  if (code === null) expect((await outcome).rejects).toEqual([]);
  else await expect(outcome).rejects.toMatchObject({ code });
});
