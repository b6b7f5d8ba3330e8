/** How a run of tests ended. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Nothing ran yet. */
export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/** Both runs as one. */
export function addCounts(left: TestCounts, right: TestCounts): TestCounts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

/** `N passed, N failed`, then how many were skipped if any were: the last line of a run, for people and programs. */
export function summaryLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Whether a run may be called green: a run in which nothing ran proves nothing. */
export function isGreen({ passed, failed }: TestCounts): boolean {
  return failed === 0 && passed > 0;
}

/** A message of the test runner's process as counts; null where it is something else. */
export function parseCounts(message: unknown): TestCounts | null {
  if (typeof message !== "object" || message === null || !("testCounts" in message)) return null;
  const counts = message.testCounts;
  if (typeof counts !== "object" || counts === null) return null;
  if (!("passed" in counts && "failed" in counts && "skipped" in counts)) return null;
  return { passed: Number(counts.passed), failed: Number(counts.failed), skipped: Number(counts.skipped) };
}
