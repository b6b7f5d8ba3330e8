import type { Source } from "./source.ts";
import type { SqlEngine } from "./sql-engine.ts";
import type { TableDefinition } from "./table.ts";

/** A batch of new rows, after duplicates were taken out and before anything is committed. */
export interface NormalizedBatch {
  /** Derived from the objects' content: the same objects give the same id. */
  readonly id: string;
  readonly source: Source;
  readonly engine: SqlEngine;
  /**
   * A temporary table or view in `engine`: the source's table columns, and `rowid`, by which one batch's rows can be told
   * apart. Observers read it and never change it.
   */
  readonly relation: string;
  readonly rowCount: number;
}

/** Rows that an observer derived from a batch, to be committed together with it. */
export interface DerivedRows {
  readonly table: TableDefinition;
  /** A temporary table in the batch's engine with that table's columns; its maker leaves it there. */
  readonly relation: string;
  readonly rowCount: number;
}

/**
 * Sees each batch once before its commit (after a crash, perhaps again: what it derives must depend on the rows alone).
 * An error fails the batch; nothing of it is committed.
 */
export interface BatchObserver {
  observe(batch: NormalizedBatch): Promise<readonly DerivedRows[]>;
}
