/**
 * Child process of the bench: ingests a folder as the command does (twelve detections, ledger, commit, alerts) and prints
 * `{ms, maxRssMb, rows, stages}`; a stage is the time that the SQL engine spent on one kind of statement.
 * Arguments: folder with logs, data folder.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../adapters/system-clock.ts";
import type { CommandContext } from "../../cli/command.ts";
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openObjectStore } from "../../cli/wire.ts";
import { processEnvironment, resolveConfig } from "../../core/config.ts";

const [logs = "", data = ""] = process.argv.slice(2);
const startedAt = performance.now();
const silent = { isTerminal: false, columns: null, write: async () => undefined };
const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const context: CommandContext = {
  stdout: silent,
  stderr: silent,
  config: resolveConfig(processEnvironment(), data),
  signal: new AbortController().signal,
  clock: systemClock(),
  log: quiet,
};
// The organization's accounts and egress addresses, which rules need to judge by.
mkdirSync(data, { recursive: true });
copyFileSync(join(logs, "logkeep.yaml"), join(data, "logkeep.yaml"));
const stages = new Map<string, number>();
let last = performance.now();
const outcome = await ingestSources([await openObjectStore(logs, null)], context, (step) => {
  const now = performance.now();
  stages.set(step, (stages.get(step) ?? 0) + now - last);
  last = now;
});
const totals = outcome.summaries[0]?.totals;
process.stdout.write(
  `${JSON.stringify({
    ms: performance.now() - startedAt,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
    rows: totals?.rowsKept ?? 0,
    findings: totals?.derivedRows ?? 0,
    inflatedBytes: totals?.inflatedBytes ?? 0,
    stages: Object.fromEntries([...stages].map(([step, ms]) => [step, Math.round(ms)])),
  })}\n`,
);
