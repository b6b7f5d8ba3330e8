import type { Random } from "./random.ts";
import { SECOND_MS } from "./time.ts";

/** Relative load of each UTC hour: machines around the clock, people by day. */
const HOURS = [
  55, 50, 48, 46, 48, 52, 62, 80, 100, 112, 116, 112, 104, 112, 118, 114, 104, 92, 80, 72, 68, 64, 60, 58,
] as const;

/** The instants (whole seconds, in order) of a number of events within one day. */
export function drawTimes(dayMs: number, count: number, random: Random): readonly number[] {
  const total = HOURS.reduce((sum, load) => sum + load, 0);
  const seconds = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    let mark = random.float() * total;
    let hour = 0;
    while (hour < 23 && mark >= (HOURS[hour] ?? 0)) mark -= HOURS[hour++] ?? 0;
    seconds[at] = hour * 3600 + random.below(3600);
  }
  return Array.from(seconds.sort(), (second) => dayMs + second * SECOND_MS);
}

/** Shares a whole number out by weight, exactly: the parts add up. */
export function shareOut(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  let [before, upTo] = [0, 0];
  return weights.map((weight) => {
    upTo += weight;
    const until = Math.round((total * upTo) / sum);
    const part = until - before;
    before = until;
    return part;
  });
}
