import { expect, test } from "vitest";
import type { ObjectStore } from "../../../../core/object-store.ts";
import { parseAllowedPrefixes } from "../../../../ingest/notifications/allowed-prefixes.ts";
import { openBucketStores } from "../../../../ingest/notifications/bucket-stores.ts";
import { collect } from "../../../support/collect.ts";

const KEYS: Readonly<Record<string, readonly string[]>> = {
  a: ["AWSLogs/1", "AWSLogs/2", "flow/1", "other/1"],
  b: ["AWSLogs/1", "x"],
};

/** Says what it was asked for. */
const opened = (uris: readonly string[]) =>
  openBucketStores(parseAllowedPrefixes(uris), ({ bucket, prefix }): ObjectStore => {
    const refs = (KEYS[bucket] ?? [])
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ uri: `s3://${bucket}/${key}`, key, sizeBytes: 1, version: "1" }));
    return {
      async *list() {
        yield* refs;
      },
      find: async ({ key }) => refs.find((ref) => ref.key === key) ?? null,
      read: async ({ uri }) => Buffer.from(uri),
      async *stream({ uri }) {
        yield Buffer.from(uri);
      },
    };
  });
const ref = (bucket: string, key: string) => ({ uri: `s3://${bucket}/${key}`, key, sizeBytes: 1, version: "1" });

test("default: settings are buckets with the beginning of keys", () => {
  expect(parseAllowedPrefixes(["s3://a", "s3://a/", "s3://b/AWSLogs/", "s3://b/x/y"])).toEqual([
    { bucket: "a", prefix: "" },
    { bucket: "a", prefix: "" },
    { bucket: "b", prefix: "AWSLogs/" },
    { bucket: "b", prefix: "x/y" },
  ]);
});

test("default: lists each object of the sources once, whatever covers what", async () => {
  const listed = async (...uris: readonly string[]) =>
    (await collect(opened(uris).store.list())).map(({ uri }) => uri.slice("s3://".length));
  expect(await listed("s3://b", "s3://a/flow", "s3://a/AWSLogs/")).toEqual([
    "a/AWSLogs/1",
    "a/AWSLogs/2",
    "a/flow/1",
    "b/AWSLogs/1",
    "b/x",
  ]);
  expect(await listed("s3://a/AWSLogs/1", "s3://a/AWSLogs", "s3://a/other", "s3://a/AWSLogs/2")).toEqual([
    "a/AWSLogs/1",
    "a/AWSLogs/2",
    "a/other/1",
  ]);
  expect(await listed("s3://a/flow/", "s3://a", "s3://a")).toHaveLength(4);
});

test("default: reads and finds by bucket", async () => {
  const { store, storeOf } = opened(["s3://a/AWSLogs/", "s3://b"]);
  for (const each of [ref("a", "AWSLogs/1"), ref("b", "AWSLogs/1")]) {
    expect(Buffer.from(await store.read(each)).toString()).toBe(each.uri);
    expect(Buffer.concat(await collect(store.stream(each))).toString()).toBe(each.uri);
  }
  const wanted = { key: "AWSLogs/1", version: null, versionId: null };
  expect((await store.find(wanted))?.uri).toBe("s3://a/AWSLogs/1");
  expect((await storeOf("b").find(wanted))?.uri).toBe("s3://b/AWSLogs/1");
  expect(await store.find({ ...wanted, key: "flow/1" })).toBeNull();
});

test("error: nothing outside of the sources is read", async () => {
  const { store, storeOf } = opened(["s3://a/AWSLogs/"]);
  const foreign = { code: "object.foreign", retry: "never" };
  for (const each of [
    ref("b", "AWSLogs/1"),
    ref("a", "flow/1"),
    { ...ref("a", "AWSLogs/1"), uri: "s3://a/flow/1" },
    { ...ref("a", "AWSLogs/1"), uri: "file:///a/AWSLogs/1" },
  ]) {
    await expect(store.read(each)).rejects.toMatchObject(foreign);
    await expect(collect(store.stream(each))).rejects.toMatchObject(foreign);
  }
  expect(() => storeOf("b")).toThrow(expect.objectContaining(foreign));
});
