import { beforeEach, expect, test } from "vitest";
import type { NotificationQueue } from "../../../../core/notification-queue.ts";
import {
  announcedUris,
  explainLetters,
  type LedgerEntry,
  redriveLetters,
  withDeadLetters,
} from "../../../../ingest/notifications/dead-letters.ts";
import { type ManualClock, manualClock } from "../../../support/manual-clock.ts";
import { type MemoryQueue, memoryQueue } from "../../../support/memory-queue.ts";
import { s3Message, s3TestEvent, trailMessage } from "../../../support/notification-messages.ts";

const ALLOWED = [{ bucket: "logs", prefix: "" }];

let clock: ManualClock;
let dlq: MemoryQueue;
let queue: MemoryQueue;
let fault: (operation: keyof NotificationQueue) => unknown;
beforeEach(() => {
  clock = manualClock();
  fault = () => null;
  dlq = memoryQueue({ clock, fault: (operation) => fault(operation) });
  queue = memoryQueue({ clock });
});

/** Polls wait on the clock: it runs while the action does. */
async function run<T>(action: Promise<T>): Promise<T> {
  let isDone = false;
  action.then(
    () => (isDone = true),
    () => (isDone = true),
  );
  while (!isDone) await clock.advance(200);
  return action;
}
const visible = async () => (await dlq.depth()).visible;

test("default: reads all, each once, and makes them visible again", async () => {
  for (let index = 0; index < 25; index += 1) dlq.put(`message ${index}`, { copies: index === 0 ? 2 : 1 });
  const bodies = await run(
    withDeadLetters(dlq, 100, async ({ messages, isCut }) => {
      expect(isCut).toBe(false);
      return messages.map(({ body }) => body);
    }),
  );
  expect(bodies.sort()).toEqual(Array.from({ length: 25 }, (_, index) => `message ${index}`).sort());
  // Of a copy, the first receipt is not known any more: it is visible when its time has passed.
  expect(await visible()).toBe(25);
});

test("behavior: a limit is told", async () => {
  for (let index = 0; index < 25; index += 1) dlq.put(`message ${index}`);
  await run(
    withDeadLetters(dlq, 12, async ({ messages, isCut }) => {
      expect(messages).toHaveLength(12);
      expect(isCut).toBe(true);
    }),
  );
  expect(await visible()).toBe(25);
});

test("error: what was read is visible again when reading or the action fails, or is stopped", async () => {
  for (let index = 0; index < 25; index += 1) dlq.put(`message ${index}`);
  const failing = async () => {
    throw new Error("no");
  };
  await expect(run(withDeadLetters(dlq, 100, failing))).rejects.toThrow("no");
  expect(await visible()).toBe(25);
  let receives = 0;
  fault = (operation) => (operation === "receive" && ++receives === 2 ? new Error("lost") : null);
  await expect(run(withDeadLetters(dlq, 100, async () => {}))).rejects.toThrow("lost");
  expect(await visible()).toBe(25);
  fault = (operation) => (operation === "setVisibility" ? new Error("other") : null);
  await expect(run(withDeadLetters(dlq, 100, failing))).rejects.toThrow("no");
  fault = () => null;
  await clock.advance(600_000);
  expect(await visible()).toBe(25);
});

