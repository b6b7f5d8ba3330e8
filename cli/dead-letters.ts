/** What the `dlq` commands share: their options, and the dead letters with what the ledger says of their objects. */
import { usageError } from "../core/errors.ts";
import type { NotificationQueue } from "../core/notification-queue.ts";
import type { JsonRow } from "../core/sql-engine.ts";
import { toTerminalText } from "../core/terminal-text.ts";
import { parseAllowedPrefixes } from "../ingest/notifications/allowed-prefixes.ts";
import {
  announcedUris,
  type ExplainedLetter,
  explainLetters,
  type LedgerEntry,
  withDeadLetters,
} from "../ingest/notifications/dead-letters.ts";
import { TEXT_FORMATS, type TextFormat } from "../queries/output/row-format.ts";
import { askRows, writeText } from "./answer.ts";
import { type CommandCall, type CommandContext, type CommandOption, DATA_OPTION, LAKE_OPTION } from "./command.ts";
import { openQueue } from "./wire.ts";

/** More objects than the ledger is asked about at once; an answer has at most ten thousand rows. */
const URIS_AT_ONCE = 2000;

const NUMBERS = new Set(["messages", "receives", "receives_most", "record"]);

/** `--format`. */
export const DLQ_FORMAT_OPTION: CommandOption = {
  kind: "choice",
  flags: "--format <format>",
  help: "table (default), csv, or json (one object per line)",
  choices: TEXT_FORMATS,
};

/** `--dlq`, `--endpoint`, `--limit`, and where the ledger is. */
export const DLQ_OPTIONS: readonly CommandOption[] = [
  { kind: "text", flags: "--dlq <url>", help: "URL of the dead letters' queue (default: LOGKEEP_SERVICE_DLQ_URL)" },
  {
    kind: "text",
    flags: "--endpoint <url>",
    help: "address of the queue service (default: LOGKEEP_SERVICE_ENDPOINT, else AWS)",
  },
  { kind: "integer", flags: "--limit <n>", help: "messages read at most", fallback: 1000, least: 1 },
  LAKE_OPTION,
  DATA_OPTION,
];

/** The dead letters' queue. Throws `cli.usage` where none is named. */
export function openDlq(call: CommandCall, context: CommandContext): Promise<NotificationQueue> {
  return openNamedQueue(
    call.text("dlq") ?? context.config.serviceDlqUrl,
    "--dlq",
    "LOGKEEP_SERVICE_DLQ_URL",
    call,
    context,
  );
}

/** The queue that dead letters came from. Throws `cli.usage` where none is named. */
export function openServiceQueue(call: CommandCall, context: CommandContext): Promise<NotificationQueue> {
  const url = call.text("queue") ?? context.config.serviceQueueUrl;
  return openNamedQueue(url, "--queue", "LOGKEEP_SERVICE_QUEUE_URL", call, context);
}

async function openNamedQueue(
  url: string | null,
  option: string,
  variable: string,
  call: CommandCall,
  context: CommandContext,
): Promise<NotificationQueue> {
  if (url === null || url === "") throw usageError("no queue was named", `give ${option} <url>, or set ${variable}`);
  return openQueue(url, call.text("endpoint") ?? context.config.serviceEndpoint);
}

/**
 * Reads the dead letters, explains them, and does something with them; what is still there afterwards is visible again.
 * Says on standard error when there are more than `--limit`.
 */
export async function withExplainedLetters<T>(
  queue: NotificationQueue,
  call: CommandCall,
  context: CommandContext,
  action: (letters: readonly ExplainedLetter[]) => Promise<T>,
): Promise<T> {
  const { serviceSources } = context.config;
  // Not configured here: then no bucket counts as foreign, since nothing is fetched.
  const allowed = serviceSources === null ? null : parseAllowedPrefixes(serviceSources);
  const most = call.integer("limit") ?? 1000;
  return withDeadLetters(
    queue,
    most,
    async ({ messages, isCut }) => {
      if (isCut) await context.stderr.write(`only ${most} messages were read: --limit takes more\n`);
      const ledger = await readLedger(announcedUris(messages, allowed), context);
      return action(explainLetters(messages, allowed, ledger));
    },
    context.signal,
  );
}

async function readLedger(uris: readonly string[], context: CommandContext): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let from = 0; from < uris.length; from += URIS_AT_ONCE) {
    const params = { uris: JSON.stringify(uris.slice(from, from + URIS_AT_ONCE)) };
    const rows = await askRows(LEDGER_SQL, params, context);
    // The columns are those of the statement, whose types the ledger's are.
    entries.push(...(rows as unknown as readonly LedgerEntry[]));
  }
  return entries;
}

const LEDGER_SQL = `SELECT object, object_version AS version, state, reason, detail, decided_at AS "decidedAt" FROM ledger
  WHERE object IN (SELECT unnest(from_json($uris, '["VARCHAR"]')))
  QUALIFY row_number() OVER (PARTITION BY object, object_version ORDER BY decided_at DESC) = 1`;

/** How long ago, in words: `45 s`, `12 min`, `3 h`, `5 d`. Empty where it is not known. */
export function ageText(sentAtMs: number | null, nowMs: number): string {
  if (sentAtMs === null) return "";
  const seconds = Math.max(0, Math.floor((nowMs - sentAtMs) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** One line about the queue, for standard error. */
export async function describeDepth(queue: NotificationQueue, context: CommandContext): Promise<string> {
  const { visible, inFlight, delayed } = await queue.depth(context.signal);
  const numbers = `${visible} visible, ${inFlight} in flight, ${delayed} delayed (approximately)`;
  return `dead letters: ${toTerminalText(numbers)}\n`;
}

/** The chosen `--format`. */
export function formatOf(call: CommandCall): TextFormat {
  return TEXT_FORMATS.find((each) => each === call.text("format")) ?? "table";
}

/** Writes rows with these columns to standard output, as `--format` says. */
export async function writeLetterRows(
  rows: readonly JsonRow[],
  names: readonly string[],
  call: CommandCall,
  { stdout, signal }: CommandContext,
): Promise<void> {
  const columns = names.map((name) => ({ name, type: NUMBERS.has(name) ? "BIGINT" : "VARCHAR" }));
  const shown = rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
  await writeText({ columns, chunks: once(shown) }, formatOf(call), stdout, signal);
}

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}
