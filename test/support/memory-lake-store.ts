import { LogkeepError } from "../../core/errors.ts";
import type { LakeStore, StoredFile } from "../../core/lake-store.ts";

/** A lake store in memory: the port's contract without a disk. The SQL engine cannot open its files. */
export function memoryLakeStore(nowMs: () => number = Date.now): LakeStore {
  const files = new Map<string, MemoryFile>();
  const check = (path: string) => {
    if (path.split("/").some((part) => part === "" || part === "." || part === "..") || /[\0\\]/.test(path)) {
      throw new LogkeepError({ code: "lake.bad-path", message: "a path leads out of the lake's folder" });
    }
    return path;
  };
  return {
    rootUri: "file:///memory/lake",
    localPath: (path) => `/memory/lake/${check(path)}`,
    read: async (path) => {
      const content = files.get(check(path));
      if (content !== undefined) return content.bytes.slice();
      throw new LogkeepError({
        code: "lake.file-missing",
        message: "a file of the lake is missing",
        facts: { path },
      });
    },
    createExclusive: async (path, content) => {
      if (files.has(check(path))) return false;
      files.set(path, { bytes: content.slice(), modifiedAtMs: nowMs() });
      return true;
    },
    replace: async (path, content) => {
      files.set(check(path), { bytes: content.slice(), modifiedAtMs: nowMs() });
    },
    exists: async (path) => files.has(check(path)),
    sync: async (paths) => {
      for (const path of paths) {
        if (files.has(check(path))) continue;
        throw new LogkeepError({
          code: "lake.file-missing",
          message: "a file of the lake is missing",
          facts: { path },
        });
      }
    },
    fetch: async () => undefined,
    list: (folder) => listFiles(files, folder === "" ? "" : `${check(folder)}/`),
    remove: async (path) => {
      files.delete(check(path));
    },
    ensureFolder: async (folder) => {
      check(folder);
    },
  };
}

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
}

async function* listFiles(files: ReadonlyMap<string, MemoryFile>, prefix: string): AsyncGenerator<StoredFile> {
  const paths = [...files.keys()].filter((path) => path.startsWith(prefix));
  for (const path of paths.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))) {
    const content = files.get(path);
    if (content !== undefined) yield { path, sizeBytes: content.bytes.byteLength, modifiedAtMs: content.modifiedAtMs };
  }
}
