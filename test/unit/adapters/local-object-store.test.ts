import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { appendFile, chmod, mkdir, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromFileUri, toFileUri } from "../../../adapters/file-uri.ts";
import { openLocalObjectStore } from "../../../adapters/local-object-store.ts";
import { memoryObjectStore } from "../../support/memory-object-store.ts";
import { describeObjectStore, faultOf, listAll, readFaults } from "../../support/object-store-conformance.ts";

describeObjectStore("in memory", async () => {
  const objects = new Map<string, Uint8Array>();
  return {
    store: memoryObjectStore(objects),
    async put(key, bytes) {
      objects.set(key, bytes);
    },
    async remove(key) {
      objects.delete(key);
    },
    async close() {},
  };
});

describeObjectStore("local folder", async () => {
  const root = temporaryFolder();
  return {
    store: await openLocalObjectStore(root),
    async put(key, bytes) {
      await mkdir(dirname(join(root, key)), { recursive: true });
      await writeFile(join(root, key), bytes);
    },
    remove: (key) => rm(join(root, key)),
    close: () => rm(root, { recursive: true, force: true }),
  };
});

describe("local folder: what only a file system has", () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(temporaryFolder());
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test("default: one file is a source too, and its whole path is its key", async () => {
    await mkdir(join(root, "AWSLogs"));
    const path = join(root, "AWSLogs", "a b.json");
    await writeFile(path, "{}");
    const store = await openLocalObjectStore(path);
    const refs = await listAll(store);
    expect(refs.map((ref) => ref.key)).toEqual([path.slice(1)]);
    expect(fileURLToPath(refs[0]!.uri)).toBe(path);
    expect(Buffer.from(await store.read(refs[0]!)).toString()).toBe("{}");
  });

  test("behavior: two spellings of a folder give the same addresses", async () => {
    await mkdir(join(root, "logs"));
    await writeFile(join(root, "logs", "a"), "1");
    await symlink(join(root, "logs"), join(root, "link"));
    const direct = await listAll(await openLocalObjectStore(join(root, "logs")));
    expect(await listAll(await openLocalObjectStore(join(root, "link")))).toEqual(direct);
    expect(await listAll(await openLocalObjectStore(`${root}/./logs/`))).toEqual(direct);
  });

  test("behavior: names that are not UTF-8 keep their bytes in the address", async () => {
    const names = [Buffer.from([0x61, 0xff]), Buffer.from([0x61, 0xfe])];
    for (const name of names) await writeFile(Buffer.concat([Buffer.from(`${root}/`), name]), name);
    const store = await openLocalObjectStore(root);
    const refs = await listAll(store);
    expect(refs.map((ref) => ref.uri.slice(-4))).toEqual(["a%FE", "a%FF"]);
    expect(Buffer.compare(await store.read(refs[1]!), names[0]!)).toBe(0);
  });

  test("behavior: links, pipes and sockets are listed, and never opened", async () => {
    await mkdir(join(root, "sub"));
    await writeFile(join(root, "sub", "real.json"), "{}");
    await symlink(root, join(root, "sub", "loop"));
    await symlink("/etc/passwd", join(root, "sub", "out.json"));
    await symlink(join(root, "nowhere"), join(root, "sub", "dangling"));
    execFileSync("mkfifo", [join(root, "sub", "pipe")]);
    const store = await openLocalObjectStore(root);
    const refs = await listAll(store);
    expect(refs.map((ref) => ref.key)).toEqual([
      "sub/dangling",
      "sub/loop",
      "sub/out.json",
      "sub/pipe",
      "sub/real.json",
    ]);
    for (const ref of refs.slice(0, 4)) {
      expect(ref.sizeBytes).toBe(0);
      for (const fault of await readFaults(store, ref)) {
        expect(fault).toEqual({ code: "object.not-a-file", retry: "never" });
      }
    }
  });

  test("behavior: nothing is found behind a link, nor a file's own files", async () => {
    await mkdir(join(root, "in"));
    await mkdir(join(root, "out"));
    await writeFile(join(root, "out", "secret"), "1");
    await symlink(join(root, "out"), join(root, "in", "link"));
    await symlink(join(root, "out", "secret"), join(root, "in", "file"));
    const store = await openLocalObjectStore(join(root, "in"));
    const find = (key: string) => store.find({ key, version: null, versionId: null });
    expect(await find("link/secret")).toBeNull();
    expect(await find("file/secret")).toBeNull();
    expect(await find("x".repeat(300))).toBeNull();
    // As listings do: seen, and never opened.
    expect(await find("file")).toEqual((await listAll(store))[0]);
    const single = await openLocalObjectStore(join(root, "out", "secret"));
    expect(await single.find({ key: `${root}/out/secret`.slice(1), version: null, versionId: null })).toEqual(
      (await listAll(single))[0],
    );
    expect(await single.find({ key: "secret", version: null, versionId: null })).toBeNull();
  });

  test("behavior: a file that became a link is not followed", async () => {
    await writeFile(join(root, "a"), "1");
    const store = await openLocalObjectStore(root);
    const [ref] = await listAll(store);
    await rm(join(root, "a"));
    await symlink("/etc/passwd", join(root, "a"));
    expect(await faultOf(store.read(ref!))).toEqual({ code: "object.not-a-file", retry: "never" });
  });

  test("behavior: the same size at another time is another version", async () => {
    await writeFile(join(root, "a"), "1");
    const store = await openLocalObjectStore(root);
    const [ref] = await listAll(store);
    await utimes(join(root, "a"), 1, 1);
    expect(await faultOf(store.read(ref!))).toEqual({ code: "object.missing", retry: "later" });
  });

  test("error: a file that grows while it is read", async () => {
    await writeFile(join(root, "a"), Buffer.alloc(600_000));
    const store = await openLocalObjectStore(root);
    const [ref] = await listAll(store);
    const grow = async () => {
      for await (const _ of store.stream(ref!)) await appendFile(join(root, "a"), "more");
    };
    expect(await faultOf(grow())).toEqual({ code: "object.missing", retry: "later" });
  });

  test("error: an address from outside the source is missing", async () => {
    await mkdir(join(root, "in"));
    await writeFile(join(root, "out"), "secret");
    await writeFile(join(root, "in", "a"), "1");
    const store = await openLocalObjectStore(join(root, "in"));
    const [ref] = await listAll(store);
    for (const uri of [
      toFileUri(Buffer.from(join(root, "out"))),
      `${toFileUri(Buffer.from(join(root, "in")))}/../out`,
      `${toFileUri(Buffer.from(join(root, "in")))}/%2E%2E/out`,
      "s3://bucket/key",
      "",
    ]) {
      expect(await faultOf(store.read({ ...ref!, uri }))).toEqual({ code: "object.missing", retry: "later" });
    }
  });

  test("error: what may not be read is reported, not passed over", async (context) => {
    if (process.getuid?.() === 0) return context.skip("root may read everything");
    await mkdir(join(root, "sub"));
    await writeFile(join(root, "a"), "1");
    await chmod(join(root, "a"), 0);
    const store = await openLocalObjectStore(root);
    const [ref] = await listAll(store);
    expect(await faultOf(store.read(ref!))).toEqual({ code: "object.unreadable", retry: "later" });
    await chmod(join(root, "sub"), 0);
    expect(await faultOf(listAll(store))).toEqual({ code: "object.unreadable", retry: "later" });
    await chmod(join(root, "sub"), 0o700);
  });

  test("error: more than may be held whole is refused before any byte is read", async () => {
    await writeFile(join(root, "a"), "1");
    const store = await openLocalObjectStore(root);
    const [ref] = await listAll(store);
    const fault = await faultOf(store.read({ ...ref!, sizeBytes: 2 ** 31 }));
    expect(fault).toEqual({ code: "object.too-large", retry: "never" });
  });

  test("args: a source that is not there, or is neither folder nor file", async () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    for (const path of [join(root, "none"), join(root, "pipe"), join(root, "pipe", "x")]) {
      expect(await faultOf(openLocalObjectStore(path))).toEqual({ code: "cli.usage", retry: "never" });
    }
  });

  test("behavior: a folder of many files is listed in order", async () => {
    const names = Array.from({ length: 3000 }, (_, at) => `${at}.json.gz`);
    await Promise.all(names.map((name) => writeFile(join(root, name), name)));
    const refs = await listAll(await openLocalObjectStore(root));
    expect(refs.map((ref) => ref.key)).toEqual([...names].sort());
  });
});

describe("file URIs", () => {
  test("default: any path's bytes come back, and other readers agree on those that are UTF-8", () => {
    const names = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => bytes.filter((byte) => byte !== 0));
    fc.assert(
      fc.property(names, (bytes) => {
        const path = Buffer.concat([Buffer.from("/"), bytes]);
        expect(fromFileUri(toFileUri(path))?.equals(path)).toBe(true);
        expect(toFileUri(path)).toMatch(/^[!-~]+$/);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        const path = `/x/${name.replaceAll("\0", "").replaceAll("/", "")}y`;
        expect(fileURLToPath(toFileUri(Buffer.from(path)))).toBe(path);
      }),
    );
  });

  test("args: what was not written by it is null", () => {
    for (const uri of [
      "",
      "/a",
      "file://host/a",
      "file:///a b",
      "file:///%zz",
      "file:///%2f",
      "file:///a%4",
      "http:///a",
    ]) {
      expect(fromFileUri(uri)).toBeNull();
    }
  });
});

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "logkeep-test-"));
}
