/**
 * One version of one delivered object. `uri` is `file:///...` or `s3://bucket/key`; `key` is what routing looks at:
 * the path below the source folder or bucket, with `/` between parts, never URL-encoded.
 */
export interface ObjectRef {
  readonly uri: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Names the bytes as well as the store can: ETag in S3, size and modification time in a folder. */
  readonly version: string;
  /**
   * The store's own name of this version where it keeps several of a key: reading asks for it, so that a version that is
   * no longer the newest can be read. No part of the identity: listings do not tell it. Absent: the newest.
   */
  readonly versionId?: string;
}

/** An object to be looked up: by its key, and where they are known by what names its bytes and the store's version. */
export interface WantedObject {
  readonly key: string;
  /** As in `ObjectRef`. Null: whatever the store has. */
  readonly version: string | null;
  /** Null: the newest. */
  readonly versionId: string | null;
}

/**
 * Where delivered objects are read from. `list` gives each object once, in the order of its key's UTF-8 bytes, so that
 * two runs see the same order; it never returns a truncated list as if whole. Reading may fail with `object.unreadable`
 * (retry later: I/O, network, credentials; retry never: refused), `object.missing` (retry later: deleted or changed
 * since it was listed), or, retry never, `object.too-large`, `object.archived` (in an archive storage class),
 * `object.not-a-file` (a link, pipe or device: listed, so that it is accounted for, and never opened) and
 * `object.wrong-hash` (not the bytes that a manifest promises). Listing fails with `object.unreadable`,
 * `object.bad-listing` (no order or no end: never), or `cli.usage` where there is no such bucket. A signal rejects with
 * its reason.
 *
 * `find` gives an object as `list` does, with the same address and version, and besides the version id where the store
 * knows one. Null: the store answers, and has no such object, only other bytes at its key, or the key is outside of what
 * it lists. It fails as `list` does, never with null for what it could not find out.
 */
export interface ObjectStore {
  list(signal?: AbortSignal): AsyncIterable<ObjectRef>;
  find(wanted: WantedObject, signal?: AbortSignal): Promise<ObjectRef | null>;
  /** All bytes of an object of at most `sizeBytes` as listed. */
  read(ref: ObjectRef, signal?: AbortSignal): Promise<Uint8Array>;
  /** The same bytes in pieces, for objects that must not be held whole. */
  stream(ref: ObjectRef, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
