import { z } from "zod";
import { usageError } from "../../core/errors.ts";

/** The longest run and the largest organization: beyond them a mistyped number fills the disk before anyone notices. */
export const MAX_ACCOUNTS = 10_000;
export const MAX_DAYS = 3_660;
export const MAX_EVENTS_PER_DAY = 20_000_000;
export const MAX_EVENTS = 200_000_000;

const whole = (from: number, to: number) =>
  z.preprocess(
    (given) => (typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given),
    z.number().int().min(from).max(to),
  );

/** What `simulate` accepts; every member has a default. Numbers may come as decimal text, as a command line has them. */
export const SIMULATION_OPTIONS = z.strictObject({
  accounts: whole(1, MAX_ACCOUNTS).default(5).describe("member accounts of the organization"),
  days: whole(1, MAX_DAYS).default(3).describe("days of logs, from the start day on"),
  eventsPerDay: whole(1, MAX_EVENTS_PER_DAY).default(10_000).describe("CloudTrail events a day, over all accounts"),
  seed: whole(0, 4294967295).default(1).describe("the same seed writes the same bytes"),
  startDay: z
    .string()
    .refine(isDay, "a day as YYYY-MM-DD from 2013 to 2100")
    .default("2026-01-05")
    .describe("first day, YYYY-MM-DD; not the clock, so that runs can be repeated"),
  vpcFlow: z.boolean().default(true).describe("write VPC and transit gateway flow logs"),
  config: z.boolean().default(true).describe("write AWS Config history and snapshots"),
  digests: z.boolean().default(true).describe("write CloudTrail digest files"),
  stories: z.boolean().default(true).describe("mix the attack stories in"),
  objects: whole(1, 1_000_000)
    .nullable()
    .default(null)
    .describe("write exactly this many CloudTrail objects of equal size and nothing else, for measuring"),
});

/** What the simulator is asked for, checked. */
export type SimulationOptions = z.output<typeof SIMULATION_OPTIONS>;

/**
 * Parses what a caller gave.
 * @throws LogkeepError `cli.usage` naming every option that is out of range.
 */
export function parseSimulationOptions(given: z.input<typeof SIMULATION_OPTIONS> | unknown): SimulationOptions {
  const parsed = SIMULATION_OPTIONS.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "options"}: ${issue.message}`);
    throw usageError("the simulation's options are not usable", faults.join("; "));
  }
  const options = parsed.data;
  if (options.eventsPerDay * options.days > MAX_EVENTS) {
    throw usageError(
      "the simulation would write too many events",
      `days times eventsPerDay may be at most ${MAX_EVENTS}`,
    );
  }
  if (options.objects !== null && options.objects > options.eventsPerDay * options.days) {
    throw usageError("the simulation would write more objects than events", "lower objects or raise eventsPerDay");
  }
  return options;
}

/** One line of help for each option, in the order of the schema. */
export function simulationHelp(): readonly string[] {
  return Object.entries(SIMULATION_OPTIONS.shape).map(([name, schema]) => `${name}: ${schema.description ?? ""}`);
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text) && text >= "2013-01-01" && text < "2101";
}
