import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AcquireDataFolder, DataFolderRole, HeldDataFolder } from "../core/data-folder-lock.ts";
import { LogkeepError } from "../core/errors.ts";

const LOCK_FILES: Readonly<Record<DataFolderRole, string>> = {
  writer: "lock",
  worker: "lock",
  maintenance: "maintenance.lock",
};
const lockFile = (role: DataFolderRole) => `${LOCK_FILES[role]}.sqlite`;
// Apart from the lock file: POSIX frees a process's locks on a file when it closes any handle of that file.
const holderFile = (role: DataFolderRole) => `${LOCK_FILES[role]}.holder.json`;

// https://www.sqlite.org/rescode.html: the primary codes of "another process has it".
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/**
 * Locks a data folder through an exclusive SQLite transaction on a file in it. Node has no `flock`; SQLite takes the
 * operating system's byte-range locks (and keeps two holders in one process apart, which those locks alone do not),
 * so a `kill -9` frees the folder at once. Not for network file systems whose locks are local to one machine.
 */
export const acquireDataFolder: AcquireDataFolder = async (dataFolder, role = "writer") => {
  const database = await openLockFile(dataFolder, role);
  try {
    // An open read transaction is the shared form of the same lock (https://www.sqlite.org/lockingv3.html).
    if (role === "worker") database.exec("BEGIN; SELECT count(*) FROM sqlite_master");
    else database.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    const code = sqliteCodeOf(cause);
    if (code === SQLITE_BUSY || code === SQLITE_LOCKED) throw await lockedError(dataFolder, role, cause);
    throw unwritable(dataFolder, cause);
  }
  try {
    if (role !== "worker") await writeHolder(dataFolder, role);
  } catch (cause) {
    database.close();
    throw unwritable(dataFolder, cause);
  }
  return holdUntilReleased(dataFolder, role, database);
};

function holdUntilReleased(dataFolder: string, role: DataFolderRole, database: DatabaseSync): HeldDataFolder {
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    // The note first: once the lock is free, the note belongs to the next holder.
    if (role !== "worker") await rm(join(dataFolder, holderFile(role)), { force: true });
    database.close();
  };
  return { release, [Symbol.asyncDispose]: release };
}

async function openLockFile(dataFolder: string, role: DataFolderRole): Promise<DatabaseSync> {
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o750 });
    return new DatabaseSync(join(dataFolder, lockFile(role)), { timeout: 0 });
  } catch (cause) {
    throw unwritable(dataFolder, cause);
  }
}

async function writeHolder(dataFolder: string, role: DataFolderRole): Promise<void> {
  const target = join(dataFolder, holderFile(role));
  await writeFile(`${target}.tmp`, JSON.stringify({ pid: process.pid }), { mode: 0o640 });
  await rename(`${target}.tmp`, target);
}

/** The holder's process id as it wrote it; null when its note is not there (yet) or is not ours to understand. */
async function readHolder(dataFolder: string, role: DataFolderRole): Promise<number | null> {
  try {
    const note: unknown = JSON.parse(await readFile(join(dataFolder, holderFile(role)), "utf8"));
    if (typeof note !== "object" || note === null || !("pid" in note)) return null;
    return Number.isSafeInteger(note.pid) ? Number(note.pid) : null;
  } catch {
    // The note only makes the message better; the lock itself has already said no.
    return null;
  }
}

async function lockedError(dataFolder: string, role: DataFolderRole, cause: unknown): Promise<LogkeepError> {
  return new LogkeepError({
    code: "data.locked",
    message:
      role === "maintenance"
        ? "another process maintains this data folder"
        : "another process is writing to this data folder",
    facts: { folder: dataFolder, pid: await readHolder(dataFolder, role) },
    cause,
    retry: "later",
    hint: "wait until it ends, or use another folder with --data; reading commands need not wait",
  });
}

function unwritable(dataFolder: string, cause: unknown): LogkeepError {
  return new LogkeepError({
    code: "data.unwritable",
    message: "the data folder cannot be made or written",
    facts: { folder: dataFolder },
    cause,
    hint: "check the path, its owner and its permissions, and the space on its disk",
  });
}

function sqliteCodeOf(cause: unknown): number | null {
  if (!(cause instanceof Error) || !("errcode" in cause) || typeof cause.errcode !== "number") return null;
  return cause.errcode & 0xff;
}
