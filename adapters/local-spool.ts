import { createHash, randomInt } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { Spool, SpoolFile, SpoolFolder } from "../core/spool.ts";

// What lies in a memory file system counts as memory: a quarter of what is free there leaves the rest to the engine.
const MEMORY_SHARE = 0.25;
const MAX_MEMORY_BYTES = 1024 ** 3;

// A memory file system with less (containers often have 64 MB) would be full in the middle of a batch.
const MIN_MEMORY_BYTES = 192 * 1024 * 1024;

const READ_BYTES = 1024 * 1024;

// The most that `randomInt` takes.
const MAX_RANDOM = 2 ** 48 - 1;

const DEFAULT_MEMORY_FOLDER = "/dev/shm";
const FOLDER_NAME = /^logkeep-\d+-\d+$/;

/** Where the spool may put files, and how much. */
export interface LocalSpoolOptions {
  /** Absolute or relative to the working directory; created where it is missing. */
  readonly dataFolder: string;
  /** A folder in memory to use whatever its size; null forces the disk. Left out: `/dev/shm` where it has room. */
  readonly memoryFolder?: string | null;
}

/** Where a spool's folders stand and how much they may hold. */
interface SpoolPlace {
  readonly folder: string;
  readonly isMemory: boolean;
  /** Bytes that our own files may take in all. */
  readonly capBytes: number;
}

/**
 * A spool in memory where there is room, else below the data folder. Its folders stand below one that belongs to the
 * data folder alone, so `clear` takes nothing from another one's.
 * @throws LogkeepError `spool.full` (later) when the space is used up, `spool.failed` (later) for other faults.
 */
export function createLocalSpool(options: LocalSpoolOptions): Spool {
  const dataFolder = resolve(options.dataFolder);
  const place = choosePlace(dataFolder, options.memoryFolder);
  let heldBytes = 0;
  const budget: Budget = {
    take(bytes) {
      if (heldBytes + bytes > place.capBytes) throw fullError(place, null);
      heldBytes += bytes;
    },
    give(bytes) {
      heldBytes -= bytes;
    },
  };
  return {
    freeBytes: () => Math.max(0, Math.min(place.capBytes - heldBytes, freeOf(place.folder))),
    createFolder() {
      // Not counted: where there is no memory file system, two spools of a process stand in the same place.
      const path = join(place.folder, `logkeep-${process.pid}-${randomInt(MAX_RANDOM)}`);
      attempt(place, () => {
        mkdirSync(place.folder, { recursive: true, mode: 0o700 });
        mkdirSync(path, { mode: 0o700 });
      });
      return openFolder(place, path, budget);
    },
    clear() {
      // A run before this one may have chosen the other place.
      for (const folder of new Set([
        place.folder,
        memoryPlace(dataFolder, DEFAULT_MEMORY_FOLDER),
        diskPlace(dataFolder),
      ])) {
        attempt(place, () => clearFolder(folder));
      }
    },
  };
}

interface Budget {
  take(bytes: number): void;
  give(bytes: number): void;
}

function choosePlace(dataFolder: string, memoryFolder: string | null | undefined): SpoolPlace {
  const disk: SpoolPlace = { folder: diskPlace(dataFolder), isMemory: false, capBytes: Number.POSITIVE_INFINITY };
  if (memoryFolder === null) return disk;
  const folder = memoryFolder ?? DEFAULT_MEMORY_FOLDER;
  const capBytes = Math.min(MAX_MEMORY_BYTES, Math.floor(freeOf(folder) * MEMORY_SHARE));
  const memory: SpoolPlace = { folder: memoryPlace(dataFolder, folder), isMemory: true, capBytes };
  if (memoryFolder !== undefined) return memory;
  return capBytes >= MIN_MEMORY_BYTES && isOurs(memory.folder) ? memory : disk;
}

