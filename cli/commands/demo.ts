import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { usageError } from "../../core/errors.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import { parseParameters } from "../../queries/parse-parameters.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { parseSavedQuery } from "../../queries/saved-query.ts";
import { ALL_TIME } from "../../queries/time-window.ts";
import { askRows, writeAnswer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { ingestSources } from "../ingest-sources.ts";
import { parseSimulationOptions } from "../simulator/options.ts";
import { simulate } from "../simulator/simulate.ts";
import { openFolderSink } from "../simulator/sink.ts";
import { openLog, openObjectStore } from "../wire.ts";
import { summaryLines } from "./ingest.ts";

const ACCOUNTS = 4;
const DAYS = 2;
const EVENTS_PER_DAY = 12_000;
/** Only a folder with this file in it is emptied. */
const MARKER = ".logkeep-demo";

/** `logkeep demo`. */
export const demoCommand: Command = {
  description:
    "Simulates two days of an organization's logs with attacks in them, ingests them, raises the alerts, checks them " +
    "against what was really done, and answers three questions across accounts. Everything is in one folder, made anew.",
  arguments: [],
  options: [{ kind: "text", flags: "--data <dir>", help: "folder for the demo (default: .logkeep-demo)" }],
  examples: ["logkeep demo"],
  run: async (call, outer) => {
    const root = resolve(call.text("data") ?? ".logkeep-demo");
    const [logs, data] = [join(root, "logs"), join(root, "data")];
    const config = { ...outer.config, dataFolder: data, listsFile: join(data, "logkeep.yaml"), alertFile: null };
    // A demo is on this machine, whatever lake the environment names.
    const here = { lakeUri: null, lakeGlueDatabase: null };
    const lists = { accountsFile: join(data, "accounts.yaml"), organizationFile: join(data, "organization.json") };
    const spill = { engineSpillFolder: join(data, "tmp"), webhookUrl: null };
    const context: CommandContext = {
      ...outer,
      config: { ...config, ...here, ...lists, ...spill },
      log: openLog("silent"),
    };
    await makeEmpty(root);
    await heading(context, `An organization of ${ACCOUNTS} accounts, ${DAYS} days of logs, as AWS delivers them`);
    await say(context, await writeLogs(logs, data));
    await heading(context, "Ingest: every object gets one state, every record is counted; alerts as they are found");
    const outcome = await ingestSources([await openObjectStore(logs, null)], context);
    await say(context, summaryLines(outcome.summaries, outcome.elapsedMs).join("\n"));
    await heading(context, "Were the alerts right? The simulator wrote down what it did (truth.jsonl)");
    const isRight = await compareWithTruth(logs, context);
    await answerQuestions(context);
    await heading(context, "Your turn");
    await say(context, nextCommands(relative(process.cwd(), data)).join("\n"));
    return isRight ? 0 : 1;
  },
};

async function writeLogs(logs: string, data: string): Promise<string> {
  await mkdir(data, { recursive: true });
  const options = parseSimulationOptions({ accounts: ACCOUNTS, days: DAYS, eventsPerDay: EVENTS_PER_DAY });
  const summary = await simulate(options, openFolderSink(logs));
  // The organization's accounts and egress addresses: rules judge "outside" by them.
  await copyFile(join(logs, "logkeep.yaml"), join(data, "logkeep.yaml"));
  const count = (value: number): string => value.toLocaleString("en-US");
  return (
    `${count(summary.objects)} objects: ${count(summary.events)} CloudTrail events, ${count(summary.flows)} flows, ` +
    `${count(summary.configItems)} configuration items, ${summary.stories.length} stories mixed in`
  );
}

/** The events that a rule should find, against those that were found. */
async function compareWithTruth(logs: string, context: CommandContext): Promise<boolean> {
  const truth = (await readFile(join(logs, "truth.jsonl"), "utf8")).trim().split("\n").map(readTruthLine);
  const expected = new Set(truth.filter(({ rule }) => rule !== null).map(({ rule, eventID }) => `${rule} ${eventID}`));
  const rows = await askRows('SELECT DISTINCT rule_id, "rows"[1].record_uid AS event FROM findings', {}, context);
  const found = new Set(rows.map((row) => `${row.rule_id} ${row.event}`));
  const missed = [...expected].filter((each) => !found.has(each)).length;
  const extra = [...found].filter((each) => !expected.has(each)).length;
  await say(
    context,
    `${expected.size} events that a rule should find: ${expected.size - missed} found, ${missed} missed, ${extra} false`,
  );
  return missed === 0 && extra === 0;
}

function readTruthLine(line: string): { readonly eventID: string; readonly rule: string | null } {
  // The simulator has just written these lines.
  return JSON.parse(line) as { eventID: string; rule: string | null };
}

async function answerQuestions(context: CommandContext): Promise<void> {
  const [thief] = await askRows(
    `SELECT c.src_endpoint.ip AS ip
     FROM findings f JOIN cloudtrail c ON c.metadata.uid = f."rows"[1].record_uid
     WHERE f.rule_id = 'access-key-created-for-other-user' AND c.src_endpoint.ip IS NOT NULL
     ORDER BY f.time LIMIT 1`,
    {},
    context,
  );
  const questions: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "Somebody made a key for another user. Who else called from that address, in any account?",
      "who-used-ip",
      [`ip=${thief?.ip}`],
    ],
    ["Which calls were denied, by account?", "denied-calls-by-account", []],
    ["Which principals of one account acted in another?", "cross-account-access", []],
  ];
  for (const [question, id, given] of questions) {
    const file = SAVED_QUERIES.find((each) => each.id === id);
    if (file === undefined)
      throw usageError("the demo asks a saved query that there is none of", undefined, { query: id });
    const query = parseSavedQuery(file);
    const options = given.map((each) => ` --param ${each}`).join("");
    await heading(context, `${question}\n$ logkeep query ${id}${options}`);
    const params = parseParameters(query, given, context.clock.now());
    const sql = `SELECT * FROM (${query.sql}) LIMIT 8`;
    await writeAnswer({ sql, params, window: ALL_TIME, accounts: null, format: "table", outFile: null }, context);
  }
}

