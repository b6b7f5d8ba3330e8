import { isLogkeepError, type LogkeepError } from "../core/errors.ts";
import { toTerminalText } from "../core/terminal-text.ts";
import type { ExitCode } from "./command.ts";

/** The codes that say of what was asked that it can never run as it stands. */
const USAGE_CODES = [
  "cli.usage",
  "dialect.syntax",
  "dialect.unsupported",
  "dialect.meaning",
  "query.unbounded",
  "query.unknown-table",
  "query.over-budget",
] as const;

/** What an error means for the exit code. */
export function exitCodeOf(thrown: unknown): ExitCode {
  // What another day's budget allows is not wrong.
  if (isLogkeepError(thrown) && thrown.retry === "later") return 1;
  return USAGE_CODES.some((code) => isLogkeepError(thrown, code)) ? 2 : 1;
}

/**
 * An error as people read it on a terminal: one line with the message and its facts, the engine's own words where an
 * analyst's SQL was refused, and the hint. With `isVerbose`, the code, the stack and the causes as well.
 */
export function renderError(thrown: unknown, isVerbose: boolean): string {
  const lines = isLogkeepError(thrown) ? describe(thrown) : [`error: unexpected: ${oneLine(textOf(thrown))}`];
  if (!isVerbose && !isLogkeepError(thrown)) lines.push("  LOGKEEP_LOG_LEVEL=debug shows where it happened");
  if (isVerbose) lines.push(...stackOf(thrown));
  return `${lines.join("\n")}\n`;
}

function describe(error: LogkeepError): string[] {
  const facts = Object.entries(error.facts).filter(([, value]) => value !== null);
  const list = facts.map(([name, value]) => `${oneLine(name)}: ${oneLine(String(value))}`).join(", ");
  const lines = [`error: ${oneLine(error.message)}${list === "" ? "" : ` (${list})`}`];
  if (error.code === "query.failed") lines.push(...quoteCause(error));
  if (error.hint !== null) lines.push(`  ${oneLine(error.hint)}`);
  return lines;
}

/** The engine's message quotes the analyst's own text and sometimes a value: fit for their terminal, not for a log. */
function quoteCause(error: LogkeepError): string[] {
  if (error.cause === undefined) return [];
  const lines = textOf(rootOf(error)).split("\n").slice(0, 12);
  return lines.filter((line) => line.trim() !== "").map((line) => `  ${toTerminalText(line, 400)}`);
}

function rootOf(thrown: unknown): unknown {
  let at = thrown;
  while (at instanceof Error && at.cause !== undefined) at = at.cause;
  return at;
}

function stackOf(thrown: unknown): string[] {
  const lines: string[] = [];
  for (let at: unknown = thrown; at !== undefined && at !== null && lines.length < 200; ) {
    const code = isLogkeepError(at) ? ` [${at.code}]` : "";
    const stack = at instanceof Error ? (at.stack ?? at.message) : String(at);
    lines.push(...`caused by${code}: ${stack}`.split("\n").map((line) => `  ${toTerminalText(line, 400)}`));
    at = at instanceof Error ? at.cause : undefined;
  }
  return lines;
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function oneLine(text: string): string {
  return toTerminalText(text, 1000);
}
