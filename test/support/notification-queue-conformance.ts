import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NotificationQueue, QueueMessage } from "../../core/notification-queue.ts";

/** One queue under test, empty, whose messages are dead after three receipts. */
export interface QueueUnderTest {
  readonly queue: NotificationQueue;
  readonly deadLetters: NotificationQueue;
  /** Lets so much time pass, or a little more. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const MINUTE = 60_000;

/** What every notification queue promises. */
export function describeNotificationQueue(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(name, () => {
    let at: QueueUnderTest;
    let queue: NotificationQueue;
    beforeEach(async () => {
      at = await open();
      queue = at.queue;
    });
    afterEach(() => at.close());

    const receive = (from = queue, visibilityMs = 10 * MINUTE) => from.receive({ most: 10, waitMs: 0, visibilityMs });
    /** All visible messages: one call may give fewer than there are. */
    const receiveAll = async (from = queue): Promise<readonly QueueMessage[]> => {
      const all: QueueMessage[] = [];
      for (;;) {
        const some = await receive(from);
        if (some.length === 0) return all;
        all.push(...some);
      }
    };
    const receiptsOf = (messages: readonly QueueMessage[]) => messages.map(({ receipt }) => receipt);
    const kinds = (outcomes: readonly { readonly kind: string }[]) => outcomes.map(({ kind }) => kind);

    test("default: what is sent comes once, is gone when it was deleted, and tells when it was sent", async () => {
      const bodies = ["plain", '{"json":"ü\u{1f600}"}', "line\nbreak\ttab", "<&>\"'", "x".repeat(100_000)];
      const beforeMs = Date.now();
      expect(kinds(await queue.send(bodies))).toEqual(bodies.map(() => "done"));
      const received = await receiveAll();
      expect(received.map(({ body }) => body).sort()).toEqual([...bodies].sort());
      expect(new Set(received.map(({ id }) => id)).size).toBe(bodies.length);
      for (const { receiveCount, sentAtMs } of received) {
        expect(receiveCount).toBe(1);
        expect(Math.abs((sentAtMs ?? 0) - beforeMs)).toBeLessThan(400 * 86_400_000);
      }
      expect(await receive()).toEqual([]);
      expect(kinds(await queue.delete(receiptsOf(received)))).toEqual(bodies.map(() => "done"));
      await at.pass(1000);
      expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0, delayed: 0 });
    });

    test("behavior: a returned message comes again, under the same id, with another receipt", async () => {
      await queue.send(["a"]);
      const [first] = await receive();
      expect(await receive()).toEqual([]);
      expect(kinds(await queue.setVisibility([first!.receipt], 0))).toEqual(["done"]);
      const [second] = await receive();
      expect(second).toMatchObject({ id: first!.id, body: "a", receiveCount: 2, sentAtMs: first!.sentAtMs });
      expect(second!.receipt).not.toBe(first!.receipt);
    });

    test("behavior: a message comes again when its visibility ends, unless that was extended", async () => {
      await queue.send(["a", "b"]);
      const received = await receive(queue, 2000);
      const [extended] = received.filter(({ body }) => body === "a");
      expect(kinds(await queue.setVisibility([extended!.receipt], 10 * MINUTE))).toEqual(["done"]);
      await at.pass(2500);
      expect((await receiveAll()).map(({ body }) => body)).toEqual(["b"]);
    });

    test("behavior: after three receipts it is a dead letter, and says how often it was received", async () => {
      await queue.send(["poison", "good"]);
      for (let round = 1; round <= 3; round += 1) {
        const received = await receiveAll();
        expect(received.every(({ receiveCount }) => receiveCount === round)).toBe(true);
        const good = received.filter(({ body }) => body === "good");
        await queue.delete(receiptsOf(good));
        await queue.setVisibility(receiptsOf(received.filter(({ body }) => body !== "good")), 0);
      }
      expect(await receive()).toEqual([]);
      const [dead] = await receive(at.deadLetters);
      expect(dead).toMatchObject({ body: "poison" });
      expect(dead!.receiveCount).toBeGreaterThanOrEqual(3);
      expect(await receive(at.deadLetters)).toEqual([]);
    });

    test("behavior: any number at once, equal receipts among them, with an outcome each", async () => {
      const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`);
      await queue.send(bodies);
      const receipts = receiptsOf(await receiveAll());
      expect(receipts).toHaveLength(25);
      const twice = [...receipts, ...receipts.slice(0, 3)];
      expect(kinds(await queue.setVisibility(twice, 10 * MINUTE))).toEqual(twice.map(() => "done"));
      expect(kinds(await queue.delete(twice))).toEqual(twice.map(() => "done"));
      expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
      expect([await queue.delete([]), await queue.setVisibility([], 0), await queue.send([])]).toEqual([[], [], []]);
    });

    test("behavior: a receipt that holds nothing is told apart, each in its place", async () => {
      await queue.send(["a", "b", "c"]);
      const [a, b, c] = receiptsOf(await receiveAll());
      await queue.delete([b!]);
      expect(kinds(await queue.setVisibility([a!, b!, "no receipt", c!], 10 * MINUTE))).toEqual([
        "done",
        "expired",
        "expired",
        "done",
      ]);
      expect(kinds(await queue.delete([a!, b!, "no receipt", c!]))).toEqual(["done", "done", "expired", "done"]);
    });

    test("behavior: depth and settings", async () => {
      expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0, delayed: 0, oldestAgeMs: null });
      await queue.send(["a", "b", "c"]);
      await queue.receive({ most: 1, waitMs: 0, visibilityMs: 10 * MINUTE });
      expect(await queue.depth()).toMatchObject({ visible: 2, inFlight: 1, delayed: 0 });
      expect(await queue.settings()).toMatchObject({ maxReceives: 3, deadLetters: expect.any(String) });
      expect(await at.deadLetters.settings()).toMatchObject({ maxReceives: null, deadLetters: null });
    });

    test("behavior: a signal stops a poll, and every other call", async () => {
      const reason = new Error("stop");
      const stopping = new AbortController();
      const poll = queue.receive({ most: 1, waitMs: 20_000, visibilityMs: MINUTE }, stopping.signal);
      stopping.abort(reason);
      await expect(poll).rejects.toBe(reason);
      const signal = AbortSignal.abort(reason);
      for (const call of [
        () => queue.receive({ most: 1, waitMs: 0, visibilityMs: MINUTE }, signal),
        () => queue.setVisibility(["a"], 0, signal),
        () => queue.delete(["a"], signal),
        () => queue.send(["a"], signal),
        () => queue.depth(signal),
        () => queue.settings(signal),
      ]) {
        await expect(call()).rejects.toBe(reason);
      }
    });
  });
}
