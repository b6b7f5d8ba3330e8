/**
 * An announced object -> what ingest reads, under the same address and version that a listing gives it, or the decision
 * that it is gone. What a message tells is believed where it is whole, since reading asks for exactly that: a message
 * that lies names an object that is not there.
 */
import type { ObjectRef, ObjectStore } from "../../core/object-store.ts";
import type { Source } from "../../core/source.ts";
import type { ClosedObject, RoutedObject } from "../objects.ts";
import { closed } from "../open-object.ts";
import { routeKey } from "../route.ts";
import { type AnnouncedObject, announcedUri } from "./announcement.ts";

/** What an announcement leads to. */
export type ResolvedObject =
  | { readonly kind: "found"; readonly object: RoutedObject }
  /** To be written into the ledger, and not to be looked for again. */
  | { readonly kind: "gone"; readonly object: ClosedObject };

/** The version that the ledger names when none was told and none is there. */
const UNKNOWN_VERSION = "unknown";

/** Asks the store (of the object's bucket) only where the message tells no ETag or no size. Fails as `find` does. */
export async function resolveObject(
  announced: AnnouncedObject,
  sources: readonly Source[],
  store: Pick<ObjectStore, "find">,
  signal?: AbortSignal,
): Promise<ResolvedObject> {
  const ref = announcedRef(announced);
  return ref === null ? findObject(announced, sources, store, signal) : found(ref, sources);
}

/**
 * Always asks the store: for objects that could not be read as they were announced. Versions that are no longer the
 * newest are found where the message tells their version id.
 */
export async function findObject(
  announced: AnnouncedObject,
  sources: readonly Source[],
  store: Pick<ObjectStore, "find">,
  signal?: AbortSignal,
): Promise<ResolvedObject> {
  const { key, etag: version, versionId } = announced;
  const ref = await store.find({ key, version, versionId }, signal);
  return ref === null ? gone(announced, sources) : found(ref, sources);
}

/** The object as the message tells it; null where it does not tell enough. */
export function announcedRef(announced: AnnouncedObject): ObjectRef | null {
  const { key, etag, sizeBytes, versionId } = announced;
  if (etag === null || sizeBytes === null) return null;
  const ref = { uri: announcedUri(announced), key, sizeBytes, version: etag };
  return versionId === null ? ref : { ...ref, versionId };
}

function found(ref: ObjectRef, sources: readonly Source[]): ResolvedObject {
  return { kind: "found", object: { ref, route: routeKey(ref.key, sources) } };
}

/** S3 lists and reads what was written at once, so what is not there was deleted or overwritten. */
function gone(announced: AnnouncedObject, sources: readonly Source[]): ResolvedObject {
  const { key, etag, versionId, sizeBytes } = announced;
  const version = etag ?? (versionId === null ? UNKNOWN_VERSION : `version-id:${versionId}`);
  const ref = { uri: announcedUri(announced), key, sizeBytes: sizeBytes ?? 0, version };
  const detail = "the announced version was deleted or overwritten before it was read";
  return {
    kind: "gone",
    object: closed({ ref, route: routeKey(key, sources) }, null, "quarantined", "object.gone", detail),
  };
}
