/**
 * A plan in; leave to run it, or a refusal, out. A query over the budget stops before it starts: nothing was read, and
 * nothing is billed. On Athena the workgroup's own limit of scanned bytes is the second wall.
 */
import type { Clock } from "../../core/clock.ts";
import { type Facts, LogkeepError, type Retry } from "../../core/errors.ts";
import type { QueryUsage } from "../../core/query-usage.ts";
import { nearestName } from "../nearest-name.ts";
import { bytesText } from "./describe-plan.ts";
import type { QueryPlan } from "./plan.ts";

/** What a query, and what a user may take. Null: no limit. */
export interface Budget {
  readonly queryBytes: number | null;
  readonly dayBytes: number | null;
}

/** A query that may run. */
export interface GrantedQuery {
  /** Tells what the engine really scanned, where it says so. */
  settle(scannedBytes: number): Promise<void>;
}

/**
 * Refuses a query on Athena that reads logs without a bound of time, or tables whose cost is not known, unless `allTime`
 * was asked for. Throws `query.unbounded`, with the bound to add, and `query.unknown-table`, with the name that is meant.
 */
export function checkBound(plan: QueryPlan, allTime: boolean, tables: readonly string[]): void {
  if (allTime || plan.engine !== "athena") return;
  const [unknown] = plan.unknown;
  if (unknown !== undefined) throw unknownTable(plan.unknown, nearestName(unknown, tables));
  if (plan.unbounded.length === 0) return;
  throw new LogkeepError({
    code: "query.unbounded",
    message: "the query reads logs without a bound of time, and Athena bills what it reads",
    facts: { tables: plan.unbounded.join(", "), bytes: plan.scannedBytes, usd: plan.priceUsd },
    hint: "add --from 24h, --from 2026-01-05, or a condition on the table's time; --all-time asks for everything",
  });
}

function unknownTable(names: readonly string[], nearest: string | null): LogkeepError {
  return new LogkeepError({
    code: "query.unknown-table",
    message: "the query reads a table that the lake does not have, and what that costs is not known",
    facts: { tables: names.join(", ") },
    hint: `${nearest === null ? "`logkeep tables` lists the tables" : `did you mean ${nearest}?`} --all-time runs it as it is`,
  });
}

/** The line for standard error about logs that DuckDB reads without a bound of time; null where there is nothing to say. */
export function boundWarning(plan: QueryPlan, allTime: boolean): string | null {
  if (allTime || plan.engine === "athena" || plan.unbounded.length === 0) return null;
  return `no bound of time on ${plan.unbounded.join(", ")}: ${bytesText(plan.scannedBytes)} are read; add --from, or --all-time to say that it is meant`;
}

/**
 * Takes a plan's bytes from the budgets of the query and of the user's day (UTC). Throws `query.over-budget`, to be tried
 * again later where only this day is used up. Where there is no limit for the day, nothing is noted.
 */
export async function takeBudget(
  plan: QueryPlan,
  budget: Budget,
  user: string,
  ports: { readonly usage: QueryUsage; readonly clock: Clock },
): Promise<GrantedQuery> {
  const bytes = plan.engine === "athena" ? plan.billedBytes : plan.scannedBytes;
  if (budget.queryBytes !== null && bytes > budget.queryBytes) {
    throw overBudget("the query would read more than a query may", { bytes, budget: budget.queryBytes }, "never");
  }
  if (budget.dayBytes === null) return { settle: async () => undefined };
  const day = new Date(ports.clock.now()).toISOString().slice(0, 10);
  const { isGranted, usedBytes } = await ports.usage.take({ user, day, bytes, limitBytes: budget.dayBytes });
  if (!isGranted) {
    const facts = { bytes, used: usedBytes, budget: budget.dayBytes, user, day };
    const least = bytes > budget.dayBytes ? "never" : "later";
    throw overBudget("the query would take more than is left of the user's bytes of this day", facts, least);
  }
  return { settle: (scannedBytes) => ports.usage.correct(user, day, scannedBytes - bytes) };
}

function overBudget(message: string, facts: Facts, retry: Retry): LogkeepError {
  return new LogkeepError({
    code: "query.over-budget",
    message,
    facts,
    retry,
    hint:
      "--dry-run shows what it reads; narrow it with --from, --to, --account or fewer columns, or raise " +
      "LOGKEEP_QUERIES_BUDGET_BYTES or LOGKEEP_QUERIES_BUDGET_DAY_BYTES",
  });
}
