/**
 * The files of an import as an object store: exactly those that the plan names, and each checked against its promised
 * hash while it is read. So the bytes that are checked are the bytes that become rows, and a file is read once.
 */
import { createHash } from "node:crypto";
import { LogkeepError } from "../core/errors.ts";
import type { ObjectRef, ObjectStore } from "../core/object-store.ts";
import type { ImportPlan } from "./plan-import.ts";

/** Reads from `store`. Other bytes than promised fail with `object.wrong-hash`, after the last piece at the latest. */
export function verifiedStore(plan: ImportPlan, store: ObjectStore): ObjectStore {
  const promised = new Map(plan.files.map(({ ref, sha256 }) => [ref.uri, sha256]));
  const check = (ref: ObjectRef, hex: string): void => {
    const sha256 = promised.get(ref.uri);
    if (sha256 === null || sha256 === hex) return;
    throw new LogkeepError({
      code: "object.wrong-hash",
      message: "the bytes are not those that the manifest promises",
      facts: { object: ref.uri },
    });
  };
  return {
    async *list() {
      for (const { ref } of plan.files) yield ref;
    },
    find: async (wanted, signal) => {
      const isPlanned = plan.files.some(({ ref }) => ref.key === wanted.key);
      return isPlanned ? store.find(wanted, signal) : null;
    },
    read: async (ref, signal) => {
      const bytes = await store.read(ref, signal);
      check(ref, createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    },
    async *stream(ref, signal) {
      const hash = createHash("sha256");
      for await (const piece of store.stream(ref, signal)) {
        hash.update(piece);
        yield piece;
      }
      check(ref, hash.digest("hex"));
    },
  };
}
