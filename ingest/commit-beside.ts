/**
 * A commit where other writers share the lake. A staged batch was compared with the tables as they were; before its
 * first commit it is compared with all that came since, and that commit is made on top of exactly what it was compared
 * with (ADR 024). So no record and no object gets in twice, whoever else does what, and no lock is needed for it.
 */
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import { LEDGER_TABLE } from "../core/ledger.ts";
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import { filesSince } from "../lake/files-since.ts";
import type { DataFile } from "../lake/model.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { loadTable } from "../lake/table.ts";
import { identityMatch } from "./find-duplicates.ts";
import { carryOut, type Intent, isDecided, isOpen, listIntents, type StepHook, undo, writeIntent } from "./intent.ts";
import { isFinal } from "./known-objects.ts";

const DAY_MS = 86_400_000;
/** Whoever has not made its first commit by then gives up: far sooner than maintenance takes intents for abandoned. */
const MOST_INTENT_MS = 3_600_000;

/** What committing beside others needs of the world. */
export interface BesidePorts {
  readonly lake: Lake;
  readonly engine: SqlEngine;
  readonly sources: readonly Source[];
  readonly onStep: StepHook;
}

/**
 * Commits a staged batch. False when others have committed objects or records of it since it was compared, or when its
 * intent is gone: its objects are to be looked up, and staged again where they are not decided. After a failure
 * the batch may be committed or not; the ledger tells.
 */
export async function commitBeside(intent: Intent, ports: BesidePorts): Promise<boolean> {
  const { lake, onStep } = ports;
  const beganAtMs = performance.now();
  await writeIntent(intent, lake.store);
  onStep("commit.intent-written");
  let hasDecided = false;
  const guard = async (table: Table, isDeciding: boolean): Promise<void> => {
    hasDecided = !isDeciding;
    await requireOpen(intent, lake);
    if (!isDeciding) return;
    await finishOthers(intent.batch, ports);
    await requireNothingNew(intent, table, ports);
    if (performance.now() - beganAtMs > MOST_INTENT_MS) throw outdated("its intent is too old");
  };
  try {
    await carryOut(intent, lake, onStep, guard);
    return true;
  } catch (thrown) {
    // Another worker found the batch decided, and made the commits that were left. Closed before the first commit, it was
    // taken for abandoned, or ended so long ago that no table names it: the ledger tells, and the files may be needed.
    if (isLogkeepError(thrown, "ingest.intent-closed")) return hasDecided;
    if (!isLogkeepError(thrown, "ingest.batch-outdated")) throw thrown;
    await undo(intent, lake.store, onStep);
    return false;
  }
}

/** Makes the commits that are left of batches whose first one is made, in whatever process they began. */
export async function finishOthers(own: string | null, { lake, onStep }: Omit<BesidePorts, "engine" | "sources">) {
  const finished: string[] = [];
  for await (const intent of listIntents(lake.store)) {
    if (intent.batch === own || !(await isDecided(intent, lake))) continue;
    try {
      await carryOut(intent, lake, onStep, () => requireOpen(intent, lake));
      finished.push(intent.batch);
    } catch (thrown) {
      if (!isLogkeepError(thrown, "ingest.intent-closed")) throw thrown;
    }
  }
  return finished;
}

/**
 * Looked at after the table was loaded: a batch whose intent is still there has its commits among the newest of every
 * table, where the table's history names it; so none is made twice.
 */
async function requireOpen(intent: Intent, lake: Lake): Promise<void> {
  if (await isOpen(intent, lake.store)) return;
  throw new LogkeepError({
    code: "ingest.intent-closed",
    message: "another worker has finished this batch",
    facts: { batch: intent.batch },
  });
}

async function requireNothingNew(intent: Intent, table: Table, ports: BesidePorts): Promise<void> {
  const { lake, engine } = ports;
  const ledgerFiles = filesOf(intent, LEDGER_TABLE.id);
  // Loaded after the deciding table: every batch in that one is in the ledger by now.
  const ledger = await loadTable(LEDGER_TABLE.id, lake.catalog);
  const decided = await filesSince(ledger, intent.basis.ledger, {}, lake.store);
  if (decided.length > 0) {
    const own = await scanRelation(ledger, ledgerFiles, lake.store);
    const others = await scanRelation(ledger, decided, lake.store);
    const rows = await engine.all(`SELECT o.object = t.object AND o.object_version = t.object_version AS is_same,
        t.reason, t.state, o.source, o.object AS own, t.object AS other
      FROM ${own} o JOIN ${others} t ON (o.object = t.object AND o.object_version = t.object_version)
        OR (o.sha256 = t.sha256 AND o.source = t.source)`);
    if (rows.some((row) => isTaken(row, ports.sources))) throw outdated("others have decided about its objects");
  }
  const files = filesOf(intent, table.id);
  const source = ports.sources.find((each) => each.table.id === table.id);
  if (intent.basis.table === null || files.length === 0 || source?.recordKey == null) return;
  const added = await filesSince(table, intent.basis.table, dayRange(files), lake.store);
  if (added.length === 0) return;
  const own = await scanRelation(table, files, lake.store);
  const others = await scanRelation(table, added, lake.store);
  const [found] = await engine.all(
    `SELECT 1 FROM ${own} r SEMI JOIN ${others} known ON ${identityMatch(source.recordKey)} LIMIT 1`,
  );
  if (found !== undefined) throw outdated("others have committed records of it");
}

/** Whether a row of the ledger takes an object of ours away: the same version, or the same bytes delivered the same way. */
function isTaken(row: Readonly<Record<string, unknown>>, sources: readonly Source[]): boolean {
  if (row["is_same"] === true) return isFinal(row["reason"] === null ? null : String(row["reason"]));
  const source = sources.find(({ id }) => id === row["source"]);
  if (source === undefined || source.recordKey !== null || row["state"] === "quarantined") return false;
  return source.deliveryOf(String(row["own"])) === source.deliveryOf(String(row["other"]));
}

function filesOf(intent: Intent, tableId: string): readonly DataFile[] {
  return intent.commits.filter((commit) => commit.tableId === tableId).flatMap(({ files }) => files);
}

function dayRange(files: readonly DataFile[]): { readonly fromMs?: number; readonly toMs?: number } {
  const days = files.map(({ partition }) => partition.day);
  if (days.includes(null)) return {};
  const known = days.filter((day) => day !== null);
  return { fromMs: Math.min(...known) * DAY_MS, toMs: (Math.max(...known) + 1) * DAY_MS };
}

function outdated(why: string): LogkeepError {
  return new LogkeepError({
    code: "ingest.batch-outdated",
    message: "the batch must be staged again",
    facts: { why },
    retry: "later",
  });
}
