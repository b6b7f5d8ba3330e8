import { addTotals, NO_TOTALS } from "../../ingest/totals.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { serveWorker } from "../serve-worker.ts";

/** `logkeep serve`. */
export const serveCommand: Command = {
  description:
    "Ingests what a queue announces, until Ctrl-C or SIGTERM: it then ends its round and gives the rest back. Any " +
    "number of them may run beside each other, on one machine or several, if they share a Redis and a lake " +
    "(docs/service.md). A message is deleted only when its objects are committed.",
  arguments: [],
  options: [LAKE_OPTION, DATA_OPTION],
  examples: [
    "LOGKEEP_SERVICE_QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/111122223333/logs LOGKEEP_SERVICE_SOURCES=s3://logs-111122223333 logkeep serve --lake s3://lake-111122223333/logs",
  ],
  run: async (_call, context) => {
    let totals = NO_TOTALS;
    let outdated = 0;
    await serveWorker(context, {
      onCommitted: (added) => {
        totals = addTotals(totals, added);
      },
      onRound: (round) => {
        outdated += round.outdated;
      },
    });
    const { objects, rowsKept, recordsDuplicate, recordsRejected } = totals;
    await context.stderr.write(
      `objects: ${objects} decided; records: ${rowsKept} rows, ${recordsRejected} rejected, ${recordsDuplicate} duplicate; ` +
        `${outdated} batches staged again\n`,
    );
    return 0;
  },
};
