import type { SqlParams } from "../../core/sql-engine.ts";
import { parseWindow } from "../../queries/time-window.ts";
import { FORMAT_OPTIONS, readAnswerOptions, writeAnswer } from "../answer.ts";
import { COMPLETENESS_OPTIONS, readCompletenessOptions } from "../answer-completeness.ts";
import { type Command, type CommandCall, type CommandContext, DATA_OPTION, LAKE_OPTION } from "../command.ts";

const STATES = ["ingested", "duplicate", "skipped", "quarantined"] as const;

const BRIEF = `state, source, reason, records_in, rows_kept, records_rejected, records_duplicate, size_bytes,
  last_event_at, object, detail`;

const SUMS = `SELECT coalesce(source, '-') AS source, state, coalesce(reason, '-') AS reason, count(*) AS objects,
  sum(records_in) AS records_in, sum(rows_kept) AS rows_kept, sum(records_rejected) AS records_rejected,
  sum(records_duplicate) AS records_duplicate, sum(size_bytes) AS size_bytes, sum(inflated_bytes) AS inflated_bytes,
  coalesce(sum(records_in), 0) = coalesce(sum(rows_kept), 0) + coalesce(sum(records_rejected), 0)
    + coalesce(sum(records_duplicate), 0) AS balanced`;

/** `logkeep ledger`. */
export const ledgerCommand: Command = {
  description:
    "Shows what became of every delivered object: ingested, duplicate, skipped or quarantined, with the reason. " +
    "json, csv and parquet have all columns; --from and --to go by the time of the decision.",
  arguments: [],
  options: [
    { kind: "choice", flags: "--state <state>", help: STATES.join(", "), choices: STATES },
    { kind: "flag", flags: "--sums", help: "sums by source, state and reason, and whether they balance" },
    ...FORMAT_OPTIONS,
    ...COMPLETENESS_OPTIONS,
    { kind: "text", flags: "--from <time>", help: "only what was decided at or after" },
    { kind: "text", flags: "--to <time>", help: "only what was decided before" },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep ledger --sums", "logkeep ledger --state quarantined", "logkeep ledger --format json --from 24h"],
  run: async (call, context) => {
    const options = { ...readAnswerOptions(call, context), completeness: readCompletenessOptions(call) };
    const { where, params } = readFilter(call, context);
    const columns = options.format === "table" ? BRIEF : "*";
    const sql = call.flag("sums")
      ? `${SUMS} FROM ledger ${where} GROUP BY ALL ORDER BY 1, 2, 3`
      : `SELECT ${columns} FROM ledger ${where} ORDER BY decided_at, object, object_version`;
    await writeAnswer({ sql, params, window: { fromMs: null, toMs: null }, accounts: null, ...options }, context);
    return 0;
  },
};

function readFilter(
  call: CommandCall,
  context: CommandContext,
): { readonly where: string; readonly params: SqlParams } {
  const { fromMs, toMs } = parseWindow(call.text("from"), call.text("to"), context.clock.now());
  const state = call.text("state");
  const terms = [
    ...(state === null ? [] : ["state = $state"]),
    ...(fromMs === null ? [] : ["decided_at >= make_timestamptz($from::BIGINT * 1000)"]),
    ...(toMs === null ? [] : ["decided_at < make_timestamptz($to::BIGINT * 1000)"]),
  ];
  const params = {
    ...(state === null ? {} : { state }),
    ...(fromMs === null ? {} : { from: BigInt(fromMs) }),
    ...(toMs === null ? {} : { to: BigInt(toMs) }),
  };
  return { where: terms.length === 0 ? "" : `WHERE ${terms.join(" AND ")}`, params };
}
