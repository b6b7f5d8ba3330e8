import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ObjectRef, ObjectStore } from "../../../core/object-store.ts";
import { verifiedStore } from "../../../ingest/verified-store.ts";
import { collect } from "../../support/collect.ts";

const CONTENT: Readonly<Record<string, string>> = { good: "one", bad: "two", free: "three", other: "four" };
const ref = (key: string): ObjectRef => ({ uri: `s3://b/${key}`, key, sizeBytes: 5, version: "1" });
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

const inner: ObjectStore = {
  async *list() {
    for (const key of Object.keys(CONTENT)) yield ref(key);
  },
  find: async ({ key }) => (key in CONTENT ? ref(key) : null),
  read: async ({ key }) => Buffer.from(CONTENT[key] ?? ""),
  async *stream({ key }) {
    for (const character of CONTENT[key] ?? "") yield Buffer.from(character);
  },
};
const files = [
  { ref: ref("good"), sha256: hashOf("one") },
  { ref: ref("bad"), sha256: hashOf("one") },
  { ref: ref("free"), sha256: null },
];
const store = verifiedStore({ files, missing: [], refused: [], unlisted: [] }, inner);

test("default: lists what is imported, and reads what was promised", async () => {
  expect((await collect(store.list())).map(({ key }) => key)).toEqual(["good", "bad", "free"]);
  for (const key of ["good", "free"]) {
    expect(Buffer.from(await store.read(ref(key))).toString()).toBe(CONTENT[key]);
    expect(Buffer.concat(await collect(store.stream(ref(key)))).toString()).toBe(CONTENT[key]);
  }
});

test("behavior: only what is imported is found", async () => {
  expect(await store.find({ key: "good", version: null, versionId: null })).toEqual(ref("good"));
  expect(await store.find({ key: "other", version: null, versionId: null })).toBeNull();
});

test("error: other bytes than promised fail, held or in pieces; so does a file that nobody planned", async () => {
  for (const key of ["bad", "other"]) {
    const failure = { code: "object.wrong-hash", retry: "never", facts: { object: `s3://b/${key}` } };
    await expect(store.read(ref(key))).rejects.toMatchObject(failure);
    await expect(collect(store.stream(ref(key)))).rejects.toMatchObject(failure);
  }
});
