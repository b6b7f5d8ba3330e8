/**
 * Tags: names for snapshots that must stay. Whatever an answer or a finding is proved with is tagged; expiry, by age, by
 * number or at a commit, never takes a tagged snapshot, and no file that it needs is an orphan. They are Iceberg's own
 * (https://iceberg.apache.org/spec/#snapshot-references), so other engines see and keep them too.
 */
import { LogkeepError } from "../core/errors.ts";
import type { Lake, Table } from "./catalog.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { findSnapshot } from "./history.ts";
import type { Snapshot } from "./model.ts";
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
 * The name, as it was given: lower-case letters, digits and a few signs, which stand in a path, a URL and SQL as they
 * are. A letter comes first, so that no name reads as a time, a span or a snapshot's id. Throws `lake.bad-name`.
 */
export function checkedTagName(name: string): string {
  if (/^[a-z][a-z0-9._-]{0,127}$/.test(name) && name !== "main") return name;
  throw new LogkeepError({
    code: "lake.bad-name",
    message: "a tag's name must be lower-case letters, digits and . _ -, a letter first, and not main",
    hint: "for example case-17, or evidence.2026-01-05",
  });
}

/**
 * Names a snapshot, however old. The same tag again changes nothing. Throws `lake.bad-name`, `lake.snapshot-missing` when
 * the snapshot is not retained any more, `lake.tag-taken` when the name stands for another one: evidence never moves.
 */
export async function tagSnapshot(tableId: string, tag: Tag, lake: Lake): Promise<void> {
  checkedTagName(tag.name);
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
    const snapshot = await findSnapshot(table, tag.snapshotId, lake.store);
    if (snapshot === null) {
      throw new LogkeepError({ code: "lake.snapshot-missing", message: "the snapshot is not retained", facts });
    }
    const ref = { "snapshot-id": tag.snapshotId, type: "tag" as const };
    return changeRefs(withSnapshot(table, snapshot), { ...table.metadata.refs, [tag.name]: ref }, lake);
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

/** What a tag names has to be in the metadata itself: it may have left for the history. */
function withSnapshot(table: Table, snapshot: Snapshot): Table {
  if (snapshotById(table, snapshot["snapshot-id"]) !== null) return table;
  const snapshots = [...table.metadata.snapshots, snapshot].sort(
    (left, right) => left["sequence-number"] - right["sequence-number"],
  );
  return { ...table, metadata: { ...table.metadata, snapshots } };
}

async function changeRefs(table: Table, refs: Table["metadata"]["refs"], lake: Lake): Promise<true | null> {
  const { metadata } = table;
  const changed = { ...metadata, refs, "last-updated-ms": Math.max(lake.clock.now(), metadata["last-updated-ms"]) };
  return (await lake.catalog.commit(table, changed)) === null ? null : true;
}
