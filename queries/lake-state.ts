import { isLogkeepError } from "../core/errors.ts";
import type { TableDefinition } from "../core/table.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import { createMetadata, evolveMetadata } from "../lake/metadata.ts";
import type { Snapshot } from "../lake/model.ts";
import { type Moment, snapshotsAt } from "./as-of.ts";

/** A table as one answer sees it. */
export interface TableState {
  readonly definition: TableDefinition;
  readonly table: Table;
  /** Null for a table without rows so far. */
  readonly snapshot: Snapshot | null;
}

/** All tables at one moment: what a plan, the views and the completeness of one answer share. */
export interface LakeState {
  /** Milliseconds since 1970: asking `--as-of` this instant later gives the same rows. */
  readonly atMs: number;
  readonly tables: readonly TableState[];
}

/**
 * The tables of some definitions at a moment; without one, now. Tables are loaded in the order of the definitions, so
 * those that a batch commits last (the ledger) go last. Throws `query.snapshot-gone`.
 */
export async function readLakeState(
  definitions: readonly TableDefinition[],
  moment: Moment | null,
  lake: Lake,
): Promise<LakeState> {
  const loaded: { readonly definition: TableDefinition; readonly table: Table }[] = [];
  for (const definition of definitions) loaded.push({ definition, table: await loadAs(definition, lake) });
  const snapshots = snapshotsAt(
    loaded.map(({ table }) => table),
    moment,
  );
  const tables = loaded.map((each) => ({ ...each, snapshot: snapshots.get(each.table.id) ?? null }));
  const newestMs = Math.max(0, ...tables.map(({ snapshot }) => snapshot?.["timestamp-ms"] ?? 0));
  return { atMs: moment?.atMs ?? Math.max(newestMs, lake.clock.now()), tables };
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
