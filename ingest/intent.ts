/**
 * Write-ahead intents: what a batch is going to commit, on disk before its first commit. The first commit decides: when
 * a table's history holds it, the rest is carried out, however often; when not, the staged files are removed and the
 * objects are read again. So every object's rows, findings, rejects and ledger row appear together or not at all.
 *
 * Killed before the intent: unnamed staged files, replaced when the same batch is staged again, else orphans.
 * Killed after the intent, before the first commit: rolled back here. Killed later: rolled forward here.
 */
import { isLogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import { commitAppend } from "../lake/commit.ts";
import type { DataFile } from "../lake/model.ts";
import { BATCH_PROPERTY, snapshotOfBatch } from "../lake/snapshot.ts";

const FOLDER = "intents";

/** Files staged for one table. */
export interface PlannedCommit {
  readonly tableId: string;
  readonly files: readonly DataFile[];
}

/** How far the tables were that a batch was compared with: their sequence numbers, 0 for one without rows. */
export interface Basis {
  readonly ledger: number;
  /** The table of the batch's source; null for a batch without records. */
  readonly table: number | null;
}

/** The commits of a batch in their order; the first one decides. Plain JSON. */
export interface Intent {
  /** Names this staging of the batch: where several writers share a lake, each one's has a name of its own. */
  readonly batch: string;
  readonly basis: Basis;
  readonly commits: readonly PlannedCommit[];
  /** Counts for the snapshots' summaries. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Called between the steps of a commit; tests die there. */
export type StepHook = (step: string) => void;

/** Makes the intent durable. An intent of the same batch that a dead process left is replaced. */
export async function writeIntent(intent: Intent, store: LakeStore): Promise<void> {
  await store.replace(pathOf(intent.batch), Buffer.from(JSON.stringify(intent)));
}

/** Sees each table before a commit is made on top of it; what it throws ends the carrying out. */
export type CommitGuard = (table: Table, isDeciding: boolean) => Promise<void>;

/** Carries an intent out and forgets it. May be called again after a death at any point. */
export async function carryOut(intent: Intent, lake: Lake, onStep: StepHook, guard?: CommitGuard): Promise<void> {
  for (const [index, commit] of intent.commits.entries()) {
    onStep(`commit.before-${commit.tableId}`);
    const properties = { ...intent.properties, [BATCH_PROPERTY]: intent.batch };
    await commitAppend(commit.tableId, commit.files, properties, lake, guard && ((table) => guard(table, index === 0)));
    onStep(`commit.after-${commit.tableId}`);
  }
  await lake.store.remove(pathOf(intent.batch));
  onStep("commit.intent-removed");
}

/** Batches of dead processes that were finished and undone, by id. */
export interface Recovery {
  readonly finished: readonly string[];
  readonly undone: readonly string[];
}

/** Finishes or undoes what dead processes left. Only for the owner of the data folder, before anything else is staged. */
export async function recoverIntents(lake: Lake, onStep: StepHook): Promise<Recovery> {
  const finished: string[] = [];
  const undone: string[] = [];
  for await (const file of lake.store.list(FOLDER)) {
    if (!file.path.endsWith(".json")) {
      // Killed while the intent was written: nothing was decided, and the name will not come again.
      await lake.store.remove(file.path);
      continue;
    }
    // Only `writeIntent` writes here, and it replaces atomically.
    const intent = JSON.parse(Buffer.from(await lake.store.read(file.path)).toString("utf8")) as Intent;
    onStep("recover.intent-found");
    if (await isDecided(intent, lake)) {
      await carryOut(intent, lake, onStep);
      finished.push(intent.batch);
    } else {
      await undo(intent, lake.store, onStep);
      undone.push(intent.batch);
    }
  }
  return { finished, undone };
}

/** Whether an intent is still there: it goes when all of its commits are made, or when it was given up. */
export async function isOpen(intent: Intent, store: LakeStore): Promise<boolean> {
  return store.exists(pathOf(intent.batch));
}

/** The open intents, of living processes and dead ones. */
export async function* listIntents(store: LakeStore): AsyncGenerator<Intent> {
  for await (const { path } of store.list(FOLDER)) {
    const intent = path.endsWith(".json") ? await readIntent(path, store) : null;
    if (intent !== null) yield intent;
  }
}

/** Gives an intent up whose first commit was not made and never will be. */
export async function undo(intent: Intent, store: LakeStore, onStep: StepHook): Promise<void> {
  for (const commit of intent.commits) {
    for (const file of commit.files) await store.remove(file.path);
  }
  onStep("recover.files-removed");
  await store.remove(pathOf(intent.batch));
}

/** After so long an intent whose first commit was not made never will be: its worker gives up far sooner. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * Forgets the intents of workers that died before their first commit. Their files need nobody any more. Returns their
 * names. Decided ones are left: the next commit of a worker, or the next ingest, finishes them.
 */
export async function dropAbandoned(lake: Lake): Promise<readonly string[]> {
  const beforeMs = lake.clock.now() - ABANDONED_AFTER_MS;
  const dropped: string[] = [];
  for await (const { path, modifiedAtMs } of lake.store.list(FOLDER)) {
    const intent = path.endsWith(".json") && modifiedAtMs < beforeMs ? await readIntent(path, lake.store) : null;
    if (intent === null || (await isDecided(intent, lake))) continue;
    await lake.store.remove(path);
    dropped.push(intent.batch);
  }
  return dropped;
}

/** What open intents need: their batches stay in the history, and their files where they are. */
export interface OpenIntents {
  readonly batches: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

/** Reads the intents there are, of living processes and dead ones. For whoever cleans beside a writer. */
export async function readOpenIntents(store: LakeStore): Promise<OpenIntents> {
  const batches = new Set<string>();
  const paths = new Set<string>();
  for await (const intent of listIntents(store)) {
    batches.add(intent.batch);
    for (const file of intent.commits.flatMap(({ files }) => files)) paths.add(file.path);
  }
  return { batches, paths };
}

/** Null when its process has carried it out since it was listed. */
async function readIntent(path: string, store: LakeStore): Promise<Intent | null> {
  try {
    // Only `writeIntent` writes here, and it replaces atomically.
    return JSON.parse(Buffer.from(await store.read(path)).toString("utf8")) as Intent;
  } catch (cause) {
    if (isLogkeepError(cause, "lake.file-missing")) return null;
    throw cause;
  }
}

/** Whether its first commit is in the table's history. */
export async function isDecided(intent: Intent, lake: Lake): Promise<boolean> {
  const [first] = intent.commits;
  if (first === undefined) return false;
  const table = await lake.catalog.load(first.tableId);
  return table !== null && snapshotOfBatch(table, intent.batch) !== null;
}

function pathOf(batch: string): string {
  return `${FOLDER}/${batch}.json`;
}
