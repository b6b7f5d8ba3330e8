import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import type { Log } from "../core/log.ts";
import type { Output } from "./output.ts";

/** 0 done (rejects among good records included), 1 an object was quarantined or something failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** An option of a command. `flags` as in `--from <time>`; a flag without a value is `--all`. */
export type CommandOption =
  | { readonly kind: "flag"; readonly flags: string; readonly help: string }
  | { readonly kind: "text"; readonly flags: string; readonly help: string; readonly fallback?: string }
  | { readonly kind: "list"; readonly flags: string; readonly help: string }
  | { readonly kind: "choice"; readonly flags: string; readonly help: string; readonly choices: readonly string[] }
  | {
      readonly kind: "integer";
      readonly flags: string;
      readonly help: string;
      readonly fallback?: number;
      readonly least?: number;
    };

/** A positional argument: `<name>` is required, `[name]` is not, `<name...>` takes several. */
export interface CommandArgument {
  readonly syntax: string;
  readonly help: string;
}

/**
 * What was typed, already checked against the command's arguments and options. Names are without dashes
 * (`call.text("from")`); asking for an option that the command does not declare is a programming error and throws.
 */
export interface CommandCall {
  readonly args: readonly string[];
  text(name: string): string | null;
  integer(name: string): number | null;
  flag(name: string): boolean;
  list(name: string): readonly string[];
}

/** What a command may use of the world. */
export interface CommandContext {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolved, `--data` included. */
  readonly config: Config;
  /** Aborted by the first Ctrl-C or SIGTERM; the second ends the process. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** One command: what it takes, and what it does. Its module is loaded only when it is called. */
export interface Command {
  /** A sentence or two below the usage line of `--help`. */
  readonly description: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  /** Whole command lines, each as one would type it. */
  readonly examples: readonly [string, ...string[]];
  /** Failures are thrown as `LogkeepError`: `cli.usage` becomes exit code 2, all others 1. */
  run(call: CommandCall, context: CommandContext): Promise<ExitCode>;
}

/** A row of the command table. */
export interface CommandEntry {
  /** One word, or two for a command below another (`detect test`). */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** `--lake`, for every command that works on tables. */
export const LAKE_OPTION: CommandOption = {
  kind: "text",
  flags: "--lake <uri>",
  help: "s3://bucket/prefix of the tables (default: LOGKEEP_LAKE_URI, else lake in the data folder)",
};

/** `--data`, for every command that works on a data folder. */
export const DATA_OPTION: CommandOption = {
  kind: "text",
  flags: "--data <dir>",
  help: "data folder (default: LOGKEEP_DATA_FOLDER, else .logkeep)",
};
