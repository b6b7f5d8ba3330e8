import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, link, mkdir, open, opendir, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore, StoredFile } from "../core/lake-store.ts";
import { attemptFile, codeOf } from "./lake-file-errors.ts";
import { lakePathParts } from "./lake-path.ts";

// No data or metadata file of the lake starts with a dot, so leftovers of a kill are known by their name.
const TEMPORARY_PREFIX = ".tmp-";
// Few enough open files for any limit.
const SYNCS_AT_ONCE = 32;

/**
 * A lake in a folder of this machine. A new file is written under a temporary name, made durable, and linked to its
 * final name: a kill leaves the whole file or a leftover (`isLeftover`), never a part under the final name.
 */
export function localLakeStore(rootFolder: string): LakeStore {
  const root = resolve(rootFolder);
  const locate = (path: string) => locateBelow(root, path);
  // Two stores of one process may be writing the same name.
  const own = randomUUID().slice(0, 8);
  let counter = 0;
  const temporary = (target: string) => {
    counter += 1;
    // One name for each call of each process: two writers of the same file must not share a temporary one.
    const name = createHash("sha256").update(target).digest("hex").slice(0, 16);
    return join(dirname(target), `${TEMPORARY_PREFIX}${name}-${process.pid}-${own}-${counter}`);
  };
  return {
    rootUri: `file://${root.split(sep).join("/")}`,
    localPath: locate,
    read: (path) => attemptFile(path, () => readFile(locate(path))),
    createExclusive: (path, content) =>
      attemptFile(path, async () => {
        const target = locate(path);
        if (await isThere(target)) return false;
        const spare = temporary(target);
        try {
          await writeDurably(root, spare, content);
          await link(spare, target);
        } catch (cause) {
          if (codeOf(cause) === "EEXIST") return false;
          throw cause;
        } finally {
          await removeQuietly(spare);
        }
        await syncFolder(dirname(target));
        return true;
      }),
    replace: (path, content) =>
      attemptFile(path, async () => {
        const target = locate(path);
        const spare = temporary(target);
        try {
          await writeDurably(root, spare, content);
          await rename(spare, target);
        } catch (cause) {
          await removeQuietly(spare);
          throw cause;
        }
        await syncFolder(dirname(target));
      }),
    exists: (path) => attemptFile(path, () => isThere(locate(path))),
    sync: (paths) =>
      attemptFile(paths[0] ?? "", async () => {
        const targets = paths.map(locate);
        // Together: the disk's journal makes many files durable for the price of one.
        await inParallel(targets, SYNCS_AT_ONCE, syncFile);
        await inParallel(new Set(targets.map((target) => dirname(target))), SYNCS_AT_ONCE, syncFolder);
      }),
    // The engine opens the store's own files.
    fetch: async () => undefined,
    list: (folder) => listFiles(root, folder === "" ? root : locate(folder)),
    remove: (path) =>
      attemptFile(path, async () => {
        const target = locate(path);
        await removeQuietly(target);
      }),
    ensureFolder: (folder) => attemptFile(folder, () => makeFolder(root, locate(folder))),
  };
}

/** Whether a file is what a killed writer left behind: never part of a table, safe to remove when no writer runs. */
export function isLeftover(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.startsWith(TEMPORARY_PREFIX);
}

function locateBelow(root: string, path: string): string {
  return join(root, ...lakePathParts(path));
}

async function isThere(target: string): Promise<boolean> {
  try {
    await access(target, constants.F_OK);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return false;
    throw cause;
  }
}

async function writeDurably(root: string, target: string, content: Uint8Array): Promise<void> {
  await makeFolder(root, dirname(target));
  const file = await open(target, "wx", 0o640);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder and the names of new folders durable, from the lowest that was there before. */
async function makeFolder(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o750 });
  if (first === undefined) return;
  const top = first.length < root.length ? root : dirname(first);
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    await syncFolder(at);
    if (at === top) break;
  }
}

async function syncFile(target: string): Promise<void> {
  const file = await open(target, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems journal names themselves.
  if (process.platform !== "win32") await syncFile(folder);
}

async function removeQuietly(target: string): Promise<void> {
  try {
    await unlink(target);
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT" && codeOf(cause) !== "ENOTDIR") throw cause;
  }
}

async function* listFiles(root: string, folder: string): AsyncGenerator<StoredFile> {
  // Deepest-first traversal in the order of whole paths needs "/" to sort before every other character: names are
  // compared as if folders ended in "/".
  const entries = await attemptFile(folder, () => readFolder(folder));
  for (const entry of entries) {
    const target = join(folder, entry.name);
    if (entry.isFolder) {
      yield* listFiles(root, target);
    } else {
      const found = await attemptFile(folder, () => statsOf(target));
      const path = target
        .slice(root.length + 1)
        .split(sep)
        .join("/");
      if (found !== null) yield { path, ...found };
    }
  }
}

interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function readFolder(folder: string): Promise<readonly FolderEntry[]> {
  try {
    const entries: FolderEntry[] = [];
    for await (const entry of await opendir(folder)) {
      if (entry.isDirectory() || entry.isFile()) entries.push({ name: entry.name, isFolder: entry.isDirectory() });
    }
    const key = (entry: FolderEntry) => Buffer.from(entry.isFolder ? `${entry.name}/` : entry.name);
    return entries.sort((left, right) => Buffer.compare(key(left), key(right)));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return [];
    throw cause;
  }
}

async function statsOf(target: string): Promise<Omit<StoredFile, "path"> | null> {
  try {
    const { size, mtimeMs } = await stat(target);
    return { sizeBytes: size, modifiedAtMs: mtimeMs };
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return null;
    throw cause;
  }
}
