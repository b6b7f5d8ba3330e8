import type { Clock } from "../core/clock.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { TableMetadata } from "./model.ts";

/** One version of a table's metadata. A value: it does not follow later commits. */
export interface Table {
  readonly id: string;
  /** The catalog's own name for this version. */
  readonly version: string;
  /** The metadata file, below the lake's root. */
  readonly metadataPath: string;
  readonly metadata: TableMetadata;
}

/**
 * Names the newest metadata of each table and swaps it atomically. `commit` and `create` answer null when somebody else
 * was first: load again and try on top of that. A commit that was answered with a table is durable. After a failed or
 * interrupted call the commit may stand or not; loading tells.
 */
export interface Catalog {
  /** Ids of all tables, sorted. */
  list(): Promise<readonly string[]>;
  /** Null when there is no such table. */
  load(tableId: string): Promise<Table | null>;
  create(tableId: string, metadata: TableMetadata): Promise<Table | null>;
  /** `expected` is the table that `metadata` was derived from. */
  commit(expected: Table, metadata: TableMetadata): Promise<Table | null>;
}

/** What the lake needs of the world. */
export interface Lake {
  readonly store: LakeStore;
  readonly catalog: Catalog;
  readonly clock: Clock;
}
