import { lstat, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LogkeepError, usageError } from "../core/errors.ts";

/**
 * Where an answer for `file` goes: the file itself, or the one that a link leads to. A finished file takes its place by
 * renaming, which would put it in place of a device as well: `--out /dev/null`, asked by root, would take that from the
 * whole machine. Throws `cli.usage` for what is no file, `cli.output-failed` where there is no folder for it.
 */
export async function outputTarget(file: string): Promise<string> {
  const path = resolve(file);
  const found = await lstat(path).catch(() => null);
  if (found === null) {
    await attemptOutput(file, () => stat(dirname(path)));
    return path;
  }
  const target = found.isSymbolicLink() ? await realpath(path).catch(() => null) : path;
  const isFile = target !== null && (await stat(target)).isFile();
  if (isFile) return target;
  throw usageError(
    "the answer's file is no regular file",
    "name a new file, or send standard output there: ... > FILE",
    {
      file,
    },
  );
}

/** Does something with a file that was named for an answer. Throws `cli.output-failed`. */
export async function attemptOutput<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new LogkeepError({
      code: "cli.output-failed",
      message: "the answer's file cannot be written",
      facts: { file },
      cause,
      hint: "check the folder, its permissions and the space on its disk",
    });
  }
}
