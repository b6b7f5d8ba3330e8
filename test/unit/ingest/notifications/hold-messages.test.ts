import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LogkeepError } from "../../../../core/errors.ts";
import type { NotificationQueue, QueueMessage } from "../../../../core/notification-queue.ts";
import { announcedName } from "../../../../ingest/notifications/announcement.ts";
import { holdMessages, type MessageHold, returnDelayMs } from "../../../../ingest/notifications/hold-messages.ts";
import { parseMessage } from "../../../../ingest/notifications/parse-message.ts";
import { type ManualClock, manualClock } from "../../../support/manual-clock.ts";
import { memoryLog } from "../../../support/memory-log.ts";
import { type MemoryQueue, memoryQueue } from "../../../support/memory-queue.ts";
import { s3Message, s3TestEvent } from "../../../support/notification-messages.ts";

const ALLOWED = [{ bucket: "logs", prefix: "" }];
const VISIBILITY = 60_000;
const HOUR = 3_600_000;

const say = (...keys: readonly string[]) =>
  s3Message(...keys.map((key) => ({ bucket: "logs", key, etag: `e-${key}` })));
const nameOf = (key: string) => `s3://logs/${key}\0e-${key}`;

describe("holding messages", () => {
  let clock: ManualClock;
  let dead: MemoryQueue;
  let queue: MemoryQueue;
  let hold: MessageHold;
  let log: ReturnType<typeof memoryLog>;
  let stopping: AbortController;
  let running: Promise<void>;
  let calls: { operation: keyof NotificationQueue; receipts: readonly string[] }[];
  let fault: (operation: keyof NotificationQueue, receipts: readonly string[]) => unknown;
  beforeEach(() => {
    clock = manualClock();
    log = memoryLog();
    calls = [];
    fault = () => null;
    dead = memoryQueue({ clock });
    queue = memoryQueue({
      clock,
      deadLetters: dead,
      maxReceives: 3,
      fault: (operation, receipts) => {
        calls.push({ operation, receipts });
        return fault(operation, receipts);
      },
    });
    hold = holdMessages(VISIBILITY, { queue, clock, log, random: () => 0.5 });
    stopping = new AbortController();
    running = hold.run(stopping.signal);
  });
  afterEach(async () => {
    stopping.abort();
    await running;
  });

  const receive = () => queue.receive({ most: 10, waitMs: 0, visibilityMs: VISIBILITY });
  const take = (messages: readonly QueueMessage[]) =>
    hold.take(messages.map((message) => ({ message, parsed: parseMessage(message.body, ALLOWED) }))).map(announcedName);
  const poll = async () => take(await receive());
  const settle = (decided: readonly string[], failed: readonly string[] = []) =>
    hold.settle(decided.map(nameOf), failed.map(nameOf));

  test("default: a message is held for as long as its objects take, then deleted", async () => {
    queue.put(say("a", "b"));
    expect(await poll()).toEqual([nameOf("a"), nameOf("b")]);
    await clock.advance(HOUR / 2);
    expect(await receive()).toEqual([]);
    await settle(["a"]);
    expect(queue.bodies()).toHaveLength(1);
    expect(hold.counts()).toMatchObject({ held: 1, objects: 1, deleted: 0 });
    await settle(["b"]);
    expect(queue.bodies()).toEqual([]);
    expect(hold.counts()).toEqual({ held: 0, objects: 0, deleted: 1, returned: 0, lost: 0, givenUp: 0 });
    expect(log.entries).toEqual([]);
  });

  test("behavior: extended well before the end, and not more often than needed", async () => {
    queue.put(say("a"));
    await poll();
    await clock.advance(20 * VISIBILITY);
    const extensions = calls.filter(({ operation }) => operation === "setVisibility");
    // Half of the visibility is left each time.
    expect(extensions.length).toBeGreaterThan(35);
    expect(extensions.length).toBeLessThanOrEqual(40);
  });

  test("behavior: many messages are extended ten at a time", async () => {
    for (let index = 0; index < 40; index += 1) queue.put(say(`k${index}`));
    for (let round = 0; round < 4; round += 1) {
      await poll();
      await clock.advance(900);
    }
    calls.length = 0;
    await clock.advance(VISIBILITY * 5);
    const extended = calls.filter(({ operation, receipts }) => operation === "setVisibility" && receipts.length > 0);
    const sum = extended.reduce((count, { receipts }) => count + receipts.length, 0);
    expect(sum / extended.length).toBeGreaterThanOrEqual(9);
    expect(await receive()).toEqual([]);
  });

  test("behavior: an object that two messages announce is begun once, and both wait for it", async () => {
    queue.put(say("a"));
    queue.put(say("a", "b"));
    expect(await poll()).toEqual([nameOf("a"), nameOf("b")]);
    queue.put(say("a"));
    expect(await poll()).toEqual([]);
    await settle(["a"]);
    expect(queue.bodies()).toEqual([say("a", "b")]);
    // Announced again later: the ledger knows it, and says so by deciding at once.
    queue.put(say("a"));
    expect(await poll()).toEqual([nameOf("a")]);
    await settle(["a", "b"]);
    expect(queue.bodies()).toEqual([]);
  });

  test("behavior: when one object failed the message goes back, later each time, and ends as a dead letter", async () => {
    queue.put(say("good", "bad"));
    for (const delayMs of [10_000, 20_000, 40_000]) {
      expect(await poll()).toEqual([nameOf("good"), nameOf("bad")]);
      await settle([], ["bad"]);
      // Not before the others are decided: they would be worked on twice.
      expect(hold.counts().held).toBe(1);
      await settle(["good"]);
      expect(hold.counts().held).toBe(0);
      await clock.advance(delayMs - 1);
      expect(await receive()).toEqual([]);
      await clock.advance(1);
    }
    expect(await receive()).toEqual([]);
    expect(dead.bodies()).toEqual([say("good", "bad")]);
    expect(hold.counts()).toMatchObject({ returned: 3, deleted: 0 });
    expect([1, 2, 7, 8, 1000].map(returnDelayMs)).toEqual([10_000, 20_000, 640_000, 900_000, 900_000]);
  });

  test("behavior: what was failed and is decided for another message is deleted there", async () => {
    queue.put(say("a"));
    await poll();
    await settle([], ["a"]);
    await clock.advance(10_000);
    expect(await poll()).toEqual([nameOf("a")]);
    await settle(["a"]);
    expect(queue.bodies()).toEqual([]);
  });

  test("behavior: acknowledged messages are deleted by themselves; what is not understood is left alone", async () => {
    queue.put(s3TestEvent("logs"));
    queue.put("junk");
    expect(await poll()).toEqual([]);
    await clock.advance(1000);
    expect(queue.bodies()).toEqual(["junk"]);
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(VISIBILITY);
      expect(await poll()).toEqual([]);
    }
    expect(dead.bodies()).toEqual(["junk"]);
  });

  test("behavior: a record that is not understood keeps its message, and the others are worked on", async () => {
    const mixed = JSON.stringify({ Records: [...(JSON.parse(say("a")) as { Records: unknown[] }).Records, "junk"] });
    queue.put(mixed);
    for (let round = 1; round <= 3; round += 1) {
      expect(await poll()).toEqual([nameOf("a")]);
      await settle(["a"]);
      await clock.advance(returnDelayMs(round));
    }
    expect(await poll()).toEqual([]);
    expect(dead.bodies()).toEqual([mixed]);
  });

  test("behavior: a deletion that fails is tried again while the message is held", async () => {
    queue.put(say("a"));
    await poll();
    let failures = 3;
    fault = (operation) => (operation === "delete" && failures-- > 0 ? unavailable() : null);
    await settle(["a"]);
    expect(queue.bodies()).toHaveLength(1);
    await clock.advance(10_000);
    expect(queue.bodies()).toEqual([]);
    expect(hold.counts()).toMatchObject({ held: 0, deleted: 1 });
    expect(log.entries.map(({ name, fields }) => [name, fields["operation"], fields["code"]])).toEqual(
      Array(3).fill(["queue.call-failed", "delete", "queue.unavailable"]),
    );
  });

  test("behavior: a deletion that fails to the end leaves a message that comes again, and is deleted then", async () => {
    queue.put(say("a"));
    await poll();
    fault = (operation) => (operation === "delete" ? unavailable() : null);
    await settle(["a"]);
    await clock.advance(VISIBILITY + 5000);
    expect(hold.counts()).toMatchObject({ held: 0, deleted: 0 });
    fault = () => null;
    expect(await poll()).toEqual([nameOf("a")]);
    await settle(["a"]);
    expect(queue.bodies()).toEqual([]);
  });

  test("behavior: a message that comes again while it is held is held by its newer receipt", async () => {
    queue.put(say("a", "b"));
    await poll();
    await settle(["a"]);
    fault = (operation) => (operation === "setVisibility" ? unavailable() : null);
    await clock.advance(VISIBILITY + 1);
    fault = () => null;
    const [again] = await receive();
    expect(again).toMatchObject({ receiveCount: 2 });
    // Its work goes on: nothing is begun again.
    expect(take([again!])).toEqual([]);
    await clock.advance(VISIBILITY * 3);
    expect(await receive()).toEqual([]);
    await settle(["b"]);
    expect(queue.bodies()).toEqual([]);
  });

  test("behavior: copies of a message under one id all go in the end", async () => {
    queue.put(say("a"), { copies: 3 });
    expect(await poll()).toEqual([nameOf("a")]);
    await settle(["a"]);
    await clock.advance(VISIBILITY);
    expect(await poll()).toEqual([nameOf("a")]);
    await settle(["a"]);
    await clock.advance(VISIBILITY);
    await poll();
    await settle(["a"]);
    expect(queue.bodies()).toEqual([]);
  });

  test("behavior: after 12 hours it lets go, and still deletes when nobody else has it", async () => {
    // The other's loop would only cost time.
    stopping.abort();
    const visibilityMs = HOUR / 2;
    const patient = holdMessages(visibilityMs, { queue, clock, log, random: () => 0.5 });
    const stop = new AbortController();
    const extending = patient.run(stop.signal);
    const pollPatiently = async () => {
      const received = await queue.receive({ most: 10, waitMs: 0, visibilityMs });
      patient.take(received.map((message) => ({ message, parsed: parseMessage(message.body, ALLOWED) })));
      return received;
    };
    queue.put(say("a"));
    await pollPatiently();
    await clock.advance(12 * HOUR - visibilityMs - 60_000);
    expect(patient.counts().givenUp).toBe(0);
    for (let minute = 0; minute < 30 && patient.counts().givenUp === 0; minute += 1) await clock.advance(60_000);
    expect(patient.counts()).toMatchObject({ givenUp: 1, held: 1, lost: 0 });
    await patient.settle([nameOf("a")], []);
    expect(queue.bodies()).toEqual([]);

    queue.put(say("b"));
    await pollPatiently();
    await clock.advance(12 * HOUR + 1);
    const [elsewhere] = await receive();
    expect(elsewhere).toMatchObject({ receiveCount: 2 });
    await patient.settle([nameOf("b")], []);
    expect(patient.counts()).toMatchObject({ held: 0, lost: 1 });
    expect(queue.bodies()).toEqual([say("b")]);
    stop.abort();
    await extending;
  });

  test("behavior: a receipt that was lost is not extended again, and costs nothing but a warning", async () => {
    queue.put(say("a"));
    const [message] = await receive();
    take([message!]);
    await queue.setVisibility([message!.receipt], 0);
    await receive();
    calls.length = 0;
    await clock.advance(VISIBILITY * 4);
    expect(calls.filter(({ operation }) => operation === "setVisibility")).toHaveLength(1);
    expect(log.entries).toEqual([{ name: "message.lost", fields: { operation: "extend", messages: 1 } }]);
  });

  test("behavior: a deletion that hangs keeps no other message from being extended", async () => {
    const { promise: hung, resolve } = Promise.withResolvers<readonly []>();
    const hanging = holdMessages(VISIBILITY, {
      queue: { ...queue, delete: () => hung },
      clock,
      log,
      random: () => 0.5,
    });
    const stop = new AbortController();
    const looping = hanging.run(stop.signal);
    queue.put(s3TestEvent("logs"));
    queue.put(say("a"));
    const received = await receive();
    hanging.take(received.map((message) => ({ message, parsed: parseMessage(message.body, ALLOWED) })));
    await clock.advance(VISIBILITY * 5);
    expect((await receive()).map(({ body }) => body)).toEqual([s3TestEvent("logs")]);
    stop.abort();
    resolve([]);
    await looping;
  });

  test("behavior: at the end, whatever still waits is visible to others at once", async () => {
    for (const key of ["a", "b", "c"]) queue.put(say(key));
    await poll();
    await settle(["a"]);
    await hold.release();
    expect((await receive()).map(({ body }) => body)).toEqual([say("b"), say("c")]);
    expect(hold.counts()).toMatchObject({ held: 0, deleted: 1, returned: 2 });
  });

  test("behavior: settling what nobody waits for changes nothing", async () => {
    queue.put(say("a"));
    await poll();
    await settle(["x"], ["y"]);
    expect(hold.counts()).toMatchObject({ held: 1, objects: 1 });
  });
});

