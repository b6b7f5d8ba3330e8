/**
 * Where objects are put that did not come from AWS: simulated ones. Keys are never URL-encoded. Writing the same key
 * again replaces the object. Fails with `cli.usage` (no such bucket) or `object.unwritable` (retry as it says).
 */
export interface ObjectWriter {
  write(key: string, bytes: Uint8Array): Promise<void>;
}
