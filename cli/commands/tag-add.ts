import { usageError } from "../../core/errors.ts";
import { readOpenIntents } from "../../ingest/intent.ts";
import type { Lake, Table } from "../../lake/catalog.ts";
import { addLakeTag, type LakeTag, listLakeTags, readLakeTag } from "../../lake/lake-tags.ts";
import { beforeBatches, type Moment, momentAt, resolveMoment, snapshotsAt } from "../../queries/as-of.ts";
import { tableOf } from "../../queries/lake-state.ts";
import { formatInstant } from "../../queries/time-window.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { TAG_ARGUMENT, tagNameOf } from "../tag-name.ts";
import { openLake } from "../wire.ts";

/** `logkeep tag add`. */
export const tagAddCommand: Command = {
  description:
    "Names a state of the lake, all tables together, so that `--as-of NAME` answers from it for good: its snapshots " +
    "never expire, and no file that they need is removed. May run beside ingest, queries and maintenance. An " +
    "interrupted run is finished by the same command.",
  arguments: [TAG_ARGUMENT],
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
    const name = tagNameOf(call);
    const lake = await openLake(context.config, context.clock);
    const tag = (await begunTag(name, call.text("as-of"), lake)) ?? (await newTag(name, call.text("as-of"), lake));
    await addLakeTag(tag, lake);
    const tables = [...tag.snapshots.keys()].sort().join(", ");
    await context.stdout.write(`${name}: the state of ${formatInstant(tag.atMs)}, tables ${tables}\n`);
    return 0;
  },
};

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
