import fc from "fast-check";
import { expect, test } from "vitest";
import { ArraySplitter, type RecordPlace, type SplitEnd } from "../../../ingest/split-records.ts";

interface Split {
  readonly places: readonly RecordPlace[];
  readonly end: SplitEnd;
}

/** Feeds the bytes in pieces of the given sizes, over and over. */
function split(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): Split {
  const places: RecordPlace[] = [];
  const splitter = new ArraySplitter((place) => places.push(place));
  for (let [at, turn] = [0, 0]; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    splitter.take(bytes.subarray(at, at + size));
    at += size;
  }
  return { places, end: splitter.finish() };
}

const textOf = (bytes: Uint8Array, { start, end }: RecordPlace): string =>
  Buffer.from(bytes.subarray(start, end)).toString("utf8");

/** JSON text with white space between all tokens. */
function spaced(value: unknown, blank: string): string {
  if (Array.isArray(value))
    return `[${blank}${value.map((each) => spaced(each, blank)).join(`${blank},${blank}`)}${blank}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}${blank}:${blank}${spaced(each, blank)}`,
  );
  return `{${blank}${members.join(`${blank},${blank}`)}${blank}}`;
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const blank = fc.constantFrom("", " ", "\n\t", "\r\n  ");

test("behavior: splits arrays exactly as JSON.parse sees them, in pieces of any size", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), blank, sizes, (values, between, pieces) => {
      const text = spaced(values, between);
      const bytes = Buffer.from(text);
      const { places, end } = split(bytes, pieces);
      expect(end).toEqual({ closed: true, end: bytes.length });
      expect(places.map((place) => place.ordinal)).toEqual(places.map((_, index) => index));
      expect(places.map((place) => JSON.parse(textOf(bytes, place)))).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

test("behavior: strings may hold brackets, commas, quotes and backslashes", () => {
  const records = ['"]"', '"a\\",\\"b"', '{"}":"\\\\"}', '["\\u005d", "[{"]'];
  const bytes = Buffer.from(`[${records.join(",")}]`);
  expect(split(bytes, [1]).places.map((place) => textOf(bytes, place))).toEqual(records);
});

test("behavior: what follows the array is left alone", () => {
  const bytes = Buffer.from('[1,2],"more":[3]}');
  expect(split(bytes).end).toEqual({ closed: true, end: 5 });
  expect(split(bytes).places).toHaveLength(2);
});

test.each([
  ["[]", []],
  ["[ \n ]", []],
  ["[1,]", ["1", ""]],
  ["[,1]", ["", "1"]],
  ["[1}2,3]", ["1}2", "3"]],
  ['[{"a":1,,},2]', ['{"a":1,,}', "2"]],
])("behavior: broken records stay where they are: %s", (text, records) => {
  const bytes = Buffer.from(text);
  expect(split(bytes).places.map((place) => textOf(bytes, place))).toEqual(records);
  expect(split(bytes).end.closed).toBe(true);
});

test("error: an array that does not end is not closed, wherever it is cut", () => {
  const whole = Buffer.from('[{"a":"x]"},[1,{"b":2}],"c"]');
  for (let length = 0; length < whole.length; length += 1) {
    expect(split(whole.subarray(0, length), [3]).end.closed, String(length)).toBe(false);
  }
});
