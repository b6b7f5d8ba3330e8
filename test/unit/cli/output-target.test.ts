import { mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outputTarget } from "../../../cli/attempt-output.ts";

let folder = "";
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "logkeep-output-")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("default: a file that is absent or there is its own target", async () => {
  const file = join(folder, "answer.csv");
  expect(await outputTarget(file)).toBe(file);
  await writeFile(file, "old");
  expect(await outputTarget(file)).toBe(file);
});

test("behavior: what a link leads to is replaced, not the link", async () => {
  await writeFile(join(folder, "real.csv"), "old");
  await symlink(join(folder, "real.csv"), join(folder, "link.csv"));
  expect(await outputTarget(join(folder, "link.csv"))).toBe(join(folder, "real.csv"));
});

test("error: a device or a folder is never replaced, nor a link to one or to nothing", async () => {
  await symlink("/dev/null", join(folder, "device.csv"));
  await symlink(join(folder, "nothing"), join(folder, "dangling.csv"));
  for (const file of ["/dev/null", folder, join(folder, "device.csv"), join(folder, "dangling.csv")]) {
    await expect(outputTarget(file)).rejects.toMatchObject({ code: "cli.usage" });
  }
});

test("error: a folder that is absent is told before anything is asked", async () => {
  await expect(outputTarget(join(folder, "no", "such.csv"))).rejects.toMatchObject({ code: "cli.output-failed" });
});
