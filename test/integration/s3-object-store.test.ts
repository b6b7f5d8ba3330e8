import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openS3ObjectStore } from "../../adapters/s3-object-store.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { describeObjectStore, faultOf, listAll } from "../support/object-store-conformance.ts";

const ABSENT = whyNoMoto();

if (ABSENT !== null) {
  test("default: S3 against a server", (context) => context.skip(ABSENT));
} else {
  let server: MotoServer;
  let client: S3Client;
  let counter = 0;
  beforeAll(async () => {
    // What the SDK's default chain finds first; the names are its own.
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "example",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_REGION: "us-east-1",
    });
    server = await startMoto();
    client = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
  });
  afterAll(() => server.stop());

  const openBucket = async (prefix = "") => {
    counter += 1;
    const bucket = `logs-${counter}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return {
      bucket,
      store: openS3ObjectStore({ bucket, prefix, endpoint: server.endpoint }),
      // Moto's router knows no line breaks in paths; s3-faults.test.ts has such keys.
      unsupportedKeys: ["new\nline/tab\t.json"],
      async put(key: string, bytes: Uint8Array) {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
      },
      async remove(key: string) {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      },
      async close() {},
    };
  };

  describeObjectStore("S3", openBucket);

  describe("S3: what only a bucket has", () => {
    test("default: lists more than a page, below the prefix alone, folder markers included", async () => {
      const { bucket, store, put } = await openBucket("in/");
      const keys = Array.from({ length: 1050 }, (_, at) => `in/${String(at).padStart(5, "0")}`);
      for (let from = 0; from < keys.length; from += 50) {
        await Promise.all(keys.slice(from, from + 50).map((key) => put(key, Buffer.from("x"))));
      }
      await put("in/", Buffer.alloc(0));
      await put("out/a", Buffer.from("x"));
      const refs = await listAll(store);
      expect(refs.map((ref) => ref.key)).toEqual(["in/", ...keys]);
      expect(refs[0]).toMatchObject({ uri: `s3://${bucket}/in/`, sizeBytes: 0 });
    });

    test("error: a bucket that is not there is wrong usage, never a missing object", async () => {
      const store = openS3ObjectStore({ bucket: "not-there", prefix: "", endpoint: server.endpoint });
      expect(await faultOf(listAll(store))).toEqual({ code: "cli.usage", retry: "never" });
      const find = store.find({ key: "k", version: null, versionId: null });
      expect(await faultOf(find)).toEqual({ code: "cli.usage", retry: "never" });
    });

    test("behavior: in a bucket with versions, listing and looking up agree, and older versions are found and read", async () => {
      const { bucket, store, put, remove } = await openBucket();
      await client.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }),
      );
      await put("k", Buffer.from("first"));
      const [first] = await listAll(store);
      await put("k", Buffer.from("second!"));
      const [second] = await listAll(store);
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(Versions).toHaveLength(2);
      for (const { VersionId, IsLatest } of Versions) {
        const listed = IsLatest === true ? second! : first!;
        for (const version of [null, listed.version]) {
          const found = await store.find({ key: "k", version, versionId: VersionId! });
          expect(found).toEqual({ ...listed, versionId: VersionId });
          expect(Buffer.from(await store.read(found!)).toString()).toBe(IsLatest === true ? "second!" : "first");
        }
      }
      const newest = Versions.find(({ IsLatest }) => IsLatest === true)?.VersionId;
      expect(await store.find({ key: "k", version: null, versionId: null })).toEqual({ ...second, versionId: newest });
      // Without the version's name, bytes that are no longer the newest are out of reach.
      expect(await store.find({ key: "k", version: first!.version, versionId: null })).toBeNull();
      expect(await faultOf(store.read(first!))).toEqual({ code: "object.missing", retry: "later" });

      await remove("k");
      expect(await listAll(store)).toEqual([]);
      expect(await store.find({ key: "k", version: null, versionId: null })).toBeNull();
      const { DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(await store.find({ key: "k", version: null, versionId: DeleteMarkers[0]!.VersionId! })).toBeNull();
      const kept = await store.find({ key: "k", version: first!.version, versionId: Versions[1]!.VersionId! });
      expect(kept?.version).toBe(first!.version);
      expect(Buffer.from(await store.read(kept!)).toString()).toBe("first");
    });

    test("error: an archived object", async () => {
      const { bucket, store } = await openBucket();
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: "k", Body: "x", StorageClass: "GLACIER" }));
      const [ref] = await listAll(store);
      expect(await faultOf(store.read(ref!))).toEqual({ code: "object.archived", retry: "never" });
    });
  });
}
