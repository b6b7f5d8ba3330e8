import { expect, test } from "vitest";
import type { LakeStore, StoredFile } from "../../core/lake-store.ts";
import { collect } from "./collect.ts";

/** A fresh, empty store; disposing removes it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: LakeStore;
}

/** The lake store's contract: every implementation must pass it. */
export function lakeStoreConformance(open: () => Promise<StoreUnderTest>): void {
  test("default: what was created is read back and listed", async () => {
    await using at = await open();
    expect(await at.store.createExclusive("a/b/c.json", bytes("one"))).toBe(true);
    expect(text(await at.store.read("a/b/c.json"))).toBe("one");
    const [file] = await listed(at.store, "a");
    expect(file).toMatchObject({ path: "a/b/c.json", sizeBytes: 3 });
    expect(file?.modifiedAtMs).toBeGreaterThan(0);
  });

  test("behavior: a taken name is refused and its content stays", async () => {
    await using at = await open();
    await at.store.createExclusive("a/x", bytes("first"));
    expect(await at.store.createExclusive("a/x", bytes("second"))).toBe(false);
    expect(text(await at.store.read("a/x"))).toBe("first");
    expect(await paths(at.store, "")).toEqual(["a/x"]);
  });

  test("behavior: of many writers of one name exactly one wins, and its content is whole", async () => {
    await using at = await open();
    const contents = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000));
    const won = await Promise.all(contents.map((content) => at.store.createExclusive("race/v2", bytes(content))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await at.store.read("race/v2"))).toBe(contents[won.indexOf(true)]);
    expect(await paths(at.store, "race")).toEqual(["race/v2"]);
  });

  test("behavior: replacing creates and overwrites", async () => {
    await using at = await open();
    await at.store.replace("a/hint", bytes("1"));
    await Promise.all(["2", "3", "4"].map((content) => at.store.replace("a/hint", bytes(content))));
    expect(["2", "3", "4"]).toContain(text(await at.store.read("a/hint")));
    expect(await paths(at.store, "a")).toEqual(["a/hint"]);
  });

  test("behavior: content is the caller's own afterwards", async () => {
    await using at = await open();
    const content = bytes("kept");
    await at.store.createExclusive("a/x", content);
    content.fill(0);
    const read = await at.store.read("a/x");
    read.fill(0);
    expect(text(await at.store.read("a/x"))).toBe("kept");
  });

  test("behavior: an empty file is a file", async () => {
    await using at = await open();
    expect(await at.store.createExclusive("a/empty", bytes(""))).toBe(true);
    expect(await at.store.exists("a/empty")).toBe(true);
    expect(await at.store.read("a/empty")).toHaveLength(0);
  });

  test("behavior: files are listed in the order of their paths' bytes, below their folder only", async () => {
    await using at = await open();
    const all = ["a/b.x", "a/b/c", "a/b/d/e", "a/b0", "ab/x", "a/é", "a/z"];
    for (const path of all.toReversed()) await at.store.createExclusive(path, bytes(path));
    const order = (list: readonly string[]) =>
      list.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    expect(await paths(at.store, "")).toEqual(order(all));
    expect(await paths(at.store, "a")).toEqual(order(all.filter((path) => path.startsWith("a/"))));
    expect(await paths(at.store, "a/b")).toEqual(["a/b/c", "a/b/d/e"]);
    expect(await paths(at.store, "absent")).toEqual([]);
  });

  test("behavior: removing works once and again", async () => {
    await using at = await open();
    await at.store.createExclusive("a/x", bytes("1"));
    await at.store.remove("a/x");
    await at.store.remove("a/x");
    await at.store.remove("never/was");
    expect(await at.store.exists("a/x")).toBe(false);
    expect(await at.store.createExclusive("a/x", bytes("2"))).toBe(true);
  });

  test("behavior: a folder may be asked for twice, and files are made durable", async () => {
    await using at = await open();
    await at.store.ensureFolder("a/b");
    await at.store.ensureFolder("a/b");
    await at.store.createExclusive("a/b/x", bytes("1"));
    await at.store.createExclusive("a/y", bytes("1"));
    await at.store.sync(["a/b/x", "a/y"]);
    await at.store.sync([]);
  });

  test("behavior: the location is absolute and has no slash at its end", async () => {
    await using at = await open();
    expect(at.store.rootUri).toMatch(/^[a-z0-9]+:\/\/.*[^/]$/);
    expect(at.store.localPath("a/b")).toMatch(/a[\\/]b$/);
  });

  test("error: reading or syncing what is absent", async () => {
    await using at = await open();
    const missing = { code: "lake.file-missing", retry: "never" };
    await expect(at.store.read("a/x")).rejects.toMatchObject(missing);
    await expect(at.store.sync(["a/x"])).rejects.toMatchObject(missing);
    expect(await at.store.exists("a/x")).toBe(false);
  });

  for (const path of ["../x", "a/../../x", "/etc/passwd", "a//b", "a/./b", "a/..", "", "a/\0b", "a\\..\\b"]) {
    test(`error: a path that is none below the root: ${JSON.stringify(path)}`, async () => {
      await using at = await open();
      const bad = { code: "lake.bad-path" };
      await expect(async () => at.store.localPath(path)).rejects.toMatchObject(bad);
      await expect(at.store.read(path)).rejects.toMatchObject(bad);
      await expect(at.store.createExclusive(path, bytes("x"))).rejects.toMatchObject(bad);
      await expect(at.store.replace(path, bytes("x"))).rejects.toMatchObject(bad);
      await expect(at.store.exists(path)).rejects.toMatchObject(bad);
      await expect(at.store.remove(path)).rejects.toMatchObject(bad);
      await expect(at.store.ensureFolder(path)).rejects.toMatchObject(bad);
      await expect(at.store.sync([path])).rejects.toMatchObject(bad);
    });
  }
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

async function listed(store: LakeStore, folder: string): Promise<readonly StoredFile[]> {
  return collect(store.list(folder));
}

async function paths(store: LakeStore, folder: string): Promise<readonly string[]> {
  return (await listed(store, folder)).map((file) => file.path);
}
