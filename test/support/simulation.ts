import { gunzipSync } from "node:zlib";
import { parseSimulationOptions } from "../../cli/simulator/options.ts";
import { type SimulationSummary, simulate } from "../../cli/simulator/simulate.ts";
import { openMemorySink } from "../../cli/simulator/sink.ts";
import type { Truth } from "../../cli/simulator/stories/story.ts";

/** A CloudTrail record as read back; tests look into it freely. */
export type ReadRecord = Readonly<Record<string, unknown>> & { readonly eventID: string; readonly eventName: string };

export interface SimulationRun {
  readonly summary: SimulationSummary;
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

/** Runs the simulator into memory. */
export async function runSimulation(given: object): Promise<SimulationRun> {
  const sink = openMemorySink();
  const summary = await simulate(parseSimulationOptions(given), sink);
  return { summary, objects: sink.objects };
}

/** Inflated text of an object. */
export function textOf(run: SimulationRun, key: string): string {
  const bytes = run.objects.get(key);
  if (bytes === undefined) throw new Error(`no object ${key}`);
  return key.endsWith(".gz") ? gunzipSync(bytes).toString("utf8") : Buffer.from(bytes).toString("utf8");
}

/** Keys of CloudTrail log objects of every folder; digests and markers are none. */
export function trailKeys(run: SimulationRun): string[] {
  return [...run.objects.keys()].filter((key) => /_CloudTrail(-Insight|-NetworkActivity|-Aggregated)?_/.test(key));
}

/** Every CloudTrail record of a run, with its object's key. */
export function* readRecords(run: SimulationRun): Generator<{ readonly key: string; readonly record: ReadRecord }> {
  for (const key of trailKeys(run)) {
    const parsed: { readonly Records: readonly ReadRecord[] } = JSON.parse(textOf(run, key));
    for (const record of parsed.Records) yield { key, record };
  }
}

/** The truth file's lines. */
export function readTruth(run: SimulationRun): Truth[] {
  return textOf(run, run.summary.truthKey)
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
