import { FORMAT_OPTIONS, readAnswerOptions, readWindowOptions, WINDOW_OPTIONS, writeAnswer } from "../answer.ts";
import { type Command, DATA_OPTION } from "../command.ts";

/** `logkeep sql`. */
export const sqlCommand: Command = {
  description:
    "Asks the tables cloudtrail, vpc_flow, config, findings, alerts, ledger and rejects in DuckDB's SQL, read-only. " +
    "cloudtrail_events has CloudTrail's own field names; cloudtrail_all also has events that an addendum replaced.",
  arguments: [{ syntax: "<sql>", help: "one SELECT statement" }],
  options: [...FORMAT_OPTIONS, ...WINDOW_OPTIONS, DATA_OPTION],
  examples: [
    "logkeep sql 'SELECT eventName, count(*) FROM cloudtrail_events GROUP BY ALL ORDER BY 2 DESC LIMIT 10'",
    "logkeep sql --from 7d --format json \"SELECT * FROM cloudtrail_events WHERE userIdentity.type = 'Root'\"",
    "logkeep sql 'DESCRIBE cloudtrail_events'",
  ],
  run: async (call, context) => {
    const options = { ...readAnswerOptions(call, context), ...readWindowOptions(call, context) };
    await writeAnswer({ sql: call.args[0] ?? "", params: {}, ...options }, context);
    return 0;
  },
};
