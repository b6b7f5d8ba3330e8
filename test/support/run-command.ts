import { COMMANDS } from "../../cli/commands.ts";
import { parseCommandLine } from "../../cli/parse-command-line.ts";
import type { Environment } from "../../core/config.ts";
import type { CommandRun } from "./ingest-folder.ts";
import { quietContext } from "./ingest-folder.ts";

/** A command line in this process, over a data folder. `output` has standard output and error. Failures are thrown. */
export async function runCommand(
  argv: readonly string[],
  data: string,
  env: Environment = {},
  isErrorShown = true,
): Promise<CommandRun> {
  const parsed = await parseCommandLine(argv, COMMANDS, "0");
  if (parsed.kind === "print") throw new Error(parsed.text);
  let output = "";
  const context = quietContext(data, env, (text) => {
    output += text;
  });
  const stderr = isErrorShown ? context.stderr : { ...context.stderr, write: async () => undefined };
  return { code: await parsed.command.run(parsed.call, { ...context, stderr }), output };
}
