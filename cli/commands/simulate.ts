import { readdir } from "node:fs/promises";
import { usageError } from "../../core/errors.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import type { Command, CommandCall } from "../command.ts";
import { parseSimulationOptions } from "../simulator/options.ts";
import { simulate } from "../simulator/simulate.ts";
import { openFolderSink, type SimulationSink } from "../simulator/sink.ts";

/** `logkeep simulate`. */
export const simulateCommand: Command = {
  description:
    "Writes the logs of an AWS organization as AWS delivers them, with attack stories mixed in, and truth.jsonl, which " +
    "says which events belong to which story. The same options write the same bytes.",
  arguments: [],
  options: [
    { kind: "text", flags: "--out <dir>", help: "folder to write into; must be new or empty" },
    { kind: "integer", flags: "--accounts <n>", help: "member accounts (default: 5)" },
    { kind: "integer", flags: "--days <n>", help: "days of logs (default: 3)" },
    {
      kind: "integer",
      flags: "--events-per-day <n>",
      help: "CloudTrail events a day, over all accounts (default: 10000)",
    },
    { kind: "integer", flags: "--seed <n>", help: "the same seed writes the same bytes (default: 1)" },
    { kind: "text", flags: "--start-day <day>", help: "first day (default: 2026-01-05)" },
  ],
  examples: [
    "logkeep simulate --out logs",
    "logkeep simulate --out logs --accounts 20 --days 7 --events-per-day 50000",
  ],
  run: async (call, context) => {
    const out = call.text("out");
    if (out === null || out === "") throw usageError("simulate needs --out", "logkeep simulate --out logs");
    if (!(await isEmptyOrNew(out))) {
      throw usageError(
        "the folder to write into is not empty",
        "give a new folder: leftovers would be taken for logs",
        {
          folder: out,
        },
      );
    }
    const folder = openFolderSink(out);
    const sink: SimulationSink = {
      write: async (key, bytes) => {
        context.signal.throwIfAborted();
        await folder.write(key, bytes);
      },
    };
    const summary = await simulate(readOptions(call), sink);
    const count = (value: number) => value.toLocaleString("en-US");
    await context.stdout.write(
      `${count(summary.objects)} objects, ${count(summary.bytes)} bytes, ${count(summary.events)} CloudTrail events, ` +
        `${count(summary.flows)} flows, ${count(summary.configItems)} configuration items in ${toTerminalText(out)}\n` +
        `next, with the organization's accounts and addresses, which rules judge by:\n` +
        `  LOGKEEP_DETECTIONS_LISTS_FILE=${toTerminalText(out)}/logkeep.yaml ./logkeep ingest ${toTerminalText(out)}\n`,
    );
    return 0;
  },
};

function readOptions(call: CommandCall) {
  const given: Readonly<Record<string, number | string | null>> = {
    accounts: call.integer("accounts"),
    days: call.integer("days"),
    eventsPerDay: call.integer("events-per-day"),
    seed: call.integer("seed"),
    startDay: call.text("start-day"),
  };
  return parseSimulationOptions(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)));
}

async function isEmptyOrNew(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return true;
    throw usageError("the folder to write into cannot be read", undefined, { folder });
  }
}
