/** The hold of this process on a data folder: at most one process anywhere on the machine has it. */
export interface HeldDataFolder extends AsyncDisposable {
  /** Gives the folder up. Calling it again is no error. */
  release(): Promise<void>;
}

/**
 * Takes a data folder for writing, or fails at once with `data.locked` (retry later; `facts.pid` names the holder where
 * it is known) or `data.unwritable` (retry never). The operating system keeps the lock, so a process that died, however
 * it died, holds nothing. Readers need no lock.
 */
export type AcquireDataFolder = (dataFolder: string) => Promise<HeldDataFolder>;
