/**
 * Maintenance as a command does it: the steps in their order, table by table. Each step may be killed anywhere and run
 * again, and may run beside an ingest and readers (ADR 018). The caller holds the data folder for maintenance.
 */
import { FINDINGS_TABLE } from "../core/finding.ts";
import { REJECTS_TABLE } from "../core/ledger.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import { readOpenIntents } from "../ingest/intent.ts";
import { SOURCES } from "../ingest/sources.gen.ts";
import type { Lake } from "../lake/catalog.ts";
import { sweepOrphans } from "../lake/clean.ts";
import { compactTable, planTasks } from "../lake/compact.ts";
import { expireSnapshots, planTableExpiry } from "../lake/expire.ts";
import { deleteExpired, planTableRetention } from "../lake/retention.ts";
import { planManifests, rewriteManifests } from "../lake/rewrite-manifests.ts";
import type { CommandContext } from "./command.ts";
import { type CompactionProgressDisplay, compactionLine } from "./compaction-progress.ts";
import { heldAccounts, type RetentionRules } from "./retention-rules.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The steps, in the order in which they help each other: what is compacted can be deleted by account, and so on. */
export const MAINTENANCE_STEPS = ["compact", "retention", "manifests", "expire", "orphans"] as const;

/** One of them. */
export type MaintenanceStep = (typeof MAINTENANCE_STEPS)[number];

/** What the steps need. Without an engine, compaction can only be planned. */
export interface MaintenancePorts {
  readonly lake: Lake;
  readonly engine: SqlEngine | null;
  readonly rules: RetentionRules;
  readonly display: CompactionProgressDisplay | null;
}

/**
 * Tables whose rows may be deleted by age. The ledger is none of them: what it forgets would be ingested again; neither
 * are the deliveries, without which alerts would be sent again.
 */
export function retentionTables(): readonly string[] {
  return [...SOURCES.map(({ id }) => id), FINDINGS_TABLE.id, REJECTS_TABLE.id];
}

/** Does one step for one table, or with `dryRun` only says what it would do. Null where there is nothing to do. */
export async function maintainTable(
  step: MaintenanceStep,
  table: string,
  dryRun: boolean,
  context: CommandContext,
  ports: MaintenancePorts,
): Promise<string | null> {
  switch (step) {
    case "compact":
      return compact(table, dryRun, context, ports);
    case "retention":
      return retain(table, dryRun, ports);
    case "manifests": {
      const plan = dryRun ? await planManifests(table, ports.lake) : await rewriteManifests(table, ports.lake);
      return plan.before === plan.after ? null : `manifests: ${plan.before} ${become(dryRun)} ${plan.after}`;
    }
    case "expire":
      return expire(table, dryRun, context, ports);
    case "orphans":
      return sweep(table, dryRun, context, ports);
    default:
      return unreachable(step);
  }
}

async function compact(
  table: string,
  dryRun: boolean,
  context: CommandContext,
  { lake, engine, display }: MaintenancePorts,
): Promise<string | null> {
  const { config, signal } = context;
  const options = {
    targetFileBytes: config.targetFileMb * 1_048_576,
    untilMs: context.clock.now() - config.settleHours * HOUR_MS,
    fillingFiles: config.fillingFiles,
  };
  if (dryRun || engine === null) {
    const tasks = await planTasks(table, options, lake);
    const files = tasks.reduce((sum, task) => sum + task.files.length, 0);
    const rows = tasks.reduce((sum, task) => sum + task.rowCount, 0);
    return files === 0 ? null : `compact: ${files} files would be rewritten, ${rows} rows`;
  }
  const onProgress = display?.show.bind(display);
  const progress = onProgress === undefined ? {} : { onProgress };
  const result = await compactTable(table, { ...options, ...progress, signal }, { ...lake, engine });
  context.log.info("table.compacted", { table, ...result });
  return result.tasks === 0 ? null : `compact: ${compactionLine(result)}`;
}

async function retain(table: string, dryRun: boolean, { lake, rules }: MaintenancePorts): Promise<string | null> {
  const keepDays = rules.keepDays.get(table);
  if (keepDays === undefined) return null;
  const options = { keepDays, heldAccounts: heldAccounts(rules, table) };
  const plan = dryRun ? await planTableRetention(table, options, lake) : await deleteExpired(table, options, lake);
  const rows = (files: readonly { readonly rowCount: number }[]) => files.reduce((sum, file) => sum + file.rowCount, 0);
  const parts = [
    ...(plan.expired.length === 0
      ? []
      : [`${rows(plan.expired)} rows older than ${keepDays} days ${dryRun ? "would be" : "were"} deleted`]),
    ...(plan.held.length === 0 ? [] : [`${rows(plan.held)} kept under legal hold`]),
    ...(plan.mixed.length === 0 ? [] : [`${rows(plan.mixed)} wait to be compacted by account`]),
  ];
  return parts.length === 0 ? null : `retention: ${parts.join(", ")}`;
}

async function expire(
  table: string,
  dryRun: boolean,
  { config, clock }: CommandContext,
  { lake }: MaintenancePorts,
): Promise<string | null> {
  const options = {
    currentSinceMs: clock.now() - config.snapshotDays * DAY_MS,
    keepNewest: config.snapshotCount,
    batches: (await readOpenIntents(lake.store)).batches,
  };
  const count = dryRun
    ? (await planTableExpiry(table, options, lake)).length
    : await expireSnapshots(table, options, lake);
  return count === 0 ? null : `expire: ${count} snapshots ${dryRun ? "would go" : "went"}`;
}

async function sweep(
  table: string,
  dryRun: boolean,
  { config }: CommandContext,
  { lake }: MaintenancePorts,
): Promise<string | null> {
  const readProtected = async () => (await readOpenIntents(lake.store)).paths;
  const options = { ageMs: config.orphanHours * HOUR_MS, readProtected, dryRun };
  const { removed, waiting } = await sweepOrphans(table, options, lake);
  if (removed.length + waiting.length === 0) return null;
  return (
    `orphans: ${removed.length} files ${dryRun ? "would be" : "were"} removed,` +
    ` ${waiting.length} wait until nothing has needed them for ${config.orphanHours} hours`
  );
}

function become(dryRun: boolean): string {
  return dryRun ? "would become" : "became";
}

function unreachable(step: never): never {
  throw new TypeError(`unknown step ${String(step)}`);
}
