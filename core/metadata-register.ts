/** A column as a data catalog shows it to people; engines read the metadata file. */
export interface RegisteredColumn {
  readonly name: string;
  readonly fieldId: number;
  /** In Hive's spelling: `struct<name:string,port:int>`. */
  readonly type: string;
  readonly doc: string;
}

/** What a register says of a table. */
export interface RegisteredTable {
  readonly tableId: string;
  /** The register's own name for this state of its entry; any change of the entry gives another. */
  readonly version: string;
  readonly metadataUri: string;
}

/** What a register is to say of a table from now on. */
export interface RegisterEntry {
  readonly tableId: string;
  readonly metadataUri: string;
  /** Null for a new table. */
  readonly previousMetadataUri: string | null;
  readonly locationUri: string;
  readonly doc: string;
  readonly columns: readonly RegisteredColumn[];
}

/**
 * What became of a change: `done`; `refused` because the entry is not as expected (or, after a lost answer, because this
 * very change made it so); `unclear` when there was no answer: it may have been carried out, or be carried out yet.
 */
export type RegisterOutcome = "done" | "refused" | "unclear";

/**
 * A data catalog outside the lake, which names each table's newest metadata file and swaps the name atomically.
 * Throttling is retried within. Failures: `lake.catalog-failed` (retry later), `lake.catalog-denied` (retry never),
 * `cli.usage` for a database that is not there, `lake.not-ours` for an entry that is no Iceberg table.
 */
export interface MetadataRegister {
  /** Iceberg tables of any lake. */
  list(): Promise<readonly RegisteredTable[]>;
  /** Null when there is no such table. */
  find(tableId: string): Promise<RegisteredTable | null>;
  /** Refused when the name is taken. */
  create(entry: RegisterEntry): Promise<RegisterOutcome>;
  /** Refused unless the register still says `expected`. What others added to the entry stays. */
  swap(expected: RegisteredTable, entry: RegisterEntry): Promise<RegisterOutcome>;
}
