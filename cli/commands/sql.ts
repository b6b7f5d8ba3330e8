import { QUERY_ENGINES } from "../../core/config.ts";
import { usageError } from "../../core/errors.ts";
import { FORMAT_OPTIONS, readAnswerOptions, readWindowOptions, WINDOW_OPTIONS, writeAnswer } from "../answer.ts";
import { ENGINE_OPTIONS, readEngineOptions } from "../answer-athena.ts";
import { COMPLETENESS_OPTIONS, readCompletenessOptions } from "../answer-completeness.ts";
import { PLAN_OPTIONS, readPlanOptions } from "../answer-plan.ts";
import { type Command, type CommandOption, DATA_OPTION, LAKE_OPTION } from "../command.ts";

const DIALECT_OPTION: CommandOption = {
  kind: "choice",
  flags: "--dialect <dialect>",
  help: "in whose SQL the text is: duckdb (default) or athena; with --engine athena it is Athena's",
  choices: QUERY_ENGINES,
};

/** `logkeep sql`. */
export const sqlCommand: Command = {
  description:
    "Asks the tables cloudtrail, vpc_flow, config, findings, alerts, ledger and rejects in DuckDB's SQL, read-only. " +
    "cloudtrail_events has CloudTrail's own field names; cloudtrail_all also has events that an addendum replaced. " +
    "cloudtrail_lake has the columns of a managed CloudTrail lake, for queries that were written for one; " +
    "Security Lake's source-version-2 tables (cloud_trail_mgmt_2_0, s3_data_2_0, vpc_flow_2_0) can be named as there. " +
    "With --dialect athena the text is in Athena's SQL and runs here, as far as it has the same meaning here. " +
    "With --engine athena Athena runs it, over cloudtrail, cloudtrail_all, vpc_flow, config, findings, alerts, ledger, " +
    "rejects and deliveries in the logging account.",
  arguments: [{ syntax: "<sql>", help: "one SELECT statement" }],
  options: [
    ...FORMAT_OPTIONS,
    ...COMPLETENESS_OPTIONS,
    ...WINDOW_OPTIONS,
    ...PLAN_OPTIONS,
    ...ENGINE_OPTIONS,
    DIALECT_OPTION,
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: [
    "logkeep sql 'SELECT eventName, count(*) FROM cloudtrail_events GROUP BY ALL ORDER BY 2 DESC LIMIT 10'",
    "logkeep sql --from 7d --format json \"SELECT * FROM cloudtrail_events WHERE userIdentity.type = 'Root'\"",
    "logkeep sql 'DESCRIBE cloudtrail_events'",
    "logkeep sql --dialect athena \"SELECT json_extract_scalar(api.request.data, '$.bucketName'), count(*) FROM cloudtrail GROUP BY 1\"",
    "logkeep sql --dialect athena \"SELECT eventTime, element_at(requestParameters, 'bucketName') FROM cloudtrail_lake WHERE eventTime > '2026-01-05 10:00:00'\"",
    "logkeep sql --engine athena --from 24h 'SELECT accountid, count(*) AS events FROM cloudtrail GROUP BY 1'",
  ],
  run: async (call, context) => {
    const { engine, context: asked } = readEngineOptions(call, context);
    const options = { ...readAnswerOptions(call, context), ...(await readWindowOptions(call, context)), engine };
    const given = call.text("dialect");
    if (given === "duckdb" && engine === "athena") throw usageError("Athena does not take DuckDB's SQL");
    const dialect = QUERY_ENGINES.find((each) => each === given) ?? "duckdb";
    await writeAnswer(
      {
        sql: call.args[0] ?? "",
        params: {},
        dialect,
        ...options,
        planning: readPlanOptions(call),
        completeness: readCompletenessOptions(call),
      },
      asked,
    );
    return 0;
  },
};
