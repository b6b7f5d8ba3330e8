/**
 * What a process holds a data folder for: to write new rows alone (`writer`) or beside others of its kind (`worker`), or
 * to lay the rows that are there into other files and remove what nobody needs. ADR 018 says why writing and maintenance
 * go beside each other, ADR 024 what workers are.
 */
export type DataFolderRole = "writer" | "worker" | "maintenance";

/** The hold of this process on a data folder: one writer or any number of workers, and one for maintenance. */
export interface HeldDataFolder extends AsyncDisposable {
  /** Gives the folder up. Calling it again is no error. */
  release(): Promise<void>;
}

/**
 * Takes a data folder, for writing where no role is given, or fails at once with `data.locked` (retry later; `facts.pid` names the holder where
 * it is known) or `data.unwritable` (retry never). The operating system keeps the lock, so a process that died, however
 * it died, holds nothing. Readers need no lock.
 */
export type AcquireDataFolder = (dataFolder: string, role?: DataFolderRole) => Promise<HeldDataFolder>;
