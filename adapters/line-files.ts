import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { LineFiles } from "../core/destination.ts";
import { LogkeepError } from "../core/errors.ts";

/** Appends whole lines to local files. One process at a time writes a file. */
export function createLineFiles(): LineFiles {
  return { appendLines };
}

const BLOCK_BYTES = 65_536;
const LINE_FEED = 0x0a;

async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    // Alerts name people and machines: for the owner's eyes. `a+` creates it, never truncates it.
    const file = await open(path, "a+", 0o600);
    try {
      const { size } = await file.stat();
      const whole = await endOfLastLine(file, size);
      if (whole < size) await file.truncate(whole);
      await file.appendFile(lines.map((line) => `${line}\n`).join(""));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new LogkeepError({
      code: "file.append-failed",
      message: "a file could not be appended to",
      facts: { path },
      cause,
      retry: "later",
      hint: "check that the folder can be written to and the disk has room",
    });
  }
}

type File = Awaited<ReturnType<typeof open>>;

/** How many bytes are whole lines: what follows the last line feed was cut off by a crash. */
async function endOfLastLine(file: File, size: number): Promise<number> {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
