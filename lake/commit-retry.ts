import { LogkeepError } from "../core/errors.ts";
import type { Lake } from "./catalog.ts";

// Somebody gets through in each round, so this many losses in a row mean that something else is wrong.
const MAX_ATTEMPTS = 50;
const WAIT_STEP_MS = 5;
const MAX_WAIT_MS = 200;

/**
 * Runs an attempt until it is not beaten to its commit. The attempt loads the table anew each time and answers null
 * when somebody else was first. Throws `lake.commit-conflict` (retry later) after 50 losses.
 */
export async function commitWithRetry<T>(
  tableId: string,
  lake: Pick<Lake, "clock">,
  attempt: () => Promise<T | null>,
): Promise<T> {
  for (let losses = 0; losses < MAX_ATTEMPTS; losses += 1) {
    if (losses > 0) await lake.clock.sleep(Math.min(losses * WAIT_STEP_MS, MAX_WAIT_MS));
    const done = await attempt();
    if (done !== null) return done;
  }
  throw new LogkeepError({
    code: "lake.commit-conflict",
    message: "other writers were faster each time",
    facts: { table: tableId, attempts: MAX_ATTEMPTS },
    retry: "later",
  });
}
