import { expect, test } from "vitest";
import { commitWithRetry } from "../../../lake/commit-retry.ts";
import { fakeClock } from "../../support/fake-clock.ts";

test("default: an attempt is made again until nobody else was first", async () => {
  let attempts = 0;
  const done = await commitWithRetry("t", { clock: fakeClock() }, async () => (++attempts < 3 ? null : "done"));
  expect([done, attempts]).toEqual(["done", 3]);
});

test("behavior: the loser waits for no longer than its attempt took, and each time for another time", async () => {
  const waits: number[] = [];
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async (waitMs: number) => void waits.push(waitMs) };
  await commitWithRetry("t", { clock }, async () => {
    nowMs += 300;
    return waits.length < 50 ? null : "done";
  });
  expect(Math.max(...waits)).toBeLessThanOrEqual(300);
  expect(new Set(waits).size).toBeGreaterThan(40);
});

test("error: whoever is beaten for minutes gives up, and not before", async () => {
  let attempts = 0;
  const clock = fakeClock();
  const beganAt = clock.now();
  const losing = commitWithRetry("t", { clock }, async () => {
    attempts += 1;
    return null;
  });
  await expect(losing).rejects.toMatchObject({ code: "lake.commit-conflict", retry: "later" });
  expect(attempts).toBeGreaterThanOrEqual(100);
  expect(clock.now() - beganAt).toBeGreaterThanOrEqual(300_000);
});
