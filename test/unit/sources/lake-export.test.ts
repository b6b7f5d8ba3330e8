import { expect, test } from "vitest";
import { exportText } from "../../support/lake-export.ts";
import { LAKE_RECORDS } from "../../support/lake-queries.ts";
import { normalizeObjects, normalizeRecords, sourceOf } from "../../support/normalize-records.ts";

test.each(["rows", "events", "csv"] as const)(
  "default: %s of an export are the rows of the same events as delivered",
  async (style) => {
    const rows = await normalizeRecords("cloudtrail", exportText(LAKE_RECORDS, style));
    expect(rows).toEqual(await normalizeRecords("cloudtrail", LAKE_RECORDS));
  },
);

test("behavior: a row without an event, or with a broken one, is one faulty record with its text", async () => {
  const [good, other] = exportText(LAKE_RECORDS.slice(0, 2), "rows").trimEnd().split("\n");
  const lines = [
    good,
    '{"eventJson":"{broken"}',
    '{"eventJson":5}',
    '{"other":1}',
    '{"eventJson":{"eventID":"o"}}',
    other,
  ];
  const rows = await normalizeObjects("cloudtrail", [lines.join("\n")]);
  expect(rows.map(({ carried }) => carried.fault)).toEqual([
    null,
    "not-an-object",
    "not-an-object",
    "not-an-object",
    null,
    null,
  ]);
  expect(rows[1]?.carried.text).toBe('"{broken"');
});

test("behavior: only what looks like events is taken for an export", () => {
  const { frame } = sourceOf("cloudtrail");
  const frames = (text: string) => frame(Buffer.from(text));
  expect(frames('{"eventJson":"{}"}')).toEqual({ kind: "json-lines", path: ["eventJson"] });
  expect(frames('{"eventtime":"x","eventjson":"{}"}\n')).toEqual({ kind: "json-lines", path: ["eventjson"] });
  expect(frames('"eventTime","eventJson"\r\n')).toEqual({ kind: "csv", start: 25, column: 1 });
  expect(frames('{"a":{"eventJson":1}}')).toBeNull();
  expect(frames('{"eventName":"x"}')).toBeNull();
  expect(frames("eventTime,eventName\n")).toBeNull();
  expect(frames("version account-id interface-id\n")).toBeNull();
  expect(frames("")).toBeNull();
});
