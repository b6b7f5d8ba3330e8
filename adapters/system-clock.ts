import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";

/** The system's clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: async (waitMs, signal) => {
      await wait(waitMs, undefined, signal === undefined ? {} : { signal });
    },
  };
}
