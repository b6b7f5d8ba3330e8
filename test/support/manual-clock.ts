import type { Clock } from "../../core/clock.ts";

/** A clock that stands still until the test moves it; sleepers wake in the order of their times. */
export interface ManualClock extends Clock {
  /** Moves the time, waking whoever's sleep ends on the way, one after the other, and lets each do what it then does. */
  advance(byMs: number): Promise<void>;
  /** How many sleep. */
  sleeping(): number;
}

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Starts at a day in January 2026. */
export function manualClock(startMs = Date.UTC(2026, 0, 5)): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => nowMs,
    sleep: (waitMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          untilMs: nowMs + waitMs,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    async advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        await settle();
        const next = [...sleepers].sort((left, right) => left.untilMs - right.untilMs)[0];
        if (next === undefined || next.untilMs > endMs) break;
        nowMs = Math.max(nowMs, next.untilMs);
        next.wake();
      }
      nowMs = endMs;
      await settle();
    },
    sleeping: () => sleepers.size,
  };
}

/** Long enough for chains of promises that wait for nothing else. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
