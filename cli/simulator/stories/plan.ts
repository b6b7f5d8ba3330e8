import type { Organization } from "../organization.ts";
import { INSIDERS } from "./insiders.ts";
import { INTRUSIONS } from "./intrusions.ts";
import { type Story, type StoryPlan, tellStory } from "./story.ts";

/** Every story, intrusions first. */
export const STORIES: readonly Story[] = [...INTRUSIONS, ...INSIDERS];

/** In longer runs each story comes again after this many days, in other accounts. */
const CYCLE_DAYS = 14;

/** Which stories a day holds: all of them on one day, else spread over the run or, in long runs, over each cycle. */
export function planStories(organization: Organization, day: number, days: number, dayMs: number): StoryPlan {
  const cycleDays = Math.min(days, CYCLE_DAYS);
  const cycle = Math.floor(day / cycleDays);
  const told = STORIES.filter((_, nth) => Math.floor((nth * cycleDays) / STORIES.length) === day % cycleDays).map(
    (story) => tellStory(organization, story, dayMs, cycle * 3),
  );
  return {
    events: told.flatMap((plan) => plan.events),
    changes: told.flatMap((plan) => plan.changes),
    flows: told.flatMap((plan) => plan.flows),
  };
}