test("behavior: in any disorder every message ends, and none before its objects are decided", async () => {
  const step = fc.record({
    keys: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1, maxLength: 3 }),
    copies: fc.integer({ min: 1, max: 3 }),
    delayMs: fc.integer({ min: 0, max: 200_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(), async (steps, seed) => {
      let drawn = 0;
      const random = () => createHash("sha256").update(`${seed} ${drawn++}`).digest().readUInt32BE() / 2 ** 32;
      const clock = manualClock();
      const decided = new Set<string>();
      const tooEarly: string[] = [];
      const queue = memoryQueue({
        clock,
        pick: (count) => Math.floor(random() * count),
        fault: (operation, receipts) =>
          operation !== "receive" && receipts.length > 0 && random() < 0.3 ? unavailable() : null,
      });
      const checked: NotificationQueue = {
        ...queue,
        delete: (receipts, signal) => {
          for (const receipt of receipts) {
            tooEarly.push(...(keysByReceipt.get(receipt) ?? []).filter((key) => !decided.has(nameOf(key))));
          }
          return queue.delete(receipts, signal);
        },
      };
      const keysByReceipt = new Map<string, readonly string[]>();
      const hold = holdMessages(VISIBILITY, { queue: checked, clock, log: memoryLog(), random });
      const stopping = new AbortController();
      const running = hold.run(stopping.signal);
      for (const { keys, copies, delayMs } of steps) queue.put(say(...keys), { copies, delayMs });
      const work = new Set<string>();
      for (let round = 0; round < 200 && queue.bodies().length > 0; round += 1) {
        const received = await queue.receive({ most: 10, waitMs: 0, visibilityMs: VISIBILITY });
        const parsed = received.map((message) => ({ message, parsed: parseMessage(message.body, ALLOWED) }));
        for (const { message, parsed: each } of parsed) {
          const objects = each.announcements.flatMap((one) => (one.kind === "object" ? [one.object.key] : []));
          keysByReceipt.set(message.receipt, objects);
        }
        for (const object of hold.take(parsed)) {
          // Work on an object never runs twice at a time.
          expect(work.has(announcedName(object))).toBe(false);
          work.add(announcedName(object));
        }
        const done = [...work].filter(() => random() < 0.5);
        const failed = new Set(done.filter((name) => !decided.has(name) && random() < 0.2));
        for (const name of done) if (!failed.has(name)) decided.add(name);
        for (const name of done) work.delete(name);
        await hold.settle(
          done.filter((name) => !failed.has(name)),
          failed,
        );
        await clock.advance(Math.floor(random() * 40_000));
      }
      expect(queue.bodies()).toEqual([]);
      expect(tooEarly).toEqual([]);
      stopping.abort();
      await running;
    }),
    { numRuns: 15 },
  );
});

function unavailable(): LogkeepError {
  return new LogkeepError({ code: "queue.unavailable", message: "the queue could not be asked", retry: "later" });
}
