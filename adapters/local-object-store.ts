import type { BigIntStats, Dirent } from "node:fs";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isLogkeepError, type LogkeepError, usageError } from "../core/errors.ts";
import type { ObjectRef, ObjectStore, WantedObject } from "../core/object-store.ts";
import { fromFileUri, toFileUri } from "./file-uri.ts";
import { MAX_READ_BYTES, objectError } from "./object-errors.ts";

const STREAM_BYTES = 256 * 1024;

// Enough to keep the thread pool busy with a folder of 100,000 files, without 100,000 promises.
const STAT_BATCH = 256;

const SLASH = Buffer.from("/");

// A link that took a file's place must not be followed, and a pipe that did must not block.
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Objects in a folder of this machine, or one file. A key is the path below the folder; the key of a single file is its
 * whole path without the first `/`, because a file's own name says nothing about account and region. Names that are not
 * UTF-8 get replacement characters in the key, never in the URI; the order is that of the names' bytes.
 *
 * Links are not followed: whoever may write into the folder could have any file of this machine read. They and pipes,
 * sockets and devices are listed, so that nothing is passed over in silence, and reading them is `object.not-a-file`
 * (never); none is opened.
 * @throws LogkeepError `cli.usage` when nothing is there; `list` throws `object.unreadable` (later) for a folder that
 *   cannot be read: a part of a listing is none.
 */
export async function openLocalObjectStore(path: string): Promise<ObjectStore> {
  const { root, isFolder } = await locate(path);
  const owns = (target: Buffer) =>
    isFolder ? target.subarray(0, root.length + 1).equals(below(root, Buffer.alloc(0))) : target.equals(root);
  const pathOf = (ref: ObjectRef): Buffer => {
    const target = fromFileUri(ref.uri);
    if (target === null || !owns(target) || isEscaping(target)) throw objectError("missing", { uri: ref.uri });
    return target;
  };
  return {
    async *list(signal) {
      signal?.throwIfAborted();
      if (isFolder) yield* listFolder(root, root, signal);
      else yield* listFile(root);
    },
    async find(wanted, signal) {
      signal?.throwIfAborted();
      return isFolder ? findFile(root, wanted) : findRoot(root, wanted);
    },
    async read(ref, signal) {
      if (ref.sizeBytes > MAX_READ_BYTES) throw objectError("too-large", { uri: ref.uri, sizeBytes: ref.sizeBytes });
      const bytes = Buffer.allocUnsafeSlow(ref.sizeBytes);
      await withFile(ref, pathOf(ref), async (file) => {
        for (let at = 0; at < bytes.length; ) at += await readSome(file, ref, bytes, at, signal);
      });
      return bytes;
    },
    async *stream(ref, signal) {
      yield* streamFile(ref, pathOf(ref), signal);
    },
  };
}

async function locate(path: string): Promise<{ readonly root: Buffer; readonly isFolder: boolean }> {
  try {
    // Two spellings of one folder give the same addresses. The path that the user gave may be a link.
    const root = Buffer.from(await realpath(resolve(path)));
    const found = await lstat(root);
    if (found.isDirectory() || found.isFile()) return { root, isFolder: found.isDirectory() };
  } catch (cause) {
    const code = codeOf(cause);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw wrapFileError(toFileUri(Buffer.from(resolve(path))), cause);
  }
  throw usageError("the source is no folder and no file", "give a folder, a file, or s3://bucket/prefix", { path });
}

async function* listFolder(root: Buffer, folder: Buffer, signal: AbortSignal | undefined): AsyncGenerator<ObjectRef> {
  const entries = await readFolder(folder);
  for (let from = 0; from < entries.length; from += STAT_BATCH) {
    signal?.throwIfAborted();
    const batch = entries.slice(from, from + STAT_BATCH);
    const refs = await Promise.all(batch.map((entry) => (entry.isFolder ? null : describe(root, entry.path))));
    for (const [at, entry] of batch.entries()) {
      const ref = refs[at];
      if (entry.isFolder) yield* listFolder(root, entry.path, signal);
      // Deleted between the two looks: it is not there.
      else if (ref !== null && ref !== undefined) yield ref;
    }
  }
}

async function* listFile(path: Buffer): AsyncGenerator<ObjectRef> {
  const ref = await describe(Buffer.alloc(0), path);
  if (ref !== null) yield ref;
}

/** A folder keeps no versions, and only what a listing would reach counts: nothing behind a link. */
async function findFile(root: Buffer, wanted: WantedObject): Promise<ObjectRef | null> {
  const parts = wanted.key.split("/");
  if (wanted.versionId !== null || parts.some((part) => part === "" || part === "." || part === "..")) return null;
  if (wanted.key.includes("\0")) return null;
  const path = below(root, Buffer.from(wanted.key));
  try {
    const folder = dirname(path.toString("latin1"));
    // Latin-1 keeps each byte of a name as it is.
    const real = await realpath(Buffer.from(folder, "latin1"), { encoding: "buffer" });
    if (real.toString("latin1") !== folder || (await lstat(path)).isDirectory()) return null;
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return null;
    throw wrapFileError(toFileUri(path), cause);
  }
  return pick(await describe(root, path), wanted);
}

