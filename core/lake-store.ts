/** One file of a lake store, as listed. */
export interface StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970: what is old enough to be cleaned up. */
  readonly modifiedAtMs: number;
}

/**
 * Where the lake's files live: a folder or a bucket. Paths are relative to the lake's root, with `/` between parts.
 * Every write is durable when its promise resolves. The SQL engine reads and writes files of this machine: `fetch`
 * stands before each reading and `sync` after each writing. Failures: `lake.store-full` (retry later),
 * `lake.store-failed` (retry later), `lake.file-missing` (retry never).
 */
export interface LakeStore {
  /** The absolute location that Iceberg metadata records, e.g. `file:///data/lake`. No trailing slash. */
  readonly rootUri: string;
  /** What the SQL engine opens, to read or to write, for a path below the root. */
  localPath(path: string): string;
  read(path: string): Promise<Uint8Array>;
  /** Creates a file, whole or not at all. False when the name is taken: the caller lost a race or has written it before. */
  createExclusive(path: string, content: Uint8Array): Promise<boolean>;
  /** Replaces a file atomically: for hints that readers may find stale, never for truth. */
  replace(path: string, content: Uint8Array): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Makes files that the SQL engine wrote at their `localPath` part of the store, and durable. */
  sync(paths: readonly string[]): Promise<void>;
  /**
   * Brings files to their `localPath` for the SQL engine to read; they stay there for an hour at least. Sizes are those
   * of the manifests: a store that copies compares them, and one that need not does nothing.
   */
  fetch(files: readonly Pick<StoredFile, "path" | "sizeBytes">[]): Promise<void>;
  /** All files below a folder, in the order of their paths; none when the folder is absent. */
  list(folder: string): AsyncIterable<StoredFile>;
  /** Removing what is absent is no error. */
  remove(path: string): Promise<void>;
  /** Makes a folder for the SQL engine to write into. */
  ensureFolder(folder: string): Promise<void>;
}
