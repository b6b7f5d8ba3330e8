import { recoverIntents } from "../../ingest/intent.ts";
import { expireSnapshots, removeOrphans } from "../../lake/clean.ts";
import { compactTable } from "../../lake/compact.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { lockDataFolder, makeSpillFolder, openEngine, openLake } from "../wire.ts";

/** How far back a table can be read as it was. Files that only older snapshots need go. */
const KEEP_SNAPSHOTS_MS = 7 * 86_400_000;
/** A query that runs meanwhile reads the files of its snapshot; it is given this long. */
const KEEP_ORPHANS_MS = 3_600_000;

/** `logkeep compact`. */
export const compactCommand: Command = {
  description:
    "Merges each table's small files into files by day and account, and removes files that nothing has needed for seven " +
    "days. Queries may run meanwhile; ingest may not.",
  arguments: [],
  options: [LAKE_OPTION, DATA_OPTION],
  examples: ["logkeep compact", "logkeep compact --data /srv/logkeep"],
  run: async (_call, context) => {
    const lake = await openLake(context.config, context.clock);
    const tables = await lake.catalog.list();
    if (tables.length === 0) {
      await context.stdout.write("nothing to compact: the data folder has no tables yet\n");
      return 0;
    }
    await using _held = await lockDataFolder(context.config, context.clock);
    await makeSpillFolder(context.config);
    // An open intent is decided by the snapshots, which are about to be thinned out.
    await recoverIntents(lake, () => undefined);
    const engine = await openEngine(context.config);
    const interrupt = () => engine.interrupt();
    context.signal.addEventListener("abort", interrupt);
    try {
      for (const id of tables) {
        const result = await compactTable(id, { signal: context.signal }, { ...lake, engine });
        await expireSnapshots(id, context.clock.now() - KEEP_SNAPSHOTS_MS, lake);
        const beforeMs = context.clock.now() - KEEP_ORPHANS_MS;
        const removed = await removeOrphans(id, { beforeMs, protectedPrefixes: [] }, lake);
        context.log.info("table.compacted", { table: id, ...result, removed: removed.length });
        const { filesBefore, filesAfter, rows } = result;
        const line =
          filesBefore === 0
            ? "nothing to do"
            : `${filesBefore} files became ${filesAfter} (by day and account), ${rows} rows`;
        await context.stdout.write(`${id}: ${line}\n`);
      }
      return 0;
    } finally {
      context.signal.removeEventListener("abort", interrupt);
      engine.close();
    }
  },
};
