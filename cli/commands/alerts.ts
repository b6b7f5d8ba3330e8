import { FORMAT_OPTIONS, readAnswerOptions, readWindowOptions, WINDOW_OPTIONS, writeAnswer } from "../answer.ts";
import { type Command, DATA_OPTION } from "../command.ts";

/** `logkeep alerts`. */
export const alertsCommand: Command = {
  description:
    "Lists alerts, newest first: findings of one rule about one entity, as long as they keep coming within the quiet period.",
  arguments: [],
  options: [...FORMAT_OPTIONS, ...WINDOW_OPTIONS, DATA_OPTION],
  examples: ["logkeep alerts", "logkeep alerts --from 24h --format json"],
  run: async (call, context) => {
    const options = { ...readAnswerOptions(call, context), ...readWindowOptions(call, context) };
    const sql = "SELECT * FROM alerts ORDER BY last_at DESC NULLS LAST, rule_id, entity";
    await writeAnswer({ sql, params: {}, ...options }, context);
    return 0;
  },
};
