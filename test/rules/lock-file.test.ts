import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "../support/catalog.ts";

/** An entry of npm's lock file, as far as this test completes it. */
interface LockEntry {
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const PLATFORM = /-(linux|darwin|win32|android|freebsd)-(x64|arm64|ia32|arm)(-musl)?$/;

test("default: the lock file names the platform packages of every platform", async () => {
  // npm leaves out those that its registry did not answer for; `npm ci` then refuses the lock file on every platform.
  const text = readFileSync(`${ROOT}package-lock.json`, "utf8");
  await expect(completeLock(text)).toMatchFileSnapshot(`${ROOT}package-lock.json`);
});

function completeLock(text: string): string {
  // The file's shape is npm's, version 3.
  const lock = JSON.parse(text) as { packages: Record<string, LockEntry> };
  const added: Record<string, object> = {};
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`;
      const platform = PLATFORM.exec(name);
      if (key in lock.packages || `${place}/${key}` in lock.packages || platform === null) continue;
      const [, os = "", cpu = "", musl] = platform;
      added[key] = {
        version,
        cpu: [cpu],
        ...(entry.dev === true ? { dev: true } : {}),
        ...(musl === undefined ? {} : { libc: ["musl"] }),
        optional: true,
        os: [os],
      };
    }
  }
  if (Object.keys(added).length === 0) return text;
  const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, "en"));
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}
