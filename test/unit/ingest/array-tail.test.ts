import fc from "fast-check";
import { expect, test } from "vitest";
import { readArrayTail, readBareTail } from "../../../ingest/array-tail.ts";

const scalar = fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null));
const members = fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), scalar, { maxKeys: 4 });
const blank = fc.constantFrom("", " ", "\n", " \r\n ");

test("behavior: finds the array's end before any scalars, and reads them", () => {
  fc.assert(
    fc.property(members, blank, (scalars, between) => {
      const rest = Object.entries(scalars).map(
        ([key, value]) => `${between},${between}${JSON.stringify(key)}${between}:${between}${JSON.stringify(value)}`,
      );
      const after = `${rest.join("")}${between}}${between}`;
      const tail = readArrayTail(Buffer.from(`{"Records":[{"a":["b"]}]${after}`));
      expect(tail?.trailingBytes).toBe(Buffer.byteLength(after));
      const expected = Object.entries(scalars).flatMap(([key, value]) => {
        if (value === null) return [];
        const text = Buffer.from(JSON.stringify(value)).toString("latin1");
        return [[key, typeof value === "string" ? text.slice(1, -1) : text]];
      });
      expect(tail?.envelope).toEqual(Object.fromEntries(expected));
    }),
  );
});

test.each([
  '{"Records":[1]',
  '{"Records":[1],',
  '{"Records":[1]}x',
  '{"Records":[1],"a":{"b":1}}',
  '{"Records":[1}',
  "",
])("error: %j is no such end", (text) => {
  expect(readArrayTail(Buffer.from(text))).toBeNull();
});

test("behavior: a hostile end costs no more than a usual one", () => {
  const startedAt = performance.now();
  expect(readArrayTail(Buffer.from(`]${',"a":1'.repeat(10_000)}`))).toBeNull();
  expect(readArrayTail(Buffer.from(`]${" ".repeat(60_000)}`))).toBeNull();
  expect(readArrayTail(Buffer.from(`${"]".repeat(60_000)}`))).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test("behavior: a document that is an array ends with it", () => {
  expect(readBareTail(Buffer.from("[1, 2]"))).toEqual({ trailingBytes: 0, envelope: {} });
  expect(readBareTail(Buffer.from("[1, 2]\r\n"))).toEqual({ trailingBytes: 2, envelope: {} });
  for (const text of ["[1", "[1]}", "[1],", "[1]x"]) expect(readBareTail(Buffer.from(text))).toBeNull();
});
