import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isLogkeepError } from "../../core/errors.ts";
import type { ObjectRef, ObjectStore } from "../../core/object-store.ts";

/** One store under test, with a way to put and take objects behind its back. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** Keys that the server under the store cannot take, which is not the store's fault. */
  readonly unsupportedKeys?: readonly string[];
  put(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Keys that a store or a URI could get wrong. No folder of one is the name of another. */
export const HOSTILE_KEYS = [
  "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05/a.json.gz",
  "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/05/a.json.gz",
  "AWSLogs/aws-account-id=111122223333/day=05/b.log.gz",
  "a b/plus+plus/c&d.json",
  "percent/100%.json",
  "percent/%2e%2e%2f.json",
  "hash/#1.json",
  "question/?x=y.json",
  "quote/'\"`;.json",
  "new\nline/tab\t.json",
  "back\\slash.json",
  "umlaut/Zürich-\u{1f600}.json",
  "order/a/z",
  "order/a-b/z",
  "order/a.b",
  "order/a0",
  "order/\u{ffff}",
  "order/\u{10000}",
] as const;

/** What every object store promises. */
export function describeObjectStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let opened: StoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    test("default: lists each object once and reads its bytes, whole and in pieces", async () => {
      const content = randomBytes(700_000);
      await opened.put("AWSLogs/x.json.gz", content);
      const refs = await listAll(store);
      expect(refs).toHaveLength(1);
      const ref = refs[0]!;
      expect(ref).toMatchObject({ key: "AWSLogs/x.json.gz", sizeBytes: content.length });
      expect(Buffer.compare(await store.read(ref), content)).toBe(0);
      expect((await streamAll(store, ref)).equals(content)).toBe(true);
    });

    test("behavior: pieces may be kept", async () => {
      const content = randomBytes(700_000);
      await opened.put("k", content);
      const pieces: Uint8Array[] = [];
      for await (const piece of store.stream((await listAll(store))[0]!)) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(content)).toBe(true);
    });

    test("behavior: an empty store lists nothing, an empty object reads as nothing", async () => {
      expect(await listAll(store)).toEqual([]);
      await opened.put("empty.json.gz", Buffer.alloc(0));
      const ref = (await listAll(store))[0]!;
      expect(ref.sizeBytes).toBe(0);
      expect(await store.read(ref)).toHaveLength(0);
      expect(await streamAll(store, ref)).toHaveLength(0);
    });

    test("behavior: any key, in the order of its UTF-8 bytes, with an address of its own", async () => {
      const keys = HOSTILE_KEYS.filter((key) => opened.unsupportedKeys?.includes(key) !== true);
      for (const key of keys) await opened.put(key, Buffer.from(`content of ${key}`));
      const refs = await listAll(store);
      const expected = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(refs.map((ref) => ref.key)).toEqual(expected);
      expect(new Set(refs.map((ref) => ref.uri)).size).toBe(refs.length);
      for (const ref of refs) {
        expect(Buffer.from(await store.read(ref)).toString()).toBe(`content of ${ref.key}`);
      }
      expect(await listAll(store)).toEqual(refs);
    });

    test("behavior: an object is found under the address and version that it is listed with", async () => {
      const keys = HOSTILE_KEYS.filter((key) => opened.unsupportedKeys?.includes(key) !== true);
      for (const key of keys) await opened.put(key, Buffer.from(`content of ${key}`));
      for (const listed of await listAll(store)) {
        for (const version of [null, listed.version]) {
          const found = await store.find({ key: listed.key, version, versionId: null });
          expect(found).toMatchObject(listed);
          expect(Buffer.from(await store.read(found!)).toString()).toBe(`content of ${listed.key}`);
        }
      }
    });

    test("behavior: what is not there, or has other bytes, is not found", async () => {
      await opened.put("a/k", Buffer.from("one"));
      const before = (await listAll(store))[0]!;
      const find = (key: string, version: string | null = null, versionId: string | null = null) =>
        store.find({ key, version, versionId });
      for (const key of ["", "a", "a/", "a/k/", "a/k2", "a/../a/k", "./a/k", "a//k", "\0", "x".repeat(1024)]) {
        expect(await find(key), key).toBeNull();
      }
      expect(await find("a/k", "another")).toBeNull();
      expect(await find("a/k", before.version, "no-such-version")).toBeNull();
      await opened.put("a/k", Buffer.from("other"));
      expect(await find("a/k", before.version)).toBeNull();
      expect((await find("a/k"))?.version).not.toBe(before.version);
      await opened.remove("a/k");
      expect(await find("a/k")).toBeNull();
    });

    test("behavior: other bytes are another version", async () => {
      await opened.put("k", Buffer.from("one"));
      const before = (await listAll(store))[0]!;
      await opened.put("k", Buffer.from("two!"));
      const after = (await listAll(store))[0]!;
      expect(after.uri).toBe(before.uri);
      expect(after.version).not.toBe(before.version);
      expect(Buffer.from(await store.read(after)).toString()).toBe("two!");
    });

    test("error: deleted or changed since it was listed is object.missing, to be tried again", async () => {
      await opened.put("gone", Buffer.from("one"));
      await opened.put("other", Buffer.from("one"));
      const [gone, other] = await listAll(store);
      await opened.remove("gone");
      await opened.put("other", Buffer.from("longer than before"));
      for (const ref of [gone!, other!]) {
        for (const fault of await readFaults(store, ref)) {
          expect(fault).toEqual({ code: "object.missing", retry: "later" });
        }
      }
    });

    test("behavior: a signal stops listing and reading", async () => {
      await opened.put("k", randomBytes(400_000));
      const ref = (await listAll(store))[0]!;
      const reason = new Error("stop");
      const signal = AbortSignal.abort(reason);
      await expect(listAll(store, signal)).rejects.toBe(reason);
      await expect(store.find({ key: "k", version: null, versionId: null }, signal)).rejects.toBe(reason);
      await expect(store.read(ref, signal)).rejects.toBe(reason);
      await expect(streamAll(store, ref, signal)).rejects.toBe(reason);
    });

    test("behavior: a stream may be left early", async () => {
      await opened.put("k", randomBytes(3_000_000));
      const ref = (await listAll(store))[0]!;
      for await (const piece of store.stream(ref)) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      expect((await store.read(ref)).length).toBe(3_000_000);
    });
  });
}

/** All of a listing. */
export async function listAll(store: ObjectStore, signal?: AbortSignal): Promise<ObjectRef[]> {
  const refs: ObjectRef[] = [];
  for await (const ref of store.list(signal)) refs.push(ref);
  return refs;
}

/** All of an object's stream, joined. */
export async function streamAll(store: ObjectStore, ref: ObjectRef, signal?: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.stream(ref, signal)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What reading an object whole and in pieces fails with. */
export function readFaults(store: ObjectStore, ref: ObjectRef): Promise<readonly (Fault | null)[]> {
  return Promise.all([faultOf(store.read(ref)), faultOf(streamAll(store, ref))]);
}

/** What programs match on in a failure. */
export interface Fault {
  readonly code: string;
  readonly retry: string;
}

/** The code and retry of what a promise fails with, null when it does not. */
export async function faultOf(run: Promise<unknown>): Promise<Fault | null> {
  try {
    await run;
    return null;
  } catch (thrown) {
    if (isLogkeepError(thrown)) return { code: thrown.code, retry: thrown.retry };
    throw thrown;
  }
}
