import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isLeftover, localLakeStore } from "../../../adapters/local-lake-store.ts";
import { collect } from "../../support/collect.ts";
import { lakeStoreConformance, type StoreUnderTest } from "../../support/lake-store-conformance.ts";

interface LocalStore extends StoreUnderTest {
  readonly folder: string;
}

lakeStoreConformance(openLocal);

test("behavior: a folder with blanks and signs keeps its name in the location", async () => {
  await using at = await openLocal();
  const store = localLakeStore(join(at.folder, "a b%20é"));
  expect(store.rootUri).toBe(`file://${at.folder}/a b%20é`);
  await store.createExclusive("t/x", Buffer.from("1"));
  expect(await readdir(join(at.folder, "a b%20é", "t"))).toEqual(["x"]);
});

test("behavior: leftovers are told from files", async () => {
  expect(isLeftover("t/metadata/.tmp-0123456789abcdef-12-1")).toBe(true);
  expect(isLeftover("t/metadata/v1.metadata.json")).toBe(false);
});

test("behavior: a kill leaves whole files and known leftovers only", async () => {
  await using at = await openLocal();
  const script = `
    const { localLakeStore } = await import(${JSON.stringify(new URL("../../../adapters/local-lake-store.ts", import.meta.url).href)});
    const store = localLakeStore(${JSON.stringify(join(at.folder, "lake"))});
    const content = Buffer.alloc(300_000, "x");
    for (let i = 0; ; i += 1) {
      await store.createExclusive("t/v" + i, content);
      process.stdout.write("x");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  for (let seen = 0; seen < 5; ) seen += String((await once(child.stdout, "data"))[0]).length;
  child.kill("SIGKILL");
  await once(child, "exit");
  const files = await collect(at.store.list("t"));
  const whole = files.filter((file) => !isLeftover(file.path));
  expect(whole.length).toBeGreaterThan(0);
  expect(whole.every((file) => file.sizeBytes === 300_000)).toBe(true);
});

test("error: a file stands where a folder is needed", async () => {
  await using at = await openLocal();
  await writeFile(join(at.folder, "lake"), "not a folder");
  await expect(at.store.createExclusive("t/x", Buffer.from("1"))).rejects.toMatchObject({
    code: "lake.store-failed",
    retry: "later",
  });
  expect(await collect(at.store.list(""))).toEqual([]);
});

async function openLocal(): Promise<LocalStore> {
  const folder = await mkdtemp(join(tmpdir(), "store-"));
  return {
    folder,
    store: localLakeStore(join(folder, "lake")),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
