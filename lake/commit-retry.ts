import { LogkeepError } from "../core/errors.ts";
import type { Lake } from "./catalog.ts";

// Another writer that pauses at all lets this one through long before: then something else is wrong.
const LEAST_ATTEMPTS = 100;
const LEAST_LOSING_MS = 300_000;
const SHORTEST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 2000;

/**
 * Runs an attempt until it is not beaten to its commit. The attempt loads the table anew each time and answers null
 * when somebody else was first. Throws `lake.commit-conflict` (retry later) after at least 100 losses in five minutes.
 *
 * Whoever lost begins a moment after whoever won, and would so lose again and again: beside a writer that never paused
 * (measured on a bucket) one lost up to 60 times in a row. So the loser waits for a random part of what its attempt took.
 */
export async function commitWithRetry<T>(
  tableId: string,
  lake: Pick<Lake, "clock">,
  attempt: () => Promise<T | null>,
): Promise<T> {
  let firstLossAt: number | null = null;
  let beganAt: number | null = null;
  for (let attempts = 1; ; attempts += 1) {
    const done = await attempt();
    if (done !== null) return done;
    const endedAt = lake.clock.now();
    firstLossAt ??= endedAt;
    if (attempts >= LEAST_ATTEMPTS && endedAt - firstLossAt >= LEAST_LOSING_MS) throw beaten(tableId, attempts);
    const tookMs = Math.max(endedAt - (beganAt ?? endedAt), SHORTEST_WAIT_MS);
    await lake.clock.sleep(Math.ceil(Math.random() * Math.min(tookMs, LONGEST_WAIT_MS)));
    beganAt = lake.clock.now();
  }
}

function beaten(tableId: string, attempts: number): LogkeepError {
  return new LogkeepError({
    code: "lake.commit-conflict",
    message: "other writers were faster each time",
    facts: { table: tableId, attempts },
    retry: "later",
  });
}
