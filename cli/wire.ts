/**
 * The only place where adapters are built and bound to ports. Adapters that few commands need are loaded by those
 * commands alone.
 */
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { localLakeStore } from "../adapters/local-lake-store.ts";
import { openPinoLog } from "../adapters/pino-log.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { Clock } from "../core/clock.ts";
import type { Config, LogLevel } from "../core/config.ts";
import type { HeldDataFolder } from "../core/data-folder-lock.ts";
import type { Log } from "../core/log.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { Lake } from "../lake/catalog.ts";
import { fileCatalog } from "../lake/file-catalog.ts";

/** The system's clock. */
export function openClock(): Clock {
  return systemClock();
}

/** Our own log, on standard error. */
export function openLog(level: LogLevel): Log {
  return openPinoLog(level);
}

/** The lake's folder in a data folder. */
export function lakeFolder(dataFolder: string): string {
  return join(dataFolder, "lake");
}

/** The lake of a data folder. Opening it changes nothing. */
export function openLake(dataFolder: string, clock: Clock): Lake {
  const store = localLakeStore(lakeFolder(dataFolder));
  return { store, catalog: fileCatalog(store), clock };
}

/** A SQL engine with the configured limits. Its caller closes it. */
export async function openEngine(config: Config): Promise<SqlEngine> {
  const { openDuckDb } = await import("../adapters/duckdb.ts");
  return openDuckDb({
    threads: config.engineThreads ?? availableParallelism(),
    memoryLimitBytes: config.engineMemoryMb * 1_048_576,
    spillFolder: config.engineSpillFolder,
  });
}

/** Takes the data folder for writing. Throws `data.locked` or `data.unwritable`. */
export async function lockDataFolder(config: Config): Promise<HeldDataFolder> {
  const { acquireDataFolder } = await import("../adapters/data-folder-lock.ts");
  return acquireDataFolder(config.dataFolder);
}

/** Makes the folder that the engine spills into. */
export async function makeSpillFolder(config: Config): Promise<void> {
  await mkdir(config.engineSpillFolder, { recursive: true, mode: 0o750 });
}

/** Which library inflates: the optional fast one where it was compiled, else Node's own. */
export function inflaterName(): string {
  try {
    createRequire(import.meta.url)("zlib-sync");
    return "zlib-sync";
  } catch {
    return "node:zlib";
  }
}
