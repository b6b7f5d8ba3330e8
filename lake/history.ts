/**
 * The history of a table beyond its metadata file. Every commit rewrites that file, so it holds the newest snapshots
 * only (`RETAINED_SNAPSHOTS`). Those that leave it are not lost: a metadata file that still has them stays where it is, and a
 * property of the table names one such file for about every 200 changes. So a commit writes nothing for the history, and
 * a moment is found in three files however many commits there were. Other engines see the newest and the tagged snapshots.
 */
import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import { corruptFile } from "./errors.ts";
import { decodeMetadata } from "./metadata.ts";
import type { Snapshot, TableMetadata } from "./model.ts";

const HISTORY_PROPERTY = "logkeep.history";
const READS_AT_ONCE = 16;

/** A metadata file that stays: it has every retained snapshot after those of the file before, up to its own newest. */
export interface HistoryFile {
  /** In the table's metadata folder. */
  readonly name: string;
  readonly lastSequence: number;
  /** When its newest snapshot was committed, milliseconds since 1970. */
  readonly untilMs: number;
  /** Snapshots that it has and the files before it have not. */
  readonly count: number;
}

/** What a table's property says. */
export interface History {
  /** Snapshots below this sequence number have expired, though a file may still have them. */
  readonly since: number;
  /** Oldest first. */
  readonly files: readonly HistoryFile[];
}

/** The history that a table names. Throws `lake.corrupt-metadata`. */
export function historyOf(metadata: TableMetadata): History {
  const text = metadata.properties[HISTORY_PROPERTY];
  if (text === undefined) return { since: 0, files: [] };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw corruptFile(metadata.location, "the history is not JSON", cause);
  }
  const found: Readonly<Record<string, unknown>> = typeof parsed === "object" ? { ...parsed } : {};
  const { since, files } = found;
  if (!Number.isSafeInteger(since) || !Array.isArray(files)) {
    throw corruptFile(metadata.location, "the history is no list of files");
  }
  return { since: Number(since), files: files.map((each: unknown) => historyFile(each, metadata)) };
}

/** The metadata that names a history; without files there is nothing to name. */
export function withHistory(metadata: TableMetadata, { since, files }: History): TableMetadata {
  if (files.length === 0) {
    const { [HISTORY_PROPERTY]: _none, ...rest } = metadata.properties;
    return { ...metadata, properties: rest };
  }
  const list = files.map(({ name, lastSequence, untilMs, count }) => [name, lastSequence, untilMs, count]);
  const properties = { ...metadata.properties, [HISTORY_PROPERTY]: JSON.stringify({ since, files: list }) };
  return { ...metadata, properties };
}

/**
 * The metadata that follows a table's, with the table's own file in the history where a snapshot left that no file of the
 * history has. Pure.
 */
export function keepHistory(before: Table, after: TableMetadata): TableMetadata {
  const { since, files } = historyOf(after);
  const last = files.at(-1)?.lastSequence ?? 0;
  const added = before.metadata.snapshots.filter((each) => each["sequence-number"] > Math.max(last, since - 1));
  const kept = new Set(after.snapshots.map((each) => each["snapshot-id"]));
  const newest = added.at(-1);
  if (newest === undefined || added.every((each) => kept.has(each["snapshot-id"]))) return after;
  const file: HistoryFile = {
    name: before.metadataPath.slice(before.metadataPath.lastIndexOf("/") + 1),
    lastSequence: newest["sequence-number"],
    untilMs: newest["timestamp-ms"],
    count: added.length,
  };
  return withHistory(after, { since, files: [...files, file] });
}

/** The history without what has expired: snapshots of `whole` below `since`, and files that have no others. Pure. */
export function expireHistory(metadata: TableMetadata, whole: readonly Snapshot[], since: number): TableMetadata {
  const history = historyOf(metadata);
  if (history.files.length === 0) return metadata;
  const files = history.files.filter((file) => file.lastSequence >= since);
  const counted = files.map((file, index): HistoryFile => {
    const after = files[index - 1]?.lastSequence ?? 0;
    const sequences = whole.map((each) => each["sequence-number"]).filter((each) => each >= since && each > after);
    return { ...file, count: sequences.filter((each) => each <= file.lastSequence).length };
  });
  return withHistory(metadata, { since: Math.max(since, history.since), files: counted });
}

