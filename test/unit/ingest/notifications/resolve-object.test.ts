import { expect, test } from "vitest";
import { KnownObjects } from "../../../../ingest/known-objects.ts";
import { closedRow } from "../../../../ingest/ledger-rows.ts";
import { type AnnouncedObject, announcedName } from "../../../../ingest/notifications/announcement.ts";
import { findObject, resolveObject } from "../../../../ingest/notifications/resolve-object.ts";
import { SOURCES } from "../../../../ingest/sources.gen.ts";
import { memoryObjectStore } from "../../../support/memory-object-store.ts";

const FOLDER = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05";
const KEY = `${FOLDER}/111122223333_CloudTrail_us-east-1_20260105T0000Z_Abcdefgh12345678.json.gz`;
const bare: AnnouncedObject = {
  bucket: "logs",
  key: KEY,
  versionId: null,
  etag: null,
  sizeBytes: null,
  eventAtMs: null,
  eventName: "ObjectCreated:Put",
};
const never = {
  find: async () => {
    throw new Error("asked");
  },
};

test("default: what the message tells whole is believed without asking", async () => {
  const told = { ...bare, etag: "abc", sizeBytes: 5, versionId: "v1" };
  expect(await resolveObject(told, SOURCES, never)).toMatchObject({
    kind: "found",
    object: {
      ref: { uri: `s3://logs/${KEY}`, key: KEY, sizeBytes: 5, version: "abc", versionId: "v1" },
      route: { account: "111122223333", region: "us-east-1", day: "2026-01-05" },
    },
  });
  const { object } = await resolveObject({ ...told, versionId: null }, SOURCES, never);
  expect(object.ref).not.toHaveProperty("versionId");
});

test("behavior: what it leaves out is looked up", async () => {
  const store = memoryObjectStore(new Map([[KEY, Buffer.from("hello")]]));
  const listed = await store.find({ key: KEY, version: null, versionId: null });
  for (const told of [bare, { ...bare, sizeBytes: 5 }, { ...bare, etag: listed!.version }]) {
    expect(await resolveObject(told, SOURCES, store)).toMatchObject({ kind: "found", object: { ref: listed } });
  }
});

test("behavior: what is not there any more is decided, once and for all", async () => {
  const store = memoryObjectStore(new Map([[KEY, Buffer.from("newer")]]));
  const cases = [
    [{ ...bare, key: `${KEY}.gone` }, "unknown"],
    [{ ...bare, etag: "older" }, "older"],
    [{ ...bare, versionId: "v1" }, "version-id:v1"],
  ] as const;
  for (const [told, version] of cases) {
    const resolved = await findObject(told, SOURCES, store);
    if (resolved.kind !== "gone") throw new Error("found");
    expect(resolved.object).toMatchObject({
      state: "quarantined",
      reason: "object.gone",
      ref: { uri: `s3://logs/${told.key}`, version },
    });
    const known = new KnownObjects(SOURCES);
    known.add(closedRow(resolved.object, "batch", "2026-01-05T00:00:00Z"));
    expect(known.isDecided(resolved.object.ref)).toBe(true);
  }
});

test("error: what could not be asked is not gone", async () => {
  await expect(resolveObject(bare, SOURCES, never)).rejects.toThrow("asked");
});

test("behavior: names tell versions apart", () => {
  const names = [bare, { ...bare, etag: "a" }, { ...bare, etag: "b" }, { ...bare, versionId: "v" }].map(announcedName);
  expect(new Set(names).size).toBe(4);
  expect(announcedName({ ...bare, etag: "a", versionId: "v" })).toBe(announcedName({ ...bare, etag: "a" }));
});
