import fc from "fast-check";
import { expect, test } from "vitest";
import { describeWindow, formatInstant, parseTime, parseWindow } from "../../../queries/time-window.ts";

const NOW_MS = Date.UTC(2026, 0, 10, 12);

test("default: dates, instants and spans back from now", () => {
  const day = Date.UTC(2026, 0, 5);
  expect(parseTime("2026-01-05", NOW_MS, "--from")).toBe(day);
  expect(parseTime("2026-01-05T10:30", NOW_MS, "--from")).toBe(day + 37_800_000);
  expect(parseTime("2026-01-05T10:30:00.1234567Z", NOW_MS, "--from")).toBe(day + 37_800_123);
  expect(parseTime("2026-01-05 01:00:00+01:00", NOW_MS, "--from")).toBe(day);
  expect(parseTime("24h", NOW_MS, "--from")).toBe(NOW_MS - 86_400_000);
  expect(parseTime("7d", NOW_MS, "--from")).toBe(NOW_MS - 7 * 86_400_000);
});

test("behavior: every instant comes back", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }), (date) => {
      expect(parseTime(formatInstant(date.getTime()), NOW_MS, "--from")).toBe(date.getTime());
    }),
  );
});

test("behavior: the window is open at its end", () => {
  const window = parseWindow("2026-01-05", "2026-01-06", NOW_MS);
  expect(window).toEqual({ fromMs: Date.UTC(2026, 0, 5), toMs: Date.UTC(2026, 0, 6) });
  expect(describeWindow(window)).toBe("2026-01-05T00:00:00Z to 2026-01-06T00:00:00Z");
  expect(describeWindow(parseWindow(null, null, NOW_MS))).toBe("all time");
});

test.each([
  "",
  "yesterday",
  "2026-02-30",
  "2026-13-01",
  "2026-01-05T24:00",
  "2026-01-05T10:00:61Z",
  "2026-01-05T10:00:00+25:00",
  "-7d",
  "7y",
  "1e9d",
  "2026-01-05'; DROP TABLE x",
])("args: %j is no time", (text) => {
  expect(() => parseTime(text, NOW_MS, "--from")).toThrow(expect.objectContaining({ code: "cli.usage" }));
});

test("args: an end that is not after the start", () => {
  for (const [from, to] of [
    ["2026-01-05", "2026-01-05"],
    ["2026-01-06", "2026-01-05"],
    ["1h", "2h"],
  ]) {
    expect(() => parseWindow(from ?? "", to ?? "", NOW_MS)).toThrow(expect.objectContaining({ code: "cli.usage" }));
  }
});
