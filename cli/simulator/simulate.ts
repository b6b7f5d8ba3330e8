import { writeTrailDay } from "./cloudtrail.ts";
import { writeConfigDay } from "./config.ts";
import { startDigests } from "./digest.ts";
import { writeEqualObjects } from "./equal-objects.ts";
import { parseSimulationOptions, type SimulationOptions } from "./options.ts";
import { describeAccount, ORGANIZATION_ID, type Organization, planOrganization } from "./organization.ts";
import { planPairs } from "./pairs.ts";
import { shareOut } from "./rhythm.ts";
import type { SimulationSink } from "./sink.ts";
import { planStories } from "./stories/plan.ts";
import type { StoryPlan, Truth } from "./stories/story.ts";
import { DAY_MS } from "./time.ts";
import { describeOrganization } from "./truth.ts";
import { writeFlowDay } from "./vpc-flow.ts";
import { type ObjectWriter, openWriter } from "./writer.ts";

/** What a run wrote. */
export interface SimulationSummary {
  /** Objects of all kinds, empty and repeated ones included; not the two files at the root. */
  readonly objects: number;
  /** As stored. */
  readonly bytes: number;
  readonly inflatedBytes: number;
  /** Different CloudTrail events of every kind. */
  readonly events: number;
  /** CloudTrail records: events that were delivered twice count twice. */
  readonly records: number;
  /** Flow log lines, headers left out. */
  readonly flows: number;
  readonly configItems: number;
  readonly stories: readonly { readonly id: string; readonly events: number; readonly detections: number }[];
  /** Organization-wide facts a detection needs, and the truth, by key. */
  readonly truthKey: string;
  readonly settingsKey: string;
}

/** Beside the objects: which events belong to which story, and the settings that the detections need. */
export const TRUTH_KEY = "truth.jsonl";
export const SETTINGS_KEY = "logkeep.yaml";

/**
 * Writes the logs of an AWS organization as AWS delivers them, with attack stories mixed in and, at the root, the truth
 * about them. The same options give the same bytes. Memory holds one account's day.
 * @throws LogkeepError `cli.usage` for options out of range; whatever the sink throws.
 */
export async function simulate(given: SimulationOptions, sink: SimulationSink): Promise<SimulationSummary> {
  const options = parseSimulationOptions(given);
  const startMs = Date.parse(`${options.startDay}T00:00:00Z`);
  const organization = planOrganization(options.seed, options.accounts, options.objects !== null);
  const writer = openWriter(sink);
  const truths: Truth[] = [];
  const counts = { events: 0, records: 0, flows: 0, configItems: 0 };
  const digests = startDigests(options.seed);
  if (options.objects !== null) {
    const written = await writeEqualObjects({ organization, options, objects: options.objects, startMs }, writer);
    counts.events = counts.records = written.events;
    truths.push(...written.truths);
  } else {
    await writeOnce(organization, options, writer);
    for (let day = 0; day < options.days; day++) {
      const dayMs = startMs + day * DAY_MS;
      const plan = options.stories ? planStories(organization, day, options.days, dayMs) : NO_STORIES;
      truths.push(...plan.events.flatMap((event) => event.truth ?? []));
      await writeDay({ organization, options, dayMs, plan, digests, counts }, writer);
    }
    if (options.digests) {
      // Objects that landed after the last midnight.
      for (const { index } of organization.accounts) {
        await digests.writeUntil(describeAccount(organization, index), Number.POSITIVE_INFINITY, writer);
      }
    }
  }
  await writer.finish();
  truths.sort((a, b) => compare(a.eventTime, b.eventTime) || compare(a.eventID, b.eventID));
  await sink.write(TRUTH_KEY, Buffer.from(truths.map((truth) => `${JSON.stringify(truth)}\n`).join("")));
  await sink.write(SETTINGS_KEY, Buffer.from(describeOrganization(organization)));
  return {
    ...writer.totals(),
    ...counts,
    stories: countStories(truths),
    truthKey: TRUTH_KEY,
    settingsKey: SETTINGS_KEY,
  };
}

const NO_STORIES: StoryPlan = { events: [], changes: [], flows: [] };

interface DayRun {
  readonly organization: Organization;
  readonly options: SimulationOptions;
  readonly dayMs: number;
  readonly plan: StoryPlan;
  readonly digests: ReturnType<typeof startDigests>;
  readonly counts: { events: number; records: number; flows: number; configItems: number };
}

async function writeDay(run: DayRun, writer: ObjectWriter): Promise<void> {
  const { organization, options, dayMs, plan, digests, counts } = run;
  const planned = [...plan.events, ...planPairs(organization, dayMs, options.eventsPerDay)];
  const byAccount = Map.groupBy(planned, (event) => event.account);
  // A few accounts make most of the noise, as everywhere.
  const weights = organization.accounts.map(({ index }) => 1 / (1 + (index % 50) / 4));
  const ordinary = shareOut(Math.max(0, options.eventsPerDay - planned.length), weights);
  const flows = shareOut(Math.ceil(options.eventsPerDay / 2), weights);
  for (const { index } of organization.accounts) {
    const account = describeAccount(organization, index);
    const day = { account, seed: options.seed, dayMs };
    const trail = await writeTrailDay(
      { ...day, eventCount: ordinary[index] ?? 0, planned: byAccount.get(index) ?? [] },
      writer,
    );
    counts.events += trail.count.events;
    counts.records += trail.count.records;
    if (options.digests) {
      digests.add(account, trail.delivered);
      await digests.writeUntil(account, dayMs + DAY_MS, writer);
    }
    if (options.vpcFlow) {
      const mine = plan.flows.filter((flow) => flow.account === index);
      counts.flows += await writeFlowDay({ ...day, flowCount: flows[index] ?? 0, planned: mine }, writer);
    }
    if (options.config) {
      const mine = plan.changes.filter((change) => change.account === index);
      counts.configItems += await writeConfigDay({ ...day, changes: mine }, writer);
    }
  }
}

/** Markers and probe files that AWS leaves when a delivery is set up. */
async function writeOnce(organization: Organization, options: SimulationOptions, writer: ObjectWriter): Promise<void> {
  for (const { id } of organization.accounts) {
    await writer.writePlain(`AWSLogs/${ORGANIZATION_ID}/${id}/CloudTrail/`, new Uint8Array());
    if (options.config) await writer.writePlain(`AWSLogs/${id}/Config/ConfigWritabilityCheckFile`, new Uint8Array());
  }
}

function countStories(truths: readonly Truth[]): SimulationSummary["stories"] {
  return [...Map.groupBy(truths, (truth) => truth.story)].map(([id, lines]) => ({
    id,
    events: lines.length,
    detections: lines.filter((line) => line.rule !== null).length,
  }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
