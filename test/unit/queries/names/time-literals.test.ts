import { expect, test } from "vitest";
import { readLakeText, typeTimeLiterals } from "../../../../queries/names/time-literals.ts";

test("default: strings beside eventTime become instants", () => {
  expect(typeTimeLiterals("WHERE eventTime > '2026-01-05 10:00:00' AND eventtime<='2026-01-06'")).toBe(
    "WHERE eventTime > TIMESTAMP '2026-01-05 10:00:00 UTC' AND eventtime<=TIMESTAMP '2026-01-06 00:00:00 UTC'",
  );
  expect(typeTimeLiterals(`x."eventTime" BETWEEN '2026-01-05T10:00Z' AND '2026-01-05 11:00:00.123'`)).toBe(
    `x."eventTime" BETWEEN TIMESTAMP '2026-01-05 10:00:00 UTC' AND TIMESTAMP '2026-01-05 11:00:00.123 UTC'`,
  );
  expect(typeTimeLiterals("'2026-01-05 10:00:00' <= a.eventTime")).toBe(
    "TIMESTAMP '2026-01-05 10:00:00 UTC' <= a.eventTime",
  );
  expect(typeTimeLiterals("eventTime NOT BETWEEN '2026-01-05' AND '2026-01-06'")).toContain(
    "BETWEEN TIMESTAMP '2026-01-05 00:00:00 UTC' AND TIMESTAMP",
  );
});

test("behavior: everything else stays as it is", () => {
  const texts = [
    "eventTime > TIMESTAMP '2026-01-05 10:00:00'",
    "eventTime > from_iso8601_timestamp('2026-01-05T10:00:00Z')",
    "eventName = '2026-01-05' AND eventTime IS NOT NULL",
    "-- eventTime > '2026-01-05'\nSELECT 'eventTime > ''2026-01-05'''",
    "eventTime > '2026-01-05 x'",
    "eventTime > '2026-01-05'' OR 1=1'",
    "eventTime || '2026-01-05'",
    "eventTime >",
    "eventTime BETWEEN",
    "'2026-01-05' = ",
    "= eventTime",
    "",
  ];
  for (const text of texts) expect(typeTimeLiterals(text)).toBe(text);
});

test("behavior: a literal between two names is written once", () => {
  expect(typeTimeLiterals("eventTime = '2026-01-05' = eventTime")).toBe(
    "eventTime = TIMESTAMP '2026-01-05 00:00:00 UTC' = eventTime",
  );
});

test("behavior: only texts that name the lake's view are changed", () => {
  expect(readLakeText("SELECT 1 FROM x WHERE eventTime > '2026-01-05'")).not.toContain("TIMESTAMP");
  expect(readLakeText("SELECT 1 FROM Cloudtrail_Lake WHERE eventTime > '2026-01-05'")).toContain("TIMESTAMP");
  expect(readLakeText("SELECT 1 FROM \"cloudtrail_lake\" WHERE eventTime > '2026-01-05'")).toContain("TIMESTAMP");
});
