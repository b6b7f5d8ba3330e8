import { isLogkeepError, type LogkeepError, usageError } from "../core/errors.ts";
import type { TableDefinition } from "../core/table.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import { tableAt } from "../lake/history.ts";
import { createMetadata, evolveMetadata } from "../lake/metadata.ts";
import type { Snapshot } from "../lake/model.ts";
import { type Moment, namedSnapshot, snapshotsAt } from "./as-of.ts";

/** A table as one answer sees it. */
export interface TableState {
  readonly definition: TableDefinition;
  readonly table: Table;
  /** Null for a table without rows so far. */
  readonly snapshot: Snapshot | null;
  /** Whether the snapshot has left the metadata for the table's history, where other engines do not see it. */
  readonly isInHistory: boolean;
}

/** All tables at one moment: what a plan, the views and the completeness of one answer share. */
export interface LakeState {
  /** Milliseconds since 1970: asking `--as-of` this instant later gives the same rows. */
  readonly atMs: number;
  readonly tables: readonly TableState[];
}

/**
 * The tables of some definitions at a moment; without one, now. Tables are loaded in the order of the definitions, so
 * those that a batch commits last (the ledger) go last. Throws `query.snapshot-gone`, and `cli.usage` for a moment before
 * anything was committed.
 */
export async function readLakeState(
  definitions: readonly TableDefinition[],
  moment: Moment | null,
  lake: Lake,
): Promise<LakeState> {
  const loaded: Omit<TableState, "snapshot" | "isInHistory">[] = [];
  const newest = new Map<string, Table>();
  for (const definition of definitions) {
    const table = await loadAs(definition, lake);
    newest.set(table.id, table);
    loaded.push({ definition, table: moment === null ? table : await tableOf(moment, table, lake) });
  }
  const snapshots = snapshotsAt(
    loaded.map(({ table }) => table),
    moment,
  );
  const tables = loaded.map((each): TableState => {
    const snapshot = snapshots.get(each.table.id) ?? null;
    const known = newest.get(each.table.id)?.metadata.snapshots ?? [];
    return { ...each, snapshot, isInHistory: snapshot !== null && !known.includes(snapshot) };
  });
  if (moment !== null && tables.every(({ snapshot }) => snapshot === null)) throw beforeFirst(moment, tables);
  const newestMs = Math.max(0, ...tables.map(({ snapshot }) => snapshot?.["timestamp-ms"] ?? 0));
  return { atMs: moment?.atMs ?? Math.max(newestMs, lake.clock.now()), tables };
}

/** The table with what it takes to find its snapshot of a moment. */
export async function tableOf(moment: Moment, table: Table, { store }: Pick<Lake, "store">): Promise<Table> {
  return tableAt(table, moment.atMs, store, namedSnapshot(moment, table.id));
}

/** Where no table had rows, an answer without any would say something that nobody knows. */
function beforeFirst(moment: Moment, tables: readonly TableState[]): LogkeepError {
  const firstMs = Math.min(
    ...tables.flatMap(({ table }) => table.metadata.snapshots).map((each) => each["timestamp-ms"]),
  );
  const first = Number.isFinite(firstMs) ? new Date(firstMs).toISOString() : null;
  return usageError(
    "--as-of lies before anything was committed to the lake",
    "--as-of takes a moment of the lake's own history; events of a time are asked for by --from and --to",
    { asOf: new Date(moment.atMs).toISOString(), firstCommit: first },
  );
}

/** A table of the state. Throws for one that was not asked for, which is a fault of the program. */
export function tableState(state: LakeState, tableId: string): TableState {
  const found = state.tables.find(({ table }) => table.id === tableId);
  if (found === undefined) throw new Error(`the state of ${tableId} was not read`);
  return found;
}

/**
 * The stored table as this version of the program knows it: columns that were added since read as NULL. A table that
 * is not there yet has no snapshot; one that a later version has changed keeps its own columns.
 */
async function loadAs(definition: TableDefinition, lake: Lake): Promise<Table> {
  const stored = await lake.catalog.load(definition.id);
  const nowMs = lake.clock.now();
  if (stored === null) {
    const metadata = createMetadata(definition, `${lake.store.rootUri}/${definition.id}`, nowMs);
    return { id: definition.id, version: "0", metadataPath: "", metadata };
  }
  try {
    const evolved = evolveMetadata(stored.metadata, definition, nowMs);
    return evolved === null ? stored : { ...stored, metadata: evolved };
  } catch (thrown) {
    if (isLogkeepError(thrown, "lake.schema-conflict")) return stored;
    throw thrown;
  }
}
