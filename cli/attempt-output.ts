import { LogkeepError } from "../core/errors.ts";

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