/** How many snapshots a table retains. */
export function countSnapshots(metadata: TableMetadata): number {
  const { since, files } = historyOf(metadata);
  const last = files.at(-1)?.lastSequence ?? 0;
  const newer = metadata.snapshots.filter(({ "sequence-number": at }) => at > last || at < since);
  return files.reduce((sum, file) => sum + file.count, newer.length);
}

/**
 * The table with all retained snapshots around an instant (milliseconds since 1970) in its metadata, for looking at alone.
 * `snapshotId`: one of that instant that has to be among them.
 */
export async function tableAt(
  table: Table,
  atMs: number,
  store: LakeStore,
  snapshotId: number | null = null,
): Promise<Table> {
  const { files } = historyOf(table.metadata);
  if (files.length === 0 || isKnown(table.metadata, atMs, snapshotId)) return table;
  const found = files.findIndex((file) => file.untilMs >= atMs);
  const at = found === -1 ? files.length : found;
  return mergeFiles(table, files.slice(Math.max(0, at - 1), at + 2), store);
}

/** The table with all its retained snapshots in its metadata, for looking at alone. */
export async function wholeTable(table: Table, store: LakeStore): Promise<Table> {
  const { files } = historyOf(table.metadata);
  return files.length === 0 ? table : mergeFiles(table, files, store);
}

/** A retained snapshot by its id, however old; null for none. The newest files are asked first. */
export async function findSnapshot(table: Table, snapshotId: number, store: LakeStore): Promise<Snapshot | null> {
  const matches = (each: Snapshot) => each["snapshot-id"] === snapshotId;
  const newest = table.metadata.snapshots.find(matches);
  if (newest !== undefined) return newest;
  const { files } = historyOf(table.metadata);
  for (const file of files.toReversed()) {
    const { metadata } = await mergeFiles(table, [file], store);
    const found = metadata.snapshots.find(matches);
    if (found !== undefined) return found;
  }
  return null;
}

/** Paths of the files of the history. */
export function historyPaths({ id, metadata }: Pick<Table, "id" | "metadata">): readonly string[] {
  return historyOf(metadata).files.map(({ name }) => historyPath(id, name));
}

/** The path of a file of the history. */
export function historyPath(tableId: string, name: string): string {
  return `${tableId}/metadata/${name}`;
}

/** Whether the metadata itself tells which snapshot was current, and which batch it was of. */
function isKnown(metadata: TableMetadata, atMs: number, snapshotId: number | null): boolean {
  const byId = new Map(metadata.snapshots.map((each) => [each["snapshot-id"], each]));
  if (snapshotId !== null && !byId.has(snapshotId)) return false;
  return metadata["snapshot-log"].some(
    (entry) => entry["timestamp-ms"] <= atMs && byId.get(entry["snapshot-id"])?.summary["operation"] === "append",
  );
}

async function mergeFiles(table: Table, files: readonly HistoryFile[], store: LakeStore): Promise<Table> {
  const { since } = historyOf(table.metadata);
  const older = await inParallel(files, READS_AT_ONCE, async ({ name }) => {
    const path = historyPath(table.id, name);
    return decodeMetadata(path, await store.read(path));
  });
  const snapshots = new Map<number, Snapshot>();
  const log = new Map<number, TableMetadata["snapshot-log"][number]>();
  for (const [index, metadata] of [...older, table.metadata].entries()) {
    const isNewest = index === older.length;
    for (const each of metadata.snapshots) {
      // What the metadata itself has is tagged, or was spared.
      if (isNewest || each["sequence-number"] >= since) snapshots.set(each["snapshot-id"], each);
    }
    for (const each of metadata["snapshot-log"]) {
      const sequence = snapshots.get(each["snapshot-id"])?.["sequence-number"];
      if (sequence !== undefined && (isNewest || sequence >= since)) log.set(sequence, each);
    }
  }
  return {
    ...table,
    metadata: {
      ...table.metadata,
      snapshots: [...snapshots.values()].sort((left, right) => left["sequence-number"] - right["sequence-number"]),
      "snapshot-log": [...log].sort(([left], [right]) => left - right).map(([, each]) => each),
    },
  };
}

function historyFile(entry: unknown, { location }: TableMetadata): HistoryFile {
  const [name, lastSequence, untilMs, count]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  const numbers = [lastSequence, untilMs, count].map(Number);
  if (typeof name !== "string" || !/^[A-Za-z0-9._-]{1,100}$/.test(name) || !numbers.every(Number.isSafeInteger)) {
    throw corruptFile(location, "a file of the history has no name or no numbers");
  }
  return { name, lastSequence: Number(lastSequence), untilMs: Number(untilMs), count: Number(count) };
}
