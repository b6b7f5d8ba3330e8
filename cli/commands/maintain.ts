import { usageError } from "../../core/errors.ts";
import { dropAbandoned } from "../../ingest/intent.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { compactionProgress } from "../compaction-progress.ts";
import { MAINTENANCE_STEPS, type MaintenanceStep, maintainTable, retentionTables } from "../maintenance.ts";
import { ProgressDisplay } from "../progress.ts";
import { readRetentionRules } from "../retention-rules.ts";
import { lockDataFolder, makeSpillFolder, openEngine, openLake } from "../wire.ts";

/** `logkeep maintain`. */
export const maintainCommand: Command = {
  description:
    "Keeps the tables fit, in this order: compact (small files of days that are over become files by day and account), " +
    "retention (days that are older than the retention file says leave their table, but for accounts under legal " +
    "hold), manifests (merges lists of files), expire (forgets old snapshots, tagged ones never), orphans (removes files that nothing " +
    "has needed for a day). May run beside ingest and queries, as often as wanted; an interrupted run goes on with the next.",
  arguments: [],
  options: [
    { kind: "flag", flags: "--dry-run", help: "say what would be done, and change nothing" },
    { kind: "choice", flags: "--only <step>", help: "one step alone", choices: MAINTENANCE_STEPS },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep maintain", "logkeep maintain --dry-run", "logkeep maintain --only compact --data /srv/logkeep"],
  run: async (call, context) => {
    const { config, clock, stdout, signal } = context;
    const steps = stepsOf(call.text("only"));
    const dryRun = call.flag("dry-run");
    const rules = await readRetentionRules(config, retentionTables());
    const lake = await openLake(config, clock);
    const tables = await lake.catalog.list();
    if (tables.length === 0) {
      await stdout.write("nothing to maintain: the data folder has no tables yet\n");
      return 0;
    }
    await using _held = dryRun ? null : await lockDataFolder(config, clock, "maintenance");
    if (!dryRun) await makeSpillFolder(config);
    const engine = dryRun || !steps.includes("compact") ? null : await openEngine(config);
    const interrupt = () => engine?.interrupt();
    signal.addEventListener("abort", interrupt);
    const progress = new ProgressDisplay(context.stderr, clock);
    const ports = { lake, engine, rules, display: compactionProgress(progress) };
    try {
      if (!dryRun && steps.includes("orphans")) await dropAbandoned(lake);
      for (const table of tables) {
        const done: string[] = [];
        for (const step of steps) {
          signal.throwIfAborted();
          const line = await maintainTable(step, table, dryRun, context, ports);
          if (line !== null) done.push(line);
        }
        await progress.end();
        await stdout.write(`${table}: ${done.length === 0 ? "nothing to do" : done.join("; ")}\n`);
      }
      return 0;
    } catch (thrown) {
      // Whatever an interrupted step failed with, the reason is the interruption.
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      signal.removeEventListener("abort", interrupt);
      await progress.end();
      engine?.close();
    }
  },
};

function stepsOf(only: string | null): readonly MaintenanceStep[] {
  if (only === null) return MAINTENANCE_STEPS;
  const step = MAINTENANCE_STEPS.find((each) => each === only);
  if (step === undefined) throw usageError("there is no such step", "logkeep maintain --help", { step: only });
  return [step];
}
