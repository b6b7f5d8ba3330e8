import fc from "fast-check";
import { expect, test } from "vitest";
import { compareStrings, encodeBound, lowerBound, parseStatistic, upperBound } from "../../../lake/bounds.ts";

const text = fc.string({ unit: "binary", maxLength: 40 });

test("behavior: shortened bounds of a string enclose it, in Iceberg's order", () => {
  fc.assert(
    fc.property(text, (value) => {
      const lower = String(lowerBound(value));
      const upper = upperBound(value);
      expect(compareStrings(lower, value)).toBeLessThanOrEqual(0);
      expect([...lower].length).toBeLessThanOrEqual(16);
      if (upper === null) return;
      expect(compareStrings(String(upper), value)).toBeGreaterThanOrEqual(0);
      expect([...String(upper)].length).toBeLessThanOrEqual(16);
      expect(bytesOf("string", upper).toString("utf8")).toBe(upper);
    }),
    { numRuns: 500 },
  );
});

test("behavior: a short string is its own bounds", () => {
  expect([lowerBound("123456789012"), upperBound("123456789012")]).toEqual(["123456789012", "123456789012"]);
  expect(upperBound(`${"a".repeat(16)}b`)).toBe(`${"a".repeat(15)}b`);
});

test("behavior: a string of the last characters has no upper bound when it is cut", () => {
  expect(upperBound("\u{10FFFF}".repeat(17))).toBeNull();
  expect(upperBound(`a${"\u{10FFFF}".repeat(17)}`)).toBe("b");
  expect(upperBound(`${"a".repeat(15)}\uD7FFz`)).toBe(`${"a".repeat(15)}\uE000`);
});

test("behavior: instants are read to the microsecond, in every year that has a plain spelling", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -62135596800000000n, max: 253402300799999999n }), (micros) => {
      expect(parseStatistic("timestamptz", duckDbText(micros))).toBe(micros);
      expect(bytesOf("timestamptz", micros).readBigInt64LE()).toBe(micros);
    }),
  );
  expect(parseStatistic("timestamptz", "100000-01-01 00:00:00+00")).toBe(3093527980800000000n);
});

test("behavior: what is no finite value has no bound", () => {
  expect(parseStatistic("timestamptz", "infinity")).toBeNull();
  expect(parseStatistic("timestamptz", "0044-01-01 (BC) 00:00:00+00")).toBeNull();
  expect(parseStatistic("double", "inf")).toBeNull();
  expect(parseStatistic("double", "nan")).toBeNull();
  expect(parseStatistic("long", "1.5")).toBeNull();
});

test("behavior: numbers keep their value", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), fc.double({ noNaN: true }), (long, double) => {
      expect(bytesOf("long", parseStatistic("long", String(long)) ?? 0n).readBigInt64LE()).toBe(long);
      expect(bytesOf("double", double).readDoubleLE()).toBe(double);
    }),
  );
  expect(bytesOf("int", -2147483648n)).toEqual(Buffer.from([0, 0, 0, 0x80]));
  expect(encodeBound("boolean", true)).toBe("AQ==");
});

function bytesOf(...given: Parameters<typeof encodeBound>): Buffer {
  return Buffer.from(encodeBound(...given), "base64");
}

function duckDbText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const iso = new Date(Number((micros - rest) / 1000n)).toISOString();
  const fraction = rest === 0n ? "" : `.${String(rest).padStart(6, "0").replace(/0+$/, "")}`;
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}+00`;
}
