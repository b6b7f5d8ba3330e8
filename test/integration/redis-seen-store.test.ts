/** The index of seen objects on a real server: the port's suite, and what can happen to a server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRedis } from "../../adapters/redis.ts";
import type { SeenObject } from "../../core/seen-store.ts";
import { type RedisServer, startRedis, whyNoRedis } from "../support/redis-server.ts";
import { describeSeenStore } from "../support/seen-store-conformance.ts";

const ABSENT = whyNoRedis();
let server: RedisServer;

const open = () => openRedis({ url: server.url, prefix: "{logkeep}" });
const objects = (from: number, count: number): SeenObject[] =>
  Array.from({ length: count }, (_, index) => ({
    version: `s3://logs-111122223333/${from + index}`,
    reason: null,
    isFinal: true,
    content: { key: `cloudtrail ${from + index}`, records: 7 },
  }));

if (ABSENT !== null) test("default: the index of seen objects on a server", (context) => context.skip(ABSENT));
else suite();

function suite(): void {
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  describe("port", () => {
    describeSeenStore(async () => {
      const redis = open();
      await server.command("FLUSHALL");
      return {
        store: redis.seen,
        lose: async () => void (await server.command("FLUSHALL")),
        [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
      };
    });
  });

  describe("a server's life", () => {
    test("behavior: flushed while the index is made anew: it is not taken for whole", async () => {
      await using redis = open();
      async function* parts() {
        yield objects(0, 3_000);
        await server.command("FLUSHALL");
        yield objects(3_000, 10);
      }
      expect(await redis.seen.rebuild("a", 9, parts())).toBe(false);
      expect(await redis.seen.position("a")).toBeNull();
    });

    test("behavior: several make it anew at once, and it is whole whoever was the last", async () => {
      const all = Array.from({ length: 6 }, open);
      try {
        for (let round = 0; round < 3; round += 1) {
          await server.command("FLUSHALL");
          await Promise.all(all.map(({ seen }) => seen.rebuild("a", 9, once(objects(0, 200)))));
          const asked = objects(0, 200).map(({ version }) => version);
          const answer = await all[0]?.seen.lookUp("a", asked, []);
          expect(answer).toEqual({ sequence: 9, reasons: asked.map(() => null), records: [] });
        }
      } finally {
        for (const each of all) await each[Symbol.asyncDispose]();
      }
    });

    test("behavior: killed, it comes back with entries and position, and the client with it", async () => {
      await using redis = open();
      await server.command("FLUSHALL");
      await server.command("CONFIG", "SET", "appendfsync", "always");
      await redis.seen.rebuild("a", 1, once(objects(0, 100)));
      expect(await redis.seen.append("a", 1, 2, objects(100, 5))).toBe(true);
      await server.kill();
      const asked = redis.seen.lookUp("a", ["s3://logs-111122223333/104", "other"], []);
      await server.start();
      expect(await asked).toEqual({ sequence: 2, reasons: [null, undefined], records: [] });
    });

    test("behavior: a turn is one process's, until it is given up or its holder is dead", async () => {
      await using first = open();
      await using second = open();
      const turn = await first.takeTurn("alerts", 300);
      expect(turn).not.toBeNull();
      // Renewed while it is held: longer than it would last.
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await second.takeTurn("alerts", 300)).toBeNull();
      expect(await second.takeTurn("other", 300)).not.toBeNull();
      await turn?.[Symbol.asyncDispose]();
      expect(await second.takeTurn("alerts", 300)).not.toBeNull();
      await second[Symbol.asyncDispose]();
      await expect.poll(() => first.takeTurn("alerts", 300), { timeout: 10_000 }).not.toBeNull();
    });

    test("error: nobody answers", async () => {
      await using redis = openRedis({ url: "redis://127.0.0.1:1", prefix: "{logkeep}" });
      await expect(redis.seen.position("a")).rejects.toMatchObject({ code: "index.unreachable", retry: "later" });
    });

    test("default: what the server says of itself", async () => {
      await using redis = open();
      expect(await redis.facts()).toEqual({
        version: expect.stringMatching(/^\d+\.\d+/),
        evictionPolicy: "noeviction",
      });
    });

    test("behavior: 200,000 objects, and what they take of its memory", async () => {
      await using redis = open();
      await server.command("FLUSHALL");
      const before = await usedBytes();
      const startedAt = performance.now();
      async function* parts() {
        for (let from = 0; from < 200_000; from += 10_000) yield objects(from, 10_000);
      }
      expect(await redis.seen.rebuild("a", 3, parts())).toBe(true);
      const each = ((await usedBytes()) - before) / 200_000;
      console.log(`${Math.round(each)} bytes an object, ${Math.round(performance.now() - startedAt)} ms`);
      expect(each).toBeLessThan(150);
      const answer = await redis.seen.lookUp("a", [objects(199_999, 1)[0]?.version ?? ""], []);
      expect(answer?.reasons).toEqual([null]);
    });
  });
}

async function* once(some: readonly SeenObject[]): AsyncGenerator<readonly SeenObject[]> {
  yield some;
}

async function usedBytes(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await server.command("INFO", "memory"))?.[1]);
}
