import { join } from "node:path";
import { integer, type OptionDefinition, path } from "./config-option.ts";

/** What is configured about the upkeep of tables. */
export interface MaintenanceConfig {
  readonly targetFileMb: number;
  readonly settleHours: number;
  readonly fillingFiles: number;
  readonly retentionFile: string;
  readonly snapshotDays: number;
  readonly snapshotCount: number;
  readonly orphanHours: number;
}

/** Its options. */
export const MAINTENANCE_OPTIONS: {
  readonly [Name in keyof MaintenanceConfig]: OptionDefinition<MaintenanceConfig[Name]>;
} = {
  targetFileMb: {
    env: "LOGKEEP_MAINTENANCE_TARGET_FILE_MB",
    help: "Size that compaction gives files, where a day and account has that much",
    schema: integer(1, 10_240),
    fallback: () => 256,
  },
  settleHours: {
    env: "LOGKEEP_MAINTENANCE_SETTLE_HOURS",
    help: "Hours after a day's end until `maintain` compacts it: most late records have come by then",
    schema: integer(0, 8760),
    fallback: () => 24,
  },
  fillingFiles: {
    env: "LOGKEEP_MAINTENANCE_FILLING_FILES",
    help: "Small files from which on `maintain` compacts a day before that",
    schema: integer(2, 1_000_000),
    fallback: () => 500,
  },
  retentionFile: {
    env: "LOGKEEP_MAINTENANCE_RETENTION_FILE",
    help: "YAML with keep_days for each table, and legal_hold. Default: retention.yaml in the data folder, if any",
    schema: path,
    fallback: (dataFolder) => join(dataFolder, "retention.yaml"),
  },
  snapshotDays: {
    env: "LOGKEEP_MAINTENANCE_SNAPSHOT_DAYS",
    help: "Days that tables can be read as they were; a tagged snapshot stays for as long as its tag",
    schema: integer(0, 36_500),
    fallback: () => 7,
  },
  snapshotCount: {
    env: "LOGKEEP_MAINTENANCE_SNAPSHOTS",
    help: "Newest snapshots that stay however old they are",
    schema: integer(1, 200),
    fallback: () => 10,
  },
  orphanHours: {
    env: "LOGKEEP_MAINTENANCE_ORPHAN_HOURS",
    help: "Hours that nothing must have needed a file before it is removed; longer than any query or batch takes",
    schema: integer(1, 8760),
    fallback: () => 24,
  },
};
