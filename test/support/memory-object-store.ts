import { createHash } from "node:crypto";
import { objectError } from "../../adapters/object-errors.ts";
import type { ObjectRef, ObjectStore } from "../../core/object-store.ts";

/** A store of objects in memory: keys to bytes, which may be changed between calls. */
export function memoryObjectStore(objects: ReadonlyMap<string, Uint8Array>): ObjectStore {
  const refOf = (key: string, bytes: Uint8Array): ObjectRef => ({
    uri: `memory:///${encodeURIComponent(key)}`,
    key,
    sizeBytes: bytes.length,
    version: createHash("sha256").update(bytes).digest("hex"),
  });
  const find = (ref: ObjectRef): Uint8Array => {
    const bytes = objects.get(ref.key);
    if (bytes === undefined || refOf(ref.key, bytes).version !== ref.version) {
      throw objectError("missing", { uri: ref.uri });
    }
    return bytes;
  };
  return {
    async *list(signal) {
      const keys = [...objects.keys()].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      for (const key of keys) {
        signal?.throwIfAborted();
        const bytes = objects.get(key);
        if (bytes !== undefined) yield refOf(key, bytes);
      }
    },
    async find({ key, version, versionId }, signal) {
      signal?.throwIfAborted();
      const bytes = objects.get(key);
      const ref = bytes === undefined || versionId !== null ? null : refOf(key, bytes);
      return version === null || ref?.version === version ? ref : null;
    },
    async read(ref, signal) {
      signal?.throwIfAborted();
      return find(ref);
    },
    async *stream(ref, signal) {
      const bytes = find(ref);
      for (let at = 0; at < bytes.length; at += 65_536) {
        signal?.throwIfAborted();
        yield bytes.subarray(at, at + 65_536);
      }
    },
  };
}
