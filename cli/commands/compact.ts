import { compactTable } from "../../lake/compact.ts";
import { type Command, DATA_OPTION } from "../command.ts";
import { lockDataFolder, makeSpillFolder, openEngine, openLake } from "../wire.ts";

/** `logkeep compact`. */
export const compactCommand: Command = {
  description:
    "Merges each table's small files into files by day and account. Queries may run meanwhile; ingest may not.",
  arguments: [],
  options: [DATA_OPTION],
  examples: ["logkeep compact", "logkeep compact --data /srv/logkeep"],
  run: async (_call, context) => {
    const lake = openLake(context.config.dataFolder, context.clock);
    const tables = await lake.catalog.list();
    if (tables.length === 0) {
      await context.stdout.write("nothing to compact: the data folder has no tables yet\n");
      return 0;
    }
    await using _held = await lockDataFolder(context.config);
    await makeSpillFolder(context.config);
    const engine = await openEngine(context.config);
    const interrupt = () => engine.interrupt();
    context.signal.addEventListener("abort", interrupt);
    try {
      for (const id of tables) {
        const result = await compactTable(id, { signal: context.signal }, { ...lake, engine });
        context.log.info("table.compacted", { table: id, ...result });
        const { filesBefore, filesAfter, rows } = result;
        const line = filesBefore === 0 ? "nothing to do" : `${filesBefore} files became ${filesAfter}, ${rows} rows`;
        await context.stdout.write(`${id}: ${line}\n`);
      }
      return 0;
    } finally {
      context.signal.removeEventListener("abort", interrupt);
      engine.close();
    }
  },
};
