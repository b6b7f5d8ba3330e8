import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { loadDetections } from "../../analyzers/detection.ts";
import { DETECTIONS } from "../../analyzers/detections.gen.ts";
import { describeConfig, listOptions, processEnvironment, unknownVariables } from "../../core/config.ts";
import { isLogkeepError } from "../../core/errors.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { parseSavedQuery } from "../../queries/saved-query.ts";
import { type Finding, serviceChecks } from "../check-service.ts";
import { type Command, type CommandContext, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import {
  inflaterName,
  lockDataFolder,
  makeSpillFolder,
  openDestinations,
  openEngine,
  openIngest,
  openLake,
  readDetectionLists,
} from "../wire.ts";

/** `logkeep check`. */
export const checkCommand: Command = {
  description: `Prints the configuration (secrets redacted) and tries what the other commands need.

Options come from environment variables:
${describeOptions()}`,
  arguments: [],
  options: [LAKE_OPTION, DATA_OPTION],
  examples: ["logkeep check", "LOGKEEP_ENGINE_MEMORY_MB=2048 logkeep check --data /srv/logkeep"],
  run: async (_call, context) => {
    await context.stdout.write(renderConfig(context));
    const local = [checkRuntime, checkInflater, checkEngine, checkDataFolder, checkSpace, checkLake, checkWiring];
    const checks = [...local, ...serviceChecks(context.config)];
    let isFine = true;
    for (const check of checks) {
      const found = await check(context).catch((thrown: unknown) => failed(check.name, thrown));
      isFine &&= found.isFine;
      await context.stdout.write(`${found.isFine ? "ok  " : "FAIL"}  ${found.what}: ${toTerminalText(found.text)}\n`);
    }
    return isFine ? 0 : 1;
  },
};

function describeOptions(): string {
  return listOptions()
    .map((option) => `  ${option.env}\n      ${option.help}`)
    .join("\n");
}

function renderConfig(context: CommandContext): string {
  const lines = describeConfig(context.config).map(
    (line) => `${line.env.padEnd(32)} ${toTerminalText(line.value)}${line.isDefault ? "  (default)" : ""}`,
  );
  const unknown = unknownVariables(processEnvironment()).map((name) => `unknown variable: ${toTerminalText(name)}`);
  return `${[...lines, ...unknown].join("\n")}\n\n`;
}

async function checkRuntime(): Promise<Finding> {
  const isFine = Number(process.versions.node.split(".")[0]) >= 24;
  return { what: "node", isFine, text: `${process.versions.node}${isFine ? "" : "; version 24 or newer is needed"}` };
}

async function checkInflater(): Promise<Finding> {
  return { what: "inflater", isFine: true, text: await inflaterName() };
}

async function checkEngine(context: CommandContext): Promise<Finding> {
  const engine = await openEngine(context.config);
  try {
    const [row] = await engine.all("SELECT version() AS version");
    return { what: "duckdb", isFine: true, text: String(row?.["version"]) };
  } finally {
    engine.close();
  }
}

async function checkDataFolder(context: CommandContext): Promise<Finding> {
  await using _held = await lockDataFolder(context.config, context.clock);
  await makeSpillFolder(context.config);
  return {
    what: "data folder",
    isFine: true,
    text: `${resolve(context.config.dataFolder)} is writable and not locked`,
  };
}

async function checkSpace(context: CommandContext): Promise<Finding> {
  const folder = await existingFolder(resolve(context.config.spoolFolder ?? context.config.dataFolder));
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const least = 4 * context.config.batchMb * 1_048_576;
  const text = `${Math.floor(free / 1_048_576)} MB free in ${folder}`;
  return free >= least
    ? { what: "space", isFine: true, text }
    : { what: "space", isFine: false, text: `${text}; four batches need ${Math.ceil(least / 1_048_576)} MB` };
}

async function existingFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await statfs(at);
      return at;
    } catch (cause) {
      // Not there yet: the space is that of the folder that it will be made in.
      if (dirname(at) === at) throw cause;
    }
  }
}

async function checkLake(context: CommandContext): Promise<Finding> {
  const { catalog } = await openLake(context.config, context.clock);
  const tables = await catalog.list();
  for (const id of tables) await catalog.load(id);
  return { what: "lake", isFine: true, text: tables.length === 0 ? "no tables yet" : tables.join(", ") };
}

/** Builds everything that ingest and alerts are made of, and sends nothing. */
async function checkWiring(context: CommandContext): Promise<Finding> {
  const engine = await openEngine(context.config);
  try {
    await openIngest(context.config, [engine], await openLake(context.config, context.clock));
    const destinations = await openDestinations(context.config, context.clock, null);
    const detections = loadDetections(DETECTIONS, await readDetectionLists(context.config));
    const lacking = detections.filter((each) => each.rule.missingLists.length > 0).length;
    const queries = SAVED_QUERIES.map(parseSavedQuery);
    const text = [
      `${detections.length} detections${lacking === 0 ? "" : ` (${lacking} lack a list, see \`logkeep detections\`)`}`,
      `${queries.length} saved queries`,
      `alerts go to ${["the terminal", ...destinations.map((each) => each.id)].join(", ")}`,
    ].join("; ");
    return { what: "wiring", isFine: true, text };
  } finally {
    engine.close();
  }
}

function failed(check: string, thrown: unknown): Finding {
  const what = check.replace(/^check/, "").toLowerCase();
  if (!isLogkeepError(thrown))
    return { what, isFine: false, text: thrown instanceof Error ? thrown.message : "failed" };
  const facts = Object.entries(thrown.facts).map(([name, value]) => `${name}: ${value}`);
  return { what, isFine: false, text: [thrown.message, ...facts, thrown.hint ?? ""].join("; ") };
}
