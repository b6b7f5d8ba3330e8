/**
 * Orphan removal: files leave the store that no retained snapshot needs. Killed anywhere, what is left is an orphan
 * still, and goes the next time. A reader that planned on a snapshot before it expired still wants its files, and a file
 * does not say since when it is needed by nobody: so orphans are noted when they are first seen, and removed when the
 * note is old enough. A writer never takes up a file that is there already, so what is removed stays unneeded.
 */
import { isLogkeepError } from "../core/errors.ts";
import { inParallel } from "../core/in-parallel.ts";
import type { StoredFile } from "../core/lake-store.ts";
import type { Lake } from "./catalog.ts";
import { referencedFiles } from "./references.ts";
import { loadTable } from "./table.ts";
import { checkedTableId } from "./table-id.ts";

// A bucket has no faster way that tells for each file whether it went.
const REMOVALS_AT_ONCE = 16;
const NOTES_FOLDER = "maintenance";

/** Which files no snapshot references may go. */
export interface OrphanOptions {
  /** Only files last written before this instant (milliseconds since 1970): younger ones may be about to be committed. */
  readonly beforeMs: number;
  /** Paths that are about to be committed (open intents), asked after the folder was listed. */
  readonly readProtected?: () => Promise<ReadonlySet<string>>;
  /** Only these, where given. */
  readonly only?: ReadonlySet<string>;
}

/**
 * Files of a table that no retained snapshot needs, leftovers of killed writers included. The folder is listed before the
 * table is loaded, so a file that is committed meanwhile is seen as referenced.
 */
export async function findOrphans(tableId: string, options: OrphanOptions, lake: Lake): Promise<readonly StoredFile[]> {
  const old = await listOld(tableId, options, lake);
  const staged = (await options.readProtected?.()) ?? new Set<string>();
  const referenced = await referencedFiles(await loadTable(tableId, lake.catalog), lake.store);
  return old.filter(({ path }) => !referenced.has(path) && !staged.has(path) && !path.endsWith("/version-hint.text"));
}

/** Removes orphans at once. Returns their paths. For whoever knows that nobody reads expired snapshots. */
export async function removeOrphans(tableId: string, options: OrphanOptions, lake: Lake): Promise<readonly string[]> {
  const found = new Set((await findOrphans(tableId, options, lake)).map(({ path }) => path));
  if (found.size === 0) return [];
  // Finding them took a while: one that was written anew meanwhile is another file now.
  const orphans = (await listOld(tableId, options, lake)).map(({ path }) => path).filter((path) => found.has(path));
  await inParallel(orphans, REMOVALS_AT_ONCE, (path) => lake.store.remove(path));
  return orphans;
}

/** What a sweep did, or would do. */
export interface SweepResult {
  /** Needed by nobody for as long as was asked for. */
  readonly removed: readonly string[];
  /** Needed by nobody, but not for long enough: a later sweep removes them. */
  readonly waiting: readonly string[];
}

/** How a sweep goes. */
export interface SweepOptions extends Pick<OrphanOptions, "readProtected"> {
  /** How long a file must have been needed by nobody, in milliseconds. */
  readonly ageMs: number;
  /** Changes nothing, the notes included. */
  readonly dryRun?: boolean;
}

/** Removes what earlier sweeps noted long enough ago, and notes what is new. One sweep of a table at a time. */
export async function sweepOrphans(tableId: string, options: SweepOptions, lake: Lake): Promise<SweepResult> {
  const nowMs = lake.clock.now();
  const { ageMs, readProtected } = options;
  const filter: OrphanOptions = {
    beforeMs: nowMs - ageMs,
    ...(readProtected === undefined ? {} : { readProtected }),
  };
  const notes = await readNotes(tableId, lake);
  const found = await findOrphans(tableId, { ...filter, beforeMs: nowMs }, lake);
  const seenAt = new Map(
    found.map(({ path, modifiedAtMs }) => {
      const noted = notes.get(path) ?? nowMs;
      // Written since it was noted: another file of the same name.
      return [path, noted < modifiedAtMs ? nowMs : Math.min(noted, nowMs)] as const;
    }),
  );
  const due = new Set([...seenAt].flatMap(([path, at]) => (at <= nowMs - ageMs ? path : [])));
  if (options.dryRun === true)
    return { removed: [...due], waiting: [...seenAt.keys()].filter((path) => !due.has(path)) };
  const removed = due.size === 0 ? [] : await removeOrphans(tableId, { ...filter, only: due }, lake);
  const gone = new Set(removed);
  const waiting = [...seenAt].filter(([path]) => !gone.has(path));
  if (waiting.length > 0 || notes.size > 0) {
    await lake.store.replace(notesPath(tableId), Buffer.from(JSON.stringify(Object.fromEntries(waiting))));
  }
  return { removed, waiting: waiting.map(([path]) => path) };
}

/** When each orphan was first seen; nothing where the note is damaged, which only makes files wait for longer. */
async function readNotes(tableId: string, lake: Lake): Promise<ReadonlyMap<string, number>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(await lake.store.read(notesPath(tableId))).toString("utf8"));
    if (typeof parsed !== "object" || parsed === null) return new Map();
    const entries = Object.entries(parsed).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
    return new Map(entries);
  } catch (cause) {
    if (cause instanceof SyntaxError || isLogkeepError(cause, "lake.file-missing")) return new Map();
    throw cause;
  }
}

function notesPath(tableId: string): string {
  return `${NOTES_FOLDER}/${checkedTableId(tableId)}.orphans.json`;
}

async function listOld(tableId: string, options: OrphanOptions, lake: Lake): Promise<readonly StoredFile[]> {
  const old: StoredFile[] = [];
  for await (const file of lake.store.list(tableId)) {
    if (file.modifiedAtMs >= options.beforeMs) continue;
    if (options.only === undefined || options.only.has(file.path)) old.push(file);
  }
  return old;
}
