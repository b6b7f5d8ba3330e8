import { expect, test } from "vitest";
import { manualClock } from "../../../support/manual-clock.ts";
import { memoryQueue } from "../../../support/memory-queue.ts";
import { describeNotificationQueue } from "../../../support/notification-queue-conformance.ts";

describeNotificationQueue("in memory", async () => {
  const clock = manualClock(Date.now());
  const deadLetters = memoryQueue({ clock });
  const queue = memoryQueue({ clock, deadLetters, maxReceives: 3 });
  return { queue, deadLetters, pass: clock.advance, close: async () => {} };
});

test("behavior: copies come under one id; a deleted one leaves the others", async () => {
  const clock = manualClock();
  const queue = memoryQueue({ clock });
  queue.put("a", { copies: 3 });
  const received = await queue.receive({ most: 10, waitMs: 0, visibilityMs: 1000 });
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  await queue.delete([received[0]!.receipt]);
  expect(queue.bodies()).toEqual(["a", "a"]);
});

test("behavior: out of order, late, and 12 hours at most", async () => {
  const clock = manualClock();
  const queue = memoryQueue({ clock, pick: (count) => count - 1 });
  for (const body of ["a", "b", "c"]) queue.put(body);
  queue.put("late", { delayMs: 5000 });
  const poll = () => queue.receive({ most: 10, waitMs: 0, visibilityMs: 3_600_000 });
  const received = await poll();
  expect(received.map(({ body }) => body)).toEqual(["c", "b", "a"]);
  const waiting = queue.receive({ most: 10, waitMs: 20_000, visibilityMs: 1000 });
  await clock.advance(6000);
  expect((await waiting).map(({ body }) => body)).toEqual(["late"]);
  const [c] = received;
  for (let hour = 1; hour < 12; hour += 1) {
    expect(await queue.setVisibility([c!.receipt], 3_600_000)).toEqual([{ kind: "done" }]);
    await clock.advance(3_599_000);
  }
  expect(await queue.setVisibility([c!.receipt], 3_700_000)).toMatchObject([{ kind: "expired" }]);
});
