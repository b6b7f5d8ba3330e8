import { LogkeepError } from "../core/errors.ts";

/** The operating system's code of an error, or null. */
export function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error) || !("code" in cause)) return null;
  return typeof cause.code === "string" ? cause.code : null;
}

/** Does something with the lake's files on this machine; `path` is what the error names. */
export async function attemptFile<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw wrapFileError(path, cause);
  }
}

function wrapFileError(path: string, cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const code = codeOf(cause);
  if (code === "ENOENT") {
    return new LogkeepError({
      code: "lake.file-missing",
      message: "a file of the lake is missing",
      facts: { path },
      cause,
    });
  }
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new LogkeepError({
      code: "lake.store-full",
      message: "the disk that holds the lake is full",
      facts: { path },
      cause,
      retry: "later",
      hint: "free some space and run the same command again: nothing is lost and nothing comes twice",
    });
  }
  return new LogkeepError({
    code: "lake.store-failed",
    message: "the lake's folder could not be read or written",
    facts: { path, reason: code },
    cause,
    retry: "later",
    hint: "check that the folder is there, is writable and is owned by the user who runs this",
  });
}
