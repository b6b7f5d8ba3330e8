import type { JsonRow } from "../../core/sql-engine.ts";
import type { ExplainedLetter } from "../../ingest/notifications/dead-letters.ts";
import type { Command, CommandContext } from "../command.ts";
import {
  ageText,
  DLQ_FORMAT_OPTION,
  DLQ_OPTIONS,
  formatOf,
  openDlq,
  withExplainedLetters,
  writeLetterRows,
} from "../dead-letters.ts";

const BRIEF = ["message", "receives", "age", "explanation", "state", "object", "detail"];
const ALL = [
  ...["message", "record", "receives", "sent_at", "explanation", "state", "object", "version_id", "etag"],
  ...["event", "detail", "body"],
];

/** `logkeep dlq explain`. */
export const dlqExplainCommand: Command = {
  description:
    "Shows each record of each dead letter: which object it announces, what the ledger says of that, and how often the " +
    "message was received. json and csv have the messages' text as well.",
  arguments: [],
  options: [DLQ_FORMAT_OPTION, ...DLQ_OPTIONS],
  examples: ["logkeep dlq explain", "logkeep dlq explain --format json --limit 10"],
  run: async (call, context) => {
    const queue = await openDlq(call, context);
    const rows = await withExplainedLetters(queue, call, context, async (letters) =>
      letters.flatMap((letter) => explainRows(letter, context)),
    );
    await writeLetterRows(rows, formatOf(call) === "table" ? BRIEF : ALL, call, context);
    return 0;
  },
};

function explainRows({ message, records }: ExplainedLetter, { clock }: CommandContext): readonly JsonRow[] {
  return records.map(({ object, uri, explanation, detail, state }, record) => ({
    message: message.id,
    record,
    receives: message.receiveCount,
    age: ageText(message.sentAtMs, clock.now()),
    sent_at: message.sentAtMs === null ? null : new Date(message.sentAtMs).toISOString(),
    explanation,
    state,
    object: uri,
    version_id: object?.versionId ?? null,
    etag: object?.etag ?? null,
    event: object?.eventName ?? null,
    detail,
    body: message.body,
  }));
}
