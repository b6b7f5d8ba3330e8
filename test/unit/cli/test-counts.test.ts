import { expect, test } from "vitest";
import { addCounts, isGreen, NO_TESTS, parseCounts, summaryLine } from "../../../cli/test-counts.ts";

test("default: the last line names skipped tests only where there are some", () => {
  expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(summaryLine({ passed: 12, failed: 1, skipped: 3 })).toBe("12 passed, 1 failed, 3 skipped");
});

test("behavior: a run in which nothing ran is not green", () => {
  expect(isGreen(NO_TESTS)).toBe(false);
  expect(isGreen({ ...NO_TESTS, skipped: 5 })).toBe(false);
  expect(isGreen(addCounts({ ...NO_TESTS, passed: 1 }, { ...NO_TESTS, failed: 1 }))).toBe(false);
  expect(isGreen({ passed: 1, failed: 0, skipped: 5 })).toBe(true);
});

test("args: other messages of the runner are no counts", () => {
  expect(parseCounts({ testCounts: { passed: 1, failed: 0, skipped: 2 } })).toEqual({
    passed: 1,
    failed: 0,
    skipped: 2,
  });
  for (const message of [null, 1, "x", {}, { testCounts: null }, { testCounts: { passed: 1 } }]) {
    expect(parseCounts(message)).toBeNull();
  }
});
