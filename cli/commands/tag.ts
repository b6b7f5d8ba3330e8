import { LogkeepError, usageError } from "../../core/errors.ts";
import type { SqlColumn } from "../../core/sql-engine.ts";
import { readOpenIntents } from "../../ingest/intent.ts";
import type { Lake, Table } from "../../lake/catalog.ts";
import {
  addLakeTag,
  type HeldTag,
  type LakeTag,
  listLakeTags,
  readLakeTag,
  removeLakeTag,
} from "../../lake/lake-tags.ts";
import { checkedTagName } from "../../lake/tags.ts";
import { beforeBatches, type Moment, momentAt, resolveMoment, snapshotsAt } from "../../queries/as-of.ts";
import { tableOf } from "../../queries/lake-state.ts";
import { TEXT_FORMATS } from "../../queries/output/row-format.ts";
import { formatInstant } from "../../queries/time-window.ts";
import { writeText } from "../answer.ts";
import { type Command, type CommandCall, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { openLake } from "../wire.ts";

const NAME = { syntax: "<name>", help: "lower-case letters, digits and . _ -, a letter first" } as const;

const LIST_COLUMNS: readonly SqlColumn[] = ["tag", "as_of", "state", "tables", "snapshots"].map((name) => ({
  name,
  type: "VARCHAR",
}));

/** `logkeep tag add`. */
export const tagAddCommand: Command = {
  description:
    "Names a state of the lake, all tables together, so that `--as-of NAME` answers from it for good: its snapshots " +
    "never expire, and no file that they need is removed. May run beside ingest, queries and maintenance. An " +
    "interrupted run is finished by the same command.",
  arguments: [NAME],
  options: [
    {
      kind: "text",
      flags: "--as-of <snapshot>",
      help: "an earlier state: a snapshot as answers name it (cloudtrail@4711), or a time. Default: now",
    },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep tag add case-17", "logkeep tag add audit-2026 --as-of 2026-01-05T10:00:00Z"],
  run: async (call, context) => {
    const name = nameOf(call);
    const lake = await openLake(context.config, context.clock);
    const tag = (await begunTag(name, call.text("as-of"), lake)) ?? (await newTag(name, call.text("as-of"), lake));
    await addLakeTag(tag, lake);
    const tables = [...tag.snapshots.keys()].sort().join(", ");
    await context.stdout.write(`${name}: the state of ${formatInstant(tag.atMs)}, tables ${tables}\n`);
    return 0;
  },
};

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

/** `logkeep tag remove`. */
export const tagRemoveCommand: Command = {
  description: "Forgets a tag. The state that it named expires like any other from now on, with the next `maintain`.",
  arguments: [NAME],
  options: [LAKE_OPTION, DATA_OPTION],
  examples: ["logkeep tag remove case-17"],
  run: async (call, context) => {
    const name = nameOf(call);
    if (!(await removeLakeTag(name, await openLake(context.config, context.clock)))) {
      throw usageError("there is no such tag", "`logkeep tag list` lists them", { tag: name });
    }
    await context.stdout.write(`${name}: removed\n`);
    return 0;
  },
};

function nameOf(call: CommandCall): string {
  const name = call.args[0] ?? "";
  try {
    return checkedTagName(name);
  } catch (cause) {
    throw usageError("a tag cannot be called so", cause instanceof LogkeepError ? cause.message : undefined);
  }
}

/** What an interrupted run has begun: its moment stands, and only what it did not come to is left to do. */
async function begunTag(name: string, asOf: string | null, lake: Lake): Promise<LakeTag | null> {
  const begun = asOf === null ? await readLakeTag(name, lake.store) : null;
  if (begun === null) return null;
  const held = (await listLakeTags(lake)).find((each) => each.name === name);
  return held?.isWhole === true ? null : begun;
}

async function newTag(name: string, asOf: string | null, lake: Lake): Promise<LakeTag> {
  // In this order: a batch of before the moment is open here, or committed to all tables when they are loaded.
  const asked = asOf === null ? momentAt(lake.clock.now()) : await resolveMoment(asOf, lake);
  const { batches } = await readOpenIntents(lake.store);
  const newest: Table[] = [];
  for (const tableId of await lake.catalog.list()) {
    const table = await lake.catalog.load(tableId);
    if (table !== null) newest.push(table);
  }
  const moment = beforeBatches(await tablesAt(newest, asked, lake), asked, batches);
  const snapshots = snapshotsAt(await tablesAt(newest, moment, lake), moment);
  const found = new Map<string, number>();
  for (const [tableId, snapshot] of snapshots) if (snapshot !== null) found.set(tableId, snapshot["snapshot-id"]);
  if (found.size === 0) {
    throw usageError("no table had rows at that moment", "ingest something first, or name a later moment", {
      asOf: formatInstant(moment.atMs),
    });
  }
  return { name, atMs: moment.atMs, snapshots: found };
}

async function tablesAt(tables: readonly Table[], moment: Moment, lake: Lake): Promise<readonly Table[]> {
  const found: Table[] = [];
  for (const table of tables) found.push(await tableOf(moment, table, lake));
  return found;
}

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
