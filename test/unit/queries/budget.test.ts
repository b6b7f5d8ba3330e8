import { expect, test } from "vitest";
import { exitCodeOf } from "../../../cli/render-error.ts";
import { isLogkeepError, LogkeepError } from "../../../core/errors.ts";
import type { QueryUsage, UsageShare } from "../../../core/query-usage.ts";
import { boundWarning, checkBound, takeBudget } from "../../../queries/plan/budget.ts";
import type { QueryPlan } from "../../../queries/plan/plan.ts";

const PLAN: QueryPlan = {
  engine: "duckdb",
  scans: [],
  predicates: [],
  scannedBytes: 1000,
  billedBytes: 10_485_760,
  priceUsd: 0.00005,
  unbounded: [],
  unknown: [],
  notes: [],
};
const TABLES = ["cloudtrail", "vpc_flow"];
const clock = { now: () => Date.UTC(2026, 0, 5, 23, 59), sleep: async () => undefined };

function usage(isGranted: boolean) {
  const shares: UsageShare[] = [];
  const corrections: number[] = [];
  const port: QueryUsage = {
    take: async (share) => {
      shares.push(share);
      return { isGranted, usedBytes: 500 };
    },
    correct: async (_user, _day, bytes) => void corrections.push(bytes),
  };
  return { port, shares, corrections };
}

const take = (plan: QueryPlan, budget: { queryBytes: number | null; dayBytes: number | null }, port: QueryUsage) =>
  takeBudget(plan, budget, "alice", { usage: port, clock });

test("default: without budgets nothing is noted", async () => {
  const { port, shares } = usage(false);
  await (await take(PLAN, { queryBytes: null, dayBytes: null }, port)).settle(5);
  expect(shares).toEqual([]);
});

test("behavior: a day's share is taken before the query and settled after it", async () => {
  const { port, shares, corrections } = usage(true);
  const granted = await take({ ...PLAN, engine: "athena" }, { queryBytes: null, dayBytes: 1e9 }, port);
  expect(shares).toEqual([{ user: "alice", day: "2026-01-05", bytes: 10_485_760, limitBytes: 1e9 }]);
  await granted.settle(485_760);
  expect(corrections).toEqual([-10_000_000]);
});

test("behavior: a table that the lake does not have is refused on Athena by its name, unless it is meant", () => {
  const here = { ...PLAN, unknown: ["clodtrail"] };
  const there = { ...here, engine: "athena" as const };
  const thrown = (() => {
    try {
      return checkBound(there, false, TABLES);
    } catch (cause) {
      return cause;
    }
  })();
  expect(isLogkeepError(thrown, "query.unknown-table") && thrown.hint).toContain("did you mean cloudtrail?");
  expect(exitCodeOf(thrown)).toBe(2);
  expect(() => checkBound(there, true, TABLES)).not.toThrow();
  // DuckDB says so itself, and nothing is billed.
  expect(() => checkBound(here, false, TABLES)).not.toThrow();
});

test("error: exit codes: what can never run as it stands is wrong usage, what may run tomorrow is not", async () => {
  const thrownBy = (budget: { queryBytes: number | null; dayBytes: number | null }) =>
    take(PLAN, budget, usage(false).port).catch((cause: unknown) => cause);
  expect(exitCodeOf(await thrownBy({ queryBytes: 999, dayBytes: null }))).toBe(2);
  expect(exitCodeOf(await thrownBy({ queryBytes: null, dayBytes: 999 }))).toBe(2);
  expect(exitCodeOf(await thrownBy({ queryBytes: null, dayBytes: 1200 }))).toBe(1);
  expect(exitCodeOf(new LogkeepError({ code: "query.unbounded", message: "x" }))).toBe(2);
});

test("error: over a query's budget, nothing is taken from the day's", async () => {
  const { port, shares } = usage(true);
  const thrown = await take(PLAN, { queryBytes: 999, dayBytes: 1e9 }, port).catch((cause: unknown) => cause);
  expect(isLogkeepError(thrown, "query.over-budget") && thrown.hint).toContain("--dry-run");
  expect(shares).toEqual([]);
  await take(PLAN, { queryBytes: 1000, dayBytes: null }, port);
});

test("error: over the user's budget of the day, the facts tell how much was taken", async () => {
  const thrown = await take(PLAN, { queryBytes: null, dayBytes: 1200 }, usage(false).port).catch(
    (cause: unknown) => cause,
  );
  expect(isLogkeepError(thrown, "query.over-budget") && thrown.facts).toEqual({
    bytes: 1000,
    used: 500,
    budget: 1200,
    user: "alice",
    day: "2026-01-05",
  });
});

test("behavior: without a bound of time Athena is refused and DuckDB warned, unless it is meant", () => {
  const here = { ...PLAN, unbounded: ["cloudtrail"] };
  const there = { ...here, engine: "athena" as const };
  expect(() => checkBound(there, false, TABLES)).toThrow("without a bound of time");
  expect(() => checkBound(there, true, TABLES)).not.toThrow();
  expect(() => checkBound(here, false, TABLES)).not.toThrow();
  expect(boundWarning(here, false)).toContain("--from");
  expect(boundWarning(here, true)).toBeNull();
  expect(boundWarning(there, false)).toBeNull();
  expect(boundWarning(PLAN, false)).toBeNull();
});