/** `/dev/shm` is everyone's: a folder that someone else made under our name, or may look into, is not used. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

function memoryPlace(dataFolder: string, memoryFolder: string): string {
  const name = createHash("sha256").update(dataFolder).digest("hex").slice(0, 16);
  return join(memoryFolder, `logkeep-spool-${name}`);
}

function diskPlace(dataFolder: string): string {
  return join(dataFolder, "spool");
}

function freeOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (cause) {
    // Not there yet: its parent's file system is the one it will stand on.
    const parent = resolve(folder, "..");
    if (codeOf(cause) === "ENOENT" && parent !== folder && folder !== DEFAULT_MEMORY_FOLDER) return freeOf(parent);
    return 0;
  }
}

function openFolder(place: SpoolPlace, path: string, budget: Budget): SpoolFolder {
  let folderBytes = 0;
  const open = new Set<number>();
  const counted: Budget = {
    take(bytes) {
      budget.take(bytes);
      folderBytes += bytes;
    },
    give(bytes) {
      budget.give(bytes);
      folderBytes -= bytes;
    },
  };
  return {
    path,
    create(name) {
      if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) {
        throw new LogkeepError({
          code: "spool.bad-name",
          message: "a spool file's name is not plain",
          facts: { name },
        });
      }
      return openFile(place, join(path, name), counted, open);
    },
    read(file) {
      if (dirname(file) !== path) {
        throw new LogkeepError({
          code: "spool.bad-name",
          message: "a file is not in this spool folder",
          facts: { file },
        });
      }
      return readPieces(place, file);
    },
    remove() {
      for (const file of open) closeSync(file);
      open.clear();
      attempt(place, () => rmSync(path, { recursive: true, force: true }));
      counted.give(folderBytes);
    },
  };
}

function openFile(place: SpoolPlace, path: string, budget: Budget, open: Set<number>): SpoolFile {
  const file = attempt(place, () => openSync(path, "wx", 0o600));
  open.add(file);
  let writtenBytes = 0;
  return {
    path,
    write(bytes) {
      budget.take(bytes.length);
      writtenBytes += bytes.length;
      attempt(place, () => {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
      });
    },
    close(sizeBytes) {
      if (!open.delete(file)) return;
      try {
        if (sizeBytes < writtenBytes) {
          attempt(place, () => ftruncateSync(file, sizeBytes));
          budget.give(writtenBytes - sizeBytes);
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

async function* readPieces(place: SpoolPlace, path: string): AsyncGenerator<Uint8Array> {
  const file = attempt(place, () => openSync(path, "r"));
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const sizeBytes = attempt(place, () => readSync(file, buffer));
      if (sizeBytes === 0) return;
      yield buffer.subarray(0, sizeBytes);
    }
  } finally {
    closeSync(file);
  }
}

function clearFolder(folder: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return;
    throw cause;
  }
  for (const name of names) {
    if (FOLDER_NAME.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function attempt<T>(place: SpoolPlace, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (isLogkeepError(cause)) throw cause;
    const code = codeOf(cause);
    if (code === "ENOSPC" || code === "EDQUOT" || code === "ENOMEM") throw fullError(place, cause);
    throw new LogkeepError({
      code: "spool.failed",
      message: "the spool's folder could not be read or written",
      facts: { folder: place.folder, reason: code },
      cause,
      retry: "later",
      hint: "check that the folder is writable and is owned by the user who runs this",
    });
  }
}

function fullError(place: SpoolPlace, cause: unknown): LogkeepError {
  return new LogkeepError({
    code: "spool.full",
    message: "there is no room left for inflated objects",
    facts: { folder: place.folder, isMemory: place.isMemory },
    cause,
    retry: "later",
    hint: place.isMemory
      ? "free some memory, or spool to the disk, and run the same command again: nothing comes twice"
      : "free some disk space and run the same command again: nothing comes twice",
  });
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error) || !("code" in cause)) return null;
  return typeof cause.code === "string" ? cause.code : null;
}
