import { LogkeepError, usageError } from "../core/errors.ts";
import { checkedTagName } from "../lake/tags.ts";
import type { CommandArgument, CommandCall } from "./command.ts";

/** The argument of commands over one tag. */
export const TAG_ARGUMENT: CommandArgument = {
  syntax: "<name>",
  help: "lower-case letters, digits and . _ -, a letter first",
};

/** The name that was typed. Throws `cli.usage`. */
export function tagNameOf(call: CommandCall): string {
  const name = call.args[0] ?? "";
  try {
    return checkedTagName(name);
  } catch (cause) {
    throw usageError("a tag cannot be called so", cause instanceof LogkeepError ? cause.message : undefined);
  }
}
