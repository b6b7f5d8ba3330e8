/**
 * Tags of the whole lake: a name for one state of all tables together. A file says which snapshot of each table the name
 * stands for, and whoever creates the file first has given the name; then each snapshot gets an Iceberg tag of that name,
 * by which it stays. Killed between, the tag is there and not yet held everywhere: the same call goes on.
 */
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Lake } from "./catalog.ts";
import { corruptFile } from "./errors.ts";
import { checkedTableId } from "./table-id.ts";
import { checkedTagName, removeTag, tagSnapshot, tagsOf } from "./tags.ts";

const FOLDER = "tags";

/** A named state of the lake. Tables that are not in it had no rows then. */
export interface LakeTag {
  readonly name: string;
  /** The moment that it was taken of, milliseconds since 1970. */
  readonly atMs: number;
  /** The snapshot of each table. */
  readonly snapshots: ReadonlyMap<string, number>;
}

/** A tag as the lake holds it. */
export interface HeldTag {
  readonly name: string;
  /** Null for Iceberg tags that no state of the lake goes with: of another program, or of a removal that was cut off. */
  readonly tag: LakeTag | null;
  /** Tables whose snapshot the tag keeps from expiry. */
  readonly heldTables: readonly string[];
  /** Whether all its snapshots are held. */
  readonly isWhole: boolean;
}

/**
 * Names a state. The same state again finishes what was begun. Throws `lake.bad-name`, `lake.tag-taken` when the name
 * stands for another state, `lake.snapshot-missing` when one has expired meanwhile: then nothing of the tag is left.
 */
export async function addLakeTag(tag: LakeTag, lake: Lake): Promise<void> {
  const path = pathOf(tag.name);
  if (!(await lake.store.createExclusive(path, encodeTag(tag)))) {
    const old = await readLakeTag(tag.name, lake.store);
    if (old === null || !isSame(old, tag)) throw taken(tag.name, old);
  }
  try {
    for (const [tableId, snapshotId] of tag.snapshots) await tagSnapshot(tableId, { name: tag.name, snapshotId }, lake);
  } catch (cause) {
    if (isLogkeepError(cause, "lake.snapshot-missing")) await removeLakeTag(tag.name, lake);
    throw cause;
  }
}

/** The state that a name stands for, or null. Throws `lake.bad-name`, `lake.corrupt-metadata`. */
export async function readLakeTag(name: string, store: LakeStore): Promise<LakeTag | null> {
  const path = pathOf(name);
  try {
    return decodeTag(name, path, await store.read(path));
  } catch (cause) {
    if (isLogkeepError(cause, "lake.file-missing")) return null;
    throw cause;
  }
}

/** All tags, by name. */
export async function listLakeTags(lake: Lake): Promise<readonly HeldTag[]> {
  const held = new Map<string, Map<string, number>>();
  for (const tableId of await lake.catalog.list()) {
    const table = await lake.catalog.load(tableId);
    for (const { name, snapshotId } of table === null ? [] : tagsOf(table)) {
      held.set(name, (held.get(name) ?? new Map()).set(tableId, snapshotId));
    }
  }
  const tags = new Map<string, LakeTag | null>([...held.keys()].map((name) => [name, null]));
  for await (const { path } of lake.store.list(FOLDER)) {
    const name = /^tags\/(.+)\.json$/.exec(path)?.[1];
    // A write that was cut off leaves a name that is none of ours.
    const tag = name === undefined || !isTagName(name) ? null : await readLakeTag(name, lake.store);
    if (tag !== null) tags.set(tag.name, tag);
  }
  return [...tags]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, tag]) => {
      const refs = held.get(name) ?? new Map<string, number>();
      const isWhole = tag !== null && [...tag.snapshots].every(([tableId, id]) => refs.get(tableId) === id);
      return { name, tag, heldTables: [...refs.keys()].sort(), isWhole };
    });
}

/** Forgets a tag: its snapshots expire like any other from now on. False when there is none of that name. */
export async function removeLakeTag(name: string, lake: Lake): Promise<boolean> {
  const path = pathOf(name);
  let isFound = await lake.store.exists(path);
  // The file goes last: killed before, the rest is removed by the same call.
  for (const tableId of await lake.catalog.list()) isFound = (await removeTag(tableId, name, lake)) || isFound;
  await lake.store.remove(path);
  return isFound;
}

function pathOf(name: string): string {
  return `${FOLDER}/${checkedTagName(name)}.json`;
}

function isTagName(name: string): boolean {
  try {
    return checkedTagName(name) === name;
  } catch (thrown) {
    if (isLogkeepError(thrown, "lake.bad-name")) return false;
    throw thrown;
  }
}

function encodeTag({ atMs, snapshots }: LakeTag): Uint8Array {
  const tables = Object.fromEntries([...snapshots].sort(([left], [right]) => (left < right ? -1 : 1)));
  return Buffer.from(`${JSON.stringify({ "timestamp-ms": atMs, tables })}\n`, "utf8");
}

function decodeTag(name: string, path: string, bytes: Uint8Array): LakeTag {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw corruptFile(path, "not JSON", cause);
  }
  const found: Readonly<Record<string, unknown>> = typeof parsed === "object" ? { ...parsed } : {};
  const { "timestamp-ms": atMs, tables } = found;
  if (!Number.isSafeInteger(atMs) || typeof tables !== "object" || tables === null) {
    throw corruptFile(path, "no state of the lake");
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(tables);
  if (!entries.every(([, id]) => Number.isSafeInteger(id))) throw corruptFile(path, "a snapshot's id is no number");
  return {
    name,
    atMs: Number(atMs),
    snapshots: new Map(entries.map(([tableId, id]) => [checkedTableId(tableId), Number(id)])),
  };
}

function isSame(left: LakeTag, right: LakeTag): boolean {
  return Buffer.compare(encodeTag(left), encodeTag(right)) === 0;
}

function taken(name: string, old: LakeTag | null): LogkeepError {
  return new LogkeepError({
    code: "lake.tag-taken",
    message: "the tag names another state of the lake already",
    facts: { tag: name, ...(old === null ? {} : { asOf: new Date(old.atMs).toISOString() }) },
    hint: "give it another name: what a tag proves must not change",
  });
}
