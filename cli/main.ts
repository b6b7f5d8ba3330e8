/**
 * The entry of the command line. Arguments, environment and signals come in; an exit code (0 done, 1 failed, 2 wrong
 * usage) and one readable error at most go out. A reader that closes the pipe early ends it quietly.
 */
import { readFileSync } from "node:fs";
import { type Config, type LogLevel, processEnvironment, resolveConfig } from "../core/config.ts";
import { isLogkeepError, LogkeepError, usageError } from "../core/errors.ts";
import { type Command, type CommandCall, type ExitCode, LAKE_OPTION } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { type Output, streamOutput } from "./output.ts";
import { parseCommandLine } from "./parse-command-line.ts";
import { exitCodeOf, renderError } from "./render-error.ts";
import { openClock, openLog } from "./wire.ts";

const stdout = streamOutput(process.stdout);
const stderr = streamOutput(process.stderr);

process.exitCode = await main(process.argv.slice(2), stdout, stderr);

async function main(argv: readonly string[], stdout: Output, stderr: Output): Promise<ExitCode> {
  const environment = processEnvironment();
  try {
    const parsed = await parseCommandLine(argv, COMMANDS, version());
    if (parsed.kind === "print") {
      await stdout.write(parsed.text);
      return 0;
    }
    const { command, call } = parsed;
    const lake = optionOf("lake", command, call);
    if (lake === "") throw usageError("--lake must not be empty", "logkeep tables --lake s3://my-lake/logs");
    const config = resolveConfig(
      lake === null ? environment : { ...environment, LOGKEEP_LAKE_URI: lake },
      optionOf("data", command, call) ?? undefined,
      // What takes no lake is not in the way of a lake's settings, nor they in its.
      command.options.includes(LAKE_OPTION),
    );
    return await runCommand(parsed.command, parsed.call, config, { stdout, stderr });
  } catch (thrown) {
    if (isLogkeepError(thrown, "cli.output-closed")) return 0;
    // The error is the last thing said; where even that has no reader, the exit code still tells.
    await stderr.write(renderError(thrown, environment["LOGKEEP_LOG_LEVEL"] === "debug")).catch(() => {});
    return exitCodeOf(thrown);
  }
}

async function runCommand(
  command: Command,
  call: CommandCall,
  config: Config,
  outputs: { readonly stdout: Output; readonly stderr: Output },
): Promise<ExitCode> {
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort(stopped(signal));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    const log = openLog(config.logLevel ?? defaultLevel(outputs.stderr));
    return await command.run(call, { ...outputs, config, signal: stopping.signal, clock: openClock(), log });
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

function stopped(signal: NodeJS.Signals): LogkeepError {
  return new LogkeepError({
    code: "cli.stopped",
    message: "stopped before the end",
    facts: { signal },
    retry: "later",
  });
}

function optionOf(name: string, command: Command, call: CommandCall): string | null {
  return command.options.some((option) => option.flags.startsWith(`--${name} `)) ? call.text(name) : null;
}

function defaultLevel(stderr: Output): LogLevel {
  return stderr.isTerminal ? "warn" : "info";
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
