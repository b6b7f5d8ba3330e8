import { usageError } from "../../core/errors.ts";
import { relocateTable } from "../../lake/relocate.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { lockDataFolder, openLake } from "../wire.ts";

/** `logkeep relocate`. */
export const relocateCommand: Command = {
  description:
    "Makes a lake readable where it lies now, after its folder was moved, renamed or copied: Iceberg's paths are " +
    "absolute. Writes the metadata anew and leaves the data as it is; tables that name this place already are left " +
    "alone, so an interrupted run goes on with the next. Nothing else may use the data folder meanwhile.",
  arguments: [],
  options: [
    { kind: "flag", flags: "--dry-run", help: "check that all files have come along, and change nothing" },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["mv .logkeep /srv/logkeep && logkeep relocate --data /srv/logkeep", "logkeep relocate --dry-run"],
  run: async (call, context) => {
    const { config, clock, stdout } = context;
    if (config.lakeGlueDatabase !== null) {
      throw usageError(
        "a lake that Glue names cannot be relocated",
        "make the tables anew in the new place: Glue keeps the old one's names",
      );
    }
    const dryRun = call.flag("dry-run");
    // Whoever writes or maintains has to end first: a commit between would name the old place again.
    await using _writer = dryRun ? null : await lockDataFolder(config, clock);
    await using _maintenance = dryRun ? null : await lockDataFolder(config, clock, "maintenance");
    const lake = await openLake(config, clock);
    const tables = await lake.catalog.list();
    if (tables.length === 0) await stdout.write("nothing to relocate: the data folder has no tables yet\n");
    for (const table of tables) {
      context.signal.throwIfAborted();
      const { fromUri, snapshots, manifests, files } = await relocateTable(table, lake, { dryRun });
      const line =
        fromUri === null
          ? "nothing to do"
          : `${dryRun ? "can be" : ""} relocated from ${fromUri} (${snapshots} snapshots, ${manifests} manifests, ${files} files)`;
      await stdout.write(`${table}: ${line.trim()}\n`);
    }
    return 0;
  },
};
