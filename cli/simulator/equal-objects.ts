import { organizationKey } from "./keys.ts";
import { startNoise } from "./noise.ts";
import type { SimulationOptions } from "./options.ts";
import { describeAccount, GLOBAL_REGION, type Organization } from "./organization.ts";
import { startRandom } from "./random.ts";
import { planStories } from "./stories/plan.ts";
import type { PlannedEvent, Truth } from "./stories/story.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "./time.ts";
import type { ObjectWriter } from "./writer.ts";

interface EqualRun {
  readonly organization: Organization;
  readonly options: SimulationOptions;
  readonly objects: number;
  readonly startMs: number;
}

/**
 * Writes an exact number of CloudTrail objects of equal size (one more or less) and nothing else: the accounts take
 * turns, and each cuts the run's time into as many pieces as it has objects. For measuring.
 */
export async function writeEqualObjects(
  run: EqualRun,
  writer: ObjectWriter,
): Promise<{ readonly events: number; readonly truths: readonly Truth[] }> {
  const { organization, options, objects, startMs } = run;
  const total = options.eventsPerDay * options.days;
  const loggers = Math.min(organization.accounts.length, objects);
  const endMs = startMs + options.days * DAY_MS;
  const planned: PlannedEvent[] = [];
  for (let day = 0; options.stories && day < options.days; day++) {
    const plan = planStories(organization, day, options.days, startMs + day * DAY_MS);
    planned.push(...plan.events.filter((event) => event.account < loggers));
  }
  const waiting = Map.groupBy(planned, (event) => event.account);
  const noise = Array.from({ length: loggers }, (_, index) =>
    startNoise(describeAccount(organization, index), options.seed),
  );
  const truths: Truth[] = [];
  let events = 0;
  for (let nth = 0; nth < objects; nth++) {
    const index = nth % loggers;
    const account = describeAccount(organization, index);
    const compose = noise[index];
    if (compose === undefined) throw new RangeError("every logging account has its noise");
    const pieces = Math.ceil((objects - index) / loggers);
    const turn = Math.floor(nth / loggers);
    const fromMs = startMs + Math.floor(((endMs - startMs) * turn) / pieces / SECOND_MS) * SECOND_MS;
    const toMs = startMs + Math.floor(((endMs - startMs) * (turn + 1)) / pieces / SECOND_MS) * SECOND_MS;
    const size = Math.floor(((nth + 1) * total) / objects) - Math.floor((nth * total) / objects);
    const mine = (waiting.get(index) ?? []).filter((event) => event.atMs >= fromMs && event.atMs < toMs).slice(0, size);
    const random = startRandom(options.seed, "equal", nth);
    const seconds = Array.from({ length: size - mine.length }, () =>
      random.below(Math.max(1, (toMs - fromMs) / SECOND_MS)),
    );
    const texts = seconds
      .sort((a, b) => a - b)
      .map((second) => JSON.stringify(compose(fromMs + second * SECOND_MS, GLOBAL_REGION, random)));
    for (const event of mine) {
      texts.push(JSON.stringify(event.record));
      if (event.truth !== null) truths.push(event.truth);
    }
    events += texts.length;
    const key = organizationKey(
      account.id,
      GLOBAL_REGION,
      "CloudTrail",
      toMs + random.between(1, 2) * 5 * MINUTE_MS,
      random,
    );
    await writer.writeGzip(key, [Buffer.from(`{"Records":[${texts.join(",")}]}`)]);
  }
  return { events, truths };
}
