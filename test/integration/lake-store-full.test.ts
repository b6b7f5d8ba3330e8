import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isLeftover, localLakeStore } from "../../adapters/local-lake-store.ts";
import { collect } from "../support/collect.ts";

test("error: a full disk leaves no part of a file, and the same call works when there is room", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "full-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]);
  if (mounted.status !== 0) {
    await rm(folder, { recursive: true });
    return context.skip("a small file system cannot be mounted here");
  }
  try {
    const store = localLakeStore(join(folder, "lake"));
    await store.createExclusive("t/a", Buffer.alloc(150_000));
    const full = { code: "lake.store-full", retry: "later" };
    await expect(store.createExclusive("t/b", Buffer.alloc(150_000))).rejects.toMatchObject(full);
    await expect(store.replace("t/a", Buffer.alloc(150_000))).rejects.toMatchObject(full);
    const files = await collect(store.list(""));
    expect(files.filter((file) => !isLeftover(file.path)).map((file) => [file.path, file.sizeBytes])).toEqual([
      ["t/a", 150_000],
    ]);
    await store.remove("t/a");
    expect(await store.createExclusive("t/b", Buffer.alloc(150_000))).toBe(true);
  } finally {
    spawnSync("umount", [folder]);
    await rm(folder, { recursive: true, force: true });
  }
});
