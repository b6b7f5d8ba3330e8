import { userInfo } from "node:os";
import type { QueryEngineName } from "../core/config.ts";
import { LogkeepError, usageError } from "../core/errors.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import { toTerminalText } from "../core/terminal-text.ts";
import type { Lake } from "../lake/catalog.ts";
import type { Question } from "../queries/ask.ts";
import { checkAthenaText } from "../queries/athena/check-text.ts";
import { athenaTables } from "../queries/athena/snapshot-ctes.ts";
import { checkStatement } from "../queries/check-statement.ts";
import type { LakeState } from "../queries/lake-state.ts";
import { boundWarning, checkBound, type GrantedQuery, takeBudget } from "../queries/plan/budget.ts";
import { describePlan, planJson } from "../queries/plan/describe-plan.ts";
import { planQuery } from "../queries/plan/plan-query.ts";
import type { CommandCall, CommandContext, CommandOption } from "./command.ts";
import { openUsage } from "./wire.ts";

/** `--dry-run`, `--all-time`. */
export const PLAN_OPTIONS: readonly CommandOption[] = [
  {
    kind: "flag",
    flags: "--dry-run",
    help: "show what the query would read and cost, and run nothing (table or json)",
  },
  { kind: "flag", flags: "--all-time", help: "read logs without a bound of time: Athena refuses it otherwise" },
];

/** What was asked of the planner. */
export interface PlanningOptions {
  readonly isDryRun: boolean;
  readonly allTime: boolean;
}

/** Reads the options above. Throws `cli.usage`. */
export function readPlanOptions(call: CommandCall): PlanningOptions {
  const isDryRun = call.flag("dry-run");
  const format = call.text("format") ?? "table";
  if (isDryRun && (call.text("out") !== null || !["table", "json"].includes(format))) {
    throw usageError("a plan is written to standard output as table or json");
  }
  if (isDryRun && call.text("completeness") !== null) {
    throw usageError("a plan has no completeness: nothing is read", "leave --dry-run or --completeness out");
  }
  return { isDryRun, allTime: call.flag("all-time") };
}

/**
 * Plans a question before it runs: null after a dry run, which has written the plan; else leave to run. Throws
 * `query.unbounded`, `query.unknown-table`, `query.over-budget`, or `cli.usage` for a text that would not run.
 */
export async function planAnswer(
  question: Question & PlanningOptions & { readonly engine: QueryEngineName; readonly format: string },
  ports: { readonly lake: Lake; readonly state: LakeState; readonly local: SqlEngine },
  context: CommandContext,
): Promise<GrantedQuery | null> {
  const { config, clock, stdout, stderr } = context;
  if (question.engine === "athena") checkAthenaText(question.sql, athenaTables(question.sources));
  else await checkStatement(question.sql, ports.local);
  const request = { ...question, usdPerTb: config.athenaUsdPerTb, isDetailed: question.isDryRun };
  const plan = await planQuery(request, ports.state, ports.lake.store, ports.local);
  if (question.isDryRun) {
    await stdout.write(question.format === "json" ? `${planJson(plan)}\n` : describePlan(plan));
    return null;
  }
  checkBound(plan, question.allTime, athenaTables(question.sources));
  const warning = boundWarning(plan, question.allTime);
  if (warning !== null) await stderr.write(`${toTerminalText(warning, 400)}\n`);
  const budget = { queryBytes: config.budgetBytes, dayBytes: config.budgetDayBytes };
  return takeBudget(plan, budget, userName(), { usage: await openUsage(config), clock });
}

/** Who asks. An account without a name, as containers have them, is known by its number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    const uid = process.getuid?.();
    if (uid !== undefined) return `uid-${uid}`;
    throw new LogkeepError({ code: "usage.no-user", message: "the system does not tell who asks", cause });
  }
}
