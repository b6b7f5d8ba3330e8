/**
 * Where inflated objects lie while the SQL engine reads them: memory where there is room, else disk. What is left there
 * by a dead process is worthless and removed when the next one starts. Failures, both retry later: `spool.full`,
 * `spool.failed` (cannot be read or written).
 */
export interface Spool {
  /** Bytes that may still be written, as far as is known. */
  freeBytes(): number;
  createFolder(): SpoolFolder;
  /** Removes what earlier processes left. Only for the owner of the data folder. */
  clear(): void;
}

/** One batch's files. */
export interface SpoolFolder {
  readonly path: string;
  create(name: string): SpoolFile;
  /** Reads a file of the folder from front to end; a piece is only valid until the next one. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Removes the folder and all in it. */
  remove(): void;
}

/** A file that is written from front to end. Writes are synchronous: they go to memory or to the page cache. */
export interface SpoolFile {
  readonly path: string;
  write(bytes: Uint8Array): void;
  /** Cuts or keeps the first `sizeBytes` bytes, then closes. */
  close(sizeBytes: number): void;
}
