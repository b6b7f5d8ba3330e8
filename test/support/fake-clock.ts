import type { Clock } from "../../core/clock.ts";

/** A clock that moves by one second each time it is asked, and sleeps without waiting. */
export function fakeClock(startMs = Date.UTC(2024, 0, 15)): Clock {
  let nowMs = startMs;
  return {
    now: () => {
      nowMs += 1000;
      return nowMs;
    },
    sleep: async (waitMs, signal) => {
      signal?.throwIfAborted();
      nowMs += waitMs;
    },
  };
}
