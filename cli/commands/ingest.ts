import type { IngestSummary } from "../../ingest/run.ts";
import type { Totals } from "../../ingest/totals.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { ingestSources } from "../ingest-sources.ts";
import { openObjectStore } from "../wire.ts";

/** `logkeep ingest`. */
export const ingestCommand: Command = {
  description:
    "Reads delivered log objects, writes rows, runs the detections and raises alerts. What was ingested before is left " +
    "out, so the same command may be run again, also after an interruption.",
  arguments: [{ syntax: "<source...>", help: "a folder, a file, or s3://bucket/prefix" }],
  options: [
    { kind: "text", flags: "--endpoint <url>", help: "address of an S3-compatible store" },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep ingest ./logs", "logkeep ingest s3://my-log-bucket/AWSLogs --data /srv/logkeep"],
  run: async (call, context) => {
    const stores = [];
    for (const source of call.args) stores.push(await openObjectStore(source, call.text("endpoint")));
    const outcome = await ingestSources(stores, context);
    await context.stdout.write(`${summaryLines(outcome.summaries, outcome.elapsedMs).join("\n")}\n`);
    const alerts = [...outcome.delivered].filter(([, count]) => count > 0);
    for (const [destination, count] of alerts) await context.stdout.write(`alerts to ${destination}: ${count}\n`);
    if (outcome.failedDeliveries > 0) {
      await context.stdout.write(
        `alerts not delivered: ${outcome.failedDeliveries} (they are sent with the next run)\n`,
      );
    }
    const isWhole = outcome.summaries.every(({ totals }) => totals.quarantined === 0);
    return isWhole && outcome.failedDeliveries === 0 ? 0 : 1;
  },
};

/** The summary: sums that balance, and why objects gave no rows. Pure. */
export function summaryLines(summaries: readonly IngestSummary[], elapsedMs: number): string[] {
  const sum = (pick: (totals: Totals) => number): number => summaries.reduce((all, each) => all + pick(each.totals), 0);
  const count = (value: number): string => value.toLocaleString("en-US");
  const listed = summaries.reduce((all, { listed: each }) => all + each, 0);
  const known = summaries.reduce((all, { alreadyDecided }) => all + alreadyDecided, 0);
  const recovered = summaries.reduce((all, each) => all + each.recovered.finished + each.recovered.undone, 0);
  const reasons = new Map<string, number>();
  for (const { reasons: each } of summaries) {
    for (const [reason, times] of each) reasons.set(reason, (reasons.get(reason) ?? 0) + times);
  }
  const seconds = Math.max(elapsedMs, 1) / 1000;
  return [
    `objects: ${count(listed)} listed = ${count(known)} known from before + ${count(sum((each) => each.ingested))} ingested` +
      ` + ${count(sum((each) => each.duplicate))} duplicate + ${count(sum((each) => each.skipped))} skipped` +
      ` + ${count(sum((each) => each.quarantined))} quarantined`,
    `records: ${count(sum((each) => each.recordsIn))} in = ${count(sum((each) => each.rowsKept))} rows` +
      ` + ${count(sum((each) => each.recordsRejected))} rejected + ${count(sum((each) => each.recordsDuplicate))} duplicate`,
    ...[...reasons]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([reason, times]) => `  ${reason}: ${count(times)}`),
    ...(recovered === 0 ? [] : [`batches of an interrupted run finished or undone: ${count(recovered)}`]),
    `findings: ${count(sum((each) => each.derivedRows))}`,
    `${seconds.toFixed(1)} s, ${count(Math.round(sum((each) => each.rowsKept) / seconds))} rows/s,` +
      ` ${(sum((each) => each.inflatedBytes) / seconds / 1e6).toFixed(1)} MB/s inflated`,
  ];
}
