import { compactTable } from "../../lake/compact.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { compactionLine, compactionProgress } from "../compaction-progress.ts";
import { ProgressDisplay } from "../progress.ts";
import { lockDataFolder, makeSpillFolder, openEngine, openLake } from "../wire.ts";

/** `logkeep compact`. */
export const compactCommand: Command = {
  description:
    "Merges each table's small files into files by day and account at once, days that are still filling up included. " +
    "Ingest and queries may run meanwhile. `logkeep maintain` does it for days that are over, and cleans up after it.",
  arguments: [],
  options: [LAKE_OPTION, DATA_OPTION],
  examples: ["logkeep compact", "logkeep compact --data /srv/logkeep"],
  run: async (_call, context) => {
    const { config, clock, signal } = context;
    const lake = await openLake(config, clock);
    const tables = await lake.catalog.list();
    if (tables.length === 0) {
      await context.stdout.write("nothing to compact: the data folder has no tables yet\n");
      return 0;
    }
    await using _held = await lockDataFolder(config, clock, "maintenance");
    await makeSpillFolder(config);
    const engine = await openEngine(config);
    const interrupt = () => engine.interrupt();
    signal.addEventListener("abort", interrupt);
    const progress = new ProgressDisplay(context.stderr, clock);
    const onProgress = compactionProgress(progress).show;
    const options = { targetFileBytes: config.targetFileMb * 1_048_576, signal, onProgress };
    try {
      for (const id of tables) {
        const result = await compactTable(id, options, { ...lake, engine });
        await progress.end();
        context.log.info("table.compacted", { table: id, ...result });
        await context.stdout.write(`${id}: ${result.tasks === 0 ? "nothing to do" : compactionLine(result)}\n`);
      }
      return 0;
    } catch (thrown) {
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      signal.removeEventListener("abort", interrupt);
      await progress.end();
      engine.close();
    }
  },
};
