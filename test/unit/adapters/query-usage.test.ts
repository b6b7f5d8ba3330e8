import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openQueryUsage } from "../../../adapters/query-usage.ts";
import { isLogkeepError } from "../../../core/errors.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "usage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const share = { user: "alice", day: "2026-01-05", bytes: 40, limitBytes: 100 };

test("default: shares add up until the limit; a refused one takes nothing", async () => {
  const usage = openQueryUsage(join(folder, "deep", "usage.sqlite"));
  expect(await usage.take(share)).toEqual({ isGranted: true, usedBytes: 0 });
  expect(await usage.take(share)).toEqual({ isGranted: true, usedBytes: 40 });
  expect(await usage.take(share)).toEqual({ isGranted: false, usedBytes: 80 });
  expect(await usage.take({ ...share, bytes: 20 })).toEqual({ isGranted: true, usedBytes: 80 });
  expect(await usage.take({ ...share, user: "bob" })).toEqual({ isGranted: true, usedBytes: 0 });
  expect(await usage.take({ ...share, day: "2026-01-06" })).toEqual({ isGranted: true, usedBytes: 0 });
  expect(await usage.take({ ...share, limitBytes: null })).toEqual({ isGranted: true, usedBytes: 100 });
});

test("behavior: what the engine told afterwards corrects the count, never below nothing", async () => {
  const usage = openQueryUsage(join(folder, "usage.sqlite"));
  await usage.take(share);
  await usage.correct("alice", "2026-01-05", -30);
  expect(await usage.take(share)).toEqual({ isGranted: true, usedBytes: 10 });
  await usage.correct("alice", "2026-01-05", -1000);
  expect(await usage.take(share)).toEqual({ isGranted: true, usedBytes: 0 });
});

test("behavior: of processes that ask at once, together beyond the limit, some are refused", async () => {
  const file = join(folder, "usage.sqlite");
  const script = join(folder, "take.ts");
  const module = JSON.stringify(join(import.meta.dirname, "../../../adapters/query-usage.ts"));
  writeFileSync(
    script,
    `const { openQueryUsage } = await import(${module});
    const usage = openQueryUsage(process.argv[2]);
    let granted = 0;
    for (let turn = 0; turn < 50; turn += 1) {
      const share = { user: "alice", day: "2026-01-05", bytes: 1, limitBytes: 120 };
      if ((await usage.take(share)).isGranted) granted += 1;
    }
    process.send(granted);`,
  );
  const run = () =>
    new Promise<number>((resolve, reject) => {
      const child = fork(script, [file], { stdio: "inherit" });
      child.on("message", (granted) => resolve(Number(granted)));
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`ended with ${String(code)}`)));
    });
  const granted = await Promise.all([run(), run(), run(), run()]);
  expect(granted.reduce((sum, each) => sum + each, 0)).toBe(120);
});

test("error: a file that cannot be used is one error, to be tried again", async () => {
  writeFileSync(join(folder, "usage.sqlite"), "this is no database, and longer than any header would have to be");
  const thrown = await openQueryUsage(join(folder, "usage.sqlite"))
    .take(share)
    .catch((cause: unknown) => cause);
  expect(isLogkeepError(thrown, "usage.unwritable") && thrown.retry).toBe("later");
});
