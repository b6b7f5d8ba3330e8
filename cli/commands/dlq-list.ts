import type { JsonRow } from "../../core/sql-engine.ts";
import type { ExplainedLetter } from "../../ingest/notifications/dead-letters.ts";
import type { Command, CommandContext } from "../command.ts";
import {
  ageText,
  DLQ_FORMAT_OPTION,
  DLQ_OPTIONS,
  describeDepth,
  formatOf,
  openDlq,
  withExplainedLetters,
  writeLetterRows,
} from "../dead-letters.ts";

const COLUMNS = ["explanation", "messages", "oldest", "newest", "receives_most", "detail"];

/** `logkeep dlq list`. */
export const dlqListCommand: Command = {
  description:
    "Counts the dead letters by what explains them: a code of the parser where a message was not understood, the " +
    "ledger's reason where its object is quarantined, object.undecided where the ledger does not know it. SQS cannot " +
    "show a message without delivering it: while this runs, nobody else sees those that it reads.",
  arguments: [],
  options: [DLQ_FORMAT_OPTION, ...DLQ_OPTIONS],
  examples: ["logkeep dlq list", "logkeep dlq list --dlq https://sqs.us-east-1.amazonaws.com/111122223333/logs-dead"],
  run: async (call, context) => {
    const queue = await openDlq(call, context);
    const rows = await withExplainedLetters(queue, call, context, async (letters) => countRows(letters, context));
    await writeLetterRows(rows, COLUMNS, call, context);
    if (formatOf(call) === "table") await context.stderr.write(await describeDepth(queue, context));
    return 0;
  },
};

function countRows(letters: readonly ExplainedLetter[], { clock }: CommandContext): readonly JsonRow[] {
  const nowMs = clock.now();
  const groups = [...Map.groupBy(letters, ({ explanation }) => explanation)];
  groups.sort(([left, some], [right, others]) => others.length - some.length || (left < right ? -1 : 1));
  return groups.map(([explanation, group]) => {
    const sent = group.flatMap(({ message }) => message.sentAtMs ?? []);
    return {
      explanation,
      messages: group.length,
      oldest: ageText(sent.length === 0 ? null : Math.min(...sent), nowMs),
      newest: ageText(sent.length === 0 ? null : Math.max(...sent), nowMs),
      receives_most: Math.max(...group.map(({ message }) => message.receiveCount)),
      detail: group[0]?.records.find((record) => record.explanation === explanation)?.detail ?? "",
    };
  });
}
