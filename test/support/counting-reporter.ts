import type { Reporter, TestModule } from "vitest/node";
import type { TestCounts } from "../../cli/test-counts.ts";

/**
 * Stands beside vitest's own reporter: tells the process that started the run how it ended, and people why tests were
 * skipped. A file that does not load, a failed hook and an error outside of any test count as a failure each, since
 * they hide tests.
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 } satisfies TestCounts;
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "pending") counts.failed += 1;
        else counts[result.state] += 1;
        if (result.state !== "skipped") continue;
        // Without a note, the test's file printed the reason when it was loaded.
        console.log(`skipped: ${module.relativeModuleId} > ${test.fullName}${result.note ? `: ${result.note}` : ""}`);
      }
    }
    process.send?.({ testCounts: counts });
  }
}