async function findRoot(root: Buffer, wanted: WantedObject): Promise<ObjectRef | null> {
  const found = await describe(Buffer.alloc(0), root);
  return wanted.versionId === null && found?.key === wanted.key ? pick(found, wanted) : null;
}

function pick(found: ObjectRef | null, { version }: WantedObject): ObjectRef | null {
  return version === null || found?.version === version ? found : null;
}

interface FolderEntry {
  readonly path: Buffer;
  readonly isFolder: boolean;
}

async function readFolder(folder: Buffer): Promise<readonly FolderEntry[]> {
  let found: Dirent<Buffer>[];
  try {
    found = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw wrapFileError(toFileUri(folder), cause);
  }
  // Whole keys sort by bytes when each folder's entries do, a folder as if its name ended in "/".
  return found
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { name: entry.name, isFolder, order: isFolder ? Buffer.concat([entry.name, SLASH]) : entry.name };
    })
    .sort((left, right) => Buffer.compare(left.order, right.order))
    .map(({ name, isFolder }) => ({ path: below(folder, name), isFolder }));
}

async function describe(root: Buffer, path: Buffer): Promise<ObjectRef | null> {
  const uri = toFileUri(path);
  try {
    const found = await lstat(path, { bigint: true });
    const key = path.subarray(root.length === 1 ? 1 : root.length + 1).toString();
    return { uri, key, sizeBytes: found.isFile() ? Number(found.size) : 0, version: versionOf(found) };
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return null;
    throw wrapFileError(uri, cause);
  }
}

function versionOf(found: BigIntStats): string {
  return `${found.isFile() ? found.size : 0n}-${found.mtimeNs}`;
}

async function* streamFile(ref: ObjectRef, path: Buffer, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const file = await openFile(ref, path);
  try {
    for (let at = 0; at < ref.sizeBytes; ) {
      // A fresh buffer each time: the caller may keep a piece.
      const piece = Buffer.allocUnsafeSlow(Math.min(STREAM_BYTES, ref.sizeBytes - at));
      const sizeBytes = await guard(ref, () => readSome(file, ref, piece, 0, signal));
      at += sizeBytes;
      // The last piece goes out only when it is known that the file did not change meanwhile.
      if (at === ref.sizeBytes) await guard(ref, () => checkVersion(file, ref));
      yield piece.subarray(0, sizeBytes);
    }
  } finally {
    await file.close();
  }
}

async function withFile(ref: ObjectRef, path: Buffer, action: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await openFile(ref, path);
  try {
    await guard(ref, () => action(file));
    await guard(ref, () => checkVersion(file, ref));
  } finally {
    await file.close();
  }
}

async function openFile(ref: ObjectRef, path: Buffer): Promise<FileHandle> {
  return guard(ref, async () => {
    if (!(await lstat(path)).isFile()) throw objectError("not-a-file", { uri: ref.uri });
    const file = await open(path, READ_FLAGS);
    try {
      await checkVersion(file, ref);
      return file;
    } catch (cause) {
      await file.close();
      throw cause;
    }
  });
}

async function checkVersion(file: FileHandle, ref: ObjectRef): Promise<void> {
  const found = await file.stat({ bigint: true });
  if (!found.isFile() || versionOf(found) !== ref.version) throw objectError("missing", { uri: ref.uri });
}

async function readSome(
  file: FileHandle,
  ref: ObjectRef,
  into: Buffer,
  at: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  signal?.throwIfAborted();
  const { bytesRead } = await file.read(into, at, into.length - at, null);
  if (bytesRead === 0) throw objectError("missing", { uri: ref.uri });
  return bytesRead;
}

async function guard<T>(ref: ObjectRef, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw wrapFileError(ref.uri, cause);
  }
}

/** What the operating system refused; anything else (the reason of an abort) stays as it is. */
function wrapFileError(uri: string, cause: unknown): LogkeepError | unknown {
  const code = codeOf(cause);
  if (isLogkeepError(cause) || code === null) return cause;
  const isGone = code === "ENOENT" || code === "ENOTDIR" || code === "ESTALE" || code === "ELOOP";
  return objectError(isGone ? "missing" : "unreadable", { uri, reason: code }, cause);
}

function below(folder: Buffer, name: Buffer): Buffer {
  return folder.equals(SLASH) ? Buffer.concat([SLASH, name]) : Buffer.concat([folder, SLASH, name]);
}

/** Listed paths hold no dots as folders; an address from elsewhere might. */
function isEscaping(path: Buffer): boolean {
  return path.includes(0) || path.toString("latin1").split("/").includes("..");
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error) || !("code" in cause)) return null;
  return typeof cause.code === "string" ? cause.code : null;
}
