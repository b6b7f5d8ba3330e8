import { expect, test } from "vitest";
import { acquireLake } from "../../../lake/writer-lock.ts";
import { collect } from "../../support/collect.ts";
import { memoryLakeStore } from "../../support/memory-lake-store.ts";

const LEFT = { host: "a", folder: "/data", id: "1" };
const RIGHT = { host: "b", folder: "/data", id: "1" };

test("default: one data folder at a time, then the next", async () => {
  const store = memoryLakeStore();
  const held = await acquireLake(store, LEFT);
  const refused = { code: "lake.locked", retry: "later", facts: { host: "a", folder: "/data" } };
  await expect(acquireLake(store, RIGHT)).rejects.toMatchObject(refused);
  await expect(acquireLake(store, { ...LEFT, id: "2" })).rejects.toMatchObject(refused);
  await held.release();
  await held.release();
  expect(await collect(store.list(""))).toEqual([]);
  await (await acquireLake(store, RIGHT)).release();
});

test("behavior: what a killed process of the same data folder held is taken over", async () => {
  const store = memoryLakeStore();
  await acquireLake(store, LEFT);
  const held = await acquireLake(store, LEFT);
  await expect(acquireLake(store, RIGHT)).rejects.toMatchObject({ code: "lake.locked" });
  await held.release();
  await acquireLake(store, RIGHT);
});

test("behavior: a lock that was given away by hand is not given up by its former holder", async () => {
  const store = memoryLakeStore();
  const held = await acquireLake(store, LEFT);
  await store.remove("writer.lock.json");
  await acquireLake(store, RIGHT);
  await held.release();
  await expect(acquireLake(store, LEFT)).rejects.toMatchObject({ code: "lake.locked" });
});

test("behavior: workers share a lake, and a writer is kept out of it until somebody says that they are gone", async () => {
  const store = memoryLakeStore();
  const held = await acquireLake(store, LEFT, "worker");
  await acquireLake(store, RIGHT, "worker");
  await held.release();
  await expect(acquireLake(store, LEFT)).rejects.toMatchObject({ code: "lake.locked" });
  await store.remove("writer.lock.json");
  await acquireLake(store, LEFT);
  await expect(acquireLake(store, RIGHT, "worker")).rejects.toMatchObject({ code: "lake.locked" });
});

test("behavior: of many at once exactly one gets it", async () => {
  const store = memoryLakeStore();
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) => acquireLake(store, { ...LEFT, id: String(index) })),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("error: a lock that nobody can read is somebody's", async () => {
  const store = memoryLakeStore();
  await store.createExclusive("writer.lock.json", Buffer.from("{"));
  await expect(acquireLake(store, LEFT)).rejects.toMatchObject({ code: "lake.locked" });
});
