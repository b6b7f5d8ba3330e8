import { defineConfig } from "vitest/config";

/**
 * Five tiers: `rules` (about the code itself, seconds), `unit` (no network, no servers), `integration` (real servers,
 * foreign readers, chaos), `engines` (a Trino server over the lake's tables) and, by hand, `test/bench`. Unit tests of one machine share its two cores, so files run in
 * two forks at most.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    pool: "forks",
    projects: [
      { test: { name: "rules", include: ["test/rules/**/*.test.ts"], testTimeout: 30_000 } },
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "engines",
          // The cases of saved queries run on DuckDB in the unit tier; here each answer is compared with Trino's as well.
          include: ["test/engines/**/*.test.ts", "test/unit/queries/saved-[!q]*.test.ts"],
          globalSetup: ["test/support/trino-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
