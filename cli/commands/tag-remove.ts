import { usageError } from "../../core/errors.ts";
import { removeLakeTag } from "../../lake/lake-tags.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { TAG_ARGUMENT, tagNameOf } from "../tag-name.ts";
import { openLake } from "../wire.ts";

/** `logkeep tag remove`. */
export const tagRemoveCommand: Command = {
  description: "Forgets a tag. The state that it named expires like any other from now on, with the next `maintain`.",
  arguments: [TAG_ARGUMENT],
  options: [LAKE_OPTION, DATA_OPTION],
  examples: ["logkeep tag remove case-17"],
  run: async (call, context) => {
    const name = tagNameOf(call);
    if (!(await removeLakeTag(name, await openLake(context.config, context.clock)))) {
      throw usageError("there is no such tag", "`logkeep tag list` lists them", { tag: name });
    }
    await context.stdout.write(`${name}: removed\n`);
    return 0;
  },
};
