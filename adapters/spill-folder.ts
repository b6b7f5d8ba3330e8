import { randomInt } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^engine-([0-9]+)-[0-9]+$/;

// In a folder that containers share, a process that is not seen here may live: what it used lately is left alone.
const QUIET_MS = 3_600_000;

/**
 * The folder that one engine may spill into: it makes it and removes it itself, but only within `parent`, which is made
 * here. What killed processes left in there is removed. Nothing is thrown: who only reads may not be allowed to write,
 * and few statements spill.
 */
export async function claimSpillFolder(parent: string, nowMs: number): Promise<string> {
  try {
    // Not with its own parents: a data folder that is not there stays so.
    await mkdir(parent, { mode: 0o750 }).catch(() => undefined);
    for (const name of await readdir(parent)) {
      const pid = NAME.exec(name)?.[1];
      if (pid === undefined || isAlive(Number(pid))) continue;
      const folder = join(parent, name);
      if (nowMs - (await stat(folder)).mtimeMs > QUIET_MS) await rm(folder, { recursive: true, force: true });
    }
  } catch {
    // Missing, not ours, or removed by another process that started just now.
  }
  // The engine's own file names are the same in every process and instance, and process ids in every container.
  return join(parent, `engine-${process.pid}-${randomInt(2 ** 48 - 1)}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // Another user's process refuses the signal, but lives.
    return !(cause instanceof Error && "code" in cause && cause.code === "ESRCH");
  }
}
