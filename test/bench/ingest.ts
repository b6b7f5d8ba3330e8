/**
 * `node test/bench/ingest.ts [rounds] [events] [objects]`: ingest beside its rivals, whole processes, in turn, so that a
 * noisy machine is noisy for all. Prints ratios first. Memory is the resident peak plus what lies in memory file systems.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseSimulationOptions } from "../../cli/simulator/options.ts";
import { simulate } from "../../cli/simulator/simulate.ts";
import { openFolderSink } from "../../cli/simulator/sink.ts";

const [rounds = 3, events = 200_000, objects = 100] = process.argv.slice(2).map(Number);
const here = import.meta.dirname;
const work = mkdtempSync(join(tmpdir(), "logkeep-bench-"));

type Way = "ingest" | "raw" | "plain" | "fair";

interface Run {
  readonly ms: number;
  readonly maxRssMb: number;
  readonly sharedMb: number;
  readonly stages?: Readonly<Record<string, number>>;
}

try {
  await bench();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const logs = join(work, "logs");
  const options = parseSimulationOptions({ accounts: 10, days: 1, eventsPerDay: events, objects });
  const made = await simulate(options, openFolderSink(logs));
  const glob = join(logs, "**/*.json.gz");
  print(
    `${made.events} events in ${made.objects} objects, ${mb(made.inflatedBytes)} MB of JSON, ${mb(made.bytes)} MB gzipped`,
  );
  print(`${cpus().length} cores, ${cpus()[0]?.model ?? ""}, Node ${process.version}, ${rounds} rounds, medians`);
  // The engine's default where that is enough: objects are alike, and none is twice the mean.
  const largest = String(Math.max(16_777_216, Math.ceil((2 * made.inflatedBytes) / made.objects)));
  const runs: Record<Way, Run[]> = { ingest: [], raw: [], plain: [], fair: [] };
  let storedBytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const data = join(work, "data");
    runs.plain.push(await child("run-rival.ts", ["plain", glob, join(work, "plain"), largest]));
    runs.ingest.push(await child("run-ingest.ts", [logs, data]));
    runs.raw.push(await child("run-rival.ts", ["raw", glob, join(work, "raw"), largest]));
    runs.fair.push(await child("run-rival.ts", ["fair", glob, join(work, "fair"), largest]));
    storedBytes = folderBytes(join(data, "lake", "cloudtrail", "data"));
    for (const folder of ["raw", "plain", "data", "fair"]) rmSync(join(work, folder), { recursive: true, force: true });
  }
  report(runs, { events, storedBytes, gzippedBytes: made.bytes, inflatedBytes: made.inflatedBytes });
}

function report(
  runs: Record<Way, Run[]>,
  size: {
    readonly events: number;
    readonly storedBytes: number;
    readonly gzippedBytes: number;
    readonly inflatedBytes: number;
  },
): void {
  const ratios = (rival: readonly Run[]): number[] =>
    runs.ingest.map((run, index) => run.ms / (rival[index]?.ms ?? Number.NaN));
  print(`ratio to the plain way: ${spread(ratios(runs.plain), 2)} (at most 1.3)`);
  print(`ratio to the fair way:  ${spread(ratios(runs.fair), 2)} (at most 0.9)`);
  print(`ratio to reading and writing alone, nothing mapped: ${spread(ratios(runs.raw), 2)}`);
  for (const [name, list] of Object.entries(runs)) {
    const memory = list.map((run) => run.maxRssMb + run.sharedMb);
    print(
      `${name.padEnd(7)} ${spread(
        list.map((run) => run.ms / 1000),
        2,
      )} s, memory ${spread(memory, 0)} MB`,
    );
  }
  const seconds = median(runs.ingest.map((run) => run.ms)) / 1000;
  print(
    `ingest: ${Math.round(size.events / seconds)} events/s, ${(size.inflatedBytes / seconds / 1e6).toFixed(0)} MB/s of JSON`,
  );
  print(
    `stored: ${(size.storedBytes / size.events).toFixed(0)} bytes an event, ${mb(size.storedBytes)} MB` +
      ` (input gzipped: ${(size.gzippedBytes / size.events).toFixed(0)} bytes an event, ${mb(size.gzippedBytes)} MB)`,
  );
  print(`steps of the last run, ms since the step before: ${JSON.stringify(runs.ingest.at(-1)?.stages ?? {})}`);
}

/** Runs a child to its end; its last line of output is its result. */
async function child(script: string, args: readonly string[]): Promise<Run> {
  const started = spawn(process.execPath, [join(here, script), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  started.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  let sharedBytes = 0;
  const sampler = setInterval(() => {
    sharedBytes = Math.max(sharedBytes, memoryFileBytes());
  }, 20);
  const code = await new Promise((resolve) => started.on("close", resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}`);
  // Our own children print this shape.
  return { ...(JSON.parse(output.trim().split("\n").at(-1) ?? "") as Run), sharedMb: sharedBytes / 1_048_576 };
}

function memoryFileBytes(): number {
  const folder = "/dev/shm";
  if (!existsSync(folder)) return 0;
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.includes("logkeep"))
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  } catch {
    // A file may go while it is counted; the next sample comes soon.
    return 0;
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).byteLength, 0);
}

function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((left, right) => left - right);
  const shown = (value: number | undefined): string => (value ?? Number.NaN).toFixed(digits);
  return `${shown(median(values))} [${shown(sorted[0])} to ${shown(sorted.at(-1))}]`;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
