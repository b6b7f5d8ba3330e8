/**
 * Tags: names for snapshots that must stay. Whatever an answer or a finding is proved with is tagged; expiry, by age, by
 * number or at a commit, never takes a tagged snapshot, and no file that it needs is an orphan. They are Iceberg's own
 * (https://iceberg.apache.org/spec/#snapshot-references), so other engines see and keep them too.
 */
import { LogkeepError } from "../core/errors.ts";
import type { Lake, Table } from "./catalog.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { snapshotById } from "./snapshot.ts";
import { loadTable } from "./table.ts";

/** A named snapshot. */
export interface Tag {
  readonly name: string;
  readonly snapshotId: number;
}

/** The tags of a table, by name. */
export function tagsOf({ metadata }: Table): readonly Tag[] {
  return Object.entries(metadata.refs)
    .filter(([, ref]) => ref.type === "tag")
    .map(([name, ref]) => ({ name, snapshotId: ref["snapshot-id"] }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * Names a snapshot. The same tag again changes nothing. Throws `lake.bad-name`, `lake.snapshot-missing` when the
 * snapshot is not retained any more, `lake.tag-taken` when the name stands for another one: evidence never moves.
 */
export async function tagSnapshot(tableId: string, tag: Tag, lake: Lake): Promise<void> {
  // Lower-case letters, digits and a few signs: what stands in a path, a URL and SQL as it is.
  if (!/^[a-z0-9][a-z0-9._-]{0,127}$/.test(tag.name) || tag.name === "main") {
    throw new LogkeepError({
      code: "lake.bad-name",
      message: "a tag's name must be lower-case letters, digits and . _ -",
    });
  }
  await commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    const facts = { table: tableId, tag: tag.name, snapshot: tag.snapshotId };
    const old = table.metadata.refs[tag.name];
    if (old?.["snapshot-id"] === tag.snapshotId && old.type === "tag") return true;
    if (old !== undefined) {
      throw new LogkeepError({
        code: "lake.tag-taken",
        message: "the tag names another snapshot already",
        facts,
        hint: "give it another name: what a tag proves must not change",
      });
    }
    if (snapshotById(table, tag.snapshotId) === null) {
      throw new LogkeepError({ code: "lake.snapshot-missing", message: "the snapshot is not retained", facts });
    }
    const ref = { "snapshot-id": tag.snapshotId, type: "tag" as const };
    return changeRefs(table, { ...table.metadata.refs, [tag.name]: ref }, lake);
  });
}

/** Forgets a tag; its snapshot expires like any other from now on. False when there is none of that name. */
export async function removeTag(tableId: string, name: string, lake: Lake): Promise<boolean> {
  return commitWithRetry(tableId, lake, async () => {
    const table = await loadTable(tableId, lake.catalog);
    if (table.metadata.refs[name]?.type !== "tag") return false;
    const { [name]: _gone, ...refs } = table.metadata.refs;
    return changeRefs(table, refs, lake);
  });
}

async function changeRefs(table: Table, refs: Table["metadata"]["refs"], lake: Lake): Promise<true | null> {
  const { metadata } = table;
  const changed = { ...metadata, refs, "last-updated-ms": Math.max(lake.clock.now(), metadata["last-updated-ms"]) };
  return (await lake.catalog.commit(table, changed)) === null ? null : true;
}
