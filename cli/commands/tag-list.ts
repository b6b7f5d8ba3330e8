import type { SqlColumn } from "../../core/sql-engine.ts";
import { type HeldTag, listLakeTags } from "../../lake/lake-tags.ts";
import { TEXT_FORMATS } from "../../queries/output/row-format.ts";
import { formatInstant } from "../../queries/time-window.ts";
import { writeText } from "../answer.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { openLake } from "../wire.ts";

const LIST_COLUMNS: readonly SqlColumn[] = ["tag", "as_of", "state", "tables", "snapshots"].map((name) => ({
  name,
  type: "VARCHAR",
}));

/** `logkeep tag list`. */
export const tagListCommand: Command = {
  description:
    "Lists the tags with the moment that each stands for. A tag that is not whole was interrupted: `tag add` of the same " +
    "name finishes it, `tag remove` takes it away. One without a moment was made by another program.",
  arguments: [],
  options: [
    { kind: "choice", flags: "--format <format>", help: "table (default), csv or json", choices: TEXT_FORMATS },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep tag list", "logkeep tag list --format json"],
  run: async (call, context) => {
    const format = TEXT_FORMATS.find((each) => each === call.text("format")) ?? "table";
    const tags = await listLakeTags(await openLake(context.config, context.clock));
    await writeText({ columns: LIST_COLUMNS, chunks: once(tags.map(rowOf)) }, format, context.stdout, context.signal);
    return 0;
  },
};

function rowOf({ name, tag, heldTables, isWhole }: HeldTag) {
  const snapshots = [...(tag?.snapshots ?? [])].map(([tableId, id]) => `${tableId}@${id}`).join(" ");
  return {
    tag: name,
    as_of: tag === null ? null : formatInstant(tag.atMs),
    state: isWhole ? "whole" : tag === null ? "of no moment" : "not whole",
    tables: heldTables.join(" "),
    snapshots: snapshots === "" ? null : snapshots,
  };
}

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}
