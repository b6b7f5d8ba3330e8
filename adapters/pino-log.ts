import { createRequire } from "node:module";
import type { Logger } from "pino";
import type { LogLevel } from "../core/config.ts";
import type { Log, LogFields } from "../core/log.ts";

type Level = "error" | "warn" | "info" | "debug";

/**
 * Our log, as JSON lines on standard error. pino is loaded with the first entry: most commands never write one, and
 * loading it would be a good part of their time.
 */
export function openPinoLog(level: LogLevel): Log {
  let logger: Logger | null = null;
  const rank: readonly string[] = ["debug", "info", "warn", "error"];
  const write = (at: Level, name: string, fields: LogFields | undefined): void => {
    if (level === "silent" || rank.indexOf(at) < rank.indexOf(level)) return;
    logger ??= openPino(level);
    logger[at](plain(fields), name);
  };
  return {
    error: (name, fields) => write("error", name, fields),
    warn: (name, fields) => write("warn", name, fields),
    info: (name, fields) => write("info", name, fields),
    debug: (name, fields) => write("debug", name, fields),
  };
}

function openPino(level: LogLevel): Logger {
  const load = createRequire(import.meta.url);
  // `require` is untyped; this is the package's own type for what it exports.
  const { pino } = load("pino") as typeof import("pino");
  // Synchronous: an entry about a crash must be out before the process is.
  const formatters = { level: (label: string) => ({ level: label }) };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino(
    { level, base: null, messageKey: "event", formatters, timestamp },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** JSON has no 64-bit integers. */
function plain(fields: LogFields | undefined): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [name, typeof value === "bigint" ? String(value) : value]),
  );
}
