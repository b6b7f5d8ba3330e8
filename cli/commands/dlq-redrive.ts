import { LogkeepError, usageError } from "../../core/errors.ts";
import type { MessageOutcome } from "../../core/notification-queue.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import { type ExplainedLetter, redriveLetters } from "../../ingest/notifications/dead-letters.ts";
import type { Command, CommandCall } from "../command.ts";
import { DLQ_OPTIONS, openDlq, openServiceQueue, withExplainedLetters } from "../dead-letters.ts";

/** `logkeep dlq redrive`. */
export const dlqRedriveCommand: Command = {
  description:
    "Sends dead letters back to the queue, after what they died of was mended. Each is sent first and deleted then: " +
    "interrupted in between, it is in both, which costs nothing, since the ledger sees through duplicates. What is not " +
    "understood will be back.",
  arguments: [],
  options: [
    { kind: "flag", flags: "--all", help: "all that --limit reads" },
    { kind: "list", flags: "--message <id>", help: "this message; may be given several times" },
    {
      kind: "list",
      flags: "--explanation <code>",
      help: "messages that `dlq list` counts under it; may be given several times",
    },
    { kind: "flag", flags: "--dry-run", help: "only say what would be sent" },
    { kind: "text", flags: "--queue <url>", help: "URL of the queue (default: LOGKEEP_SERVICE_QUEUE_URL)" },
    ...DLQ_OPTIONS,
  ],
  examples: ["logkeep dlq redrive --explanation object.undecided --dry-run", "logkeep dlq redrive --all"],
  run: async (call, context) => {
    const isChosen = choose(call);
    const from = await openDlq(call, context);
    const to = await openServiceQueue(call, context);
    return withExplainedLetters(from, call, context, async (letters) => {
      const chosen = letters.filter(isChosen);
      const missing = call.list("message").filter((id) => !letters.some(({ message }) => message.id === id));
      for (const id of missing) await context.stderr.write(`not among those read: ${toTerminalText(id, 100)}\n`);
      if (call.flag("dry-run")) {
        await context.stdout.write(`${describeChosen(chosen, letters.length)} would be sent back\n`);
        return missing.length === 0 ? 0 : 1;
      }
      const messages = chosen.map(({ message }) => message);
      const outcomes = await redriveLetters(from, to, messages, context.signal);
      const failed = outcomes.filter(({ kind }) => kind !== "done");
      await context.stdout.write(
        `${describeChosen(chosen, letters.length)}: ${messages.length - failed.length} sent back, ${failed.length} still here\n`,
      );
      if (failed.length > 0) throw notAll(failed, messages.length);
      return missing.length === 0 ? 0 : 1;
    });
  },
};

function choose(call: CommandCall): (letter: ExplainedLetter) => boolean {
  const ids = new Set(call.list("message"));
  const explanations = new Set(call.list("explanation"));
  const isAll = call.flag("all");
  if (isAll === ids.size + explanations.size > 0) {
    throw usageError("which messages are to be sent back", "give --all, or --message and --explanation");
  }
  return ({ message, explanation }) => isAll || ids.has(message.id) || explanations.has(explanation);
}

function describeChosen(chosen: readonly ExplainedLetter[], count: number): string {
  const counts = [...Map.groupBy(chosen, ({ explanation }) => explanation)].map(
    ([explanation, group]) => `${group.length} ${toTerminalText(explanation, 100)}`,
  );
  return `${chosen.length} of ${count} messages${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`;
}

function notAll(failed: readonly MessageOutcome[], count: number): LogkeepError {
  const [first] = failed;
  return new LogkeepError({
    code: "queue.partly-failed",
    message: "not all messages could be sent back",
    facts: {
      messages: count,
      failed: failed.length,
      reason: first === undefined || first.kind === "done" ? null : first.code,
    },
    retry: "later",
    hint: "run the same command again: what was sent already and is still here comes twice, which costs nothing",
  });
}
