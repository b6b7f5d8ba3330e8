import { readdir } from "node:fs/promises";
import { usageError } from "../../core/errors.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import type { Command, CommandCall, CommandContext } from "../command.ts";
import { parseSimulationOptions } from "../simulator/options.ts";
import { SETTINGS_KEY, type SimulationSummary, simulate, TRUTH_KEY } from "../simulator/simulate.ts";
import { openFolderSink, pacedSink, type SimulationSink } from "../simulator/sink.ts";
import { openObjectStore, openObjectWriter } from "../wire.ts";

/** `logkeep simulate`. */
export const simulateCommand: Command = {
  description:
    "Writes the logs of an AWS organization as AWS delivers them, with attack stories mixed in, and truth.jsonl, which " +
    "says which events belong to which story. The same options write the same bytes: into a folder, or to a bucket, " +
    "whose notifications then announce them.",
  arguments: [],
  options: [
    { kind: "text", flags: "--out <dir>", help: "folder to write into; must be new or empty" },
    {
      kind: "text",
      flags: "--to <uri>",
      help: "s3://bucket/prefix to put the objects to; must be empty. With --out, the truth goes there",
    },
    { kind: "text", flags: "--endpoint <url>", help: "address of an S3-compatible store (default: AWS)" },
    { kind: "integer", flags: "--rate <n>", help: "objects a second at most (default: no limit)", least: 1 },
    { kind: "integer", flags: "--accounts <n>", help: "member accounts (default: 5)" },
    { kind: "integer", flags: "--days <n>", help: "days of logs (default: 3)" },
    {
      kind: "integer",
      flags: "--events-per-day <n>",
      help: "CloudTrail events a day, over all accounts (default: 10000)",
    },
    {
      kind: "integer",
      flags: "--objects <n>",
      help: "exactly so many CloudTrail objects of equal size, and nothing else: for measuring",
    },
    { kind: "integer", flags: "--seed <n>", help: "the same seed writes the same bytes (default: 1)" },
    { kind: "text", flags: "--start-day <day>", help: "first day (default: 2026-01-05)" },
  ],
  examples: [
    "logkeep simulate --out logs",
    "logkeep simulate --out logs --accounts 20 --days 7 --events-per-day 50000",
    "logkeep simulate --to s3://my-test-logs/run-1 --out truth --rate 50",
  ],
  run: async (call, context) => {
    const options = readOptions(call);
    const to = call.text("to");
    const out = await readOut(call);
    const target = to === null ? toFolder(out) : await toBucket(to, out, call, context);
    const sink: SimulationSink = {
      write: async (key, bytes) => {
        context.signal.throwIfAborted();
        await target.sink.write(key, bytes);
      },
    };
    const rate = call.integer("rate");
    const paced = rate === null ? sink : pacedSink(sink, rate, context.clock, context.signal);
    const summary = await simulate(options, paced);
    await context.stdout.write(`${describe(summary)} in ${target.place}\n${target.next}`);
    return 0;
  },
};

/** Where the objects go, in words as well, and what to do with them. */
interface Target {
  readonly sink: SimulationSink;
  readonly place: string;
  readonly next: string;
}

function toFolder(out: string | null): Target {
  if (out === null) throw usageError("simulate needs --out or --to", "logkeep simulate --out logs");
  const place = toTerminalText(out);
  return {
    sink: openFolderSink(out),
    place,
    next:
      `next, with the organization's accounts and addresses, which rules judge by:\n` +
      `  LOGKEEP_DETECTIONS_LISTS_FILE=${place}/${SETTINGS_KEY} ./logkeep ingest ${place}\n`,
  };
}

/** The truth and the settings, which are no logs, go to the folder where one is given. */
async function toBucket(to: string, out: string | null, call: CommandCall, context: CommandContext): Promise<Target> {
  const endpoint = call.text("endpoint");
  const writer = await openObjectWriter(to, endpoint);
  // As the writer does: a prefix is a folder.
  const store = await openObjectStore(to.replace(/([^/])\/*$/, "$1/"), endpoint);
  for await (const { uri } of store.list(context.signal)) {
    throw usageError("there are objects where the simulation is to be put", "give a prefix that is empty", { uri });
  }
  const folder = out === null ? null : openFolderSink(out);
  const beside = [TRUTH_KEY, SETTINGS_KEY];
  const place = toTerminalText(to);
  return {
    sink: {
      write: (key, bytes) => (folder !== null && beside.includes(key) ? folder : writer).write(key, bytes),
    },
    place,
    next: `${out === null ? "beside them" : `in ${toTerminalText(out)}`}: ${beside.join(" and ")}, which rules judge by\n`,
  };
}

function describe(summary: SimulationSummary): string {
  const count = (value: number) => value.toLocaleString("en-US");
  return (
    `${count(summary.objects)} objects, ${count(summary.bytes)} bytes, ${count(summary.events)} CloudTrail events, ` +
    `${count(summary.flows)} flows, ${count(summary.configItems)} configuration items`
  );
}

async function readOut(call: CommandCall): Promise<string | null> {
  const out = call.text("out");
  if (out === "") throw usageError("--out needs the name of a folder", "logkeep simulate --out logs");
  if (out !== null && !(await isEmptyOrNew(out))) {
    throw usageError("the folder to write into is not empty", "give a new folder: leftovers would be taken for logs", {
      folder: out,
    });
  }
  return out;
}

function readOptions(call: CommandCall) {
  const given: Readonly<Record<string, number | string | null>> = {
    accounts: call.integer("accounts"),
    days: call.integer("days"),
    eventsPerDay: call.integer("events-per-day"),
    objects: call.integer("objects"),
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
