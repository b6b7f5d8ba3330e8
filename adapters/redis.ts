import { createHash, randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { LogkeepError } from "../core/errors.ts";
import type { SeenObject, SeenStore } from "../core/seen-store.ts";
import { ADD, APPEND, END_TURN, FORGET, LOOK_UP, PUBLISH, RENEW_TURN, SHARDS } from "./redis-scripts.ts";

/** A connection to a Redis or Valkey server (7 or newer), or to a cluster's endpoint. */
export interface RedisOptions {
  /** `redis://host:port/db`, `rediss://` for TLS; may hold a user and a password. */
  readonly url: string;
  /** What all keys begin with. In braces: a cluster then keeps them in one slot, as scripts over several keys need. */
  readonly prefix: string;
}

/** What the server is, for checks before the start. */
export interface RedisFacts {
  readonly version: string;
  /** Anything but `noeviction` loses keys silently when memory is full. */
  readonly evictionPolicy: string;
}

/** An open connection. */
export interface OpenRedis extends AsyncDisposable {
  readonly seen: SeenStore;
  /**
   * Takes a turn that only one process has at a time, or null while another one has it. It is renewed until it is given
   * up; of a process that died or pauses, it ends after `ttlMs`. No guarantee: for work that may be done twice.
   */
  takeTurn(name: string, ttlMs: number): Promise<AsyncDisposable | null>;
  facts(): Promise<RedisFacts>;
}

const CHUNK = 2_000;
const COMMAND_TIMEOUT_MS = 20_000;
const LONGEST_RETRY_MS = 2_000;

/** Connects when it is first used; goes on by itself when the server comes back. */
export function openRedis({ url, prefix }: RedisOptions): OpenRedis {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 5,
    retryStrategy: (times) => Math.min(100 * 2 ** times, LONGEST_RETRY_MS),
  });
  // Each command tells its own failure; without a listener the client would print them.
  redis.on("error", () => undefined);
  return {
    seen: seenStore(redis, prefix),
    takeTurn: (name, ttlMs) => takeTurn(redis, `${prefix}:turn:${name}`, ttlMs),
    facts: () => attempt(async () => factsOf(await redis.info())),
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
}

/**
 * Objects lie in hashes small enough for the server's compact form, by the first bits of their key's SHA-256, of which
 * 16 bytes are kept. A rebuilt index is a new generation of keys, which becomes the current one in a single step.
 */
function seenStore(redis: Redis, prefix: string): SeenStore {
  const keysOf = (ledger: string) => {
    const root = `${prefix}:seen:${ledger}`;
    return { current: `${root}:current`, generations: `${root}:generations`, root };
  };
  const run = (script: string, keys: readonly string[], args: readonly (string | Buffer)[]) =>
    attempt(() => redis.callBuffer("EVAL", script, keys.length, ...keys, ...args));
  // In steps, so that the server answers others meanwhile. Stops where the generation has become the current one.
  const forget = async (ledger: string, generation: string) => {
    const { current, generations, root } = keysOf(ledger);
    for (let from = 0; from < SHARDS; from += CHUNK) {
      const shards = [String(from), String(Math.min(from + CHUNK, SHARDS) - 1)];
      if (Number(await run(FORGET, [current], [root, generation, ...shards])) !== 1) return;
    }
    await attempt(() => redis.srem(generations, generation));
  };
  return {
    async position(ledger) {
      const sequence = await attempt(() => redis.hget(keysOf(ledger).current, "sequence"));
      return sequence === null ? null : Number(sequence);
    },
    async lookUp(ledger, versions, contents) {
      const { current, root } = keysOf(ledger);
      const args = [...versions.map((key) => fieldOf("v", key)), ...contents.map((key) => fieldOf("c", key))];
      // The script answers with an array of texts, or null where there is no current generation.
      const answer = (await run(LOOK_UP, [current], [root, ...args])) as (Buffer | null)[] | null;
      if (answer === null) return null;
      const values = answer.slice(1).map((value) => value?.toString() ?? null);
      return {
        sequence: Number(answer[0]?.toString()),
        reasons: versions.map((_, index) => reasonOf(values[index] ?? null)),
        records: contents.map((_, index) => recordsOf(values[versions.length + index] ?? null)),
      };
    },
    async append(ledger, from, to, objects) {
      const { current, root } = keysOf(ledger);
      const args = [root, String(from), String(to), ...objects.flatMap(argumentsOf)];
      return Number(await run(APPEND, [current], args)) === 1;
    },
    async rebuild(ledger, to, objects) {
      const { current, generations, root } = keysOf(ledger);
      const generation = randomUUID();
      await attempt(() => redis.sadd(generations, generation));
      let chunks = 0;
      for await (const some of objects) {
        for (let from = 0; from < some.length; from += CHUNK) {
          chunks += 1;
          const args = [root, generation, String(chunks), ...some.slice(from, from + CHUNK).flatMap(argumentsOf)];
          if (Number(await run(ADD, [current], args)) !== 1) return false;
        }
      }
      if (Number(await run(PUBLISH, [current], [root, generation, String(chunks), String(to)])) !== 1) return false;
      for (const old of await attempt(() => redis.smembers(generations))) {
        if (old !== generation) await forget(ledger, old);
      }
      return true;
    },
  };
}

async function takeTurn(redis: Redis, key: string, ttlMs: number): Promise<AsyncDisposable | null> {
  const holder = randomUUID();
  if ((await attempt(() => redis.set(key, holder, "PX", ttlMs, "NX"))) === null) return null;
  const ask = (script: string) => redis.call("EVAL", script, 1, key, holder, String(ttlMs)).catch(() => undefined);
  const renewal = setInterval(() => void ask(RENEW_TURN), ttlMs / 3).unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(renewal);
      await ask(END_TURN);
    },
  };
}

function argumentsOf({ version, reason, isFinal, content }: SeenObject): (string | Buffer)[] {
  const own = [fieldOf("v", version), `${isFinal ? 1 : 0}${reason ?? ""}`];
  return content === null ? own : [...own, fieldOf("c", content.key), String(content.records)];
}

/** What a script finds a value by: the kind, and the key's hash. */
function fieldOf(kind: "v" | "c", key: string): Buffer {
  return Buffer.concat([Buffer.from(kind), createHash("sha256").update(key).digest().subarray(0, 16)]);
}

function reasonOf(value: string | null): string | null | undefined {
  if (value === null) return undefined;
  return value.length === 1 ? null : value.slice(1);
}

function recordsOf(value: string | null): number | undefined {
  return value === null ? undefined : Number(value);
}

function factsOf(info: string): RedisFacts {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  return { version: field("redis_version"), evictionPolicy: field("maxmemory_policy") };
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new LogkeepError({
      code: "index.unreachable",
      message: "the Redis server does not answer",
      cause,
      retry: "later",
      hint: "check LOGKEEP_SERVICE_REDIS_URL and that the server runs; nothing is lost meanwhile",
    });
  }
}
