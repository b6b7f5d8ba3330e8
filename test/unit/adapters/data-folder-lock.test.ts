import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireDataFolder } from "../../../adapters/data-folder-lock.ts";
import { ROOT } from "../../support/catalog.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process that holds the folder until it is told or killed. */
async function startHolder() {
  const code = `
    import { acquireDataFolder } from ${JSON.stringify(`${ROOT}adapters/data-folder-lock.ts`)};
    await acquireDataFolder(process.argv[1]);
    process.stdout.write("held\\n");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

test("default: taken, given up, taken again", async () => {
  const first = await acquireDataFolder(join(folder, "new"));
  await first.release();
  await first.release();
  await using _second = await acquireDataFolder(join(folder, "new"));
});

test("error: a second holder in the same process", async () => {
  await using _held = await acquireDataFolder(folder);
  const refused = { code: "data.locked", retry: "later", facts: { folder, pid: process.pid } };
  await expect(acquireDataFolder(folder)).rejects.toMatchObject(refused);
  await expect(acquireDataFolder(folder), "the refusal did not free it").rejects.toMatchObject(refused);
});

test("behavior: any number of workers, or one writer", async () => {
  const first = await acquireDataFolder(folder, "worker");
  const second = await acquireDataFolder(folder, "worker");
  await using _maintenance = await acquireDataFolder(folder, "maintenance");
  await first.release();
  await expect(acquireDataFolder(folder)).rejects.toMatchObject({ code: "data.locked", retry: "later" });
  await second.release();
  await using _writer = await acquireDataFolder(folder);
  await expect(acquireDataFolder(folder, "worker")).rejects.toMatchObject({ code: "data.locked" });
});

test("error: another process holds it; kill -9 frees it at once", async () => {
  const holder = await startHolder();
  await expect(acquireDataFolder(folder)).rejects.toMatchObject({ code: "data.locked", facts: { pid: holder.pid } });
  const gone = once(holder, "exit");
  holder.kill("SIGKILL");
  await gone;
  await using _held = await acquireDataFolder(folder);
});

test("behavior: what a dead holder left behind does not matter", async () => {
  await writeFile(join(folder, "lock.holder.json"), "not json");
  await writeFile(join(folder, "lock.sqlite-journal"), "rubbish");
  const held = await acquireDataFolder(folder);
  await expect(acquireDataFolder(folder)).rejects.toMatchObject({ facts: { pid: process.pid } });
  await held.release();
  expect(await readdir(folder)).not.toContain("lock.holder.json");
});

test("error: a path that is no folder", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(acquireDataFolder(join(folder, "file"))).rejects.toMatchObject({ code: "data.unwritable" });
  await writeFile(join(folder, "lock.sqlite"), "this is no database".repeat(100));
  await expect(acquireDataFolder(folder)).rejects.toMatchObject({ code: "data.unwritable" });
});

test("error: a folder without permission to write", async (context) => {
  if (process.getuid?.() === 0) return context.skip("root may write everywhere");
  await chmod(folder, 0o500);
  await expect(acquireDataFolder(folder)).rejects.toMatchObject({ code: "data.unwritable" });
});
