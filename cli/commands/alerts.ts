import { FORMAT_OPTIONS, readAnswerOptions, readWindowOptions, WINDOW_OPTIONS, writeAnswer } from "../answer.ts";
import { COMPLETENESS_OPTIONS, readCompletenessOptions } from "../answer-completeness.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";

/** `logkeep alerts`. */
export const alertsCommand: Command = {
  description:
    "Lists alerts, newest first: findings of one rule about one entity, as long as they keep coming within " +
    "the quiet period (LOGKEEP_ALERTS_QUIET_MINUTES). json, csv and parquet have all columns.",
  arguments: [],
  options: [...FORMAT_OPTIONS, ...COMPLETENESS_OPTIONS, ...WINDOW_OPTIONS, LAKE_OPTION, DATA_OPTION],
  examples: ["logkeep alerts", "logkeep alerts --from 24h --format json"],
  run: async (call, context) => {
    const answer = { ...readAnswerOptions(call, context), completeness: readCompletenessOptions(call) };
    const options = { ...answer, ...(await readWindowOptions(call, context)) };
    const columns =
      options.format === "table" ? "last_at, severity, rule_id, entity, findings, accounts, message, alert_id" : "*";
    const sql = `SELECT ${columns} FROM alerts ORDER BY last_at DESC NULLS LAST, alert_id`;
    await writeAnswer({ sql, params: {}, ...options }, context);
    return 0;
  },
};
