import fc from "fast-check";
import { expect, test } from "vitest";
import { portableSql } from "../../../adapters/athena-shape.ts";
import { parseAthenaType } from "../../../adapters/athena-types.ts";
import { readCell } from "../../../adapters/athena-values.ts";

function read(text: string | null, typeText: string): unknown {
  const type = parseAthenaType(typeText);
  if (type === null) throw new Error(`no type ${typeText}`);
  return readCell(text, type);
}

test("default: texts are read by their type", () => {
  expect(read(null, "bigint")).toBeNull();
  expect(read("", "varchar")).toBe("");
  expect(read("9007199254740993", "bigint")).toBe("9007199254740993");
  expect(read("2026-01-05 10:00:00.000", "timestamp(3)")).toBe("2026-01-05T10:00:00.000Z");
  expect(read("2026-01-05 10:00:00.000001 UTC", "timestamp(6) with time zone")).toBe("2026-01-05T10:00:00.000001Z");
  expect(read('[{"a":"1.10","b":[9007199254740993]},null]', 'array(row("a" decimal(3,2), b array(bigint)))')).toEqual([
    { a: "1.10", b: ["9007199254740993"] },
    null,
  ]);
  expect(read('{"1":{"x":1}}', "map(integer, row(x tinyint))")).toEqual({ "1": { x: 1 } });
});

test("behavior: any date of the calendar and beyond is what DuckDB makes of it", () => {
  const read6 = (text: string) => read(text, "timestamp(6)");
  fc.assert(
    fc.property(fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }), (at) => {
      const iso = at.toISOString();
      expect(read6(`${iso.slice(0, 10)} ${iso.slice(11, 23)}000`)).toBe(iso);
    }),
  );
  expect(read6("0000-02-29 00:00:00.000000")).toBe("0000-02-29T00:00:00.000Z");
  expect(read6("-0001-12-31 23:59:59.999999")).toBe("-000001-12-31T23:59:59.999999Z");
  expect(read6("1969-12-31 23:59:59.999999")).toBe("1969-12-31T23:59:59.999999Z");
  expect(read6("10000-01-01 00:00:00.000000")).toBe("+010000-01-01T00:00:00.000Z");
  // The last instant that 64 bits of microseconds hold.
  expect(read6("294247-01-10 04:00:54.775807")).toBe("9223372036854775807us");
});

test("behavior: a time of a named zone is its instant", () => {
  const type = "timestamp(3) with time zone";
  expect(read("2026-07-05 10:00:00.000 Europe/Berlin", type)).toBe("2026-07-05T08:00:00.000Z");
  expect(read("2026-01-05 10:00:00.000 America/New_York", type)).toBe("2026-01-05T15:00:00.000Z");
  expect(read("2026-01-05 10:00:00.000 +05:30", type)).toBe("2026-01-05T04:30:00.000Z");
  // The hour around the change itself, both sides of the gap.
  expect(read("2026-03-29 01:59:59.000 Europe/Berlin", type)).toBe("2026-03-29T00:59:59.000Z");
  expect(read("2026-03-29 03:00:00.000 Europe/Berlin", type)).toBe("2026-03-29T01:00:00.000Z");
});

test("error: what is ambiguous or not of the type is refused", () => {
  const zoned = "timestamp(3) with time zone";
  expect(() => read("2026-10-25 02:30:00.000 Europe/Berlin", zoned)).toThrow(
    expect.objectContaining({ code: "athena.ambiguous-instant" }),
  );
  expect(() => read("yesterday", zoned)).toThrow(expect.objectContaining({ code: "athena.unexpected-result" }));
  expect(() => read('{"a":1}', "array(bigint)")).toThrow(expect.objectContaining({ code: "athena.unexpected-result" }));
  for (const odd of ["array(", "row()", "map(varchar)", "a;b", ""]) expect(parseAthenaType(odd), odd).toBeNull();
});

test("behavior: an order stays binding inside, and only what needs it is changed", () => {
  const columns = ["bigint", "array(varchar)", "array(timestamp(3) with time zone)"].map((text, index) => {
    const type = parseAthenaType(text);
    if (type === null) throw new Error(text);
    return { name: `n"${index}`, type };
  });
  const outer = (sql: string) => portableSql(sql, columns);
  expect(outer("SELECT 1;")).toBe(
    'SELECT t.c0 AS "n""0", json_format(CAST(t.c1 AS JSON)) AS "n""1", ' +
      'json_format(CAST(transform(t.c2, x0 -> CAST(x0 AT TIME ZONE \'UTC\' AS varchar)) AS JSON)) AS "n""2" ' +
      "FROM (SELECT 1\n) AS t(c0, c1, c2)",
  );
  const ALL = "LIMIT 2147483647";
  expect(outer("SELECT a FROM t ORDER BY a -- limit")).toContain(`-- limit\n${ALL}\n)`);
  expect(outer("SELECT a FROM t ORDER BY a LIMIT 5")).not.toContain(ALL);
  expect(outer("SELECT a FROM (SELECT a FROM t ORDER BY a) ")).not.toContain(ALL);
  expect(outer("SELECT 'ORDER BY' AS a, \"order\" FROM t")).not.toContain(ALL);
});