test("default: messages are explained by what they say, and by the ledger", async () => {
  const entry = (key: string, version: string, rest: Partial<LedgerEntry> = {}): LedgerEntry => ({
    ...{ object: `s3://logs/${key}`, version, state: "ingested", reason: null, detail: null },
    ...{ decidedAt: "2026-01-05T00:00:00Z", ...rest },
  });
  const bad = { state: "quarantined", reason: "inflate.truncated", detail: "the gzip ends early" } as const;
  const ledger = [
    entry("done", "e1"),
    entry("bad", "e1", bad),
    entry("other", "older"),
    entry("twice", "e1", { ...bad, decidedAt: "2026-01-05T01:00:00Z" }),
    entry("twice", "e2", { decidedAt: "2026-01-05T02:00:00Z" }),
  ];
  const told = (key: string) => ({ bucket: "logs", key, etag: "e1" });
  const cases = [
    ["junk", ["notification.not-json"]],
    [s3Message({ bucket: "elsewhere", key: "k" }), ["notification.foreign-bucket"]],
    [s3Message(told("done")), ["object.decided"]],
    [s3Message(told("bad")), ["inflate.truncated"]],
    [s3Message(told("never")), ["object.undecided"]],
    // Another version of it is in the ledger.
    [s3Message(told("other")), ["object.undecided"]],
    [s3Message(told("twice")), ["inflate.truncated"]],
    [trailMessage("logs", ["twice"]), ["object.decided"]],
    [s3TestEvent("logs"), ["message.acknowledged"]],
    [
      trailMessage("logs", ["done", "bad", "never", 7]),
      ["object.decided", "inflate.truncated", "object.undecided", "notification.bad-record"],
    ],
  ] as const;
  const messages = cases.map(([body], at) => ({ id: `${at}`, receipt: `r${at}`, body, receiveCount: 5, sentAtMs: 0 }));
  expect([...announcedUris(messages, ALLOWED)].sort()).toEqual(
    ["bad", "done", "never", "other", "twice"].map((key) => `s3://logs/${key}`),
  );
  const letters = explainLetters(messages, ALLOWED, ledger);
  expect(letters.map(({ records }) => records.map(({ explanation }) => explanation))).toEqual(
    cases.map(([, explanations]) => explanations),
  );
  expect(letters.at(-1)?.explanation).toBe("notification.bad-record");
  expect(letters[3]?.records[0]).toMatchObject({ uri: "s3://logs/bad", state: "quarantined", detail: bad.detail });
});

test("default: what is redriven is sent, then deleted", async () => {
  for (let index = 0; index < 25; index += 1) dlq.put(`message ${index}`);
  const outcomes = await run(
    withDeadLetters(dlq, 100, ({ messages }) => redriveLetters(dlq, queue, messages.slice(0, 23))),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(Array(23).fill("done"));
  expect(queue.bodies()).toHaveLength(23);
  expect(dlq.bodies()).toEqual(["message 23", "message 24"]);
  expect(await visible()).toBe(2);
});

test("behavior: dying anywhere loses nothing", async () => {
  for (const dying of ["send", "delete"] as const) {
    const bodies = Array.from({ length: 15 }, (_, index) => `${dying} ${index}`);
    for (const body of bodies) dlq.put(body);
    let calls = 0;
    const dead: NotificationQueue = {
      ...queue,
      send: async (texts) => {
        const sent = await queue.send(texts);
        if (dying === "send" && ++calls === 2) throw new Error("dead");
        return sent;
      },
    };
    fault = (operation) => (dying === "delete" && operation === "delete" && ++calls === 2 ? new Error("dead") : null);
    await expect(run(withDeadLetters(dlq, 100, ({ messages }) => redriveLetters(dlq, dead, messages)))).rejects.toThrow(
      "dead",
    );
    fault = () => null;
    expect(new Set([...queue.bodies(), ...dlq.bodies()])).toEqual(new Set([...queue.bodies(), ...bodies]));
    await run(withDeadLetters(dlq, 100, ({ messages }) => redriveLetters(dlq, queue, messages)));
    expect(dlq.bodies()).toEqual([]);
    for (const body of bodies) expect(queue.bodies()).toContain(body);
  }
});

test("behavior: what could not be sent stays", async () => {
  for (let index = 0; index < 12; index += 1) dlq.put(`message ${index}`);
  const picky: NotificationQueue = {
    ...queue,
    send: async (bodies) => {
      const taken = bodies.filter((body) => !body.endsWith("1"));
      await queue.send(taken);
      return bodies.map((body) =>
        taken.includes(body) ? { kind: "done" as const } : { kind: "failed" as const, code: "InternalError" },
      );
    },
  };
  const outcomes = await run(withDeadLetters(dlq, 100, ({ messages }) => redriveLetters(dlq, picky, messages)));
  expect(outcomes.filter(({ kind }) => kind === "failed")).toHaveLength(2);
  expect(dlq.bodies()).toEqual(["message 1", "message 11"]);
  expect(await visible()).toBe(2);
});
