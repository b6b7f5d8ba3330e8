import { FORMAT_OPTIONS, readAnswerOptions, readWindowOptions, WINDOW_OPTIONS, writeAnswer } from "../answer.ts";
import { COMPLETENESS_OPTIONS, readCompletenessOptions } from "../answer-completeness.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";

/** `logkeep findings`. */
export const findingsCommand: Command = {
  description:
    "Lists findings, newest first: each is one event that one rule matched. json, csv and parquet have all columns.",
  arguments: [],
  options: [
    { kind: "text", flags: "--rule <id>", help: "only findings of this rule" },
    ...FORMAT_OPTIONS,
    ...COMPLETENESS_OPTIONS,
    ...WINDOW_OPTIONS,
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep findings --from 7d", "logkeep findings --rule root-console-login --format json"],
  run: async (call, context) => {
    const answer = { ...readAnswerOptions(call, context), completeness: readCompletenessOptions(call) };
    const options = { ...answer, ...(await readWindowOptions(call, context)) };
    const rule = call.text("rule");
    const columns =
      options.format === "table" ? "time_dt, severity, rule_id, accountid, region, entity, message, finding_uid" : "*";
    const where = rule === null ? "" : "WHERE rule_id = $rule";
    const sql = `SELECT ${columns} FROM findings ${where} ORDER BY time_dt DESC NULLS LAST, finding_uid`;
    await writeAnswer({ sql, params: rule === null ? {} : { rule }, ...options }, context);
    return 0;
  },
};