function nextCommands(data: string): string[] {
  const option = `--data ${data}`;
  const commands: readonly (readonly [string, string])[] = [
    [`./logkeep alerts ${option}`, "what to look at"],
    ["./logkeep detections instance-credentials-outside", "one rule, with its runbook"],
    ["./logkeep query", "the saved queries"],
    [`./logkeep sql 'SELECT * FROM cloudtrail LIMIT 5' ${option}`, "your own question"],
    [`./logkeep ledger --state duplicate ${option}`, "what came twice"],
    ["./logkeep ingest ~/my-logs", "your own logs: a folder, or s3://bucket/prefix"],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, what]) => `${command.padEnd(width)}  ${what}`);
}

async function makeEmpty(root: string): Promise<void> {
  const isThere = await stat(root).then(
    () => true,
    () => false,
  );
  if (
    isThere &&
    !(await stat(join(root, MARKER)).then(
      (found) => found.isFile(),
      () => false,
    ))
  ) {
    throw usageError("the folder for the demo exists and is not a demo", "name another one: logkeep demo --data NEW", {
      folder: root,
    });
  }
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, MARKER), "");
}

async function heading(context: CommandContext, text: string): Promise<void> {
  const { isTerminal } = context.stdout;
  await context.stdout.write(isTerminal ? `\n\x1b[1m${printable(text)}\x1b[0m\n` : `\n== ${printable(text)}\n`);
}

/** Our own lines, with whatever the logs brought into them spelled out. */
function printable(text: string): string {
  return text
    .split("\n")
    .map((line) => toTerminalText(line))
    .join("\n");
}

async function say(context: CommandContext, text: string): Promise<void> {
  await context.stdout.write(`${printable(text)}\n`);
}
