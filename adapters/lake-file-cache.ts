/**
 * Copies of a bucket's files on this machine, where the SQL engine can open them. A file of the lake never changes, so a
 * copy is good for ever. The cache may be deleted at any time when nothing runs.
 */
import { mkdir, open, opendir, rename, rm, stat, unlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { attemptFile, codeOf } from "./lake-file-errors.ts";
import { lakePathParts } from "./lake-path.ts";

// A query holds its files for as long as it runs, and another process may be asking it.
const KEEP_MS = 3_600_000;
// How old the mark of use may be: a write for each use would be one too many.
const MARK_AFTER_MS = 600_000;

/** Where copies are, and how large they may grow together. */
export interface FileCacheOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly clock: Clock;
}

/** The copies. Paths are those of the lake. */
export interface FileCache {
  locate(path: string): string;
  /** Size of a whole copy, or null. Marks it as used. */
  use(path: string): Promise<number | null>;
  /** Makes a copy: whole or not at all, and durable, so that a machine's crash leaves no hollow one. */
  write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  /** Makes a file durable that the engine wrote here. */
  sync(path: string): Promise<void>;
  ensureFolder(folder: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes copies that were not used for an hour, the longest unused first, until so many bytes fit. */
  makeRoom(bytes: number): Promise<void>;
}

/** Opens a cache; its folder is made when the first file comes. */
export function openFileCache({ folder, maxBytes, clock }: FileCacheOptions): FileCache {
  const locate = (path: string) => join(folder, ...lakePathParts(path));
  let counter = 0;
  return {
    locate,
    use: (path) => attemptFile(path, () => useCopy(locate(path), clock.now())),
    write: (path, chunks) =>
      attemptFile(path, async () => {
        const target = locate(path);
        counter += 1;
        const spare = `${target}.tmp-${process.pid}-${counter}`;
        await mkdir(dirname(target), { recursive: true, mode: 0o750 });
        try {
          const sizeBytes = await writeChunks(spare, chunks);
          await rename(spare, target);
          return sizeBytes;
        } catch (cause) {
          await rm(spare, { force: true });
          throw cause;
        }
      }),
    sync: (path) =>
      attemptFile(path, async () => {
        const file = await open(locate(path), "r");
        await file.sync().finally(() => file.close());
      }),
    ensureFolder: (path) =>
      attemptFile(path, async () => void (await mkdir(locate(path), { recursive: true, mode: 0o750 }))),
    remove: (path) => attemptFile(path, () => removeFile(locate(path))),
    makeRoom: (bytes) => attemptFile("", () => evict(folder, maxBytes - bytes, clock.now() - KEEP_MS)),
  };
}

async function useCopy(target: string, nowMs: number): Promise<number | null> {
  try {
    const { size, mtimeMs } = await stat(target);
    if (nowMs - mtimeMs > MARK_AFTER_MS) await utimes(target, nowMs / 1000, nowMs / 1000);
    return size;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return null;
    throw cause;
  }
}

async function writeChunks(target: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(target, "wx", 0o640);
  try {
    let sizeBytes = 0;
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      sizeBytes += chunk.byteLength;
    }
    await file.sync();
    return sizeBytes;
  } finally {
    await file.close();
  }
}

async function removeFile(target: string): Promise<void> {
  try {
    await unlink(target);
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT" && codeOf(cause) !== "ENOTDIR") throw cause;
  }
}

async function evict(folder: string, roomBytes: number, unusedSinceMs: number): Promise<void> {
  const copies: { readonly target: string; readonly size: number; readonly mtimeMs: number }[] = [];
  for await (const target of filesBelow(folder)) {
    // Another process may have evicted it since.
    const found = await stat(target).catch((cause: unknown) =>
      codeOf(cause) === "ENOENT" ? null : Promise.reject(cause),
    );
    if (found !== null) copies.push({ target, size: found.size, mtimeMs: found.mtimeMs });
  }
  let excess = copies.reduce((sum, { size }) => sum + size, 0) - roomBytes;
  for (const { target, size, mtimeMs } of copies.sort((left, right) => left.mtimeMs - right.mtimeMs)) {
    if (excess <= 0 || mtimeMs >= unusedSinceMs) return;
    await removeFile(target);
    excess -= size;
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder, { recursive: true })) {
      if (entry.isFile()) yield join(entry.parentPath, entry.name);
    }
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") throw cause;
  }
}
